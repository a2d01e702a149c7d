"""Passwords and the system's key ring, which may take its time or ask the person: nobody else waits for it."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import trio

from trialogue_client.address import Endpoint
from trialogue_client.settings import key_ring
from trialogue_client.settings.memory import Memory

_Result = TypeVar("_Result")


class Passwords:
    """Those that are in the key ring; what is there of whom is remembered in the settings.

    All of these raise VaultError, with a sentence for the person.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def check(self) -> None:
        """Is there a key ring at all?"""
        await _aside(key_ring.check)

    async def look_up(self, endpoint: Endpoint, account: str) -> str:
        """Return the password of an account."""
        password = await _aside(partial(key_ring.look_up, endpoint, account))
        if not password:
            raise key_ring.VaultError("The system's key ring has no password for it any more.")
        return password

    async def keep(self, endpoint: Endpoint, account: str, password: str) -> str:
        """Keep a password; return the sentence that says so."""
        await _aside(partial(key_ring.keep, endpoint, account, password))
        self._memory.change(endpoint, account=account, key_ring=True)
        return f"The password of {account} is in the system's key ring now; /forget takes it out."

    async def forget(self, endpoint: Endpoint, account: str) -> str:
        """Take a password out; return the sentence that says so."""
        await _aside(partial(key_ring.forget, endpoint, account))
        self._memory.change(endpoint, key_ring=False)
        return f"The password of {account} is not in the system's key ring any more."


async def _aside(act: Callable[[], _Result]) -> _Result:
    """Do it in a thread; who wants to end does not wait for it."""
    return await trio.to_thread.run_sync(act, abandon_on_cancel=True)
