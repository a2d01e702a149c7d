"""Writes ticks into the database, in a thread only where that is worth its cost."""

import time
from collections.abc import Callable, Sequence

import trio

from trialogue_server.store.database import Database
from trialogue_server.world.events import Event

_MANY_AT_ONCE = 200
"""Events from which on a tick is written in a thread: some milliseconds."""

_QUICK = 0.002
"""Seconds for which the event loop may wait for the disk. A thread would make it wait as long: while the loop is busy
the thread gets the interpreter lock back after up to 5 ms.
"""

_REMEMBERED = 16
"""Waits for the disk that the mean is made of: one long wait is not a slow disk, two in a row are."""


class DatabaseWriter:
    """The connection that writes, used by one task at a time."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` returns seconds."""
        self.database = database
        self.turn = trio.Lock()
        """Held while the connection is used in a thread, or in several steps."""
        self.limiter = trio.CapacityLimiter(1)
        self._clock = clock
        self._disk_seconds = 2 * _QUICK
        """Seconds that the disk has taken to confirm a write of late; it starts as slow."""

    async def write(self, events: Sequence[Event]) -> None:
        """Write the events here, which takes some microseconds each; wait for the disk in a thread.

        A trip to a thread costs as much as writing ten messages. Redis writes its log in the same way.
        Raises StoreUnavailable.
        """
        if len(events) > _MANY_AT_ONCE or self.turn.locked():
            async with self.turn:
                await trio.to_thread.run_sync(self.database.write, events, limiter=self.limiter)
        else:
            self.database.write(events)
        if self.database.log.is_in_doubt:
            async with self.turn:
                await trio.to_thread.run_sync(self.database.log.write_again, limiter=self.limiter)
        elif self.database.needs_sync:
            await self._sync()

    async def _sync(self) -> None:
        """Wait for the disk: here if it answers sooner than a thread would begin, else in a thread."""
        begin = self._clock()
        if self._disk_seconds < _QUICK:
            self.database.log.sync()
        else:
            await trio.to_thread.run_sync(self.database.log.sync, limiter=self.limiter)
        self._disk_seconds += (self._clock() - begin - self._disk_seconds) / _REMEMBERED

    async def checkpoint(self) -> None:
        """Move what is left of the log into the database while nobody writes, so that the log begins anew."""
        async with self.turn:
            await trio.to_thread.run_sync(self.database.log.checkpoint, limiter=self.limiter)

    async def aclose(self) -> None:
        """Close the database. Nobody may be reading any more."""
        await trio.to_thread.run_sync(self.database.close, limiter=self.limiter)
