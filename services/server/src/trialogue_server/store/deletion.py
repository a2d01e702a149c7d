"""Deletes what nobody can read any more: channels that are gone, and what guests who are gone said to each other.

It runs in the caller's transaction; everything raises sqlite3.Error.
"""

import sqlite3
from collections.abc import Iterable

from trialogue_server.world.user import GUEST

_AT_ONCE = 200
"""Events that are deleted within a tick; `retention` deletes the rest, some at a time."""

_GUESTS = (GUEST, chr(ord(GUEST) + 1))
"""The range of the identities of guests."""


def forget_room(connection: sqlite3.Connection, number: int, since: int, at_once: int = _AT_ONCE) -> int:
    """Delete a channel's history since it was made. That of an earlier one of its name stays hidden.

    Returns how many events were deleted at once; nobody can read the rest.
    """
    doomed = "SELECT id FROM events WHERE conversation = ? AND id >= ? LIMIT ?"
    query = f"DELETE FROM events WHERE id IN ({doomed})"  # noqa: S608 - ours
    deleted = connection.execute(query, (number, since, at_once)).rowcount
    if connection.execute(doomed, (number, since, 1)).fetchone() is not None:
        connection.execute("UPDATE conversations SET name = name || char(10) || id WHERE id = ?", (number,))
        connection.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (number, since))
    else:
        _delete_if_empty(connection, number)
    return deleted


def forget_all(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Delete conversations, whoever took part in them. All together hold up others no longer than one."""
    left = _AT_ONCE
    for number in numbers:
        connection.execute("DELETE FROM parties WHERE conversation = ?", (number,))
        left -= forget_room(connection, number, 0, left)


def forget_guest(connection: sqlite3.Connection, identity: str) -> None:
    """Delete what a guest who is gone said to others who are gone; what accounts may read stays."""
    query = "SELECT conversation FROM parties WHERE identity = ?"
    numbers = [number for (number,) in connection.execute(query, (identity,)).fetchall()]
    connection.execute("DELETE FROM parties WHERE identity = ?", (identity,))
    for number in numbers:
        if not connection.execute("SELECT 1 FROM parties WHERE conversation = ?", (number,)).fetchone():
            forget_room(connection, number, 0)


def forget_guests(connection: sqlite3.Connection) -> None:
    """Delete the conversations of all guests: they are gone after a restart."""
    query = "SELECT DISTINCT identity FROM parties WHERE identity >= ? AND identity < ?"
    for (identity,) in connection.execute(query, _GUESTS).fetchall():
        forget_guest(connection, identity)


def read_forgotten(connection: sqlite3.Connection, limit: int) -> list[int]:
    """Return ids of events that are to be deleted."""
    query = "SELECT id FROM events JOIN forgotten USING (conversation) WHERE id >= since LIMIT ?"
    return [one for (one,) in connection.execute(query, (limit,))]


def tidy(connection: sqlite3.Connection) -> None:
    """Delete conversations without events."""
    empty = "NOT EXISTS (SELECT 1 FROM events WHERE events.conversation = {})"
    done = empty.format("forgotten.conversation AND id >= since")
    connection.execute(f"DELETE FROM forgotten WHERE {done}")  # noqa: S608 - ours
    connection.execute(f"DELETE FROM conversations WHERE {empty.format('conversations.id')}")  # noqa: S608


def _delete_if_empty(connection: sqlite3.Connection, number: int) -> None:
    if connection.execute("SELECT 1 FROM events WHERE conversation = ?", (number,)).fetchone() is None:
        connection.execute("DELETE FROM conversations WHERE id = ?", (number,))
