"""Writes events as rows: one for each event of history; records are replaced. In the caller's transaction."""

import sqlite3
from collections.abc import Callable, Sequence
from itertools import chain, pairwise

import msgspec

from trialogue_server.store.deletion import forget_guest, forget_room
from trialogue_server.store.records import DROP_RULES, ERASURES, SAVE_RULES, forget_account
from trialogue_server.world.events import (
    AccountDropped,
    ChannelForgotten,
    ChannelRenamed,
    Event,
    GuestForgotten,
    OperatorActed,
)
from trialogue_server.world.history import HISTORY, conversation_of, is_message, parties_of

RECORDS = frozenset([*SAVE_RULES, *DROP_RULES, *ERASURES, ChannelRenamed, GuestForgotten, OperatorActed])
"""Types of events that are written whether or not history is kept."""

_ROWS_AT_ONCE = 32
_INSERT = [
    ",".join(["INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?)", *["(?, ?, ?, ?)"] * more])
    for more in range(_ROWS_AT_ONCE)
]
"""The statement for each number of rows: one statement for many takes half as long as one for each."""

_REMEMBERED = 10_000
"""Numbers of conversations that are cached."""

_encode = msgspec.msgpack.Encoder().encode


class Writer:
    """Writes events. Raises sqlite3.Error, as everything here does."""

    def __init__(self, connection: sqlite3.Connection, fold: Callable[[str], str]) -> None:
        """`fold` folds the names of channels."""
        self._connection = connection
        self._fold = fold
        self._conversations: dict[str, int] = {}
        """Numbers that were looked up already."""

    def forget(self) -> None:
        """Forget the cache: the transaction was rolled back."""
        self._conversations.clear()

    def write(self, events: Sequence[Event]) -> int:
        """Write these events, and return how many are history.

        What happened before a channel was renamed must be there when it is, and what happened after must not.
        """
        renamings = [place for place, event in enumerate(events, start=1) if type(event) is ChannelRenamed]
        rows = 0
        for begin, end in pairwise([0, *renamings, len(events)]):
            if begin < end:
                rows += self._write_part(events[begin:end])
        return rows

    def add(self, rows: Sequence[tuple[str, Event]]) -> None:
        """Add events to history, each with its conversation."""
        for conversation, event in rows:
            row = (event.id, self._number(conversation), is_message(event), _encode(event))
            self._connection.execute(_INSERT[0], row)

    def put_record(self, kind: str, key: str, record: msgspec.Struct) -> None:
        """Replace a record."""
        self._connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (kind, key, _encode(record)))

    def _write_part(self, events: Sequence[Event]) -> int:
        """Write history first, so that what deletes something of it finds it there."""
        rows = [
            (event.id, self._number(conversation), is_message(event), _encode(event))
            for event in events
            if type(event) in HISTORY and (conversation := conversation_of(event, self._fold))
        ]
        for place in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[place : place + _ROWS_AT_ONCE]
            self._connection.execute(_INSERT[len(some) - 1], list(chain.from_iterable(some)))
        if not RECORDS.isdisjoint(map(type, events)):
            for event in events:
                if type(event) in RECORDS:
                    self._write_record(event)
        last = max(event.id for event in events)
        if not rows or rows[-1][0] < last:  # else the newest row says it
            self._connection.execute("INSERT OR REPLACE INTO facts VALUES ('last_id', ?)", (last,))
        return len(rows)

    def _write_record(self, event: Event) -> None:
        execute, kind = self._connection.execute, type(event)
        if kind in SAVE_RULES:
            saving = SAVE_RULES[kind]
            key, record = saving.key(event), getattr(event, event.__struct_fields__[-1])
            if key and saving.tells(record):
                self.put_record(saving.kind, key, record)
            elif key:
                execute("DELETE FROM records WHERE kind = ? AND key = ?", (saving.kind, key))
        elif kind in ERASURES:
            execute("DELETE FROM events WHERE id = ?", (ERASURES[kind](event),))
        elif isinstance(event, OperatorActed):
            execute("INSERT OR REPLACE INTO audit VALUES (?, ?)", (event.id, _encode(event)))
        elif isinstance(event, ChannelRenamed):
            self._rename(self._fold(event.channel), self._fold(event.name))
        elif isinstance(event, GuestForgotten):
            forget_guest(self._connection, event.identity)
            self.forget()
        else:
            dropping = DROP_RULES[kind]
            execute("DELETE FROM records WHERE kind = ? AND key = ?", (dropping.kind, dropping.key(event)))
        if isinstance(event, AccountDropped):
            forget_account(self._connection, event.name)
            self.forget()
        elif isinstance(event, ChannelForgotten):
            self._forget_room(self._fold(event.name), event.since)

    def _forget_room(self, conversation: str, since: int) -> None:
        number = self._find(conversation)
        if number is not None:
            del self._conversations[conversation]
            forget_room(self._connection, number, since)

    def _rename(self, old: str, new: str) -> None:
        """Rename a conversation.

        What was said before under the new name belongs to a channel that is gone. Those who take its name must not read
        it, so it is set aside under a name that no channel can have.
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
                number = self._remember(conversation, int(row[0]))
        return number

    def _remember(self, conversation: str, number: int) -> int:
        if len(self._conversations) >= _REMEMBERED:
            self._conversations.clear()
        self._conversations[conversation] = number
        return number

    def _number(self, conversation: str) -> int:
        number = self._find(conversation)
        if number is None:
            cursor = self._connection.execute("INSERT INTO conversations (name) VALUES (?)", (conversation,))
            number = self._remember(conversation, int(cursor.lastrowid or 0))
            rows = [(party, number) for party in set(parties_of(conversation))]
            self._connection.executemany("INSERT OR IGNORE INTO parties VALUES (?, ?)", rows)
        return number
