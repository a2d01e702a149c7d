"""Records: the rows of what must survive a restart besides history, and the events that save or drop them.

A saving event carries the whole new record. At the start each record comes back as the event that saved it, and
`World.apply` applies it as it did then.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from trialogue_server.store.deletion import forget_all
from trialogue_server.world.accounts import Account
from trialogue_server.world.events import (
    AccountDropped,
    AccountSaved,
    ChannelDropped,
    ChannelForgotten,
    ChannelSaved,
    Event,
    IdempotencyKeyForgotten,
    IdempotencyKeyUsed,
    MailNoted,
    MarkerMoved,
    MessageRedacted,
    OperatorGranted,
    OperatorRevoked,
    PresenceNoted,
    ServerBanLifted,
    ServerBanSet,
    StretchNoted,
    VisitNoted,
)
from trialogue_server.world.idempotency import UsedKey
from trialogue_server.world.ids import msgid
from trialogue_server.world.markers import Marker
from trialogue_server.world.modes import NO_EXTERNAL, TOPIC_LOCK
from trialogue_server.world.offline_messages import WaitingMessages
from trialogue_server.world.operator_grants import OperatorGrant
from trialogue_server.world.presences import Presence
from trialogue_server.world.registered_channels import RoomRecord
from trialogue_server.world.server_bans import ServerBan
from trialogue_server.world.times import Stretch, Times
from trialogue_server.world.user import GUEST, identity_of
from trialogue_server.world.visits import Visit

_stretches = msgspec.msgpack.Decoder(Stretch)


class SaveRule(NamedTuple):
    """An event type that saves a record, which is its last field."""

    kind: str
    record: type[Struct]
    key: Callable[[Any], str]
    """The key for an event. It must never change for one record. "" is not saved."""
    restored: Callable[[int, Any], Event]
    """Makes the event that restores the record, from an id and the record."""
    tells: Callable[[Any], bool] = lambda record: True
    """Whether the record has any content. One without is removed."""


class DropRule(NamedTuple):
    """An event type that removes a record."""

    kind: str
    key: Callable[[Any], str]


def _nobody(event_id: int) -> tuple[int, float, int, str, str]:
    """Return id, time, uid, source and account of an event without a source."""
    return event_id, 0.0, 0, "", ""


def _marker_key(event: MarkerMoved) -> str:
    """Return the key of a read marker; "" for a guest, who never comes back as the same person."""
    marker = event.record
    return "" if marker.identity.startswith("!") else f"{marker.identity} {marker.conversation}"


SAVE_RULES: dict[type[Event], SaveRule] = {
    AccountSaved: SaveRule(
        "account",
        Account,
        lambda event: str(event.record.name),
        lambda last, record: AccountSaved(*_nobody(last), record),
    ),
    ChannelSaved: SaveRule(
        "room",
        RoomRecord,
        lambda event: str(event.record.name),
        lambda last, record: ChannelSaved(*_nobody(last), record),
    ),
    MarkerMoved: SaveRule(
        "marker",
        Marker,
        _marker_key,
        lambda last, record: MarkerMoved(*_nobody(last), "", record),
        lambda record: bool(record.tells),
    ),
    VisitNoted: SaveRule(
        "visit",
        Visit,
        lambda event: f"{event.record.identity} {event.record.channel}",
        lambda last, record: VisitNoted(*_nobody(last), record),
        lambda record: bool(record.tells),
    ),
    MailNoted: SaveRule(
        "mail",
        WaitingMessages,
        lambda event: str(event.record.key),
        lambda last, record: MailNoted(*_nobody(last), record),
        lambda record: bool(record.tells),
    ),
    StretchNoted: SaveRule(
        "stretch",
        Stretch,
        lambda event: msgid(event.record.first),
        lambda last, record: StretchNoted(*_nobody(last), record),
    ),
    PresenceNoted: SaveRule(
        "presence",
        Presence,
        lambda event: identity_of(event.record.account),
        lambda last, record: PresenceNoted(*_nobody(last), record),
        lambda record: bool(record.tells),
    ),
    OperatorGranted: SaveRule(
        "operator",
        OperatorGrant,
        lambda event: str(event.record.account),
        lambda last, record: OperatorGranted(*_nobody(last), record),
    ),
    ServerBanSet: SaveRule(
        "server ban",
        ServerBan,
        lambda event: f"{event.record.kind} {event.record.target}",
        lambda last, record: ServerBanSet(*_nobody(last), record),
    ),
    IdempotencyKeyUsed: SaveRule(
        "idempotency key",
        UsedKey,
        lambda event: msgid(event.record.message),  # so they are restored in their order
        lambda last, record: IdempotencyKeyUsed(*_nobody(last), record),
    ),
}
DROP_RULES: dict[type[Event], DropRule] = {
    AccountDropped: DropRule("account", lambda event: str(event.name)),
    ChannelDropped: DropRule("room", lambda event: str(event.name)),
    ChannelForgotten: DropRule("room", lambda event: str(event.name)),
    OperatorRevoked: DropRule("operator", lambda event: str(event.name)),
    ServerBanLifted: DropRule("server ban", lambda event: f"{event.kind} {event.target}"),
    IdempotencyKeyForgotten: DropRule("idempotency key", lambda event: msgid(event.message)),
}
ERASURES: dict[type[Event], Callable[[Any], int]] = {MessageRedacted: lambda event: int(event.redacted)}
"""Events that delete another one from history, and its id."""


def read_times(connection: sqlite3.Connection) -> Times:
    """Return the map from ids to times."""
    rows = connection.execute("SELECT data FROM records WHERE kind = 'stretch' ORDER BY key")
    return Times(_stretches.decode(data) for (data,) in rows)


_OF_AN_ACCOUNT = ("marker", "visit", "mail")
"""Kinds of records whose keys begin with an identity and a space."""


def forget_account(connection: sqlite3.Connection, account: str) -> None:
    """Delete an account's own records and its direct messages: the next owner of the name must not have them."""
    identity = identity_of(account)
    for kind in _OF_AN_ACCOUNT:
        between = (kind, f"{identity} ", f"{identity}!")  # "!" comes after the space
        connection.execute("DELETE FROM records WHERE kind = ? AND key >= ? AND key < ?", between)
    theirs = connection.execute("SELECT conversation FROM parties WHERE identity = ?", (identity,)).fetchall()
    forget_all(connection, [*(number for (number,) in theirs), *_unheard_by(connection, identity)])


