"""The key ring, asked from the interface: each of these is a task of its own, and what comes of it is a message."""

from collections.abc import Callable
from dataclasses import replace

from textual.message import Message

from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.entries import Look
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.passwords import Passwords
from trialogue_client.settings.profile import ConnectionProfile


class LookedUp(Message):
    """A password was looked for: it is in `wanted`, or `problem` says why it is not."""

    def __init__(self, profile: ConnectionProfile, problem: str = "") -> None:
        super().__init__()
        self.profile = profile
        self.problem = problem


class Offered(Message):
    """There is a key ring that could keep the password of a network."""

    def __init__(self, network: BufferedNetwork, account: str, password: str) -> None:
        super().__init__()
        self.network = network
        self.account = account
        self.password = password


class Told(Message):
    """There is something to tell of a password."""

    def __init__(self, sentence: str, look: Look) -> None:
        super().__init__()
        self.sentence = sentence
        self.look = look


class Secrets:
    """Puts passwords into the key ring and takes them out."""

    def __init__(self, passwords: Passwords, post: Callable[[Message], object]) -> None:
        self._passwords = passwords
        self._post = post

    async def look_up(self, profile: ConnectionProfile) -> None:
        """Look for the password of an account; `LookedUp` follows."""
        try:
            password = await self._passwords.look_up(profile.endpoint, profile.account)
        except VaultError as error:
            self._post(LookedUp(profile, str(error)))
        else:
            self._post(LookedUp(replace(profile, password=password, kept=True)))

    async def offer(self, network: BufferedNetwork, account: str, password: str) -> None:
        """See whether there is a key ring at all, before anybody is asked; `Offered` or `Told` follows."""
        try:
            await self._passwords.check()
        except VaultError as error:
            self._post(Told(str(error), Look.HINT))
        else:
            self._post(Offered(network, account, password))

    async def keep(self, network: BufferedNetwork, account: str, password: str) -> None:
        """Keep a password; `Told` follows."""
        try:
            self._post(Told(await self._passwords.keep(network.profile.endpoint, account, password), Look.HINT))
        except VaultError as error:
            self._post(Told(str(error), Look.TROUBLE))

    async def forget(self, network: BufferedNetwork, account: str) -> None:
        """Take a password out; `Told` follows."""
        try:
            self._post(Told(await self._passwords.forget(network.profile.endpoint, account), Look.HINT))
        except VaultError as error:
            self._post(Told(str(error), Look.TROUBLE))
