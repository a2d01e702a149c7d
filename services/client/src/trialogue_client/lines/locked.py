"""Rooms that want a key, in line mode: it is in the key ring, or asked for, and kept from then on."""

from functools import partial

from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import UsageError
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.questions import Question, Questions
from trialogue_client.lines.sheet import Sheet
from trialogue_client.lines.spawn import Spawn
from trialogue_client.settings.passwords import Passwords
from trialogue_client.settings.roomkeys import RoomKeys


class Locked:
    """Sees to the keys of all servers."""

    def __init__(self, passwords: Passwords, questions: Questions, sheet: Sheet, spawn: Spawn) -> None:
        self._passwords = passwords
        self._questions = questions
        self._sheet = sheet
        self._spawn = spawn
        self._keys: dict[LineNetwork, RoomKeys] = {}
        self._asked: dict[tuple[LineNetwork, str], Question] = {}

    def hear(self, network: LineNetwork, event: ev.Event) -> None:
        """See to it, if it is about a key."""
        match event:
            case ev.KeyWanted():
                self._spawn(partial(self._find, network, event))
            case ev.Joined(me=True):
                question = self._asked.pop((network, network.chat.fold(event.room)), None)
                if question is not None:
                    self._questions.withdraw(question)
                self._keep(network)
            case ev.ModeChanged() | ev.ServerReply(code="324"):
                self._keep(network)

    def _keys_of(self, network: LineNetwork) -> RoomKeys:
        if network not in self._keys:
            endpoint = network.profile.endpoint
            self._keys[network] = RoomKeys(self._passwords, endpoint, network.chat)
        return self._keys[network]

    def _keep(self, network: LineNetwork) -> None:
        keys = self._keys_of(network)
        for room in keys.unkept():
            self._spawn(partial(self._keep_one, keys, room))

    async def _keep_one(self, keys: RoomKeys, room: str) -> None:
        done = await keys.keep(room)
        if done:
            self._sheet.hint(done)

    async def _find(self, network: LineNetwork, event: ev.KeyWanted) -> None:
        key = await self._keys_of(network).find(event.room, event.tried)
        if key:
            network.chat.join(event.room, key)
            network.flush()
        else:
            self._ask(network, event.room)

    def _ask(self, network: LineNetwork, room: str) -> None:
        place = (network, network.chat.fold(room))
        if place in self._asked:
            return
        question = Question(f"Key of {room} (Enter for none): ", partial(self._told, network, room), hidden=True)
        try:
            self._questions.ask(question)
        except UsageError:  # nothing can be hidden here
            self._sheet.trouble(f"{room} wants a key: come in with /join {room} KEY.")
            network.chat.give_up(room)
        else:
            self._asked[place] = question

    def _told(self, network: LineNetwork, room: str, key: str) -> None:
        self._asked.pop((network, network.chat.fold(room)), None)
        if key:
            network.chat.join(room, key)
        else:
            network.chat.give_up(room)
            self._sheet.hint(f"You are not in {room}: come in with /join {room} KEY.")
