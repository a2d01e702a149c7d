"""From the command line to the servers that line mode begins on: what is missing is asked for."""

from dataclasses import replace

from trialogue_client.address import Endpoint
from trialogue_client.engine.passwords import Passwords
from trialogue_client.engine.startup import PasswordSource, Startup
from trialogue_client.lines.linemode import FIRST_PAGE
from trialogue_client.lines.nearby import ServerChooser
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.questions import is_yes
from trialogue_client.lines.screen import Screen
from trialogue_client.net import explain
from trialogue_client.net.discover import Discover
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.passwords import KeyRingPasswords
from trialogue_client.settings.profile import ConnectionProfile


class NoPasswordError(Exception):
    """The account's password is missing, and nobody can be asked for it; the text is one sentence."""


class StartupQuestions:
    """Asks on the screen. Without a person, everything has to be on the command line."""

    def __init__(self, startup: Startup, screen: Screen, discover: Discover) -> None:
        self._startup = startup
        self._options = startup.options
        self._screen = screen
        self._discover = discover

    async def networks(self) -> list[LineNetwork]:
        """Return where to begin; nowhere, when the input ends before that is known. Raises NoPasswordError."""
        if listed := self._startup.autoconnect():
            return [self._network(await self._proved(profile)) for profile in listed]
        profile = await self._where()
        if profile is None:
            return []
        profile = await self._proved(profile)
        if self._screen.asks and self._startup.exposes(profile):
            profile = replace(profile, plain_secrets=await self._may_expose(profile.endpoint))
        return [self._first(profile)]

    def _network(self, profile: ConnectionProfile) -> LineNetwork:
        return LineNetwork(profile, self._startup.chat(profile, first=False, first_page=FIRST_PAGE))

    def _first(self, profile: ConnectionProfile) -> LineNetwork:
        options, asks = self._options, self._screen.asks
        page = FIRST_PAGE if asks or options.show else 0
        chat = self._startup.chat(profile, first=True, first_page=page)
        may_number = not (self._startup.nick or asks)
        return LineNetwork(profile, chat, may_number=may_number, offered=options.account_password)

    async def _where(self) -> ConnectionProfile | None:
        """Return the server that was named, or ask where to go; None when nobody answers."""
        startup = self._startup
        if startup.has_address:
            nick = startup.nick or await self._name(self._options.endpoint)
            profile = startup.named(nick) if nick else None
            return startup.chosen(profile) if profile and self._screen.asks else profile
        settings = startup.memory.settings
        asking = ServerChooser(self._screen, settings.servers, tls=self._options.endpoint.tls)
        choice = await asking.run(self._discover if settings.nearby else None)
        if choice is None:
            return None
        where, known_nick = choice
        nick = startup.nick or known_nick or await self._name(where)
        endpoint = replace(self._options.endpoint, host=where.host, port=where.port, tls=where.tls)
        profile = replace(startup.named(nick), endpoint=endpoint) if nick else None
        return profile and startup.chosen(profile)

    async def _name(self, endpoint: Endpoint) -> str | None:
        if not self._screen.asks:
            return self._options.login
        last = self._startup.memory.settings.name_at(endpoint.host, endpoint.port)
        name: str | None = ""
        while name == "":
            self._screen.prompt(f"Your name [{last}]: " if last else "Your name: ")
            name = await self._screen.line()
            name = name if name is None else name.strip() or last
        return name

    async def _proved(self, profile: ConnectionProfile) -> ConnectionProfile:
        """Find the password of the account, if there is one to log in to: in the key ring, or by asking."""
        proof = self._startup.proof(profile)
        if proof is PasswordSource.READY:
            return profile
        if proof is PasswordSource.KEY_RING:
            try:
                return await Passwords(KeyRingPasswords(self._startup.memory), self._startup).complete(profile)
            except VaultError as error:
                self._screen.complain(str(error))
        return replace(profile, password=await self._secret(profile))

    async def _may_expose(self, endpoint: Endpoint) -> bool:
        self._screen.prompt(f"{explain.may_expose(endpoint)} (yes or no): ")
        return is_yes(await self._screen.line() or "")

    async def _secret(self, profile: ConnectionProfile) -> str:
        if not self._screen.asks or not self._screen.hide(on=True):
            raise NoPasswordError(
                f"The password of {profile.account} is missing: give it in TRIALOGUE_PASSWORD or by --password-file."
            )
        self._screen.prompt(f"Password of {profile.account} (Enter alone: come without): ")
        secret = await self._screen.line()
        self._screen.hide(on=False)
        return secret or ""
