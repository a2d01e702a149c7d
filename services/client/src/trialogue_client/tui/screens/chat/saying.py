"""What becomes of a text that was typed, and of what it asks for."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual.screen import Screen

from trialogue_client.core.commands.actions import (
    Action,
    AskConsent,
    AskSecret,
    Autoconnect,
    Configure,
    Connect,
    Disconnect,
    Forget,
    Leave,
    Mute,
    Say,
    Set,
)
from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.engine.buffers import Buffer, Sort
from trialogue_client.engine.typed import Rest, carry_out, carry_out_all
from trialogue_client.tui.screens.chat.going import Going
from trialogue_client.tui.screens.chat.parting import Parting
from trialogue_client.tui.screens.chat.questions import Questions
from trialogue_client.tui.screens.chat.requests import Further, Remembered, SetOn
from trialogue_client.tui.widgets.composer import Composer


class Saying:
    """Carries it out, or has somebody do it. `tell` says what cannot be done."""

    def __init__(
        self,
        screen: Screen[str],
        networks: BufferedNetworks,
        parting: Parting,
        going: Going,
        questions: Questions,
        tell: Callable[[str], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._screen = screen
        self._networks = networks
        self._parting = parting
        self._going = going
        self._questions = questions
        self._tell = tell
        self._clock = clock

    def submitted(self, text: str) -> None:
        """Do what was typed."""
        network = self._networks.current
        before = network.model.active
        before.draft = ""
        network.typing.sent()
        for action in self._carry_out(network, text, before):
            self._do(network, action)
        self._screen.post_message(SetOn(network))
        if not self._parting.over:
            self._going.follow(before)

    def act(self, network: BufferedNetwork, action: Action) -> None:
        """Carry out an action that only needs the chat."""
        carry_out_all([action], network, self._clock())

    def _consented(self, network: BufferedNetwork, action: Action) -> None:
        network.model.chat.expose()
        for rest in carry_out_all([action], network, self._clock()):
            self._do(network, rest)

    def _carry_out(self, network: BufferedNetwork, text: str, buffer: Buffer) -> list[Rest]:
        intent, now = buffer.intent, self._clock()
        if intent is None and not text.startswith("/") and (room := network.model.entering):
            return carry_out_all([Say(room, text)], network, now)
        if buffer.sort is Sort.SERVER and not text.startswith("/"):
            self._screen.query_one(Composer).become(text)  # nobody would hear it there
        if intent is None or text.startswith("/"):
            return carry_out(text, network, now)
        if intent.edits and not network.model.chat.online:
            # Only a line that nobody has yet can wait for the connection.
            self._screen.query_one(Composer).become(text)
            self._tell("You are not connected, so the message stays as it is for now.")
            return []
        buffer.intent = None
        return carry_out_all([intent.action(buffer.name, text)], network, now)

    def _do(self, network: BufferedNetwork, action: Rest) -> None:
        match action:
            case AskSecret():
                self._questions.secret(network, action)
            case AskConsent():
                self._questions.consent(network, action, partial(self._consented, network, action.then))
            case Connect():
                self._screen.post_message(Further(action, network.model.chat.nick))
            case Disconnect():
                self._parting.leave(network, action.reason)
            case Leave():
                self._parting.leave_all(action.reason)
            case Set() | Configure() | Autoconnect() | Forget() | Mute():
                self._screen.post_message(Remembered(network, action))
