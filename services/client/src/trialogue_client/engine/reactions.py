"""Reacts to events: what is remembered because of them, and what has to be asked."""

from collections.abc import Iterator

from ircwire import numerics as num
from trialogue_client.core import events as ev
from trialogue_client.engine.network import Network
from trialogue_client.engine.outcomes import NickWanted, Outcome, SettingsChanged
from trialogue_client.engine.passwords import Passwords
from trialogue_client.engine.room_keys import RoomKeys
from trialogue_client.settings.memory import Memory


class Reactions:
    """The same for every face. Without a person (`keeps`), nothing is remembered."""

    def __init__(self, memory: Memory, passwords: Passwords, room_keys: RoomKeys, *, keeps: bool) -> None:
        self._memory = memory
        self._passwords = passwords
        self._room_keys = room_keys
        self._keeps = keeps

    def to(self, network: Network, event: ev.Event) -> Iterator[Outcome]:
        """Return what has to be asked or shown because of an event."""
        if isinstance(event, ev.NickTaken | ev.NickRefused) and not network.chat.online:
            if not network.falls_back(event):
                yield NickWanted(event)
        elif self._keeps:
            yield from self._kept(network, event)

    def _kept(self, network: Network, event: ev.Event) -> Iterator[Outcome]:
        chat, endpoint = network.chat, network.profile.endpoint
        match event:
            case ev.Registered():
                self._memory.used(endpoint, chat.wanted_nick)
            case ev.LoggedOut():
                self._memory.logged_in(endpoint, chat.identity.credentials)
            case ev.LoggedIn():
                self._memory.logged_in(endpoint, chat.identity.credentials)
                yield from self._passwords.proved(network)
            case ev.Joined(me=True) | ev.Parted(me=True) | ev.Kicked(me=True):
                self._memory.moved(endpoint, chat)
            case ev.RoomRenamed():
                self._memory.moved(endpoint, chat)
                if self._memory.renamed(endpoint, event.old, event.new):
                    yield SettingsChanged()
            case ev.ModeChanged() | ev.Renamed(me=True) | ev.ServerReply(code=num.RPL_CHANNELMODEIS):
                self._memory.set_on(endpoint, chat)
        yield from self._room_keys.react(network, event)
