"""Passwords and the system's key ring: it may take its time, or ask the person, so each of these is a task."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import trio
from textual.message import Message

from trialogue_client.net import vault
from trialogue_client.ui.entries import Look
from trialogue_client.ui.memory import Memory
from trialogue_client.ui.stations import Station, Wanted

_Result = TypeVar("_Result")


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
    """Puts passwords into the key ring and takes them out. What comes of it is told by messages."""

    def __init__(self, memory: Memory, post: Callable[[Message], object]) -> None:
        self._memory = memory
        self._post = post

    async def look_up(self, wanted: Wanted) -> None:
        """Look for the password of an account; `LookedUp` follows."""
        try:
            password = await _aside(partial(vault.look_up, wanted.endpoint, wanted.account))
        except vault.VaultError as error:
            self._post(LookedUp(wanted, str(error)))
        else:
            problem = "" if password else "The system's key ring has no password for it any more."
            self._post(LookedUp(replace(wanted, password=password, kept=bool(password)), problem))

    async def offer(self, station: Station, account: str, password: str) -> None:
        """See whether there is a key ring at all, before anybody is asked; `Offered` or `Told` follows."""
        try:
            await _aside(vault.check)
        except vault.VaultError as error:
            self._post(Told(str(error), Look.HINT))
        else:
            self._post(Offered(station, account, password))

    async def keep(self, station: Station, account: str, password: str) -> None:
        """Keep a password; `Told` follows."""
        endpoint = station.wanted.endpoint
        try:
            await _aside(partial(vault.keep, endpoint, account, password))
        except vault.VaultError as error:
            self._post(Told(str(error), Look.TROUBLE))
        else:
            self._memory.change(endpoint, account=account, key_ring=True)
            kept = f"The password of {account} is in the system's key ring now; /forget takes it out."
            self._post(Told(kept, Look.HINT))

    async def forget(self, station: Station, account: str) -> None:
        """Take a password out; `Told` follows."""
        endpoint = station.wanted.endpoint
        try:
            await _aside(partial(vault.forget, endpoint, account))
        except vault.VaultError as error:
            self._post(Told(str(error), Look.TROUBLE))
        else:
            self._memory.change(endpoint, key_ring=False)
            self._post(Told(f"The password of {account} is not in the system's key ring any more.", Look.HINT))


async def _aside(act: Callable[[], _Result]) -> _Result:
    """Do it in a thread; who wants to end does not wait for it."""
    return await trio.to_thread.run_sync(act, abandon_on_cancel=True)
