"""Full-text search: an index in a file of its own, which can be thrown away and is made anew from the history.

It follows the history at a short distance, in its own transactions, so that no message waits for it. Trigrams: any
three characters in a row are found, inside words and in languages that put no spaces between them. What is shorter is
looked for in the latest messages one by one.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from ircwire.source import parse_source
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.history import Query
from trialogue_server.store.records import direct_masks
from trialogue_server.world.events import Event, MessagePosted, MultilinePosted

INDEX_NAME = "search.db"
"""What it is called in the data directory."""

_SCHEMA = """
CREATE VIRTUAL TABLE IF NOT EXISTS messages USING fts5 (
    text, conversation UNINDEXED, sender UNINDEXED, tokenize = 'trigram'
);
CREATE TABLE IF NOT EXISTS progress (indexed_id INTEGER NOT NULL);
"""
_SHORTEST = 3
"""Characters of a trigram."""

_LOOKED_THROUGH = 20_000
"""Messages that are looked through for a shorter text."""


class SearchIndex:
    """The index. Everything blocks, and one thread at a time may use it."""

    def __init__(self, path: Path, fold: Callable[[str], str]) -> None:
        """Open or make the index; one that cannot be read is made anew. `fold` is that of nicks."""
        self._fold = fold
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError:
            for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
                with suppress(FileNotFoundError):
                    name.unlink()
            self._connection = _open(path)

    @property
    def indexed_id(self) -> int:
        """The id of the last event that was looked at. Raises StoreUnavailable."""
        try:
            (last,) = self._connection.execute("SELECT max(indexed_id) FROM progress").fetchone()
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error
        return int(last or 0)

    def add(self, events: Sequence[tuple[str, Event]]) -> None:
        """Take in events in order, each with its conversation. Raises StoreUnavailable."""
        rows = [
            (event.id, event.text, conversation, self._fold(parse_source(event.source).nick))
            for conversation, event in events
            if isinstance(event, (MessagePosted, MultilinePosted))
        ]
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            insert = "INSERT OR REPLACE INTO messages (rowid, text, conversation, sender) VALUES (?, ?, ?, ?)"
            self._connection.executemany(insert, rows)
            execute("DELETE FROM progress")
            execute("INSERT INTO progress VALUES (?)", (events[-1][1].id,))
            execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            raise StoreUnavailable(str(error)) from error

    def remove(self, ids: Sequence[int]) -> None:
        """Forget messages. Raises StoreUnavailable."""
        try:
            self._connection.executemany("DELETE FROM messages WHERE rowid = ?", [(one,) for one in ids])
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error

    def forget(self, identity: str) -> None:
        """Forget somebody's direct messages. Raises StoreUnavailable."""
        one, other = direct_masks(identity)
        query = "DELETE FROM messages WHERE conversation LIKE ? ESCAPE '\\' OR conversation LIKE ? ESCAPE '\\'"
        try:
            self._connection.execute(query, (one, other))
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error

    def find(self, query: Query) -> list[int]:
        """Return the ids of the latest messages that fit, newest first. Raises StoreUnavailable."""
        long = [word for word in query.words if len(word) >= _SHORTEST]
        short = [word for word in query.words if len(word) < _SHORTEST]
        where = ["rowid > ?", "rowid < ?", f"conversation IN ({','.join('?' * len(query.conversations))})"]
        values: list[object] = [query.after, query.before, *query.conversations]
        for conversation, since in query.since:
            where.append("NOT (conversation = ? AND rowid < ?)")
            values += [conversation, since]
        if query.sender:
            where.append("sender = ?")
            values.append(query.sender)
        if long:
            where.append("messages MATCH ?")
            values.append(" AND ".join(_quoted(word) for word in long))
        elif short:
            where.append("rowid IN (SELECT rowid FROM messages ORDER BY rowid DESC LIMIT ?)")
            values.append(_LOOKED_THROUGH)
        for word in short:
            where.append("instr(lower(text), lower(?))")
            values.append(word)
        sql = f"SELECT rowid FROM messages WHERE {' AND '.join(where)} ORDER BY rowid DESC LIMIT ?"  # noqa: S608
        try:
            return [one for (one,) in self._connection.execute(sql, (*values, query.limit))]
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _undo(self) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.executescript(_SCHEMA)
    with suppress(sqlite3.OperationalError):  # from SQLite 3.42 on; before, traces go when the index is merged
        connection.execute("INSERT INTO messages (messages, rank) VALUES ('secure-delete', 1)")
    return connection


def _quoted(word: str) -> str:
    """A string in FTS5's language: everything in it is literal."""
    return '"' + word.replace('"', '""') + '"'
