"""Passwords and the key ring: when one is offered to it, looked up in it, and taken out."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Protocol

from trialogue_client.address import Endpoint
from trialogue_client.core.commands.actions import Forget
from trialogue_client.engine.network import Network
from trialogue_client.engine.outcomes import Failed, Outcome, PasswordOffered, Sentence, Task
from trialogue_client.engine.startup import Startup
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.wording.rows import RowKind


class KeyRing(Protocol):
    """The system's key ring; all of these may wait for a person who unlocks it, and raise VaultError."""

    async def check(self) -> None:
        """Whether there is one at all."""

    async def look_up(self, endpoint: Endpoint, account: str) -> str:
        """Return the password of an account."""

    async def keep(self, endpoint: Endpoint, account: str, password: str) -> str:
        """Keep a password; return the sentence that says so."""

    async def forget(self, endpoint: Endpoint, account: str) -> str:
        """Take a password out, "" for none, and the keys of rooms; return the sentence that says so."""

    async def look_up_key(self, endpoint: Endpoint, room: str) -> str:
        """Return the key of a room, or ""."""

    async def keep_key(self, endpoint: Endpoint, room: str, key: str) -> str:
        """Keep the key of a room; return the sentence that says so."""


class Passwords:
    """Asks the key ring, by tasks that a face runs."""

    def __init__(self, ring: KeyRing, startup: Startup) -> None:
        self._ring = ring
        self._startup = startup

    def proved(self, network: Network) -> Iterator[Outcome]:
        """A password has proved right: keep it if its owner has said so, else offer to, once."""
        credentials, profile = network.chat.identity.credentials, network.profile
        password = credentials.password if credentials is not None else ""
        if credentials is None or password in ("", network.offered, self._startup.options.account_password):
            return
        network.offered = password
        offer = PasswordOffered(credentials.account, password)
        if profile.keep and password == profile.password:
            yield self.keep(network, offer)
        elif self._startup.memory.settings.key_ring:
            yield Task(partial(self._offer, offer))

    def keep(self, network: Network, offer: PasswordOffered) -> Task:
        """Keep a password."""
        endpoint = network.profile.endpoint
        return Task(partial(_told, partial(self._ring.keep, endpoint, offer.account, offer.password)))

    def forget(self, network: Network, _: Forget) -> Iterator[Outcome]:
        """Take the password of a server out of the key ring, and the keys of its rooms."""
        endpoint = network.profile.endpoint
        known = self._startup.memory.server(endpoint)
        account = known.account or network.chat.account
        if account or known.keys:
            yield Task(partial(_told, partial(self._ring.forget, endpoint, account)))
        else:
            yield Failed("You have no account here, so there is no password to forget.")

    async def complete(self, profile: ConnectionProfile) -> ConnectionProfile:
        """Return the profile with its password from the key ring. Raises VaultError."""
        password = await self._ring.look_up(profile.endpoint, profile.account)
        return replace(profile, password=password, kept=True)

    async def _offer(self, offer: PasswordOffered) -> Iterable[Outcome]:
        """See whether there is a key ring at all, before anybody is asked."""
        try:
            await self._ring.check()
        except VaultError as error:
            return [Sentence(RowKind.HINT, str(error))]
        return [offer]


async def _told(act: Callable[[], Awaitable[str]]) -> Iterable[Outcome]:
    try:
        return [Sentence(RowKind.HINT, await act())]
    except VaultError as error:
        return [Failed(str(error))]
