"""Applies changes of memberships: who is in which channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world.channel import Channel, Membership
from trialogue_server.world.modes import OP, VOICE
from trialogue_server.world.user import User

if TYPE_CHECKING:
    from trialogue_server.world import events as e
    from trialogue_server.world.world import World


def remove(world: World, user: User, channel: Channel, event: e.Event) -> None:
    if not user.account:
        world.lately.leave(user, channel.folded, event.id, world.monotonic)
    elif user.attached:
        world.visits.leave(user, channel.folded, event.id)
    del channel.members[user.uid]
    del user.channels[channel.folded]
    channel.version += 1
    world.note_presence(user.account)
    if not channel.members:
        emptied(world, channel, event)


def put_back(world: World, user: User, channel: Channel, membership: Membership) -> None:
    """Have a user in a channel again after a restart."""
    channel.members[user.uid] = membership
    user.channels[channel.folded] = channel
    channel.version += 1
    if channel.emptied_at:
        channel.emptied_at = 0.0
        world.emptied.pop(channel.folded, None)
        world.stale.note_channel(channel)
    world.settle_hidden(channel)


def emptied(world: World, channel: Channel, event: e.Event) -> None:
    """Keep or remove a channel without members. It stays if it is registered, permanent, or has history.

    Without an operator who could come back, the modes that lock people out are removed.
    """
    if channel.ownership is not None:
        if not channel.ownership.keep_topic:
            channel.topic, channel.topic_by, channel.topic_at = "", "", 0.0
        return
    if channel.folded in world.permanent:
        return
    if not channel.said or not world.keeps_emptied:
        if not channel.said:
            world.stale.note_markers(world.markers.settle(channel.folded))
            _remove_channel(world, channel)
        else:
            _forget(world, channel)
        world.stale.note_forgotten(channel)
        return
    if not channel.operators:
        channel.abandon(event.id)
    channel.emptied_at = event.at
    world.emptied[channel.folded] = channel
    world.settle_hidden(channel)
    world.stale.note_channel(channel)


def _forget(world: World, channel: Channel) -> None:
    world.stale.note_markers(world.markers.end(channel.folded))
    _remove_channel(world, channel)


def _remove_channel(world: World, channel: Channel) -> None:
    del world.channels[channel.folded]
    world.settle_hidden(channel)
    world.emptied.pop(channel.folded, None)
    world.visits.end_all(channel.folded)
    world.invitations.end(channel)
    for uid in list(channel.invited):
        withdraw(world, world.users[uid], channel)


def opened(world: World, event: e.ChannelOpened) -> None:
    _make(world, event.name, event)


def given_up(world: World, event: e.ChannelEmptied) -> None:
    emptied(world, world.channels[world.fold(event.name)], event)


def forgotten(world: World, event: e.ChannelForgotten) -> None:
    _forget(world, world.channels[world.fold(event.name)])


def enter_all(world: World, user: User) -> None:
    for folded, channel in user.channels.items():
        member = channel.members[user.uid]
        world.visits.enter(user, folded, member.joined)
        is_new = (member.is_op and channel.remember_operator(user.account)) | (
            VOICE in member.modes and channel.remember_voice(user.account)
        )
        if is_new:
            world.stale.note_channel(channel)


def joined(world: World, event: e.ChannelJoined) -> None:
    user = world.users[event.uid]
    folded = world.fold(event.channel)
    channel = world.channels.get(folded)
    if channel is None:
        channel = _make(world, event.channel, event)
    elif OP in event.prefix_modes:
        channel.operated_since = event.id
    if channel.emptied_at:
        channel.emptied_at = 0.0
        world.emptied.pop(folded, None)
        world.settle_hidden(channel)
        world.stale.note_channel(channel)
    if OP in event.prefix_modes:
        channel.remember_operator(user.account)
    channel.members[user.uid] = Membership(user, event.prefix_modes, event.id)
    withdraw(world, user, channel)
    channel.version += 1
    user.channels[folded] = channel
    if user.account:
        world.visits.enter(user, folded, event.id)
        world.note_presence(user.account)


def _make(world: World, name: str, event: e.ChannelJoined | e.ChannelOpened) -> Channel:
    folded = world.fold(name)
    channel = world.channels[folded] = Channel(name, folded, at=event.at, since=event.id)
    channel.flags.update(event.modes)
    channel.settle_openness(event.id)
    world.settle_hidden(channel)
    world.stale.note_channel(channel)
    return channel


def parted(world: World, event: e.ChannelParted) -> None:
    _remove_for_good(world, world.users[event.uid], event)


def kicked(world: World, event: e.Kicked) -> None:
    user, channel = world.users[event.target], world.channels[world.fold(event.channel)]
    if channel.forget_operator(user.identity) | channel.forget_voice(user.identity):
        world.stale.note_channel(channel)
    _remove_for_good(world, user, event)


def _remove_for_good(world: World, user: User, event: e.ChannelParted | e.Kicked) -> None:
    channel = world.channels[world.fold(event.channel)]
    remove(world, user, channel, event)
    world.visits.end(user.identity, channel, event.id)


def invited(world: World, event: e.Invited) -> None:
    channel = world.channel(event.channel)
    if channel is not None and event.opens and not event.hidden:
        target = world.users[event.target]
        channel.invited.add(target.uid)
        target.invited.add(channel)
        if target.account:
            world.invitations.add(target.identity, channel, event.at)
            world.stale.note_channel(channel)


def withdraw(world: World, user: User, channel: Channel) -> None:
    """Withdraw an invitation, if there is one."""
    channel.invited.discard(user.uid)
    user.invited.discard(channel)
    if user.account and world.invitations.withdraw(user.identity, channel):
        world.stale.note_channel(channel)
