"""The main screen: its parts, and which of them does what a key or a click asks for."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from trialogue_client.address import Endpoint
from trialogue_client.core.commands.actions import Action
from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.engine.engine import Engine
from trialogue_client.engine.model import Model
from trialogue_client.settings import Settings
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.tui.clock import now
from trialogue_client.tui.screens.chat import keys, views
from trialogue_client.tui.screens.chat.conversation_pane import ConversationPane
from trialogue_client.tui.screens.chat.disconnect import Disconnector
from trialogue_client.tui.screens.chat.intake import EventIntake
from trialogue_client.tui.screens.chat.message_commands import MessageCommands
from trialogue_client.tui.screens.chat.navigation import Navigation
from trialogue_client.tui.screens.chat.presenter import ChatPresenter
from trialogue_client.tui.screens.chat.read_timer import ReadTimer
from trialogue_client.tui.screens.chat.reading_position import ReadingPosition
from trialogue_client.tui.screens.chat.side_lists import PeopleList, RoomList, SideList
from trialogue_client.tui.screens.chat.submitter import Submitter
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.sidebar import NameList
from trialogue_client.wording.rows import RowKind


class ChatScreen(Screen[str]):
    """The conversations of all servers that we are on. Its result is the reason why it ended, "" if we wanted it to.

    What happens and what is done changes the networks and then `revision`, which is bound to each area of the screen:
    the area shows what has changed for it. Textual finds handlers and actions by their names on the screen, and most
    of the methods are one line that hands on.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.SCREEN

    revision: var[int] = var(0, init=False)
    """Increases with each change of what may be shown."""
    times: var[bool] = var(True, init=False)
    """Whether the time is shown at which something was said."""

    class Arrived(Message):
        """Something has happened on the network."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.networks = BufferedNetworks()
        """To be filled before the screen is shown."""
        navigation = self._navigation = Navigation(self, self.networks, ReadTimer(self, self.networks), self._changed)
        reading = self._reading = ReadingPosition(self, self.networks, navigation, self.tell)
        self._disconnector = Disconnector(self, self.networks, navigation, self.tell)
        presenter = ChatPresenter(self, engine, self._disconnector, reading)
        self._dialogs = presenter.dialogs
        self._submitter = Submitter(self, self.networks, engine.commands, presenter)
        self._intake = EventIntake(self, self.networks, presenter, navigation)

    def compose(self) -> ComposeResult:
        """Lay the parts out."""
        cls = ChatScreen
        commands = MessageCommands(self, self._act)
        with Horizontal():
            yield RoomList(self.networks, "rooms").data_bind(cls.revision)
            yield ConversationPane(self.networks, self._reading, commands, self.tell).data_bind(cls.revision, cls.times)
            yield PeopleList(self.networks, "people").data_bind(cls.revision)

    @property
    def model(self) -> Model:
        """The conversations of the server that is looked at."""
        return self.networks.current.model

    @property
    def unsent(self) -> list[str]:
        """What was typed and has not been sent, as sentences."""
        return self._disconnector.unsent

    @property
    def drafts(self) -> list[str]:
        """What was being typed when we said good-bye, as sentences."""
        return self._disconnector.drafts

    @property
    def composer(self) -> Composer:
        """The input."""
        return self.query_one(Composer)

    def on_mount(self) -> None:
        """Focus the input, and show what there is."""
        self.composer.focus()
        self._changed()

    def on_resize(self, event: events.Resize) -> None:
        """Show what there is space for."""
        for names in self.query(SideList):
            names.fit(event.size.width)
        self.call_after_refresh(self._changed)

    def look(self, *, here: bool) -> None:
        """Note whether somebody looks at the screen."""
        self.networks.look(here=here)
        if here:
            self._navigation.seen()
            self._changed()

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
            self._changed()

    def adopt(self, settings: Settings) -> None:
        """Take in that the settings have changed."""
        self.times = settings.times
        for network in self.networks.all:
            network.adopt(settings)
        if self.is_mounted:
            self._changed()

    def _changed(self) -> None:
        """Have each area of the screen show what has changed."""
        self.revision += 1

    def _act(self, network: BufferedNetwork, action: Action) -> None:
        self._submitter.act(network, action)
        self._changed()

    @on(Arrived)
    def _arrived(self) -> None:
        self._intake.arrived()

    @on(Composer.Submitted)
    def _submitted(self, event: Composer.Submitted) -> None:
        before = self.model.active
        self._submitter.submitted(event.text)
        if not self._disconnector.over:
            self._navigation.follow(before)
            self._reading.to_newest()

    @on(Composer.AskedForKeys)
    def _asked_for_keys(self) -> None:
        self._dialogs.help(typed="?")

    @on(Composer.Escaped)
    def _escaped(self) -> None:
        self._submitter.escaped()
        self._changed()

    @on(NameList.Chosen, "#rooms")
    def _room_chosen(self, event: NameList.Chosen) -> None:
        self._navigation.go(*views.chosen(self.networks, event.key))

    @on(NameList.Chosen, "#people")
    def _person_chosen(self, event: NameList.Chosen) -> None:
        self._navigation.go(self.networks.current, self.model.open(event.key))

    def action_keys(self) -> None:
        """Show the keys and the commands."""
        self._dialogs.help()

    def action_show(self, name: str) -> None:
        """Show or hide a list."""
        self.query_one(f"#{name}", SideList).toggle()
        self.call_after_refresh(self._changed)

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
