"""How long is history kept? By age and by number, for each conversation; what is over is deleted for good."""

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from trialogue_server.store.history import first_id_at
from trialogue_server.world.rooms import RoomRecord

_DAY = 24 * 3600

_rooms = msgspec.msgpack.Decoder(RoomRecord)


class Retention(NamedTuple):
    """The server's bounds, each 0 where there is none, and the present Unix time in seconds."""

    now: float
    days: int = 0
    messages: int = 0
    """In each conversation; what happened between two messages is kept as long as the earlier one."""


def read_expired(
    connection: sqlite3.Connection, retention: Retention, fold: Callable[[str], str], limit: int
) -> list[int]:
    """Return the ids of at most so many events that are to be kept no longer."""
    rows = connection.execute("SELECT data FROM records WHERE kind = 'room'")
    rooms = [_rooms.decode(data) for (data,) in rows]
    wishes = {fold(room.name): room.ownership.keep_days for room in rooms if room.ownership.keep_days}
    expired: list[int] = []
    if not (wishes or retention.days or retention.messages):
        return expired
    for number, name in connection.execute("SELECT id, name FROM conversations").fetchall():
        first = _first_kept(connection, number, retention, wishes.get(name, 0))
        if first:
            query = "SELECT id FROM events WHERE conversation = ? AND id < ? ORDER BY id LIMIT ?"
            expired += [one for (one,) in connection.execute(query, (number, first, limit - len(expired)))]
        if len(expired) >= limit:
            break
    return expired


def _first_kept(connection: sqlite3.Connection, conversation: int, retention: Retention, wish: int) -> int:
    """Return the id from which on a conversation is kept. `wish` is its founder's, in days, or 0."""
    days = min(wish or retention.days, retention.days or wish)
    by_age = first_id_at(retention.now - days * _DAY) if days else 0
    if not retention.messages:
        return by_age
    query = "SELECT id FROM events WHERE conversation = ? AND is_message ORDER BY id DESC LIMIT 1 OFFSET ?"
    row = connection.execute(query, (conversation, retention.messages - 1)).fetchone()
    return max(by_age, int(row[0])) if row is not None else by_age
