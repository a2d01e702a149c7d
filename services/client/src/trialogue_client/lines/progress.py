"""Waits until something has become true, such as that all that was piped in has arrived."""

from collections.abc import Callable
from functools import partial

import trio

from trialogue_client.core.chat import Chat

CONFIRM_SECONDS = 30.0
"""After the last line of a pipe: how long to wait for the server to confirm one more."""
_IN_FLIGHT = 50
"""Piped lines on their way at once: a whole file need not be in memory to be sent."""


class Progress:
    """How far one chat has come. Whoever changes it says `made`."""

    def __init__(self, chat: Chat) -> None:
        self.passed: set[str] = set()
        """The PINGs that the server has answered."""
        self._chat = chat
        self._changed = trio.Event()

    def made(self) -> None:
        """Have everybody who waits look again."""
        self._changed.set()

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until this is true."""
        while not is_true():
            if self._changed.is_set():
                self._changed = trio.Event()
            await self._changed.wait()

    def settled(self) -> bool:
        """Return whether we are where we want to be, so that what is said is heard."""
        session = self._chat.session
        if session is None or not self._chat.online:
            return False
        rooms = [session.state.rooms.get(name) for name in self._chat.autojoin]
        return all(room is not None and room.listed for room in rooms) and not self._chat.catching_up

    def may_go_on(self) -> bool:
        """Return whether one more line may be read."""
        return self.settled() and len(self._chat.lines) < _IN_FLIGHT

    async def confirm(self, flush: Callable[[], None]) -> None:
        """Wait until the server has confirmed every line and handled every command; give up where nothing moves."""
        patience = trio.CancelScope()
        with patience:
            while self._chat.lines or not self.settled():
                patience.deadline = trio.current_time() + CONFIRM_SECONDS
                await self.until(partial(self._moved, len(self._chat.lines)))
            patience.deadline = trio.current_time() + CONFIRM_SECONDS
            session = self._chat.session
            token = session.barrier() if session else ""
            flush()
            await self.until(lambda: token in self.passed or not self._chat.online)

    def _moved(self, before: int) -> bool:
        return self.settled() and len(self._chat.lines) < max(before, 1)
