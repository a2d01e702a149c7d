"""Applies changes of channels: name, topic, modes, and metadata of channels and users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from trialogue_server.world.bans import is_banned, matcher
from trialogue_server.world.changes import memberships
from trialogue_server.world.channel import Channel, ListEntry
from trialogue_server.world.markers import Marker
from trialogue_server.world.modes import BAN, CHANNEL_MODES, CLOSING, KEY, LIMIT, OP, sorted_prefix_modes
from trialogue_server.world.user import User
from trialogue_server.world.visits import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialogue_server.world import events as e
    from trialogue_server.world.world import World


def renamed(world: World, event: e.ChannelRenamed) -> None:
    old, new = world.fold(event.channel), world.fold(event.name)
    channel = world.channels.pop(old)
    world.channels[new] = channel
    if world.emptied.pop(old, None) is not None:
        world.emptied[new] = channel
    channel.name, channel.folded = event.name, new
    channel.version += 1
    for member in channel.members.values():
        del member.user.channels[old]
        member.user.channels[new] = channel
        world.note_presence(member.user.account)
    if new != old:
        world.stale.note_markers([Marker(one.identity, old, 0) for one in world.markers.of(old)])
        world.markers.rename(old, new)
        world.visits.rename(old, new)
    world.stale.note_renamed(event.channel, channel)


def _told(metadata: dict[str, str], event: e.MetadataChanged) -> dict[str, str]:
    if event.value:
        metadata[event.key] = event.value
    else:
        metadata.pop(event.key, None)
    return metadata


def metadata_changed(world: World, event: e.MetadataChanged) -> None:
    if event.channel:
        channel = world.channels[world.fold(event.channel)]
        _told(channel.metadata, event)
        world.stale.note_channel(channel)
        return
    user = world.users[event.to]
    _told(user.metadata, event)
    account = world.accounts.get(user.account) if user.account else None
    if account is not None:
        metadata = tuple(_told(dict(account.metadata), event).items())
        world.accounts.save(replace(account, metadata=metadata))
        world.stale.note_account(account.name)


def topic_changed(world: World, event: e.TopicChanged) -> None:
    channel = world.channels[world.fold(event.channel)]
    channel.topic, channel.topic_by, channel.topic_at = event.topic, event.source, event.at
    world.stale.note_channel(channel)


def modes_changed(world: World, event: e.ModesChanged) -> None:
    channel = world.channels[world.fold(event.channel)]
    for add, mode, param in event.changes:
        _change_mode(channel, event, add=add, mode=mode, param=param)
        if mode in CHANNEL_MODES.prefixes:
            user = channel.members[int(param)].user
            world.note_presence(user.account)
            if _remember(channel, user, mode, is_given=add):
                world.stale.note_channel(channel)
    banned = {param for add, mode, param in event.changes if add and mode == BAN}
    if banned:
        _end_banned(world, channel, banned, event.id)
        _withdraw_banned(world, channel, banned)
    channel.settle_openness(event.id)
    if any(add and (mode == KEY or mode in CLOSING) for add, mode, _ in event.changes):
        world.visits.shut_out(channel, event.id)
    if any(mode not in CHANNEL_MODES.prefixes for _, mode, _ in event.changes):
        world.settle_hidden(channel)
        world.stale.note_channel(channel)


def _remember(channel: Channel, user: User, mode: str, *, is_given: bool) -> bool:
    """Remember an operator or a voice by account; return whether that has changed."""
    if mode == OP:
        return channel.remember_operator(user.account) if is_given else channel.forget_operator(user.identity)
    return channel.remember_voice(user.account) if is_given else channel.forget_voice(user.identity)


def _end_banned(world: World, channel: Channel, masks: set[str], event_id: int) -> None:
    """End the membership of users whom a new ban matches, present or absent."""
    is_fresh = matcher([entry for entry in channel.lists[BAN] if entry.mask in masks], world.fold)

    def is_meant(one: User | Absent) -> bool:
        """Return whether the user is banned now. New bans come first: a channel may have thousands of members."""
        return is_fresh(one) and is_banned(channel, one, world.fold)

    present = (member.user for member in channel.members.values() if not member.modes)
    ones: list[User | Absent] = [*present, *absent_accounts(world, channel)]
    for one in ones:
        if is_meant(one):
            world.visits.end(one.identity, channel, event_id)
    for absent in _absent_operators(world, channel):
        if is_meant(absent):
            channel.forget_operator(absent.identity)


def _absent_operators(world: World, channel: Channel) -> list[Absent]:
    if not channel.operators:
        return []
    there = {member.user.identity for member in channel.members.values()}
    masks = {one: world.visits.mask(one, channel.folded) for one in channel.operators if one not in there}
    return [_absent(world, identity, mask) for identity, mask in masks.items()]


def _withdraw_banned(world: World, channel: Channel, masks: set[str]) -> None:
    """Withdraw the invitations of users whom a new ban matches. Those of who is not here are decided when they come:
    see `policy.can_join`.
    """
    is_fresh = matcher([entry for entry in channel.lists[BAN] if entry.mask in masks], world.fold)
    for user in [world.users[uid] for uid in channel.invited]:
        if is_fresh(user) and is_banned(channel, user, world.fold):
            memberships.withdraw(world, user, channel)


def absent_accounts(world: World, channel: Channel) -> Iterator[Absent]:
    for identity, mask in world.visits.absent(channel.folded):
        yield _absent(world, identity, mask)


def _absent(world: World, identity: str, mask: str) -> Absent:
    account = world.accounts.get(identity)
    return Absent(identity, account.name if account is not None else identity, (mask,) if mask else ())


def _change_mode(channel: Channel, event: e.ModesChanged, *, add: bool, mode: str, param: str) -> None:
    if mode in CHANNEL_MODES.lists:
        entries = channel.lists[mode]
        entries[:] = [entry for entry in entries if entry.mask != param]
        if add:
            entries.append(ListEntry(param, event.source, event.at, event.by_operator))
    elif mode in CHANNEL_MODES.prefixes:
        member = channel.members[int(param)]
        member.modes = sorted_prefix_modes({*member.modes, mode} if add else {*member.modes} - {mode})
        channel.version += 1
    elif mode == KEY:
        channel.key = param if add else ""
    elif mode == LIMIT:
        channel.limit = int(param) if add else 0
    elif add:
        channel.flags.add(mode)
    else:
        channel.flags.discard(mode)