def end_visits(connection: sqlite3.Connection, last: int) -> None:
    """End the visits that were open when the server ended, after the event `last`."""
    for key, data in connection.execute("SELECT key, data FROM records WHERE kind = 'visit'").fetchall():
        visit = msgspec.msgpack.decode(data, type=Visit)
        if not visit.left:
            ended = msgspec.msgpack.encode(replace(visit, left=last))
            connection.execute("UPDATE records SET data = ? WHERE kind = 'visit' AND key = ?", (ended, key))


class OpenChannelRecord(Struct, frozen=True):
    """The record of an unregistered open channel in an earlier version."""

    channel: str
    """The channel's folded name."""
    since: int
    """As `RoomRecord.since`."""


def adopt_lives(connection: sqlite3.Connection, last: int) -> None:
    """Convert records of an earlier version to channels, up to the event `last`: nobody knows who was operator, and
    what was said since the channel was made is for everybody.
    """
    for data in connection.execute("SELECT data FROM records WHERE kind = 'life'").fetchall():
        life = msgspec.msgpack.decode(data[0], type=OpenChannelRecord)
        room = left_room(life.channel, life.since, at=(last >> 20) / 1000)
        row = ("room", room.name, msgspec.msgpack.encode(room))
        connection.execute("INSERT OR IGNORE INTO records VALUES (?, ?, ?)", row)
    connection.execute("DELETE FROM records WHERE kind = 'life'")


def left_room(name: str, since: int, *, at: float) -> RoomRecord:
    """Return the record of an open channel that everybody left at this Unix time, with history."""
    flags = NO_EXTERNAL + TOPIC_LOCK
    return RoomRecord(name, (since >> 20) / 1000, None, flags=flags, since=since, speakers=("",), emptied_at=at)


def shown_conversations(connection: sqlite3.Connection, identity: str) -> list[str]:
    """Return the names of an identity's direct conversations, except with guests who are gone."""
    query = (
        "SELECT name FROM parties AS mine JOIN conversations ON id = conversation WHERE identity = ?"
        " AND (instr(name, ?) = 0 OR EXISTS (SELECT 1 FROM parties AS theirs WHERE theirs.conversation = id"
        " AND theirs.identity != mine.identity))"
    )
    return [name for (name,) in connection.execute(query, (identity, GUEST))]


def direct_conversations(connection: sqlite3.Connection, identity: str) -> list[str]:
    """Return the names of an identity's direct conversations: see `history.between` and `history.unheard`."""
    query = "SELECT name FROM parties JOIN conversations ON id = conversation WHERE identity = ?"
    return [name for (name,) in connection.execute(query, (identity,))]


def _unheard_by(connection: sqlite3.Connection, identity: str) -> list[int]:
    """Return the numbers of what others said to somebody who had blocked them: see `history.unheard`."""
    mask = identity.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = "SELECT id FROM conversations WHERE name LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\'"
    return [number for (number,) in connection.execute(query, (f"\n{mask} %", f"% {mask}\n"))]
