"""Performs the actions of a chosen message."""

from collections.abc import Callable
from functools import partial

from textual.screen import Screen

from ircwire.text import strip_formatting
from trialogue_client.core.commands.actions import Action, React, Redact
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.buffers import Buffer
from trialogue_client.engine.entries import Entry
from trialogue_client.engine.message_actions import Intent, MessageAction, deeds, text_of
from trialogue_client.tui.formatting import as_typed, harmless_lines
from trialogue_client.tui.screens.dialogs import YesNo
from trialogue_client.tui.screens.finders import EmojiFinder
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.conversation.messages import Messages


class MessageCommands:
    """Performs what a key asks for; `act` carries out what the protocol does."""

    def __init__(self, screen: Screen[str], act: Callable[[BufferedNetwork, Action], None]) -> None:
        self._screen = screen
        self._act = act

    def do(self, network: BufferedNetwork, deed: MessageAction, entry: Entry) -> None:
        """Do it, if it can be done."""
        buffer = network.model.active
        if deed not in deeds(entry, network.model.chat, buffer.name):
            return
        match deed:
            case MessageAction.COPY:
                text = strip_formatting(text_of(buffer.shown.entries, entry, network.model.chat))
                self._screen.app.copy_to_clipboard(harmless_lines(text))
                self._screen.notify("Copied.", timeout=2)
            case MessageAction.REPLY:
                self.begin(buffer, Intent(entry))
            case MessageAction.EDIT:
                self.edit(network, buffer, entry)
            case MessageAction.REACT:
                self._screen.app.push_screen(EmojiFinder(), partial(self._react, network, buffer, entry))
            case MessageAction.REDACT:
                question = YesNo("Take this message back? Nobody will see it any more.", "Take it back", "Leave it")
                self._screen.app.push_screen(question, partial(self._redact, network, buffer, entry))

    def begin(self, buffer: Buffer, intent: Intent) -> None:
        """Have the next text be about this message."""
        buffer.intent = intent
        self._messages.choose(None)

    def edit(self, network: BufferedNetwork, buffer: Buffer, entry: Entry) -> None:
        """Put a message into the input, to be said anew."""
        composer = self._screen.query_one(Composer)
        draft = buffer.intent.draft if buffer.intent is not None else composer.text
        self.begin(buffer, Intent(entry, edits=True, draft=draft))
        composer.become(as_typed(text_of(buffer.shown.entries, entry, network.model.chat)))

    def edit_last(self, network: BufferedNetwork) -> bool:
        """Put what we said last into the input; False if there is nothing that could be edited."""
        buffer, chat = network.model.active, network.model.chat
        mine = (entry for entry in reversed(buffer.entries) if entry.me and entry.can_be_chosen)
        entry = next((one for one in mine if MessageAction.EDIT in deeds(one, chat, buffer.name)), None)
        if entry is not None:
            self.edit(network, buffer, entry)
        return entry is not None

    @property
    def _messages(self) -> Messages:
        return self._screen.query_one(Messages)

    def _react(self, network: BufferedNetwork, buffer: Buffer, entry: Entry, sign: str | None) -> None:
        self._messages.choose(None)
        if sign is not None:
            self._act(network, React(buffer.name, entry.who, sign, entry.msgid))

    def _redact(self, network: BufferedNetwork, buffer: Buffer, entry: Entry, yes: bool | None) -> None:
        self._messages.choose(None)
        if yes:
            self._act(network, Redact(buffer.name, entry.msgid))
