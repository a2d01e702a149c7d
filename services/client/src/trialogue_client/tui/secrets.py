"""The key ring, asked from the interface: each of these is a task of its own, and what comes of it is a message."""

from collections.abc import Callable
from dataclasses import replace

from textual.message import Message

from trialogue_client.engine.entries import Look
from trialogue_client.engine.stations import Station
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.passwords import Passwords
from trialogue_client.settings.wanted import Wanted


class LookedUp(Message):
    """A password was looked for: it is in `wanted`, or `problem` says why it is not."""

    def __init__(self, wanted: Wanted, problem: str = "") -> None:
        super().__init__()
        self.wanted = wanted
        self.problem = problem


class Offered(Message):
    """There is a key ring that could keep the password of a station."""

    def __init__(self, station: Station, account: str, password: str) -> None:
        super().__init__()
        self.station = station
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

    async def look_up(self, wanted: Wanted) -> None:
        """Look for the password of an account; `LookedUp` follows."""
        try:
            password = await self._passwords.look_up(wanted.endpoint, wanted.account)
        except VaultError as error:
            self._post(LookedUp(wanted, str(error)))
        else:
            self._post(LookedUp(replace(wanted, password=password, kept=True)))

    async def offer(self, station: Station, account: str, password: str) -> None:
        """See whether there is a key ring at all, before anybody is asked; `Offered` or `Told` follows."""
        try:
            await self._passwords.check()
        except VaultError as error:
            self._post(Told(str(error), Look.HINT))
        else:
            self._post(Offered(station, account, password))

    async def keep(self, station: Station, account: str, password: str) -> None:
        """Keep a password; `Told` follows."""
        try:
            self._post(Told(await self._passwords.keep(station.wanted.endpoint, account, password), Look.HINT))
        except VaultError as error:
            self._post(Told(str(error), Look.TROUBLE))

    async def forget(self, station: Station, account: str) -> None:
        """Take a password out; `Told` follows."""
        try:
            self._post(Told(await self._passwords.forget(station.wanted.endpoint, account), Look.HINT))
        except VaultError as error:
            self._post(Told(str(error), Look.TROUBLE))
