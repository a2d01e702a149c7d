"""Channels that nobody is in: which of them stay, and for how long?

Those that always are (`channels.autojoin`, `rooms.permanent`) stay, and those that are registered. Of the others one
that a restart has emptied waits for its members; one that everybody has left stays with its history as long as there is
room for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING

from trialogue_server.world.channel import Channel
from trialogue_server.world.events import ChannelEmptied, ChannelForgotten, ChannelOpened

if TYPE_CHECKING:
    from trialogue_server.commands.core import Core

_AT_ONCE = 100
"""Channels that are given up or forgotten in one go; they are deleted in one tick."""

_WHOLE = 840
"""One channel, which can be divided by each number of speakers that a channel remembers."""

_SPARE = 50
"""When there are too many, a fiftieth more goes than must, so that they need not all be looked through for each."""


def settle_permanent(core: Core, now: float) -> None:
    """Have the channels that the settings name; one that they do not name any more is as good as any other."""
    world, config = core.world, core.config
    names = {world.fold(name): name for name in (*config.rooms.permanent, *config.channels.autojoin)}
    before, world.permanent = world.permanent, frozenset(names)
    world.keeps_emptied = config.rooms.keep_emptied and config.history.enabled
    for folded, name in names.items():
        if folded not in world.channels:
            core.delivery.commit(ChannelOpened(*_stamp(core, now), name, config.channels.default_modes))
        world.emptied.pop(folded, None)
    for folded in before - world.permanent:
        channel = world.channels.get(folded)
        if channel is not None and not channel.members and channel.ownership is None:
            core.delivery.commit(ChannelEmptied(*_stamp(core, now), channel.name))


def give_up_waiting(core: Core, now: float, waited: float) -> None:
    """Nobody has come back into some channels in the seconds since the start: after enough, everybody has left them."""
    wait = core.config.rooms.restart_wait
    if core.awaits_members and 0 < wait <= waited:
        world = core.world
        awaited = [one for one in world.channels.values() if one.is_awaited and one.folded not in world.permanent]
        for channel in awaited[:_AT_ONCE]:
            core.delivery.commit(ChannelEmptied(*_stamp(core, now), channel.name))
        core.awaits_members = len(awaited) > _AT_ONCE


def make_room(core: Core, now: float, sizes: Mapping[str, int]) -> None:
    """Forget emptied channels of which nothing is left, and the least missed ones where they are too many or too large.

    `sizes` are the bytes of those of which they are known, by folded name. Where the settings say by now that none is
    kept, all are forgotten.
    """
    rooms, emptied = core.config.rooms, core.world.emptied
    kept = core.world.keeps_emptied
    needless = [channel for folded, channel in emptied.items() if not kept or sizes.get(folded) == 0]
    for channel in needless[:_AT_ONCE]:
        _forget(core, channel, now)
    most, most_bytes = rooms.emptied, rooms.emptied_bytes
    total = sum(sizes.get(folded, 0) for folded in emptied)
    if not (0 < most < len(emptied) or 0 < most_bytes < total):
        return
    left = most - most // _SPARE if most else len(emptied)
    left_bytes = most_bytes - most_bytes // _SPARE if most_bytes else total
    for channel in islice(_least_missed(list(emptied.values())), _AT_ONCE):
        if len(emptied) <= left and total <= left_bytes:
            return
        total -= sizes.get(channel.folded, 0)
        _forget(core, channel, now)


def _least_missed(channels: list[Channel]) -> Iterator[Channel]:
    """Yield channels in the order in which they may go.

    Each is counted for those who spoke in it, in equal parts. The next to go is one of whom most is counted for then:
    of theirs the one with the fewest speakers, and of these the one that was left first.
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


def _forget(core: Core, channel: Channel, now: float) -> None:
    core.delivery.commit(ChannelForgotten(*_stamp(core, now), channel.name, channel.since))


def _stamp(core: Core, now: float) -> tuple[int, float, int, str, str]:
    return core.ids.next(now), now, 0, core.name, ""
