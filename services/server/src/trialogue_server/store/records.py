"""Which events change a record that must survive a restart? One row each.

A saving event carries the whole new record. At start each record comes back as the event that saved it, and
`World.apply` puts it in place as it did then.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from msgspec import Struct

from trialogue_server.world.accounts import Account
from trialogue_server.world.events import (
    AccountDropped,
    AccountSaved,
    ChannelDropped,
    ChannelSaved,
    Event,
    MarkerMoved,
    MessageRedacted,
    ServerBanLifted,
    ServerBanSet,
)
from trialogue_server.world.markers import Marker
from trialogue_server.world.rooms import RoomRecord
from trialogue_server.world.serverbans import ServerBan


class Saving(NamedTuple):
    """An event type that puts a record in place; its last field is the record."""

    kind: str
    record: type[Struct]
    key: Callable[[Any], str]
    """From the event; it must never change for one record. "" is not kept."""
    restored: Callable[[Any], Event]
    """From the record; the event that puts it in place again at start."""


class Dropping(NamedTuple):
    """An event type that removes a record."""

    kind: str
    key: Callable[[Any], str]


_NOBODY = (0, 0.0, 0, "", "")
"""Id, time, uid, source and account of an event that nobody does now."""


def _marker_key(event: MarkerMoved) -> str:
    """Whoever has no account never comes back as the same person: "" is not kept."""
    marker = event.record
    return "" if marker.identity.startswith("!") else f"{marker.identity} {marker.conversation}"


SAVINGS: dict[type[Event], Saving] = {
    AccountSaved: Saving("account", Account, lambda event: str(event.record.name), partial(AccountSaved, *_NOBODY)),
    ChannelSaved: Saving("room", RoomRecord, lambda event: str(event.record.name), partial(ChannelSaved, *_NOBODY)),
    MarkerMoved: Saving("marker", Marker, _marker_key, partial(MarkerMoved, *_NOBODY, "")),
    ServerBanSet: Saving(
        "server ban",
        ServerBan,
        lambda event: f"{event.record.kind} {event.record.target}",
        partial(ServerBanSet, *_NOBODY),
    ),
}
DROPPINGS: dict[type[Event], Dropping] = {
    AccountDropped: Dropping("account", lambda event: str(event.name)),
    ChannelDropped: Dropping("room", lambda event: str(event.name)),
    ServerBanLifted: Dropping("server ban", lambda event: f"{event.kind} {event.target}"),
}
ERASURES: dict[type[Event], Callable[[Any], int]] = {MessageRedacted: lambda event: int(event.redacted)}
"""Events that take another one out of history, and its id."""
