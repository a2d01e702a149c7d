"""Rooms that want a key, on the full screen: it is in the key ring, or asked for, and kept from then on."""

from functools import partial

from textual.app import App
from textual.message import Message

from trialogue_client.core import events as ev
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.entries import Look
from trialogue_client.settings.passwords import Passwords
from trialogue_client.settings.roomkeys import RoomKeys
from trialogue_client.tui.opening import Opening
from trialogue_client.tui.screens.dialogs import Ask
from trialogue_client.tui.secrets import Told
from trialogue_client.tui.terminal.guest import Guest

_LATER_SECONDS = 1.0


class Asked(Message):
    """A room wants a key, and none is in the key ring."""

    def __init__(self, network: BufferedNetwork, room: str) -> None:
        super().__init__()
        self.network = network
        self.room = room


class Locked:
    """Sees to the keys of all servers."""

    def __init__(self, app: App[int], passwords: Passwords, guest: Guest, opening: Opening) -> None:
        self._app = app
        self._passwords = passwords
        self._guest = guest
        self._opening = opening
        self._keys: dict[BufferedNetwork, RoomKeys] = {}
        self._asked: set[tuple[BufferedNetwork, str]] = set()

    def find(self, network: BufferedNetwork, event: ev.KeyWanted) -> None:
        """Come in by another key that is in the key ring, or ask for one."""
        self._guest.spawn(partial(self._find, network, event))

    def keep(self, network: BufferedNetwork) -> None:
        """Keep the keys that are new."""
        keys = self._keys_of(network)
        for room in keys.unkept():
            self._guest.spawn(partial(self._keep, keys, room))

    def ask(self, event: Asked) -> None:
        """Ask for a key, as soon as nothing is being typed: no letter of that shall be part of one."""
        network, chat = event.network, event.network.model.chat
        place = (network, chat.fold(event.room))
        talk = self._opening.talk
        if talk is None or place in self._asked or not self._is_outside(network, event.room):
            return
        if not talk.is_current or talk.composer.text:
            self._app.set_timer(_LATER_SECONDS, partial(self.ask, event))
            return
        self._asked.add(place)
        question = Ask(f"{event.room} on {network.profile.where} wants a key (Esc for none):", secret=True)
        self._app.push_screen(question, partial(self._told, event))

    def _told(self, event: Asked, key: str | None) -> None:
        network, chat = event.network, event.network.model.chat
        self._asked.discard((network, chat.fold(event.room)))
        if key is not None:
            chat.join(event.room, key)
            network.flush()
        else:
            chat.give_up(event.room)
            self._opening.tell(f"You are not in {event.room}: come in with /join {event.room} KEY.", Look.HINT)

    def _is_outside(self, network: BufferedNetwork, room: str) -> bool:
        session = network.model.chat.session
        return session is not None and session.state.rooms.get(room) is None

    def _keys_of(self, network: BufferedNetwork) -> RoomKeys:
        if network not in self._keys:
            self._keys[network] = RoomKeys(self._passwords, network.profile.endpoint, network.model.chat)
        return self._keys[network]

    async def _find(self, network: BufferedNetwork, event: ev.KeyWanted) -> None:
        key = await self._keys_of(network).find(event.room, event.tried)
        if key:
            network.model.chat.join(event.room, key)
            network.flush()
        else:
            self._app.post_message(Asked(network, event.room))

    async def _keep(self, keys: RoomKeys, room: str) -> None:
        done = await keys.keep(room)
        if done:
            self._app.post_message(Told(done, Look.HINT))
