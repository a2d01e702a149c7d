"""The pulse: the one task that commits a tick to the store and then flushes it.

It runs once after each scheduler pass in which something was decided, so one transaction and one system call for each
session serve everything that arrived together. Where lines wait for their turn and nobody talks, it runs after a few
passes. While a commit is under way the next tick gathers. A store that cannot commit holds the tick: nothing unstored
is sent, readers wait in `wait_open`, and after `patience` the server gives up.
"""

from collections.abc import Callable
from time import perf_counter

import trio

from trialogue_server.delivery.tick import ReadyTick, Tick
from trialogue_server.obs.timing import Timing
from trialogue_server.store.audit_journal import Journal
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.turns import Turns

GATHERED = 6
"""Passes of the scheduler for which a flush may wait. Where each of a thousand who come in is told to all others, it is
sending that takes long, and nobody reads the quicker for being told of few of them at a time.
"""

_FIRST_RETRY = 0.05
_LONGEST_RETRY = 2.0


class StoreLost(Exception):  # noqa: N818 - says what happened
    """The store stayed unavailable for longer than the setting allows."""


class Pulse:
    """Owns the tick. Whoever commits an event calls `wake`."""

    def __init__(
        self, tick: Tick, store: Journal, *, patience: Callable[[], float], report: Callable[[str, str], None]
    ) -> None:
        """`patience` is in seconds, 0 for ever; `report(event, reason)` is called when the store is unavailable or
        back.
        """
        self.trouble = ""
        """Why the tick is held, or ""."""
        self._is_asked = False
        self._tick = tick
        self._store = store
        self._patience = patience
        self._report = report
        self.commits, self.flushes = Timing(), Timing()
        self.turns = Turns()
        """Decides whose line is handled next, when there is much work."""
        self._wakeup = trio.Event()
        self._open = trio.Event()
        self._open.set()
        self._flushed = trio.Event()

    def wake(self) -> None:
        """Commit and flush in the next scheduler pass."""
        self._wakeup.set()

    def ask_store(self) -> None:
        """Have the store checked in the next pass, even if there is nothing to commit."""
        self._is_asked = True
        self.wake()

    @property
    def is_held(self) -> bool:
        """Whether a tick waits for the store."""
        return not self._open.is_set()

    async def wait_open(self) -> None:
        """Wait while a tick is held: what cannot be stored must not be read."""
        await self._open.wait()

    async def run(self) -> None:
        """Run until cancelled.

        Raises StoreLost if the store stays unavailable.
        """
        trio.lowlevel.add_instrument(self.turns)
        try:
            while True:
                await self._wakeup.wait()
                if self.turns.let_gather:
                    await self._gather()
                self._wakeup = trio.Event()
                flushed, self._flushed = self._flushed, trio.Event()
                await self._flush_tick()
                flushed.set()
        finally:
            trio.lowlevel.remove_instrument(self.turns)

    async def _gather(self) -> None:
        """Let more be decided before it is sent. What somebody says waits for nothing."""
        for _ in range(GATHERED):
            if self._tick.has_talk or not self.turns.let_gather:
                break
            await trio.lowlevel.checkpoint()

    async def wait_flushed(self) -> None:
        """Wait until everything that was put before this call has been flushed."""
        self.wake()
        await self._flushed.wait()

    async def _flush_tick(self) -> None:
        """Commit and flush what was gathered so far. What is put meanwhile belongs to the next tick."""
        taken = self._tick.make_ready(self.turns.left)
        self.turns.spend(taken.units)
        self.turns.taken()
        while self._tick.bugs:
            self._report("a bug ended a session", type(self._tick.bugs.pop()).__name__)
        is_asked, self._is_asked = self._is_asked, False
        begin = perf_counter()
        if taken.journal or is_asked:
            await self._commit(taken)
            stored = perf_counter()
            self.commits.note(stored - begin)
            begin = stored
        for sink, data in taken.sends:  # between two of the kernel's calls there is as little of ours as can be
            sink.send(data)
        if taken.sends:
            self.flushes.note(perf_counter() - begin)
        self.turns.flushed(len(taken.sends))
        if self._tick:
            self.wake()

    async def _commit(self, taken: ReadyTick) -> None:
        try:
            await self._store.commit(taken.journal)
        except StoreUnavailable as error:
            await self._retry(taken, str(error))

    async def _retry(self, taken: ReadyTick, reason: str) -> None:
        self._open = trio.Event()
        self.trouble = reason
        self._report("store unavailable, tick held", reason)
        since, delay = trio.current_time(), _FIRST_RETRY
        while True:
            patience = self._patience()
            if patience and trio.current_time() - since >= patience:
                raise StoreLost(reason)
            await trio.sleep(delay)
            delay = min(2 * delay, _LONGEST_RETRY)
            try:
                await self._store.commit(taken.journal)
            except StoreUnavailable as error:
                reason = self.trouble = str(error)
            else:
                break
        self.trouble = ""
        self._report("store available again", "")
        self._open.set()
