"""What must outlast a restart and follows from events: each change of such a thing makes a new record of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from trialogue_server.world import events as e
from trialogue_server.world.registered_channels import record_of

if TYPE_CHECKING:
    from trialogue_server.delivery.commit import Delivery


def keep_metadata(delivery: Delivery, event: e.MetadataChanged) -> None:
    """Put what an account tells of itself into the journal."""
    name = delivery.world.users[event.to].account if event.to else ""
    account = delivery.world.accounts.get(name) if name else None
    if account is not None:
        delivery.tick.journal.append(e.AccountSaved(*_stamp(event), account))


def keep_renamed(delivery: Delivery, event: e.ChannelRenamed) -> None:
    """Put into the journal what is kept under the channel's new name from now on."""
    journal = delivery.tick.journal
    channel = delivery.world.channels[delivery.world.fold(event.name)]
    journal.append(e.ChannelDropped(*_stamp(event), event.channel))
    journal.append(e.ChannelSaved(*_stamp(event), record_of(channel, channel.ownership)))
    for marker in delivery.world.markers.of(channel.folded):
        journal.append(e.MarkerMoved(*_stamp(event), channel.name, marker))


def keep_changed(delivery: Delivery, event: e.Event) -> None:
    """Put into the journal what is to be kept of the channels that an event changed, and what goes with it."""
    journal, stamp = delivery.tick.journal, _stamp(event)
    taken = delivery.world.changed.take()
    journal += [e.ChannelSaved(*stamp, record_of(channel, channel.ownership)) for channel in taken.channels]
    journal += [e.ChannelForgotten(*stamp, name, since) for name, since in taken.forgotten]
    journal += [e.MarkerMoved(*stamp, marker.conversation, replace(marker, at=0)) for marker in taken.markers]
    journal += [e.GuestForgotten(*stamp, identity) for identity in taken.guests]


def keep_times(delivery: Delivery, event: e.Event) -> None:
    """Put into the journal by how much ids differ from the clock that people are shown, from this event on."""
    stamp = event.id, event.at, event.uid, event.source, event.account
    for stretch in delivery.world.times.take():
        delivery.tick.journal.append(e.StretchNoted(*stamp, stretch))


def keep_visits(delivery: Delivery, event: e.Event) -> None:
    """Put into the journal which accounts have entered or left rooms by this event."""
    for visit in delivery.world.visits.take():
        delivery.tick.journal.append(e.VisitNoted(*_stamp(event), visit))


def _stamp(event: e.Event) -> tuple[int, float, int, str, str]:
    """Return the first five fields of an event that has this cause."""
    return event.id, event.at, event.uid, event.source, event.account
