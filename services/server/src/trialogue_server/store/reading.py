"""Reading history, beside the connection that writes. Every function blocks: call them in a worker thread."""

import sqlite3
from collections.abc import Container, Sequence
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from trialogue_server.store.history import HISTORY, LAST, Page, Query, Target, heard
from trialogue_server.store.records import direct_conversations
from trialogue_server.world.events import Event

_kinds: Any = reduce(or_, HISTORY)
_decode = msgspec.msgpack.Decoder(_kinds).decode


_PAGE = (
    "SELECT data FROM events WHERE conversation = (SELECT id FROM conversations WHERE name = ?)"
    " AND id > ? AND id < ? AND is_message >= ? ORDER BY id "
)
_OLDEST_FIRST = _PAGE + "ASC LIMIT ?"
_NEWEST_FIRST = _PAGE + "DESC LIMIT ?"


def read_page(connection: sqlite3.Connection, page: Page) -> list[Event]:
    """Return the events of a page, in order."""
    events = _read_part(connection, page, page.conversation)
    if page.own:
        events += _read_part(connection, page, page.own)
        events.sort(key=lambda event: event.id, reverse=not page.oldest_first)
        del events[page.limit :]
    return events if page.oldest_first else events[::-1]


def _read_part(connection: sqlite3.Connection, page: Page, conversation: str) -> list[Event]:
    """Return what a page holds of one conversation; where not `oldest_first`, the newest comes first."""
    rows = connection.execute(
        _OLDEST_FIRST if page.oldest_first else _NEWEST_FIRST,
        (conversation, page.after, page.before, page.only_messages, page.limit),
    )
    return [_decode(data) for (data,) in rows]


def read_event(connection: sqlite3.Connection, event_id: int) -> Event | None:
    """Return one event, if it is there."""
    row = connection.execute("SELECT data FROM events WHERE id = ?", (event_id,)).fetchone()
    return None if row is None else _decode_one(row[0])


def read_event_of(connection: sqlite3.Connection, conversation: str, event_id: int) -> Event | None:
    """Return one event, if it is there and in this conversation, whatever that was called then."""
    query = (
        "SELECT data FROM events JOIN conversations ON conversations.id = conversation WHERE events.id = ? AND name = ?"
    )
    row = connection.execute(query, (event_id, conversation)).fetchone()
    return None if row is None else _decode_one(row[0])


def _decode_one(data: bytes) -> Event:
    event: Event = _decode(data)
    return event


def read_messages_after(connection: sqlite3.Connection, event_id: int, limit: int) -> list[tuple[int, Event]]:
    """Return the next messages of all conversations, each with its conversation's number, in order."""
    rows = connection.execute(
        "SELECT conversation, data FROM events WHERE id > ? AND is_message ORDER BY id LIMIT ?", (event_id, limit)
    )
    return [(number, _decode_one(data)) for number, data in rows]


def read_places(connection: sqlite3.Connection, query: Query) -> dict[int, int]:
    """Return the numbers of a query's conversations, each with the first id that may be found in it.

    A conversation that goes by another name keeps its number, so whoever goes by it finds what was said before too.
    """
    since, sql = dict(query.since), "SELECT id FROM conversations WHERE name = ?"
    rows = ((name, connection.execute(sql, (name,)).fetchone()) for name in query.conversations)
    return {row[0]: since.get(name, 0) for name, row in rows if row is not None}


def read_events(connection: sqlite3.Connection, event_ids: Sequence[int], places: Container[int]) -> list[Event]:
    """Return those of these events that are there, and in one of these conversations, in order."""
    query = "SELECT conversation, data FROM events WHERE id = ?"
    found = [row for event_id in sorted(event_ids) for row in connection.execute(query, (event_id,))]
    return [_decode_one(data) for number, data in found if number in places]


def read_removals(connection: sqlite3.Connection, limit: int) -> list[int]:
    """Return ids of messages that are in history no more and may be in the search index."""
    return [one for (one,) in connection.execute("SELECT id FROM removals LIMIT ?", (limit,))]


def read_targets(
    connection: sqlite3.Connection, conversations: list[str], identity: str, *, after: int, before: int, limit: int
) -> list[Target]:
    """Return which of these conversations, and of the identity's direct ones, had their last message in between."""
    direct = [] if not identity else direct_conversations(connection, identity)
    found: dict[str, Target] = {}
    for name in [*conversations, *direct]:
        (last,) = connection.execute(
            "SELECT max(id) FROM events WHERE conversation = (SELECT id FROM conversations WHERE name = ?)"
            " AND is_message AND id < ?",
            (name, LAST),
        ).fetchone()
        if last is not None:
            known = found.get(heard(name))
            found[heard(name)] = Target(heard(name), max(last, known.last_id if known is not None else 0))
    between = [target for target in found.values() if after < target.last_id < before]
    between.sort(key=lambda target: target.last_id)
    return between[:limit]
