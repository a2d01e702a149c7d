"""The durable store: the database, from worker threads."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import trio

from trialogue_server.store.database import RECORDS, Database
from trialogue_server.store.history import HISTORY, Page, Target
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.reading import read_event, read_page, read_targets
from trialogue_server.world.events import Event, VisitNoted

T = TypeVar("T")

_READERS = 4
"""Pages that are read at the same time."""


class SqliteStore:
    """Implements `store.base.Store`: one thread writes at a time, a few read."""

    def __init__(self, database: Database, lock: DirectoryLock, *, keeps_history: bool) -> None:
        """`lock` is held until the store is closed."""
        self._database = database
        self._lock = lock
        self._lasting = RECORDS | HISTORY.keys() if keeps_history else RECORDS - {VisitNoted}
        self._writer = trio.CapacityLimiter(1)
        self._readers = trio.CapacityLimiter(_READERS)

    @property
    def last_id(self) -> int:
        """The greatest event id ever committed; 0 if there is none. Raises StoreBroken."""
        return self._database.last_id

    def restore(self) -> Iterator[Event]:
        """Return the events that put the lasting records in place again. Raises StoreBroken."""
        return self._database.restore()

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick, or none. Raises StoreUnavailable."""
        lasting = [event for event in batch if type(event) in self._lasting]
        if lasting:
            await trio.to_thread.run_sync(self._database.write, lasting, limiter=self._writer)

    async def page(self, page: Page) -> list[Event]:
        """Return a part of a conversation. Raises StoreUnavailable."""
        return await self._read(partial(read_page, page=page))

    async def find(self, event_id: int) -> Event | None:
        """Return one event of history, if it is there. Raises StoreUnavailable."""
        return await self._read(partial(read_event, event_id=event_id))

    async def targets(
        self, conversations: list[str], identity: str, *, after: int, before: int, limit: int
    ) -> list[Target]:
        """Return which of these conversations, and of the identity's direct ones, were last spoken in between two ids.

        Raises StoreUnavailable.
        """
        query = partial(
            read_targets, conversations=conversations, identity=identity, after=after, before=before, limit=limit
        )
        return await self._read(query)

    async def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        return await trio.to_thread.run_sync(self._database.read, query, limiter=self._readers)

    async def aclose(self) -> None:
        """Wait for what is under way, and close the database."""
        await trio.to_thread.run_sync(self._database.close, limiter=self._writer)
        self._lock.release()
