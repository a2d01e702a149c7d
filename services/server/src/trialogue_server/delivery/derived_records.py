"""Puts the records that an event has made stale into the journal, each as an event that carries the whole record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from trialogue_server.world import events as e
from trialogue_server.world.presences import presence_of
from trialogue_server.world.registered_channels import record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialogue_server.world.channel import Channel
    from trialogue_server.world.stale_records import StaleRecords
    from trialogue_server.world.world import World

_Stamp = tuple[int, float, int, str, str]


def derived_events(world: World, stale: StaleRecords, cause: e.Event) -> Iterator[e.Event]:
    """Yield the events that write the stale records, with the time and the source of their cause."""
    stamp = cause.id, cause.at, cause.uid, cause.source, cause.account
    for visit in stale.visits:
        yield e.VisitNoted(*stamp, visit)
    for channel in stale.channels:
        yield e.ChannelSaved(*stamp, record_of(channel, channel.ownership))
    for name, since in stale.forgotten:
        yield e.ChannelForgotten(*stamp, name, since)
    for marker in stale.markers:
        yield e.MarkerMoved(*stamp, marker.conversation, replace(marker, at=0))
    for identity in stale.guests:
        yield e.GuestForgotten(*stamp, identity)
    for stretch in stale.stretches:
        yield e.StretchNoted(*stamp, stretch)
    for account in filter(None, map(world.accounts.get, stale.accounts)):
        yield e.AccountSaved(*stamp, account)
    for name in stale.presences:
        yield e.PresenceNoted(*stamp, presence_of(world, name))
    for before, channel in stale.renamed:
        yield from _renamed(world, stamp, before, channel)


def _renamed(world: World, stamp: _Stamp, before: str, channel: Channel) -> Iterator[e.Event]:
    yield e.ChannelDropped(*stamp, before)
    yield e.ChannelSaved(*stamp, record_of(channel, channel.ownership))
    for marker in world.markers.of(channel.folded):
        yield e.MarkerMoved(*stamp, channel.name, marker)
