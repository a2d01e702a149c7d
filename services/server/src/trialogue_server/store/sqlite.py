"""The durable store: runs the database in worker threads where it has to wait."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from typing import TypeVar

import trio

from trialogue_server.obs.logs import get_logger
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.database_writer import DatabaseWriter
from trialogue_server.store.indexer import INDEXED_AT_ONCE, Indexer
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.queries import (
    read_event_of,
    read_events,
    read_page,
    read_places,
    read_removals,
    read_sizes,
    read_targets,
)
from trialogue_server.store.records import ERASURES, direct_conversations
from trialogue_server.store.retention import Expiry, Retention
from trialogue_server.store.rows import RECORDS
from trialogue_server.world.events import AccountDropped, ChannelForgotten, Event, GuestForgotten, VisitNoted
from trialogue_server.world.history import HISTORY, Found, Page, Query, Target, is_passing
from trialogue_server.world.spans import Spans

T = TypeVar("T")

_MAINTENANCE_PERIOD = 1.0
"""Seconds by which the index may be behind."""

_ROUNDS, _FEW_PAGES = 3, 200
"""How often the log is checkpointed beside writers, and how few pages are left for them to wait for."""

_EXPIRED_AT_ONCE = 2_000
_DELETED_AT_ONCE = 100
_PAUSE = 0.02
"""Events that are looked up, and that are deleted, at once, and seconds until the next."""

_PERIODS_OF_RETENTION = 60
"""Periods between two checks of retention."""

_DELETING = frozenset([*ERASURES, AccountDropped, ChannelForgotten, GuestForgotten])
"""Types of events that delete something from history."""

_READERS = 4
"""Pages that are read at the same time."""


class SqliteStore:
    """Implements `store.base.Store`: one thread writes at a time, a few read."""

    def __init__(
        self, writer: DatabaseWriter, indexer: Indexer | None, lock: DirectoryLock, *, keeps_history: bool
    ) -> None:
        """`lock` is held until the store is closed; without an indexer nothing is found."""
        self._writer = writer
        self._database = writer.database
        self._indexer = indexer
        self._lock = lock
        self._lasting = RECORDS | HISTORY.keys() if keeps_history else RECORDS - {VisitNoted}
        self._seen_id = self._database.last_id
        """The greatest id that is safe, so that people may see it."""
        self._fresh = 0
        self._expiry = Expiry(self._database.fold)
        self._has_removals = True
        """Whether the index may have messages that are deleted from history."""
        self._readers = trio.CapacityLimiter(_READERS)

    @property
    def last_id(self) -> int:
        """The greatest event id ever committed; 0 if there is none. Raises StoreBroken."""
        return self._database.last_id

    def restore(self) -> Iterator[Event]:
        """Return the events that restore the records. Raises StoreBroken."""
        return self._database.restore()

    async def commit(self, batch: Sequence[Event]) -> None:
        """Keep all events of one tick, or none. Raises StoreUnavailable."""
        lasting = [event for event in batch if type(event) in self._lasting and not is_passing(event)]
        if lasting:
            self._fresh += len(lasting)
            await self._writer.write(lasting)
        self.check()
        if lasting:
            self._has_removals |= not _DELETING.isdisjoint(map(type, lasting))
            self._seen_id = max(self._seen_id, lasting[-1].id)

    def check(self) -> None:
        """Raise StoreUnavailable if what is written would be lost: the database was deleted or replaced."""
        self._database.files.check()

    async def _clean_index(self) -> None:
        """Remove from the index what is deleted from history. Raises StoreUnavailable, and is then to be tried again.

        Nobody waits for it: only what is in history is found. What remains to be removed is stored with the history, so
        it goes on after a crash.
        """
        while self._has_removals:
            self._has_removals = False  # until somebody deletes something meanwhile
            try:
                removals = await self._query(partial(read_removals, limit=INDEXED_AT_ONCE))
                await self._let_go(removals)
            except BaseException:
                self._has_removals = True
                raise
            self._has_removals |= bool(removals)

    async def _try_to_clean_index(self) -> None:
        try:
            await self._clean_index()
        except StoreUnavailable as error:
            get_logger().error("the search index cannot forget what was deleted; it is tried again", reason=str(error))

    async def _let_go(self, removals: Sequence[int]) -> None:
        if self._indexer is not None:
            await self._indexer.remove(removals)
        async with self._writer.turn:
            self._database.settle(removals)

    async def expire(self, retention: Retention) -> None:
        """Delete expired history, some at a time. Raises StoreUnavailable."""
        async with self._writer.turn:
            self._database.expire_audit(
                now=retention.now,
                days=retention.audit_days,
                entries=retention.audit_entries,
                times=retention.times,
            )
        query = partial(self._expiry.read, retention=retention, limit=_EXPIRED_AT_ONCE)
        while expired := await self._query(query):
            for begin in range(0, len(expired), _DELETED_AT_ONCE):
                some = expired[begin : begin + _DELETED_AT_ONCE]
                async with self._writer.turn:
                    self._database.delete(some)
                self._has_removals = True
                await trio.sleep(_PAUSE)
            async with self._writer.turn:
                self._database.tidy()
            await self._clean_index()

    async def page(self, page: Page) -> list[Event]:
        """Return a page of a conversation. Raises StoreUnavailable."""
        page = page._replace(before=min(page.before, self._seen_id + 1))  # what is written may not be safe yet
        return await self._query(partial(read_page, page=page))

    async def find(self, conversation: str, event_id: int) -> Event | None:
        """Return one event of a conversation, if it is there. Raises StoreUnavailable."""
        return await self._query(partial(read_event_of, conversation=conversation, event_id=event_id))

    async def search(self, query: Query, identity: str) -> Found:
        """Return the latest messages that match, in order. Raises StoreUnavailable.

        The direct conversations of `identity` are searched as well; "" has none.
        """
        if self._indexer is None:
            return Found()
        await self._indexer.catch_up()
        if identity:
            direct = await self._query(partial(direct_conversations, identity=identity))
            query = query._replace(conversations=(*query.conversations, *direct))
        query = query._replace(before=min(query.before, self._seen_id + 1))
        places = await self._query(partial(read_places, query=query))
        search = await self._indexer.search(query, places)
        found = Found(await self._query(partial(read_events, event_ids=search.found, places=places)))
        found.cut = search.came_to if search.is_cut else None
        return found

    async def maintain(self, retention: Callable[[], Retention]) -> None:
        """Keep the index close to the history and the write-ahead log short, and delete expired history, until
        cancelled.
        """
        for period in count():
            await self._try_to_clean_index()
            if period % _PERIODS_OF_RETENTION == 0:
                with suppress(StoreUnavailable):
                    await self.expire(retention())
            fresh, self._fresh = self._fresh, 0
            if self._indexer is not None and self._indexer.has_time(fresh):
                with suppress(StoreUnavailable):  # it is tried again
                    await self._indexer.catch_up()
            if self._database.log.is_long:
                await self._shorten_log()
            await trio.sleep(_MAINTENANCE_PERIOD)

    async def _shorten_log(self) -> None:
        """Checkpoint the log while people talk. The more often that is done, the less is left; at last they wait for a
        moment, so that the log begins anew and does not grow for ever.
        """
        left = 0
        for _ in range(_ROUNDS):
            left = await trio.to_thread.run_sync(self._database.log.checkpoint, limiter=self._readers)
            if left < _FEW_PAGES:
                break
        if left:
            await self._writer.checkpoint()

    async def targets(
        self, conversations: Sequence[tuple[str, Spans]], identity: str, *, after: int, before: int, limit: int
    ) -> list[Target]:
        """Return which of these conversations, and of the identity's direct ones, had their latest message between two
        ids.

        Only what the asker may read counts. Raises StoreUnavailable.
        """
        query = partial(
            read_targets, conversations=conversations, identity=identity, after=after, before=before, limit=limit
        )
        return await self._query(query)

    async def sizes(self, conversations: Sequence[str]) -> dict[str, int]:
        """Return how many bytes conversations take; 0 for those without messages. Raises StoreUnavailable."""
        return await self._query(partial(read_sizes, conversations=conversations))

    async def _query(self, query: Callable[[sqlite3.Connection], T]) -> T:
        return await trio.to_thread.run_sync(self._database.readers.query, query, limiter=self._readers)

    async def aclose(self) -> None:
        """Wait for what is under way, and close the database."""
        await self._try_to_clean_index()
        await self._writer.aclose()
        if self._indexer is not None:
            await self._indexer.aclose()
        self._lock.release()
