"""From the command line and what is remembered to profiles and chats, for every face."""

import secrets
from dataclasses import replace
from enum import Enum, auto
from functools import partial

from trialogue_client.address import Endpoint, is_local
from trialogue_client.arguments import Options
from trialogue_client.core.chat import Chat
from trialogue_client.core.idempotency import KEY_BYTES
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.profile import ConnectionProfile


class PasswordSource(Enum):
    """Where the password of a profile's account comes from."""

    READY = auto()
    """It is there, or none is needed."""
    KEY_RING = auto()
    PERSON = auto()


class Startup:
    """Knows where to go and as whom, and what is still missing."""

    def __init__(self, options: Options, memory: Memory) -> None:
        self.options = options
        self.memory = memory

    @property
    def has_address(self) -> bool:
        """Whether the command line names a server."""
        return bool(self.options.endpoint.host)

    @property
    def nick(self) -> str:
        """The nick that the command line names, or ""."""
        return self.options.nick or self.options.account

    def named(self, nick: str) -> ConnectionProfile:
        """Return the profile of the server that the command line names."""
        options = self.options
        proved = options.account_password or options.endpoint.certificate
        return ConnectionProfile(options.endpoint, nick, account="" if proved else options.account)

    def chosen(self, profile: ConnectionProfile) -> ConnectionProfile:
        """Return the profile of a server to which a person goes: with the account that they had there, unless they say
        another. Without its password, the server would not let them have the name.
        """
        proved = profile.password or self.options.account_password or profile.endpoint.certificate
        if profile.account or proved:
            return profile
        return replace(profile, account=self.memory.account_of(profile.endpoint, profile.nick))

    def autoconnect(self) -> list[ConnectionProfile]:
        """Return the servers that are gone to at every start that names none."""
        if self.has_address:
            return []
        return [
            ConnectionProfile(
                Endpoint(server.host, server.port, tls=server.tls),
                self.nick or server.nick or self.options.login,
                account=server.account,
                patient=True,
            )
            for server in self.memory.settings.servers
            if server.connect
        ]

    def proof(self, profile: ConnectionProfile) -> PasswordSource:
        """Return where the password of its account comes from."""
        known = self.memory.server(profile.endpoint)
        if profile.password or not profile.account:
            return PasswordSource.READY
        return PasswordSource.KEY_RING if known.key_ring and known.account == profile.account else PasswordSource.PERSON

    def exposes(self, profile: ConnectionProfile) -> bool:
        """Whether the server's own password would go in clear over the first connection without anybody's consent."""
        options = self.options
        safe = profile.endpoint.tls or is_local(profile.endpoint) or options.plain_secrets or profile.plain_secrets
        return bool(options.password) and not profile.patient and not safe

    def chat(self, profile: ConnectionProfile, *, first: bool, first_page: int) -> Chat:
        """Return a chat for this profile. What the command line says is meant for the `first` server alone."""
        options = self.options
        identity = options.identity(profile.nick, profile.password, profile.account) if first else profile.identity()
        known = self.memory.server(profile.endpoint)
        returning = bool(known.rooms) and not (first and options.rooms_chosen)
        rooms = known.rooms if returning else options.rooms
        chat = Chat(
            identity,
            rooms,
            first_page=first_page,
            returning=returning,
            standing=known.again,
            new_key=partial(secrets.token_urlsafe, KEY_BYTES),
        )
        chat.plain_secrets = options.plain_secrets or profile.plain_secrets
        return chat
