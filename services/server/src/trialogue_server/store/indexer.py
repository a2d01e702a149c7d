"""Keeps the search index up to date with the history, and searches it, in a worker thread."""

from collections.abc import Mapping, Sequence
from functools import partial

import trio

from trialogue_server.store.fair_queue import FairQueue
from trialogue_server.store.queries import read_messages_after
from trialogue_server.store.read_connections import ReadConnections
from trialogue_server.store.search_index import Search, SearchIndex
from trialogue_server.world.history import Query
from trialogue_server.world.spans import Spans

INDEXED_AT_ONCE = 1000
_BUSY = 200
"""Events in one period from which on indexing waits."""

_MANY = 50_000
"""Events for which indexing waits no longer."""


class Indexer:
    """The index and the thread that uses it."""

    def __init__(self, index: SearchIndex, history: ReadConnections) -> None:
        """`history` is what is indexed."""
        self.index = index
        self._history = history
        self._limiter = trio.CapacityLimiter(1)
        self._searches = FairQueue()
        self._unindexed = 0

    def has_time(self, fresh: int) -> bool:
        """Return whether to index now, with so many new events since the last call.

        Indexing costs as much as delivering to a hundred people: while the server is busy, delivering comes first. A
        search catches up in any case, so not too much may be left to it.
        """
        self._unindexed += fresh
        if fresh > _BUSY and self._unindexed < _MANY:
            return False
        self._unindexed = 0
        return True

    async def catch_up(self) -> None:
        """Index what is new in history. Each step is short, so that a search can come between.

        Raises StoreUnavailable.
        """
        while await trio.to_thread.run_sync(self._index_some, limiter=self._limiter):
            pass

    def _index_some(self) -> bool:
        """Index the next events; return whether there may be more."""
        query = partial(read_messages_after, event_id=self.index.indexed_id, limit=INDEXED_AT_ONCE)
        events = self._history.query(query)
        if events:
            self.index.add(events)
        return len(events) == INDEXED_AT_ONCE

    async def remove(self, event_ids: Sequence[int]) -> None:
        """Remove what is deleted from history. Raises StoreUnavailable."""
        await trio.to_thread.run_sync(self.index.remove, event_ids, limiter=self._limiter)

    async def search(self, query: Query, places: Mapping[int, Spans]) -> Search:
        """Return the results of one search. Those who ask take turns. Raises StoreUnavailable."""
        async with self._searches.turn(query.asker):
            return await trio.to_thread.run_sync(self.index.search, query, places, limiter=self._limiter)

    async def aclose(self) -> None:
        """Close the index."""
        await trio.to_thread.run_sync(self.index.close, limiter=self._limiter)
