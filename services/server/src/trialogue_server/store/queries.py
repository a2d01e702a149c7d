"""Queries of history, on connections that only read. Every function blocks: call them in a worker thread."""

import sqlite3
from collections.abc import Container, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from trialogue_server.store.records import shown_conversations
from trialogue_server.world.events import Event
from trialogue_server.world.history import HISTORY, LAST, Page, Query, Target, heard
from trialogue_server.world.spans import EVERYTHING, Spans

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
    """Return a page's part of one conversation; unless `oldest_first`, the newest comes first."""
    query = _OLDEST_FIRST if page.oldest_first else _NEWEST_FIRST
    rows: list[bytes] = []
    for after, before in _bounds(page.spans, page.after, page.before, oldest_first=page.oldest_first):
        values = (conversation, after, before, page.only_messages, page.limit - len(rows))
        rows += [data for (data,) in connection.execute(query, values)]
        if len(rows) >= page.limit:
            break
    return [_decode(data) for data in rows]


def _bounds(spans: Spans, after: int, before: int, *, oldest_first: bool) -> Iterator[tuple[int, int]]:
    """Yield the parts of spans between two ids, as excluded ids, in reading order."""
    for first, last in spans if oldest_first else reversed(spans):
        begin, end = max(after, first - 1), before if last >= before else last + 1
        if end - begin > 1:
            yield begin, end


def read_event(connection: sqlite3.Connection, event_id: int) -> Event | None:
    """Return one event, if it exists."""
    row = connection.execute("SELECT data FROM events WHERE id = ?", (event_id,)).fetchone()
    return None if row is None else _decode_one(row[0])


def read_event_of(connection: sqlite3.Connection, conversation: str, event_id: int) -> Event | None:
    """Return one event, if it exists and is in this conversation, whatever that was called then."""
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


def read_places(connection: sqlite3.Connection, query: Query) -> dict[int, Spans]:
    """Return the numbers of a query's conversations, each with the ids that may be found in it.

    A renamed conversation keeps its number, so what was said before is found too.
    """
    spans, sql = dict(query.spans), "SELECT id FROM conversations WHERE name = ?"
    rows = ((name, connection.execute(sql, (name,)).fetchone()) for name in query.conversations)
    places = {row[0]: spans.get(name, EVERYTHING) for name, row in rows if row is not None}
    return {number: readable for number, readable in places.items() if readable}


def read_events(connection: sqlite3.Connection, event_ids: Sequence[int], places: Container[int]) -> list[Event]:
    """Return those of these events that exist in one of these conversations, in order."""
    query = "SELECT conversation, data FROM events WHERE id = ?"
    found = [row for event_id in sorted(event_ids) for row in connection.execute(query, (event_id,))]
    return [_decode_one(data) for number, data in found if number in places]


def read_removals(connection: sqlite3.Connection, limit: int) -> list[int]:
    """Return ids of deleted messages that may still be in the search index."""
    return [one for (one,) in connection.execute("SELECT id FROM removals LIMIT ?", (limit,))]


_NEWEST = (
    "SELECT max(id) FROM events WHERE conversation = (SELECT id FROM conversations WHERE name = ?)"
    " AND is_message AND id > ? AND id < ?"
)


def read_targets(
    connection: sqlite3.Connection,
    conversations: Sequence[tuple[str, Spans]],
    identity: str,
    *,
    after: int,
    before: int,
    limit: int,
) -> list[Target]:
    """Return which of these conversations, and of the identity's direct ones, had their latest message between two ids.

    Only what the asker may read counts.
    """
    direct = [] if not identity else shown_conversations(connection, identity)
    found: dict[str, Target] = {}
    for name, spans in [*conversations, *((name, EVERYTHING) for name in direct)]:
        last = _newest(connection, name, spans)
        if last:
            known = found.get(heard(name))
            found[heard(name)] = Target(heard(name), max(last, known.last_id if known is not None else 0))
    between = [target for target in found.values() if after < target.last_id < before]
    between.sort(key=lambda target: target.last_id)
    return between[:limit]


def _newest(connection: sqlite3.Connection, conversation: str, spans: Spans) -> int:
    """Return the id of the latest message that may be read; 0 if there is none."""
    for begin, end in _bounds(spans, 0, LAST, oldest_first=False):
        (last,) = connection.execute(_NEWEST, (conversation, begin, end)).fetchone()
        if last is not None:
            return int(last)
    return 0


def read_sizes(connection: sqlite3.Connection, conversations: Sequence[str]) -> dict[str, int]:
    """Return how many bytes the events of conversations take; 0 for conversations without messages."""
    query = (
        "SELECT total(length(data)) * max(is_message) FROM events"
        " WHERE conversation = (SELECT id FROM conversations WHERE name = ?)"
    )
    rows = ((name, connection.execute(query, (name,)).fetchone()[0]) for name in conversations)
    return {name: int(size or 0) for name, size in rows}
