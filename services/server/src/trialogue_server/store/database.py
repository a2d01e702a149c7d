"""The database: one SQLite file, written by one connection, one transaction for each tick. Everything blocks.

The write-ahead log lets readers go on meanwhile. `durability` says what a committed tick survives: "full" waits until
the disk has it (power loss), "process" only until the operating system has it (a crash of the server).
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from trialogue_server.store.audit import expire_audit
from trialogue_server.store.base import StoreBroken, StoreUnavailable
from trialogue_server.store.database_files import OpenFiles, make_database_private, sidecar_files
from trialogue_server.store.deletion import forget_guests, tidy
from trialogue_server.store.migrations import migrate
from trialogue_server.store.read_connections import ReadConnections
from trialogue_server.store.records import SAVE_RULES, adopt_lives, end_visits
from trialogue_server.store.rows import Writer
from trialogue_server.store.wal import PAGES_AT_MOST, WriteAheadLog
from trialogue_server.world.events import Event
from trialogue_server.world.times import Times

T = TypeVar("T")
Durability = Literal["full", "process"]

FILE_NAME = "trialogue.db"
"""The name of the file in the data directory."""


class Database:
    """Keeps events and records in one file."""

    def __init__(self, path: Path, *, durability: Durability, fold: Callable[[str], str]) -> None:
        """Open the database, making or migrating it. Raises StoreBroken.

        `fold` folds the names of channels.
        """
        self.path = path
        self.fold = fold
        try:
            make_database_private(path)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        except (sqlite3.Error, OSError) as error:
            raise StoreBroken(_explain(error, path)) from error
        try:
            self._prepare(durability)
        except (sqlite3.Error, OSError) as error:
            self._connection.close()
            raise StoreBroken(_explain(error, path)) from error
        except StoreBroken:
            self._connection.close()
            raise
        self.readers = ReadConnections(path)
        self.needs_sync = durability == "full"
        """Whether `log.sync` must follow before anybody may see what was written."""
        self.log = WriteAheadLog(path, lengthen=self.needs_sync)
        self._writer = Writer(self._connection, fold)
        self.files = OpenFiles((path, *sidecar_files(path)))
        """To be checked after each write, before anybody sees it."""

    def _prepare(self, durability: Durability) -> None:
        execute = self._connection.execute
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = FULL")
        execute("PRAGMA foreign_keys = ON")
        execute("PRAGMA cache_size = -16000")
        execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        execute(f"PRAGMA wal_autocheckpoint = {PAGES_AT_MOST}")
        migrate(self._connection, self.path)
        execute("PRAGMA synchronous = NORMAL")  # from here on `log.sync` does it, in its own time

    def close(self) -> None:
        """Close the file. Nobody may be reading any more."""
        self.log.close()
        self.readers.close()
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
        """Return the events that restore the records, with the greatest id. Raises StoreBroken."""
        last = self.last_id
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._keep_last_id(last)  # the newest may be what guests said to each other
            end_visits(self._connection, last)
            adopt_lives(self._connection, last)
            forget_guests(self._connection)
            self._writer.forget()
            self._connection.execute("COMMIT")
            for saving in SAVE_RULES.values():
                decoder = msgspec.msgpack.Decoder(saving.record)
                rows = self._connection.execute("SELECT data FROM records WHERE kind = ? ORDER BY key", (saving.kind,))
                for (data,) in rows.fetchall():
                    yield saving.restored(last, decoder.decode(data))
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise StoreBroken(_explain(error, self.path)) from error

    def write(self, events: Sequence[Event]) -> None:
        """Write all these events, or none. Writing the same events again is harmless.

        Raises StoreUnavailable.
        """
        self._transact(lambda: self.log.grew(self._writer.write(events)))

    def add(self, rows: Sequence[tuple[str, Event]]) -> None:
        """Add events to history, each with its conversation. Raises StoreUnavailable."""
        self._transact(partial(self._writer.add, rows))

    def first_id(self, conversation: str) -> int:
        """Return the smallest id of a conversation; 0 if nothing is kept of it."""
        query = "SELECT min(events.id) FROM events JOIN conversations ON conversations.id = conversation WHERE name = ?"
        (first,) = self._connection.execute(query, (conversation,)).fetchone()
        return int(first or 0)

    def record(self, kind: str, fits: Callable[[str], bool]) -> tuple[str, bytes] | None:
        """Return key and content of the first record of this kind whose key fits, if there is one."""
        rows = self._connection.execute("SELECT key, data FROM records WHERE kind = ?", (kind,))
        return next(((key, data) for key, data in rows if fits(key)), None)

    def put_record(self, kind: str, key: str, record: msgspec.Struct) -> None:
        """Replace a record. Raises StoreUnavailable."""
        self._transact(partial(self._writer.put_record, kind, key, record))

    def delete(self, event_ids: Sequence[int]) -> None:
        """Delete events from history. Raises StoreUnavailable."""
        self._transact(partial(self._delete_all, event_ids))

    def tidy(self) -> None:
        """Delete conversations without events. Raises StoreUnavailable."""
        self._transact(lambda: tidy(self._connection))
        self._writer.forget()

    def settle(self, removals: Sequence[int]) -> None:
        """Note that the search index has removed these messages. Raises StoreUnavailable."""
        rows = [(one,) for one in removals]
        self._transact(lambda: self._connection.executemany("DELETE FROM removals WHERE id = ?", rows))

    def expire_audit(self, *, now: float, days: int, entries: int, times: Times | None = None) -> None:
        """Delete expired entries of the audit log. Raises StoreUnavailable."""
        self._transact(
            partial(expire_audit, self._connection, now=now, days=days, entries=entries, times=times or Times())
        )

    def _transact(self, act: Callable[[], object]) -> None:
        """Run `act` in one transaction. Raises StoreUnavailable."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            act()
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._undo()
            if isinstance(error, sqlite3.Error):
                raise StoreUnavailable(str(error)) from error
            raise

    def _undo(self) -> None:
        """Roll back an open transaction, and forget conversations that were not committed."""
        self._writer.forget()
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # a full disk has ended it already
                self._connection.execute("ROLLBACK")

    def _keep_last_id(self, last: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO facts VALUES ('last_id', ?)", (last,))

    def _delete_all(self, event_ids: Sequence[int]) -> None:
        """Delete events, and keep the greatest id: ids must not be given out again."""
        self._keep_last_id(self.last_id)
        self._connection.executemany("DELETE FROM events WHERE id = ?", [(one,) for one in event_ids])


def _explain(error: Exception, path: Path) -> str:
    text = str(error)
    if "locked" in text:
        return f"Another program uses {path}: stop it, or give this server a --data-dir of its own."
    if "not a database" in text or "malformed" in text or isinstance(error, msgspec.MsgspecError):
        return f"{path} is damaged ({text}): put a backup in its place, or move it away to start anew."
    return f"{path} cannot be opened ({text}): check that the directory exists and that this user may write there."
