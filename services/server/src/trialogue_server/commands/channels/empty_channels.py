"""Empty channels: which of them stay, and for how long.

Permanent channels (`channels.autojoin`, `rooms.permanent`) and registered ones stay. Of the others, a channel that a
restart emptied waits for its members; one that everybody has left stays with its history as long as there is room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING

from trialogue_server.world.channel import Channel
from trialogue_server.world.events import ChannelEmptied, ChannelForgotten, ChannelOpened

if TYPE_CHECKING:
    from trialogue_server.commands.core import Core

_AT_ONCE = 100
"""Channels that are emptied or forgotten in one tick."""

_WHOLE = 840
"""The weight of one channel; it can be divided by every number of speakers that a channel remembers."""

_SPARE = 50
"""The share that goes beyond what must, when there are too many: a fiftieth, so that this is rarely needed."""


def open_permanent_channels(core: Core, now: float) -> None:
    """Open the permanent channels that the settings name. A channel that they no longer name is as any other."""
    world, config = core.world, core.config
    names = {world.fold(name): name for name in (*config.rooms.permanent, *config.channels.autojoin)}
    before, world.permanent = world.permanent, frozenset(names)
    world.keeps_emptied = config.rooms.keep_emptied and config.history.enabled
    for folded, name in names.items():
        if folded not in world.channels:
            core.delivery.commit(ChannelOpened(*_stamp(core, now), name, config.channels.default_modes))
        world.emptied.pop(folded, None)
    for folded in sorted(before - world.permanent):
        channel = world.channels.get(folded)
        if channel is not None and not channel.members and channel.ownership is None:
            core.delivery.commit(ChannelEmptied(*_stamp(core, now), channel.name))


def empty_awaited_channels(core: Core, now: float) -> None:
    """Empty the channels whose members have not come back within the time that the settings allow after the start."""
    wait, begun = core.config.rooms.restart_wait, core.running_since
    waited = core.moment.monotonic - begun if begun is not None else 0.0
    if core.awaits_members and 0 < wait <= waited:
        world = core.world
        awaited = [one for one in world.channels.values() if one.is_awaited and one.folded not in world.permanent]
        for channel in awaited[:_AT_ONCE]:
            core.delivery.commit(ChannelEmptied(*_stamp(core, now), channel.name))
        core.awaits_members = len(awaited) > _AT_ONCE


def excess_channels(core: Core, sizes: Mapping[str, int]) -> Iterator[Channel]:
    """Yield emptied channels without history, and the least missed ones when they are too many or too large.

    `sizes` has the known sizes in bytes, by folded name. All are excess if the settings no longer keep any.
    """
    rooms, emptied = core.config.rooms, core.world.emptied
    kept = core.world.keeps_emptied
    left, left_bytes = len(emptied), sum(sizes.get(folded, 0) for folded in emptied)
    empty = (channel for folded, channel in emptied.items() if not kept or sizes.get(folded) == 0)
    needless = dict.fromkeys(islice(empty, _AT_ONCE))
    yield from needless
    left -= len(needless)
    left_bytes -= sum(sizes.get(channel.folded, 0) for channel in needless)
    most, most_bytes = rooms.emptied, rooms.emptied_bytes
    if not (0 < most < left or 0 < most_bytes < left_bytes):
        return
    enough = most - most // _SPARE if most else left
    enough_bytes = most_bytes - most_bytes // _SPARE if most_bytes else left_bytes
    missed_least = _least_missed([one for one in emptied.values() if one not in needless])
    for channel in islice(missed_least, _AT_ONCE):
        if left <= enough and left_bytes <= enough_bytes:
            return
        left, left_bytes = left - 1, left_bytes - sizes.get(channel.folded, 0)
        yield channel


def forget_channels(core: Core, now: float, channels: Iterable[tuple[str, int]]) -> None:
    """Forget channels by name and `Channel.since`, but for those that somebody has entered meanwhile."""
    emptied = core.world.emptied
    for name, since in channels:
        channel = emptied.get(core.world.fold(name))
        if channel is not None and channel.since == since:
            core.delivery.commit(ChannelForgotten(*_stamp(core, now), channel.name, channel.since))


def _least_missed(channels: list[Channel]) -> Iterator[Channel]:
    """Yield channels in the order in which they are forgotten.

    Each channel counts for its speakers, in equal parts. The next one belongs to whoever has the largest count by then:
    of theirs the one with the fewest speakers, and of these the one left first.
    """
    counted: Counter[str] = Counter()
    theirs: dict[str, list[Channel]] = {}
    for channel in sorted(channels, key=lambda one: (len(one.speakers), one.emptied_at), reverse=True):
        for speaker in channel.speakers:
            counted[speaker] += _WHOLE // len(channel.speakers)
            theirs.setdefault(speaker, []).append(channel)
    heap = [(-count, speaker) for speaker, count in counted.items()]
    heapify(heap)
    gone: set[Channel] = set()
    while heap:
        count, speaker = heappop(heap)
        if -count == counted[speaker]:  # else something of theirs has gone with others' meanwhile
            channel = theirs[speaker].pop()
            if channel not in gone:
                gone.add(channel)
                counted.subtract(dict.fromkeys(channel.speakers, _WHOLE // len(channel.speakers)))
                yield channel
        if theirs[speaker]:
            heappush(heap, (-counted[speaker], speaker))


def _stamp(core: Core, now: float) -> tuple[int, float, int, str, str]:
    return core.ids.next(now), now, 0, core.name, ""
