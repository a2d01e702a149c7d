"""Handles a text when Enter is pressed."""

from textual.screen import Screen

from trialogue_client.core.commands.actions import Action
from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.commands import Commands
from trialogue_client.engine.outcomes import Failed
from trialogue_client.tui.screens.chat.presenter import ChatPresenter
from trialogue_client.tui.widgets.composer import Composer

_STAYS = "You are not connected, so the message stays as it is for now."


class Submitter:
    """Has a text carried out as a typed line, or as an answer to the message that was chosen."""

    def __init__(
        self, screen: Screen[str], networks: BufferedNetworks, commands: Commands, presenter: ChatPresenter
    ) -> None:
        self._screen = screen
        self._networks = networks
        self._commands = commands
        self._presenter = presenter

    def submitted(self, text: str) -> None:
        """Do what was typed."""
        network = self._networks.current
        buffer = network.model.active
        buffer.draft = ""
        network.typing.sent()
        if text.startswith("/") or buffer.intent is None:
            if buffer.sort is BufferKind.SERVER and not text.startswith("/") and not network.target:
                self._screen.query_one(Composer).become(text)  # Nobody would hear it there.
            self._presenter.show(network, self._commands.typed(network, text))
        else:
            self._follow_intent(network, buffer, text)

    def act(self, network: BufferedNetwork, action: Action) -> None:
        """Carry out an action."""
        self._presenter.show(network, self._commands.perform(network, action))

    def escaped(self) -> None:
        """Have the text be an ordinary message again; where it is one, stop what is being sent in the conversation."""
        network = self._networks.current
        buffer = network.model.active
        intent, buffer.intent = buffer.intent, None
        if intent is None:
            self._presenter.show(network, self._commands.stopped(network, buffer.name))
        elif intent.edits:
            self._screen.query_one(Composer).become(intent.draft)

    def _follow_intent(self, network: BufferedNetwork, buffer: Buffer, text: str) -> None:
        intent = buffer.intent
        assert intent is not None
        if intent.edits and not network.chat.online:
            # Only a line that nobody has yet can wait for the connection.
            self._screen.query_one(Composer).become(text)
            self._presenter.show(network, [Failed(_STAYS)])
            return
        buffer.intent = None
        self._screen.query_one(Composer).put_back(intent.draft)
        self.act(network, intent.action(buffer.name, text))
