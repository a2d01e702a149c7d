"""The database itself: one SQLite file, written by one connection, one transaction for each tick. Everything blocks.

The write-ahead log lets readers go on meanwhile. `durability` says what a committed tick survives: "full" waits until
the disk has it (power loss), "process" only until the system has it (a crash of the server).
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from trialogue_server.store.base import StoreBroken, StoreUnavailable
from trialogue_server.store.history import HISTORY, conversation_of
from trialogue_server.store.migrate import migrate
from trialogue_server.store.records import DROPPINGS, ERASURES, SAVINGS
from trialogue_server.world.events import Event

T = TypeVar("T")
Durability = Literal["full", "process"]

RECORDS = frozenset([*SAVINGS, *DROPPINGS, *ERASURES])
"""Types of events that are kept whether or not there is history."""

_SYNCHRONOUS: dict[Durability, str] = {"full": "FULL", "process": "NORMAL"}
_PATIENCE = 5.0
"""Seconds that a reader waits where the file is locked (a backup, say)."""

_encode = msgspec.msgpack.Encoder().encode


class Database:
    """Keeps events and records in one file."""

    def __init__(self, path: Path, *, durability: Durability, fold: Callable[[str], str]) -> None:
        """Open the database, making or migrating it. Raises StoreBroken.

        `fold` makes one name of the ways in which a room's name may be written.
        """
        self.path = path
        self._fold = fold
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
            self._prepare(durability)
        except (sqlite3.Error, OSError) as error:
            raise StoreBroken(_explain(error, path)) from error
        self._conversations = dict(self._connection.execute("SELECT name, id FROM conversations").fetchall())

    def _prepare(self, durability: Durability) -> None:
        execute = self._connection.execute
        execute("PRAGMA journal_mode = WAL")
        execute(f"PRAGMA synchronous = {_SYNCHRONOUS[durability]}")
        execute("PRAGMA foreign_keys = ON")
        execute("PRAGMA cache_size = -16000")
        migrate(self._connection)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @property
    def last_id(self) -> int:
        """The greatest event id ever written; 0 if there is none."""
        row = self._connection.execute("SELECT value FROM facts WHERE name = 'last_id'").fetchone()
        return int(row[0]) if row else 0

    def restore(self) -> Iterator[Event]:
        """Return the events that put the lasting records in place again."""
        for saving in SAVINGS.values():
            decoder = msgspec.msgpack.Decoder(saving.record)
            rows = self._connection.execute("SELECT data FROM records WHERE kind = ? ORDER BY key", (saving.kind,))
            for (data,) in rows.fetchall():
                yield saving.restored(decoder.decode(data))

    def write(self, events: Sequence[Event]) -> None:
        """Keep all these events, or none. Raises StoreUnavailable."""
        execute = self._connection.execute
        known = len(self._conversations)
        try:
            execute("BEGIN IMMEDIATE")
            for event in events:
                self._write_one(event)
            execute("INSERT OR REPLACE INTO facts VALUES ('last_id', ?)", (events[-1].id,))
            execute("COMMIT")
        except sqlite3.Error as error:
            self._undo(known)
            raise StoreUnavailable(str(error)) from error

    def _undo(self, known: int) -> None:
        """Leave no transaction open, and no conversation known that was not committed."""
        while len(self._conversations) > known:
            self._conversations.popitem()
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # a full disk has ended it already
                self._connection.execute("ROLLBACK")

    def _write_one(self, event: Event) -> None:
        execute = self._connection.execute
        saving, dropping = SAVINGS.get(type(event)), DROPPINGS.get(type(event))
        erased = ERASURES.get(type(event))
        if saving is not None:
            key = saving.key(event)
            if key:
                row = (saving.kind, key, _encode(getattr(event, event.__struct_fields__[-1])))
                execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", row)
        elif erased is not None:
            execute("DELETE FROM events WHERE id = ?", (erased(event),))
        elif dropping is not None:
            execute("DELETE FROM records WHERE kind = ? AND key = ?", (dropping.kind, dropping.key(event)))
        else:
            conversation = conversation_of(event, self._fold)
            if conversation:
                kept = (event.id, self._number(conversation), HISTORY[type(event)], _encode(event))
                execute("INSERT INTO events VALUES (?, ?, ?, ?)", kept)

    def _number(self, conversation: str) -> int:
        number = self._conversations.get(conversation)
        if number is None:
            cursor = self._connection.execute("INSERT INTO conversations (name) VALUES (?)", (conversation,))
            number = self._conversations[conversation] = int(cursor.lastrowid or 0)
        return number

    def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Answer a query from `store.reading`. May be called from any thread. Raises StoreUnavailable.

        Readers come and go with their own connections: opening one takes less than a page does.
        """
        try:
            with closing(sqlite3.connect(self.path, isolation_level=None, timeout=_PATIENCE)) as connection:
                return query(connection)
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error


def _explain(error: Exception, path: Path) -> str:
    text = str(error)
    if "locked" in text:
        return f"Another server uses {path}: stop it, or give this one a --data-dir of its own."
    if "not a database" in text or "malformed" in text:
        return f"{path} is damaged ({text}): put a backup in its place, or move it away to start anew."
    return f"{path} cannot be opened ({text}): check that the directory exists and that this user may write there."
