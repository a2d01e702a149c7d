"""A store that forgets: the last events, in memory. For servers without history, and for tests."""

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
        """Nothing lasts."""
        return iter(())

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick. Never waits, so it costs the tick no trip through the scheduler."""
        self.events.extend(batch)

    def check(self) -> None:
        """Nothing is kept anyway."""

    async def page(self, page: Page) -> list[Event]:
        """Nothing is remembered."""
        return []

    async def find(self, conversation: str, event_id: int) -> Event | None:
        """Nothing is remembered."""
        return None

    async def search(self, query: Query, identity: str) -> Found:
        """Nothing is remembered."""
        return Found()

    async def maintain(self, retention: Callable[[], Retention]) -> None:
        """Nothing needs to be done."""

    async def targets(
        self, conversations: Sequence[tuple[str, Spans]], identity: str, *, after: int, before: int, limit: int
    ) -> list[Target]:
        """Nothing is remembered."""
        return []

    async def sizes(self, conversations: Sequence[str]) -> dict[str, int]:
        """Nothing is remembered."""
        return dict.fromkeys(conversations, 0)

    async def aclose(self) -> None:
        """Nothing is held."""
