"""The keys of rooms, in the system's key ring where there is one, and nowhere else."""

from collections.abc import Iterable, Iterator
from functools import partial

from ircwire import numerics as num
from trialogue_client.core import events as ev
from trialogue_client.engine.network import Network
from trialogue_client.engine.outcomes import Outcome, RoomKeyWanted, Sentence, Task
from trialogue_client.engine.passwords import KeyRing
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.memory import Memory
from trialogue_client.wording.rows import RowKind


class RoomKeys:
    """Finds and keeps keys of rooms. Of which rooms there are keys is remembered in the settings."""

    def __init__(self, ring: KeyRing, memory: Memory) -> None:
        self._ring = ring
        self._memory = memory
        self._kept: dict[tuple[Network, str], str] = {}
        """What is in the key ring, as far as we know, or could not be put there."""

    def react(self, network: Network, event: ev.Event) -> Iterator[Outcome]:
        """Return what is to be done about keys because of an event."""
        match event:
            case ev.KeyWanted():
                yield Task(partial(self._find, network, event))
            case ev.Joined(me=True) | ev.ModeChanged() | ev.ServerReply(code=num.RPL_CHANNELMODEIS):
                yield from (Task(partial(self._keep, network, room)) for room in self._unkept(network))

    def answered(self, network: Network, room: str, key: str) -> Iterator[Outcome]:
        """Take the key that somebody has typed for a room; "" for none."""
        if key:
            network.chat.join(room, key)
            network.flush()
        else:
            network.chat.give_up(room)
            yield Sentence(RowKind.HINT, f"You are not in {room}: come in with /join {room} KEY.")

    def _unkept(self, network: Network) -> list[str]:
        """Return the rooms whose key is to be kept: we are in them, and it is new."""
        session = network.chat.session
        if session is None or not self._memory.settings.key_ring:
            return []
        return [
            room
            for room, key in network.chat.autojoin.items()
            if key and self._kept.get((network, room)) != key and session.state.rooms.get(room)
        ]

    async def _keep(self, network: Network, room: str) -> Iterable[Outcome]:
        key = network.chat.autojoin.get(room, "")
        if not key or self._kept.get((network, room)) == key:
            return []
        self._kept[network, room] = key
        try:
            return [Sentence(RowKind.HINT, await self._ring.keep_key(network.profile.endpoint, room, key))]
        except VaultError:
            return []

    async def _find(self, network: Network, event: ev.KeyWanted) -> Iterable[Outcome]:
        key = await self._look_up(network, event.room)
        if not key or key == event.tried:
            return [RoomKeyWanted(event.room)]
        network.chat.join(event.room, key)
        network.flush()
        return []

    async def _look_up(self, network: Network, room: str) -> str:
        """Return the key of a room that is in the key ring, or ""."""
        fold, endpoint = network.chat.fold, network.profile.endpoint
        name = next((one for one in self._memory.server(endpoint).keys if fold(one) == fold(room)), None)
        if name is None:
            return ""
        try:
            key = self._kept[network, room] = await self._ring.look_up_key(endpoint, name)
        except VaultError:
            return ""
        return key
