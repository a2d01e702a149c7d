"""A lock for one at a time whose waiters take turns by who they are, however many requests each makes."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio


class FairQueue:
    """A resource that one at a time may use."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[trio.Event]] = {}
        """By who waits; whose turn is next comes first."""
        self._is_used = False

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Wait for a turn, and hold it for the block."""
        if self._is_used:
            await self._wait(who)
        else:
            self._is_used = True
            await trio.lowlevel.checkpoint_if_cancelled()
        try:
            yield
        finally:
            self._give_on()

    async def _wait(self, who: str) -> None:
        mine = trio.Event()
        self._waiting.setdefault(who, deque()).append(mine)
        try:
            await mine.wait()
        except BaseException:
            if mine.is_set():  # it was given and cannot be used
                self._give_on()
            else:
                self._waiting[who].remove(mine)
                if not self._waiting[who]:
                    del self._waiting[who]
            raise

    def _give_on(self) -> None:
        """Pass the turn on, and put who gets it behind all others."""
        if not self._waiting:
            self._is_used = False
            return
        who, events = next(iter(self._waiting.items()))
        del self._waiting[who]
        events.popleft().set()
        if events:
            self._waiting[who] = events
