"""The middle of the main screen: the conversation that is looked at, with its topic, the input and a hint."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.widgets import Static, TextArea

from trialogue_client.core.completion import complete
from trialogue_client.engine.buffered import BufferedNetworks
from trialogue_client.engine.entries import Entry
from trialogue_client.engine.model import Model
from trialogue_client.tui.clock import now
from trialogue_client.tui.screens.chat import keys, views
from trialogue_client.tui.screens.chat.message_commands import MessageCommands
from trialogue_client.tui.screens.chat.reading_position import ReadingPosition
from trialogue_client.tui.screens.chat.status_lines import ConnectionLine, HintLine, TopicLine
from trialogue_client.tui.screens.dialogs import YesNo
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.conversation.messages import Messages


class ConversationPane(Vertical):
    """Shows the conversation that is looked at, and has done what is asked for in it."""

    BINDINGS: ClassVar[list[BindingType]] = keys.CONVERSATION

    DEFAULT_CSS = """
    ConversationPane { width: 1fr; }
    ConversationPane #bottom { height: 1; width: 1fr; padding: 0 1; background: $panel; }
    ConversationPane #help { width: auto; }
    ConversationPane #composer { background: $surface; }
    """

    revision: var[int] = var(0, init=False)
    """Increases with each change of what may be shown."""
    times: var[bool] = var(True, init=False)
    """Whether the time is shown at which something was said."""
    draft: var[str] = var("", init=False)
    """What is typed."""
    chosen: var[Entry | None] = var(None, init=False)
    """The message that is chosen."""

    def __init__(
        self,
        networks: BufferedNetworks,
        reading: ReadingPosition,
        message_commands: MessageCommands,
        tell: Callable[[str], None],
    ) -> None:
        """`tell` says what cannot be done."""
        super().__init__(id="middle")
        self._networks = networks
        self._reading = reading
        self._message_commands = message_commands
        self._tell = tell

    def compose(self) -> ComposeResult:
        """Lay the parts out."""
        cls = ConversationPane
        yield TopicLine(self._networks, "topic").data_bind(cls.revision)
        yield Messages().data_bind(cls.times)
        yield HintLine(self._networks, "hint").data_bind(cls.revision, cls.draft, cls.chosen)
        yield Composer(lambda text: complete(text, *views.names(self._model)))
        with Horizontal(id="bottom"):
            yield ConnectionLine(self._networks, "status").data_bind(cls.revision)
            yield Static("  F1 keys", id="help")

    def on_mount(self) -> None:
        """Have the line at the bottom know how many lines are out of sight."""
        self.watch(self._messages, "lines_below", self.query_one(ConnectionLine).set_lines_below, init=False)

    @property
    def _model(self) -> Model:
        return self._networks.current.model

    @property
    def _messages(self) -> Messages:
        return self.query_one(Messages)

    @property
    def _composer(self) -> Composer:
        return self.query_one(Composer)

    def watch_revision(self) -> None:
        """Show what the conversation holds by now."""
        self._reading.show(now())
        self._composer.placeholder = views.invitation(self._model.active)

    def hint(self) -> None:
        """Have the hint say what is the case now."""
        self.query_one(HintLine).watch_revision()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self.draft = self._composer.text
        self._networks.current.typing.typed(self.draft, self._model.active, monotonic())
        self._networks.current.flush()
        self.hint()

    @on(Composer.PastedMuch)
    def _pasted(self, event: Composer.PastedMuch) -> None:
        count = event.text.strip("\n").count("\n") + 1
        question = f"Put these {count} lines into the input? Nothing is sent before you press Enter."
        answers = YesNo(question, "Put them in", "Leave them out")
        self.app.push_screen(answers, lambda yes: self._composer.put(event.text) if yes else None)

    @on(Messages.Chosen)
    def _chosen(self) -> None:
        self.chosen = self._messages.chosen

    @on(Messages.ActionRequested)
    def _wanted(self, event: Messages.ActionRequested) -> None:
        self._message_commands.do(self._networks.current, event.deed, event.entry)
        self.hint()

    @on(Messages.AtTop)
    def _at_top(self) -> None:
        if self._reading.at_top():
            self.hint()

    @on(Messages.AtEnd)
    def _at_end(self) -> None:
        if self._reading.at_end():
            self.hint()

    def action_scroll(self, step: int) -> None:
        """Scroll by a page."""
        self._messages.page(step)

    def action_newest(self) -> None:
        """Go to the end."""
        self._reading.to_newest()

    def action_unread(self) -> None:
        """Go to the first new message."""
        self._reading.to_first_unread()

    def action_choose(self) -> None:
        """Choose a message, to do something with it."""
        self._messages.action_choose(-1)

    def action_edit(self) -> None:
        """Edit what we said last."""
        if not self._message_commands.edit_last(self._networks.current):
            self._tell("There is nothing here that you could edit.")
        self.hint()
