"""A store whose commits end when a test says so, and as it says."""

from collections.abc import Callable, Sequence

import trio

from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.memory import MemoryStore
from trialogue_server.world.events import Event


class ManualStore(MemoryStore):
    """Keeps events in memory. Commits succeed at once until `hold` or `fail`."""

    def __init__(self) -> None:
        super().__init__()
        self.committed: list[Event] = []
        self.attempts: list[tuple[Event, ...]] = []
        self.is_closed = False
        self.on_commit: Callable[[], None] = lambda: None
        """Called when a commit begins."""
        self._error = ""
        self._let_go = trio.Event()
        self._let_go.set()

    def hold(self) -> None:
        """Let commits begin and not end."""
        if self._let_go.is_set():
            self._let_go = trio.Event()

    def release(self) -> None:
        """Let the commits that wait end, and those that come."""
        self._let_go.set()

    def fail(self, error: str) -> None:
        """Let commits fail; with "" they succeed again."""
        self._error = error

    async def commit(self, batch: Sequence[Event]) -> None:
        self.attempts.append(tuple(batch))
        self.on_commit()
        await self._let_go.wait()
        if self._error:
            raise StoreUnavailable(self._error)
        self.committed.extend(batch)

    async def aclose(self) -> None:
        self.is_closed = True
