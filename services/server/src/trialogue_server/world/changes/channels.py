"""What is a channel like, and what do it and its people tell about themselves?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from trialogue_server.world.bans import is_banned
from trialogue_server.world.channel import Channel, ListEntry
from trialogue_server.world.modes import BAN, CHANNEL_MODES, KEY, LIMIT, sorted_prefix_modes
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
    channel.name, channel.folded = event.name, new
    channel.version += 1
    for member in channel.members.values():
        del member.user.channels[old]
        member.user.channels[new] = channel
    if new != old:
        world.markers.rename(old, new)
        world.visits.rename(old, new)
        world.lives.end(old)
        world.lives.note(channel)


def _told(metadata: dict[str, str], event: e.MetadataChanged) -> dict[str, str]:
    if event.value:
        metadata[event.key] = event.value
    else:
        metadata.pop(event.key, None)
    return metadata


def metadata_changed(world: World, event: e.MetadataChanged) -> None:
    if event.channel:
        _told(world.channels[world.fold(event.channel)].metadata, event)
        return
    user = world.users[event.to]
    _told(user.metadata, event)
    account = world.accounts.get(user.account) if user.account else None
    if account is not None:
        metadata = tuple(_told(dict(account.metadata), event).items())
        world.accounts.save(replace(account, metadata=metadata))


def topic_changed(world: World, event: e.TopicChanged) -> None:
    channel = world.channels[world.fold(event.channel)]
    channel.topic, channel.topic_by, channel.topic_at = event.topic, event.source, event.at


def modes_changed(world: World, event: e.ModesChanged) -> None:
    channel = world.channels[world.fold(event.channel)]
    for add, mode, param in event.changes:
        _change_mode(channel, event, add=add, mode=mode, param=param)
    if any(add and mode == BAN for add, mode, _ in event.changes):
        _end_banned(world, channel)
    world.lives.note(channel)


def _end_banned(world: World, channel: Channel) -> None:
    """Whoever is banned does not belong to the channel, whether they are there or not."""
    present = (member.user for member in channel.members.values() if not member.modes)
    ones: list[User | Absent] = [*present, *absent_accounts(world, channel)]
    for one in ones:
        if is_banned(channel, one, world.fold):
            world.visits.end(one.identity, channel.folded)


def absent_accounts(world: World, channel: Channel) -> Iterator[Absent]:
    for identity, mask in world.visits.absent(channel.folded):
        account = world.accounts.get(identity)
        yield Absent(identity, account.name if account is not None else identity, (mask,))


def _change_mode(channel: Channel, event: e.ModesChanged, *, add: bool, mode: str, param: str) -> None:
    if mode in CHANNEL_MODES.lists:
        entries = channel.lists[mode]
        entries[:] = [entry for entry in entries if entry.mask != param]
        if add:
            entries.append(ListEntry(param, event.source, event.at))
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
