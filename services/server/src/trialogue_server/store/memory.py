"""A store that keeps only the last events, in memory: for servers without history, and for tests."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from trialogue_server.store.retention import Retention
from trialogue_server.world.events import Event
from trialogue_server.world.history import Found, Page, Query, Target
from trialogue_server.world.spans import Spans


class MemoryStore:
    """Keeps the last `size` events."""

    def __init__(self, size: int = 1000) -> None:
        self.events: deque[Event] = deque(maxlen=size)

    @property
    def last_id(self) -> int:
        """The greatest event id ever committed; 0 if there is none."""
        return self.events[-1].id if self.events else 0

    def restore(self) -> Iterator[Event]:
        """Return nothing: no records are kept."""
        return iter(())

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick. Never waits, so it costs the tick no trip through the scheduler."""
        self.events.extend(batch)

    def check(self) -> None:
        """Do nothing: nothing is kept anyway."""

    async def page(self, page: Page) -> list[Event]:
        """Return nothing: there is no history."""
        return []

    async def find(self, conversation: str, event_id: int) -> Event | None:
        """Return None: there is no history."""
        return None

    async def search(self, query: Query, identity: str) -> Found:
        """Return nothing: there is no history."""
        return Found()

    async def maintain(self, retention: Callable[[], Retention]) -> None:
        """Do nothing."""

    async def targets(
        self, conversations: Sequence[tuple[str, Spans]], identity: str, *, after: int, before: int, limit: int
    ) -> list[Target]:
        """Return nothing: there is no history."""
        return []

    async def sizes(self, conversations: Sequence[str]) -> dict[str, int]:
        """Return 0 for each conversation."""
        return dict.fromkeys(conversations, 0)

    async def aclose(self) -> None:
        """Do nothing."""
