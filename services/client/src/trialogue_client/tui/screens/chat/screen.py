"""The main screen: its parts, and which of them does what a key or a click asks for."""

from time import monotonic
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import TextArea

from trialogue_client.address import Endpoint
from trialogue_client.core.commands.actions import Action
from trialogue_client.core.completion import complete
from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.engine.engine import Engine
from trialogue_client.engine.model import Model
from trialogue_client.settings import Settings
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.tui.clock import now
from trialogue_client.tui.screens.chat import keys, views
from trialogue_client.tui.screens.chat.disconnect import Disconnector
from trialogue_client.tui.screens.chat.frame import Frame
from trialogue_client.tui.screens.chat.intake import EventIntake
from trialogue_client.tui.screens.chat.message_commands import MessageCommands
from trialogue_client.tui.screens.chat.navigation import Navigation
from trialogue_client.tui.screens.chat.presenter import ChatPresenter
from trialogue_client.tui.screens.chat.read_timer import ReadTimer
from trialogue_client.tui.screens.chat.reading_position import ReadingPosition
from trialogue_client.tui.screens.chat.submitter import Submitter
from trialogue_client.tui.screens.chat.surroundings import Surroundings
from trialogue_client.tui.screens.dialogs import YesNo
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.conversation.messages import Messages
from trialogue_client.tui.widgets.sidebar import NameList
from trialogue_client.wording.rows import RowKind


