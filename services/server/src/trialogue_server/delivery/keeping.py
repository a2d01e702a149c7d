"""What must outlast a restart and follows from events: each change of such a thing makes a new record of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world import events as e
from trialogue_server.world.modes import CHANNEL_MODES
from trialogue_server.world.rooms import record_of

if TYPE_CHECKING:
    from trialogue_server.delivery.commit import Delivery


def keep_metadata(delivery: Delivery, event: e.MetadataChanged) -> None:
    """Put what a registered channel or an account tells of itself into the journal."""
    if event.channel:
        keep_room(delivery, event)
        return
    name = delivery.world.users[event.to].account
    account = delivery.world.accounts.get(name) if name else None
    if account is not None:
        delivery.tick.journal.append(
            e.AccountSaved(event.id, event.at, event.uid, event.source, event.account, account)
        )


def keep_room(delivery: Delivery, event: e.ModesChanged | e.TopicChanged | e.MetadataChanged) -> None:
    """Put a registered channel's record into the journal; it has the id of its cause."""
    if isinstance(event, e.ModesChanged) and all(mode in CHANNEL_MODES.prefixes for _, mode, _ in event.changes):
        return
    channel = delivery.world.channels[delivery.world.fold(event.channel)]
    if channel.ownership is not None:
        record = record_of(channel, channel.ownership)
        delivery.tick.journal.append(e.ChannelSaved(event.id, event.at, event.uid, event.source, event.account, record))


def keep_renamed(delivery: Delivery, event: e.ChannelRenamed) -> None:
    """Put into the journal what is kept under the channel's new name from now on."""
    channel = delivery.world.channels[delivery.world.fold(event.name)]
    stamp = event.id, event.at, event.uid, event.source, event.account
    if channel.ownership is not None:
        delivery.tick.journal.append(e.ChannelDropped(*stamp, event.channel))
        delivery.tick.journal.append(e.ChannelSaved(*stamp, record_of(channel, channel.ownership)))
    for marker in delivery.world.markers.of(channel.folded):
        delivery.tick.journal.append(e.MarkerMoved(*stamp, channel.name, marker))


def keep_lives(delivery: Delivery, event: e.Event) -> None:
    """Put into the journal the lives of which rooms begin or end with this event."""
    stamp = event.id, event.at, event.uid, event.source, event.account
    for life in delivery.world.lives.take():
        delivery.tick.journal.append(e.LifeNoted(*stamp, life))


def keep_times(delivery: Delivery, event: e.Event) -> None:
    """Put into the journal by how much ids differ from the clock that people are shown, from this event on."""
    stamp = event.id, event.at, event.uid, event.source, event.account
    for stretch in delivery.world.times.take():
        delivery.tick.journal.append(e.StretchNoted(*stamp, stretch))


def keep_visits(delivery: Delivery, event: e.Event) -> None:
    """Put into the journal which accounts have entered or left rooms by this event."""
    stamp = event.id, event.at, event.uid, event.source, event.account
    for visit in delivery.world.visits.take():
        delivery.tick.journal.append(e.VisitNoted(*stamp, visit))
