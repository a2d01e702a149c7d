"""Stores for tests: one whose commits end when a test says so, and one that reads a database without waiting."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar
from weakref import finalize

import trio

from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.database import Database
from trialogue_server.store.memory import MemoryStore
from trialogue_server.store.queries import (
    read_event_of,
    read_events,
    read_messages_after,
    read_page,
    read_places,
    read_sizes,
    read_targets,
)
from trialogue_server.store.records import direct_conversations
from trialogue_server.store.search_index import SearchIndex
from trialogue_server.world.events import Event
from trialogue_server.world.history import Found, Page, Query, Target
from trialogue_server.world.spans import Spans

T = TypeVar("T")


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to the end what never waits."""
    try:
        coroutine.send(None)
    except StopIteration as result:
        value: T = result.value
        return value
    raise AssertionError("a simulated server's store waits for nothing")


class KeptStore(MemoryStore):
    """Reads a database, where the store of a running server has threads do it."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._index: SearchIndex | None = None

    async def page(self, page: Page) -> list[Event]:
        return self._database.readers.query(partial(read_page, page=page))

    async def find(self, conversation: str, event_id: int) -> Event | None:
        return self._database.readers.query(partial(read_event_of, conversation=conversation, event_id=event_id))

    async def search(self, query: Query, identity: str) -> Found:
        database, index = self._database, self._caught_up()
        direct = database.readers.query(partial(direct_conversations, identity=identity)) if identity else []
        query = query._replace(conversations=(*query.conversations, *direct))
        places = database.readers.query(partial(read_places, query=query))
        search = index.search(query, places)
        found = Found(database.readers.query(partial(read_events, event_ids=search.found, places=places)))
        found.cut = search.came_to if search.is_cut else None
        return found

    async def targets(
        self, conversations: Sequence[tuple[str, Spans]], identity: str, *, after: int, before: int, limit: int
    ) -> list[Target]:
        query = partial(
            read_targets, conversations=conversations, identity=identity, after=after, before=before, limit=limit
        )
        return self._database.readers.query(query)

    async def sizes(self, conversations: Sequence[str]) -> dict[str, int]:
        return self._database.readers.query(partial(read_sizes, conversations=conversations))

    def close(self) -> None:
        """Let go of what searching needed."""
        if self._index is not None:
            self._index.close()

    def _caught_up(self) -> SearchIndex:
        if self._index is None:
            self._index = SearchIndex(self._database.path.with_name("search.db"), fold=str.lower)
            finalize(self, self._index.close)  # most tests know nothing of the index, and leave it to nobody
        if events := self._database.readers.query(
            partial(read_messages_after, event_id=self._index.indexed_id, limit=1000)
        ):
            self._index.add(events)
        return self._index


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
