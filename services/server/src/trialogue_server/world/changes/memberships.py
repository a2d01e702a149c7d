"""Who is in which channel?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world.channel import Channel, Membership
from trialogue_server.world.user import User

if TYPE_CHECKING:
    from trialogue_server.world import events as e
    from trialogue_server.world.world import World


def remove(world: World, user: User, channel: Channel, event: e.Event) -> None:
    if user.account and user.attached:
        world.visits.leave(user, channel.folded, event.id)
    del channel.members[user.uid]
    del user.channels[channel.folded]
    channel.version += 1
    if not channel.members:
        emptied(world, channel)


def emptied(world: World, channel: Channel) -> None:
    """Without members a channel is no more, unless it is registered."""
    if channel.ownership is None:
        del world.channels[channel.folded]
        world.lives.end(channel.folded)
        world.visits.end_all(channel.folded)
        for uid in channel.invited:
            world.users[uid].invited.discard(channel)
    elif not channel.ownership.keep_topic:
        channel.topic, channel.topic_by, channel.topic_at = "", "", 0.0


def enter_all(world: World, user: User) -> None:
    for folded, channel in user.channels.items():
        world.visits.enter(user, folded, channel.members[user.uid].joined)


def joined(world: World, event: e.ChannelJoined) -> None:
    user = world.users[event.uid]
    folded = world.fold(event.channel)
    channel = world.channels.get(folded)
    if channel is None:
        since = world.lives.begun(folded) or event.id
        channel = world.channels[folded] = Channel(event.channel, folded, at=event.at, since=since)
        channel.flags.update(event.modes)
        world.lives.note(channel)
    channel.members[user.uid] = Membership(user, event.prefix_modes, event.id)
    channel.invited.discard(user.uid)
    user.invited.discard(channel)
    channel.version += 1
    user.channels[folded] = channel
    if user.account:
        world.visits.enter(user, folded, event.id)


def parted(world: World, event: e.ChannelParted) -> None:
    _remove_for_good(world, world.users[event.uid], event)


def kicked(world: World, event: e.Kicked) -> None:
    _remove_for_good(world, world.users[event.target], event)


def _remove_for_good(world: World, user: User, event: e.ChannelParted | e.Kicked) -> None:
    channel = world.channels[world.fold(event.channel)]
    remove(world, user, channel, event)
    world.visits.end(user.identity, channel.folded)


def invited(world: World, event: e.Invited) -> None:
    channel = world.channel(event.channel)
    if channel is not None and not event.hidden:
        channel.invited.add(event.target)
        world.users[event.target].invited.add(channel)
