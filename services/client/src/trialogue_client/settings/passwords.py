"""Passwords and the system's key ring, which may take its time or ask the person: nobody else waits for it."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import trio

from trialogue_client.address import Endpoint
from trialogue_client.settings import key_ring
from trialogue_client.settings.memory import Memory

_Result = TypeVar("_Result")


class KeyRingPasswords:
    """The passwords in the key ring; the settings remember of which accounts there are some.

    All of these raise VaultError, with a sentence for the person.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    async def check(self) -> None:
        """Whether there is a key ring at all."""
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
        self.memory.change(endpoint, account=account, key_ring=True)
        return f"The password of {account} is in the system's key ring now; /forget takes it out."

    async def look_up_key(self, endpoint: Endpoint, room: str) -> str:
        """Return the key of a room, or ""."""
        return await _aside(partial(key_ring.look_up, endpoint, room))

    async def keep_key(self, endpoint: Endpoint, room: str, key: str) -> str:
        """Keep the key of a room, whose name is no account's; return the sentence that says so."""
        await _aside(partial(key_ring.keep, endpoint, room, key))
        self.memory.change(endpoint, keys=(*self._other_keys(endpoint, room), room))
        return f"The key of {room} is in the system's key ring now; /forget takes it out."

    async def forget(self, endpoint: Endpoint, account: str) -> str:
        """Take a server's password out, "" for none, and the keys of its rooms; return the sentence that says so."""
        known = self.memory.server(endpoint)
        for name in (*known.keys, *filter(None, [account])):
            await _aside(partial(key_ring.forget, endpoint, name))
        self.memory.change(endpoint, key_ring=False, keys=())
        password = [f"the password of {account}"] if account else []
        *others, last = [*password, *(f"the key of {room}" for room in known.keys)]
        listed = f"{', '.join(others)} and {last}" if others else last
        are = "are" if others else "is"
        return f"{listed[0].upper()}{listed[1:]} {are} not in the system's key ring any more."

    def _other_keys(self, endpoint: Endpoint, room: str) -> tuple[str, ...]:
        return tuple(one for one in self.memory.server(endpoint).keys if one.lower() != room.lower())


async def _aside(act: Callable[[], _Result]) -> _Result:
    """Do it in a thread; who wants to end does not wait for it."""
    return await trio.to_thread.run_sync(act, abandon_on_cancel=True)
