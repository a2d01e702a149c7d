"""Retention: deletes history by age, number and bytes, for each conversation and in all."""

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from trialogue_server.store.deletion import read_forgotten
from trialogue_server.world.accounts import Account
from trialogue_server.world.history import heard
from trialogue_server.world.history_limits import HistoryLimits
from trialogue_server.world.registered_channels import RoomRecord
from trialogue_server.world.times import Times
from trialogue_server.world.user import identity_of

_DAY = 24 * 3600
_rooms = msgspec.msgpack.Decoder(RoomRecord)
_accounts = msgspec.msgpack.Decoder(Account)

_FRESH = "SELECT conversation, total(length(data)), max(id) FROM events WHERE id > ? GROUP BY conversation"
_SIZE = "SELECT total(length(data)) FROM events WHERE conversation = ?"
_CUT = (
    "SELECT id FROM (SELECT id, sum(length(data)) OVER (ORDER BY id DESC) AS size FROM events{})"
    " WHERE size > ? ORDER BY id DESC LIMIT 1"
)
_CUT_ONE, _CUT_ALL = _CUT.format(" WHERE conversation = ?"), _CUT.format("")


class Retention(NamedTuple):
    """The server's limits, and the present Unix time in seconds as far as it can be believed."""

    now: float
    keep: HistoryLimits = HistoryLimits()
    """The limits of each conversation; events between two messages are kept as long as the earlier one."""
    total_bytes: int = 0
    """Bytes of all conversations together; 0 is no limit."""
    audit_days: int = 0
    audit_entries: int = 0
    times: Times = Times()

    def first_id(self, days: int) -> int:
        """Return the first id that is not older than so many days."""
        return self.times.point(self.now - days * _DAY, self.now).low


class Expiry:
    """Finds expired events. Everything blocks, and one thread at a time may use it.

    Sizes are counted once and then added to. What was deleted elsewhere is not subtracted, so sizes are counted again
    before anything goes for its size; then a twentieth more goes than must, so that this is rare.
    """

    def __init__(self, fold: Callable[[str], str]) -> None:
        """`fold` folds the names of channels."""
        self._fold = fold
        self._sizes: dict[int, float] = {}
        """Bytes by conversation, never too few."""
        self._counted = 0
        """The last id that was counted."""
        self._first: dict[int, int] = {}
        """The first id that is kept by size, for each conversation; 0 is for all of them."""

    def read(self, connection: sqlite3.Connection, retention: Retention, limit: int) -> list[int]:
        """Return the ids of at most so many expired events."""
        expired = read_forgotten(connection, limit)
        wishes = _OwnLimits(connection, self._fold)
        if expired or not (wishes.any or any(retention.keep) or retention.total_bytes):
            return expired
        conversations = connection.execute("SELECT id, name FROM conversations").fetchall()
        keeps = {number: retention.keep.and_also(wishes.of(name)) for number, name in conversations}
        self._weigh(connection, keeps, retention.total_bytes)
        for number, keep in keeps.items():
            first = max(_first_kept(connection, number, keep, retention), *map(self._first_of, (0, number)))
            query = "SELECT id FROM events WHERE conversation = ? AND id < ? ORDER BY id LIMIT ?"
            expired += [one for (one,) in connection.execute(query, (number, first, limit - len(expired)))]
            if len(expired) >= limit:
                break
        return expired

    def _first_of(self, number: int) -> int:
        return self._first.get(number, 0)

    def _weigh(self, connection: sqlite3.Connection, keeps: dict[int, HistoryLimits], total: int) -> None:
        """Find where conversations that have become too large begin."""
        if not (total or any(keep.bytes for keep in keeps.values())):
            return
        for number, size, last in connection.execute(_FRESH, (self._counted,)).fetchall():
            self._sizes[number] = self._sizes.get(number, 0) + size
            self._counted = max(self._counted, last)
        large = [number for number, keep in keeps.items() if 0 < keep.bytes < self._sizes.get(number, 0)]
        for number in large:
            self._sizes[number] = _size(connection, number)
            if self._sizes[number] > keeps[number].bytes:
                self._sizes[number] = self._cut(connection, number, keeps[number].bytes)
        if not large and 0 < total < sum(self._sizes.values()):  # else it is looked at again when those are smaller
            self._sizes = {number: _size(connection, number) for number in keeps}
            if sum(self._sizes.values()) > total:
                self._cut(connection, 0, total)

    def _cut(self, connection: sqlite3.Connection, number: int, bound: int) -> int:
        """Move the beginning of a conversation, or of all of them; returns the bytes that remain."""
        left = bound - bound // 20
        query, values = (_CUT_ONE, (number, left)) if number else (_CUT_ALL, (left,))
        (last,) = connection.execute(query, values).fetchone()
        self._first[number] = last + 1
        return left


class _OwnLimits:
    """The limits that founders and account holders set."""

    def __init__(self, connection: sqlite3.Connection, fold: Callable[[str], str]) -> None:
        records = "SELECT data FROM records WHERE kind = ?"
        rooms = [_rooms.decode(data) for (data,) in connection.execute(records, ("room",))]
        accounts = [_accounts.decode(data) for (data,) in connection.execute(records, ("account",))]
        wishes = {fold(room.name): room.ownership.keep for room in rooms if room.ownership is not None}
        wishes |= {identity_of(account.name): account.keep for account in accounts}
        self._wishes = {name: keep for name, keep in wishes.items() if any(keep)}

    @property
    def any(self) -> bool:
        return bool(self._wishes)

    def of(self, conversation: str) -> HistoryLimits:
        """Return the limits of a channel's founder, or of the two of a direct conversation."""
        one, _, other = heard(conversation).partition(" ")
        return self._wishes.get(one, HistoryLimits()).and_also(self._wishes.get(other, HistoryLimits()))


def _size(connection: sqlite3.Connection, number: int) -> float:
    (size,) = connection.execute(_SIZE, (number,)).fetchone()
    return float(size)


def _first_kept(connection: sqlite3.Connection, conversation: int, keep: HistoryLimits, retention: Retention) -> int:
    """Return the first id of a conversation that is kept by age and number."""
    by_age = retention.first_id(keep.days) if keep.days else 0
    if not keep.messages:
        return by_age
    query = "SELECT id FROM events WHERE conversation = ? AND is_message ORDER BY id DESC LIMIT 1 OFFSET ?"
    row = connection.execute(query, (conversation, keep.messages - 1)).fetchone()
    return max(by_age, int(row[0])) if row is not None else by_age
