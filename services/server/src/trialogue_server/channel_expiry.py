"""Expires channels that are empty, once a second. Their sizes in the store are asked for some at a time, since that of
an empty channel hardly changes.
"""

from collections.abc import Sequence
from itertools import islice

import trio

from trialogue_server.commands.deciding import Door
from trialogue_server.commands.inputs import ChannelsExpired
from trialogue_server.commands.questions import excess_of
from trialogue_server.pulse import Pulse
from trialogue_server.store.base import Store, StoreUnavailable
from trialogue_server.world.world import World

_PERIOD = 1.0
_NEW_AT_ONCE, _OLD_AT_ONCE = 100, 5
"""Channels that are measured for the first time, and again, in each period: some of their history may have expired."""


class ChannelSizes:
    """The known sizes of emptied channels in the store."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._weighed: dict[str, tuple[float, int]] = {}
        """By folded name: when the channel was left, and bytes. The latest measured is the last."""

    def sizes(self) -> dict[str, int]:
        """Return the known sizes."""
        emptied, weighed = self._world.emptied, self._weighed
        self._weighed = {folded: known for folded, known in weighed.items() if folded in emptied}
        return {folded: size for folded, (at, size) in self._weighed.items() if emptied[folded].emptied_at == at}

    def wanted(self) -> list[str]:
        """Return the names of those to be measured next."""
        known = self.sizes()
        new = islice((folded for folded in self._world.emptied if folded not in known), _NEW_AT_ONCE)
        return [*new, *islice(known, _OLD_AT_ONCE)]

    def put(self, folded: str, size: int) -> None:
        """Note the bytes of a channel, if it is still empty."""
        channel = self._world.emptied.get(folded)
        self._weighed.pop(folded, None)
        if channel is not None:
            self._weighed[folded] = channel.emptied_at, size


async def expire_channels_forever(door: Door, pulse: Pulse, store: Store) -> None:
    """Expire channels, until cancelled."""
    core, decide, clock = door
    scales = ChannelSizes(core.world)
    while True:
        await trio.sleep(_PERIOD)
        await pulse.wait_open()
        await _weigh(store, scales, scales.wanted())
        excess = excess_of(core, scales.sizes())
        if excess:
            decide(ChannelsExpired(excess), clock())
            pulse.wake()


async def _weigh(store: Store, scales: ChannelSizes, names: Sequence[str]) -> None:
    try:
        sizes = await store.sizes(names)
    except StoreUnavailable:
        return
    for folded, size in sizes.items():
        scales.put(folded, size)