class ChatScreen(Screen[str]):
    """The conversations of all servers that we are on. Its result is why it ended, "" for because we wanted to.

    Textual finds handlers and actions by their names on the screen: most of the methods are one line that hands on.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.BOUND

    times: reactive[bool] = reactive(True, init=False)
    """Whether the time is shown at which something was said."""

    class Arrived(Message):
        """Something has happened on the network."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.networks = BufferedNetworks()
        """To be filled before the screen is shown."""
        navigation = self._navigation = Navigation(self, self.networks, ReadTimer(self, self.networks), self._sync)
        reading = self._reading = ReadingPosition(self, self.networks, navigation, self.tell)
        self._surroundings = Surroundings(self, self.networks)
        self._disconnector = Disconnector(self, self.networks, navigation, self.tell)
        presenter = ChatPresenter(self, engine, self._disconnector, reading)
        self._dialogs = presenter.dialogs
        self._submitter = Submitter(self, self.networks, engine.commands, presenter)
        self._message_commands = MessageCommands(self, self._act)
        self._intake = EventIntake(self, self.networks, presenter, navigation)

    def compose(self) -> ComposeResult:
        """Lay the parts out."""
        yield Frame(lambda text: complete(text, *views.names(self.model)))

    @property
    def model(self) -> Model:
        """The conversations of the server that is looked at."""
        return self.networks.current.model

    @property
    def unsent(self) -> list[str]:
        """What was typed and has not been sent, as sentences."""
        return self._disconnector.unsent

    @property
    def composer(self) -> Composer:
        """The input."""
        return self.query_one(Composer)

    def on_mount(self) -> None:
        """Begin."""
        self.composer.focus()
        self.watch_times(self.times)
        self._sync()

    def on_resize(self, event: events.Resize) -> None:
        """Show what there is space for."""
        self._surroundings.arrange(event.size.width)
        self.call_after_refresh(self._sync)

    def watch_times(self, times: bool) -> None:
        """Hand it down to the conversation."""
        for messages in self.query(Messages):
            messages.times = times

    def look(self, *, here: bool) -> None:
        """Note whether somebody looks at the screen."""
        self.networks.look(here=here)
        if here:
            self._navigation.seen()
            self._sync()

    def arrived(self) -> None:
        """Take note that something has happened on a server."""
        self.post_message(self.Arrived())

    def makes_room(self, profile: ConnectionProfile) -> bool:
        """Forget a connection that has ended, for a new one to the same server; False if it has not ended."""
        return self._disconnector.makes_room(profile)

    def shows(self, endpoint: Endpoint, nick: str) -> bool:
        """Go to the connection to this address, if there is one that has not ended."""
        return self._disconnector.shows(endpoint, nick)

    def add(self, network: BufferedNetwork) -> None:
        """Be on one more server, and look at it."""
        if self.is_mounted:
            self._navigation.leave_draft()
        self.networks.add(network)
        if self.is_mounted:
            self._navigation.show(network, network.model.active)

    def leave(self, reason: str = "") -> bool:
        """Say good-bye to all servers; False if that has been done before."""
        return self._disconnector.leave_all(reason)

    def tell(self, sentence: str, look: RowKind = RowKind.TROUBLE) -> None:
        """Say what is wrong, or what was done, where one looks."""
        self.model.show(look, [sentence], now())
        if self.is_mounted:
            self._sync()

    def adopt(self, settings: Settings) -> None:
        """Take in that the settings have changed."""
        self.times = settings.times
        for network in self.networks.all:
            network.adopt(settings)
        if self.is_mounted:
            self._sync()

    def _sync(self) -> None:
        self._reading.show(now())
        self._surroundings.sync(monotonic())

    def _hint(self) -> None:
        self._surroundings.hint(monotonic())

    def _act(self, network: BufferedNetwork, action: Action) -> None:
        self._submitter.act(network, action)
        self._sync()

    @on(Arrived)
    def _arrived(self) -> None:
        self._intake.arrived()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self.networks.current.typing.typed(self.composer.text, self.model.active, monotonic())
        self.networks.current.flush()
        self._hint()

    @on(Composer.Submitted)
    def _submitted(self, event: Composer.Submitted) -> None:
        before = self.model.active
        self._submitter.submitted(event.text)
        if not self._disconnector.over:
            self._navigation.follow(before)
            self._reading.to_newest()

    @on(Composer.PastedMuch)
    def _pasted(self, event: Composer.PastedMuch) -> None:
        count = event.text.strip("\n").count("\n") + 1
        question = f"Put these {count} lines into the input? Nothing is sent before you press Enter."
        answers = YesNo(question, "Put them in", "Leave them out")
        self.app.push_screen(answers, lambda yes: self.composer.put(event.text) if yes else None)

    @on(Composer.AskedForKeys)
    def _asked_for_keys(self) -> None:
        self._dialogs.help(typed="?")

    def action_keys(self) -> None:
        """Show the keys and the commands."""
        self._dialogs.help()

    @on(Composer.Escaped)
    def _escaped(self) -> None:
        intent, self.model.active.intent = self.model.active.intent, None
        if intent is not None and intent.edits:
            self.composer.become(intent.draft)
        elif intent is None and self._submitter.stop():
            self._reading.refresh()
        self._hint()

    @on(Messages.Chosen)
    def _chosen(self) -> None:
        self._hint()

    @on(Messages.ActionRequested)
    def _wanted(self, event: Messages.ActionRequested) -> None:
        self._message_commands.do(self.networks.current, event.deed, event.entry)
        self._hint()

    @on(Messages.AtTop)
    def _at_top(self) -> None:
        if self._reading.at_top():
            self._hint()

    @on(Messages.AtEnd)
    def _at_end(self) -> None:
        if self._reading.at_end():
            self._hint()

    @on(NameList.Chosen, "#rooms")
    def _room_chosen(self, event: NameList.Chosen) -> None:
        self._navigation.go(*views.chosen(self.networks, event.key))

    @on(NameList.Chosen, "#people")
    def _person_chosen(self, event: NameList.Chosen) -> None:
        self._navigation.go(self.networks.current, self.model.open(event.key))

    def action_show(self, name: str) -> None:
        """Show or hide a list."""
        self._surroundings.toggle(name, self.size.width)
        self.call_after_refresh(self._sync)

    def action_step(self, step: int) -> None:
        """Go to the conversation above or below."""
        self._navigation.step(step)

    def action_news(self) -> None:
        """Go to the next conversation with something new: where we are meant first."""
        if self._navigation.to_news():
            self.call_after_refresh(self._reading.into_unread)

    def action_switch(self) -> None:
        """Go to a conversation by a part of its name."""
        self._navigation.ask()

    def action_scroll(self, step: int) -> None:
        """Scroll by a page."""
        self.query_one(Messages).page(step)
        self._surroundings.status()

    def action_newest(self) -> None:
        """Go to the end."""
        self._reading.to_newest()

    def action_unread(self) -> None:
        """Go to the first new message."""
        self._reading.to_first_unread()

    def action_choose(self) -> None:
        """Choose a message, to do something with it."""
        self.query_one(Messages).action_choose(-1)

    def action_edit(self) -> None:
        """Edit what we said last."""
        if not self._message_commands.edit_last(self.networks.current):
            self.tell("There is nothing here that you could edit.")
        self._hint()
