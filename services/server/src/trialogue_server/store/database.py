"""The database itself: one SQLite file, written by one connection, one transaction for each tick. Everything blocks.

The write-ahead log lets readers go on meanwhile. `durability` says what a committed tick survives: "full" waits until
the disk has it (power loss), "process" only until the system has it (a crash of the server).
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from trialogue_server.store.audit import expire_audit
from trialogue_server.store.base import StoreBroken, StoreUnavailable
from trialogue_server.store.history import HISTORY, conversation_of, is_message
from trialogue_server.store.migrate import migrate
from trialogue_server.store.readers import Readers
from trialogue_server.store.records import DROPPINGS, ERASURES, SAVINGS, end_visits, forget_account
from trialogue_server.world.events import AccountDropped, ChannelRenamed, Event, OperatorActed

T = TypeVar("T")
Durability = Literal["full", "process"]

FILE_NAME = "trialogue.db"
"""What it is called in the data directory."""

RECORDS = frozenset([*SAVINGS, *DROPPINGS, *ERASURES, ChannelRenamed, OperatorActed])
"""Types of events that are kept whether or not there is history."""

_ROWS_AT_ONCE = 32
_INSERT = [
    ",".join(["INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?)", *["(?, ?, ?, ?)"] * more])
    for more in range(_ROWS_AT_ONCE)
]
"""For each number of rows beyond the first: one statement for many takes half as long as one for each."""

_WAL_SIZE = 16 * 1024 * 1024
"""Bytes that the write-ahead log has from the start. To wait for a write into a file that grows takes twice as long as
for one that does not, since the file system must note the new length too. PostgreSQL does the same.
"""

_WAL_PAGES = 1_000
"""About so many pages of it are worth moving into the database."""

_WAL_PAGES_OF_A_TICK, _ROWS_OF_A_PAGE = 3, 6
"""How many are taken, about."""

_WAL_PAGES_AT_MOST = 16_000
"""From here on the writer does that itself, and everybody waits."""

_sync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)
_encode = msgspec.msgpack.Encoder().encode


class Database:
    """Keeps events and records in one file."""

    def __init__(self, path: Path, *, durability: Durability, fold: Callable[[str], str]) -> None:
        """Open the database, making or migrating it. Raises StoreBroken.

        `fold` makes one name of the ways in which a room's name may be written.
        """
        self.path = path
        self.fold = fold
        self._conversations: dict[str, int] = {}
        """Numbers that were looked up already."""
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        except sqlite3.Error as error:
            raise StoreBroken(_explain(error, path)) from error
        try:
            self._prepare(durability)
        except (sqlite3.Error, OSError) as error:
            self._connection.close()
            raise StoreBroken(_explain(error, path)) from error
        except StoreBroken:
            self._connection.close()
            raise
        self._readers = Readers(path)
        self.needs_sync = durability == "full"
        """Must `sync` follow before anybody may see what was written?"""
        self._log = path.with_name(f"{path.name}-wal").open("r+b", buffering=0)
        if self.needs_sync:
            self._lengthen_log()
        self._unmoved = 0
        """About how many pages were written since the log was last moved into the database."""

    def _prepare(self, durability: Durability) -> None:
        execute = self._connection.execute
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = FULL")
        execute("PRAGMA foreign_keys = ON")
        execute("PRAGMA cache_size = -16000")
        execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES_AT_MOST}")
        migrate(self._connection, self.path)
        execute("PRAGMA synchronous = NORMAL")  # from here on `sync` does it, in its own time

    def _lengthen_log(self) -> None:
        """Nobody writes yet. Where the log ends is said by its checksums, so what is behind that means nothing."""
        size = self._log.seek(0, os.SEEK_END)
        try:
            while (missing := _WAL_SIZE - self._log.tell()) > 0:
                self._log.write(bytes(min(missing, 1024 * 1024)))
            os.fsync(self._log.fileno())
        except OSError:  # there is no room for it, and it can do without
            self._log.truncate(size)

    def close(self) -> None:
        """Let go of the file. Nobody may be reading any more."""
        self._log.close()
        self._readers.close()
        self._connection.close()

    @property
    def last_id(self) -> int:
        """The greatest event id ever written; 0 if there is none. Raises StoreBroken."""
        query = (
            "SELECT max(ifnull((SELECT max(id) FROM events), 0),"
            " ifnull((SELECT value FROM facts WHERE name = 'last_id'), 0))"
        )
        try:
            (last,) = self._connection.execute(query).fetchone()
        except sqlite3.Error as error:
            raise StoreBroken(_explain(error, self.path)) from error
        return int(last)

    def restore(self) -> Iterator[Event]:
        """Return the events that put the lasting records in place again, with the greatest id. Raises StoreBroken."""
        last = self.last_id
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            end_visits(self._connection, last)
            self._connection.execute("COMMIT")
            for saving in SAVINGS.values():
                decoder = msgspec.msgpack.Decoder(saving.record)
                rows = self._connection.execute("SELECT data FROM records WHERE kind = ? ORDER BY key", (saving.kind,))
                for (data,) in rows.fetchall():
                    yield saving.restored(last, decoder.decode(data))
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise StoreBroken(_explain(error, self.path)) from error

    def write(self, events: Sequence[Event]) -> None:
        """Keep all these events, or none. To write the same ones again does no harm.

        Raises StoreUnavailable.
        """
        self._transact(partial(self._write_all, events))

    def add(self, rows: Sequence[tuple[str, Event]]) -> None:
        """Put events into history, each with its conversation. Raises StoreUnavailable."""
        self._transact(partial(self._add_all, rows))

    def _add_all(self, rows: Sequence[tuple[str, Event]]) -> None:
        for conversation, event in rows:
            row = (event.id, self._number(conversation), is_message(event), _encode(event))
            self._connection.execute(_INSERT[0], row)

    def first_id(self, conversation: str) -> int:
        """Return the smallest id of a conversation; 0 if nothing is kept of it."""
        query = "SELECT min(events.id) FROM events JOIN conversations ON conversations.id = conversation WHERE name = ?"
        (first,) = self._connection.execute(query, (conversation,)).fetchone()
        return int(first or 0)

    def record(self, kind: str, fits: Callable[[str], bool]) -> tuple[str, bytes] | None:
        """Return key and content of the record of this kind whose key fits, if there is one."""
        rows = self._connection.execute("SELECT key, data FROM records WHERE kind = ?", (kind,))
        return next(((key, data) for key, data in rows if fits(key)), None)

    def put_record(self, kind: str, key: str, record: msgspec.Struct) -> None:
        """Replace a record. Raises StoreUnavailable."""
        query, row = "INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (kind, key, _encode(record))
        self._transact(lambda: self._connection.execute(query, row))

    def delete(self, event_ids: Sequence[int]) -> None:
        """Take events out of history. Raises StoreUnavailable."""
        self._transact(partial(self._delete_all, event_ids))

    def settle(self, removals: Sequence[int]) -> None:
        """Note that the search index has let go of these messages. Raises StoreUnavailable."""
        rows = [(one,) for one in removals]
        self._transact(lambda: self._connection.executemany("DELETE FROM removals WHERE id = ?", rows))

    def expire_audit(self, *, now: float, days: int, entries: int) -> None:
        """Delete what of the audit log is to be kept no longer. Raises StoreUnavailable."""
        self._transact(partial(expire_audit, self._connection, now=now, days=days, entries=entries))

    def _transact(self, act: Callable[[], object]) -> None:
        """Do all of it, or nothing. Raises StoreUnavailable."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            act()
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._undo()
            if isinstance(error, sqlite3.Error):
                raise StoreUnavailable(str(error)) from error
            raise

    def sync(self) -> None:
        """Wait until the disk has what was written. Raises StoreUnavailable.

        This is all that SQLite itself would do after each commit with synchronous = FULL; apart from the commit, it can
        be waited for in a thread that holds nothing else up.
        """
        try:
            _sync(self._log.fileno())
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    def _undo(self) -> None:
        """Leave no transaction open, and no conversation known that was not committed."""
        self._conversations.clear()
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # a full disk has ended it already
                self._connection.execute("ROLLBACK")

    def _delete_all(self, event_ids: Sequence[int]) -> None:
        """Ids must not be given out again, whatever is deleted."""
        self._connection.execute("INSERT OR REPLACE INTO facts VALUES ('last_id', ?)", (self.last_id,))
        self._connection.executemany("DELETE FROM events WHERE id = ?", [(one,) for one in event_ids])

    def _write_all(self, events: Sequence[Event]) -> None:
        """What happened before a channel was renamed must be there when it is, and what happened after must not."""
        renamings = [place for place, event in enumerate(events, start=1) if type(event) is ChannelRenamed]
        for begin, end in pairwise([0, *renamings, len(events)]):
            if begin < end:
                self._write_part(events[begin:end])

    def _write_part(self, events: Sequence[Event]) -> None:
        """History comes first, so that what takes something out of it finds it there."""
        rows = [
            (event.id, self._number(conversation), is_message(event), _encode(event))
            for event in events
            if type(event) in HISTORY and (conversation := conversation_of(event, self.fold))
        ]
        for place in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[place : place + _ROWS_AT_ONCE]
            self._connection.execute(_INSERT[len(some) - 1], list(chain.from_iterable(some)))
        if not RECORDS.isdisjoint(map(type, events)):
            for event in events:
                if type(event) in RECORDS:
                    self._write_record(event)
        last = max(event.id for event in events)
        self._unmoved += _WAL_PAGES_OF_A_TICK + len(rows) // _ROWS_OF_A_PAGE
        if not rows or rows[-1][0] < last:  # else the newest row says it
            self._connection.execute("INSERT OR REPLACE INTO facts VALUES ('last_id', ?)", (last,))

    def _write_record(self, event: Event) -> None:
        execute, kind = self._connection.execute, type(event)
        if kind in SAVINGS:
            saving = SAVINGS[kind]
            key, record = saving.key(event), getattr(event, event.__struct_fields__[-1])
            if key and saving.tells(record):
                execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (saving.kind, key, _encode(record)))
            elif key:
                execute("DELETE FROM records WHERE kind = ? AND key = ?", (saving.kind, key))
        elif kind in ERASURES:
            execute("DELETE FROM events WHERE id = ?", (ERASURES[kind](event),))
        elif isinstance(event, OperatorActed):
            execute("INSERT OR REPLACE INTO audit VALUES (?, ?)", (event.id, _encode(event)))
        elif isinstance(event, ChannelRenamed):
            self._rename(self.fold(event.channel), self.fold(event.name))
        else:
            dropping = DROPPINGS[kind]
            execute("DELETE FROM records WHERE kind = ? AND key = ?", (dropping.kind, dropping.key(event)))
        if isinstance(event, AccountDropped):
            forget_account(self._connection, event.name)

    def _rename(self, old: str, new: str) -> None:
        """Let a conversation go by another name.

        What was said before under the new one was said in a room that is no more. It must not become readable by those
        who take its name, so it is set aside under a name that no room can have.
        """
        if old == new:
            return
        number, other = self._find(old), self._find(new)
        renamed = "UPDATE conversations SET name = ? WHERE id = ?"
        if other is not None:
            self._connection.execute(renamed, (f"{new}\n{other}", other))
            del self._conversations[new]
        if number is not None:
            self._connection.execute(renamed, (new, number))
            self._conversations[new] = self._conversations.pop(old)

    def _find(self, conversation: str) -> int | None:
        number = self._conversations.get(conversation)
        if number is None:
            row = self._connection.execute("SELECT id FROM conversations WHERE name = ?", (conversation,)).fetchone()
            if row is not None:
                number = self._conversations[conversation] = int(row[0])
        return number

    def _number(self, conversation: str) -> int:
        number = self._find(conversation)
        if number is None:
            cursor = self._connection.execute("INSERT INTO conversations (name) VALUES (?)", (conversation,))
            number = self._conversations[conversation] = int(cursor.lastrowid or 0)
        return number

    @property
    def has_long_log(self) -> bool:
        """Is it worth moving what was written into the database?"""
        return self._unmoved >= _WAL_PAGES

    def checkpoint(self) -> int:
        """Move what was written into the database; may be called beside `write`.

        Returns how many pages are left, since they were written meanwhile. Once none are, the log is written from its
        beginning again.
        """
        self._unmoved = 0
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return int(pages - moved)
        return 0  # it is tried again

    def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Answer a query from `store.reading`. May be called from any thread. Raises StoreUnavailable."""
        return self._readers.read(query)


def _explain(error: Exception, path: Path) -> str:
    text = str(error)
    if "locked" in text:
        return f"Another program uses {path}: stop it, or give this server a --data-dir of its own."
    if "not a database" in text or "malformed" in text or isinstance(error, msgspec.MsgspecError):
        return f"{path} is damaged ({text}): put a backup in its place, or move it away to start anew."
    return f"{path} cannot be opened ({text}): check that the directory exists and that this user may write there."
