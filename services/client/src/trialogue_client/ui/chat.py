"""The main screen: rooms at the left, the conversation, people at the right, the input below."""

from datetime import datetime
from time import monotonic
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static, TextArea

from trialogue_client.core import events as ev
from trialogue_client.core.commands.actions import (
    Action,
    AskSecret,
    Autoconnect,
    Connect,
    Disconnect,
    Forget,
    Leave,
    Mute,
    Set,
)
from trialogue_client.core.completion import Completion, complete
from trialogue_client.net.reconnect import Lost
from trialogue_client.settings import Settings
from trialogue_client.ui import views
from trialogue_client.ui.around import Around
from trialogue_client.ui.buffers import Buffer, Sort
from trialogue_client.ui.composer import Composer
from trialogue_client.ui.dialogs import Keys
from trialogue_client.ui.doing import Doing
from trialogue_client.ui.entries import Look
from trialogue_client.ui.finders import Switch
from trialogue_client.ui.lists import Names
from trialogue_client.ui.messages import Messages
from trialogue_client.ui.model import Alert, Model
from trialogue_client.ui.network import Ended, Network
from trialogue_client.ui.questions import Questions
from trialogue_client.ui.reading import Reading
from trialogue_client.ui.stations import Station, Stations, Wanted
from trialogue_client.ui.typed import Remembering, Rest, carry_out, carry_out_all

_REST_SECONDS = 0.03
"""So long we rest after showing what has come: what comes meanwhile is shown together."""
_MARK_SECONDS = 2.0


class Talk(Screen[str]):
    """The conversations of all servers that we are on. Its result is why it ended, "" for because we wanted to."""

    DEFAULT_CSS = """
    Talk #rooms { width: 20; }
    Talk #people { width: 18; margin-left: 1; }
    Talk #middle { width: 1fr; }
    Talk #topic, Talk #hint, Talk #status { height: 1; width: 1fr; padding: 0 1; }
    Talk #topic { background: $panel; }
    Talk #hint { color: $text-muted; }
    Talk #status { background: $panel; }
    Talk #composer { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "keys", "Keys", priority=True),
        Binding("f2", "show('rooms')", "Rooms"),
        Binding("f3", "show('people')", "People"),
        Binding("alt+up", "step(-1)", "Up", priority=True),
        Binding("alt+down", "step(1)", "Down", priority=True),
        Binding("alt+a", "news", "Next unread", priority=True),
        Binding("ctrl+k", "switch", "Go to", priority=True),
        Binding("pageup", "scroll(-1)", "Back", priority=True),
        Binding("pagedown", "scroll(1)", "Forth", priority=True),
        Binding("ctrl+home", "unread", "First unread", priority=True),
        Binding("ctrl+end", "newest", "Newest", priority=True),
        Binding("ctrl+up,alt+m", "choose", "Choose a message", priority=True),
        Binding("alt+e", "edit", "Edit", priority=True),
    ]

    class Arrived(Message):
        """Something has happened on the network."""

    class Welcomed(Message):
        """A server has let us in."""

        def __init__(self, station: Station, nick: str) -> None:
            super().__init__()
            self.station = station
            self.nick = nick

    class Further(Message):
        """We want to be on another server too."""

        def __init__(self, talk: "Talk", action: Connect, nick: str) -> None:
            super().__init__()
            self.talk = talk
            self.action = action
            self.nick = nick

    class LoggedIn(Message):
        """A server has taken our password."""

        def __init__(self, station: Station) -> None:
            super().__init__()
            self.station = station

    class Moved(Message):
        """We have come into a room, or gone out of one."""

        def __init__(self, station: Station) -> None:
            super().__init__()
            self.station = station

    class Remembered(Message):
        """Something is to be remembered, or forgotten."""

        def __init__(self, talk: "Talk", station: Station, action: Remembering) -> None:
            super().__init__()
            self.talk = talk
            self.station = station
            self.action = action

    class Muted(Message):
        """Nothing of a room or a person is to be counted or called out, or so again."""

        def __init__(self, station: Station, action: Mute) -> None:
            super().__init__()
            self.station = station
            self.action = action

    class Called(Message):
        """Somebody wants our attention."""

        def __init__(self, alerts: list[Alert], *, watched: bool) -> None:
            super().__init__()
            self.alerts = alerts
            self.watched = watched

    def __init__(self) -> None:
        super().__init__()
        self.times = True
        """Show when something was said?"""
        self.stations = Stations()
        """To be filled before the screen is shown."""
        self._lost_lines: list[str] = []
        self._leaving = self._over = False
        self._marking: Timer | None = None
        self._resting = self._more = False
        self._around = Around(self, self.stations)
        self._reading = Reading(self, self.stations, self._go, self._sync, self.tell)
        self._questions = Questions(self, self._sync, _now)
        self._doing = Doing(self, self._act, self._reading.go_to)

    def compose(self) -> ComposeResult:
        """Lay the parts out."""
        with Horizontal():
            yield Names(id="rooms")
            with Vertical(id="middle"):
                yield Static(id="topic")
                yield Messages()
                yield Static(id="hint")
                yield Composer(self._completion)
                yield Static(id="status")
            yield Names(id="people")

    @property
    def model(self) -> Model:
        """The conversations of the server that is looked at."""
        return self.stations.current.model

    @property
    def network(self) -> Network:
        """Its connection."""
        return self.stations.current.network

    @property
    def unsent(self) -> list[str]:
        """What was typed and has not been sent, as sentences."""
        return [*self._lost_lines, *(line for station in self.stations.all for line in station.unsent())]

    @property
    def composer(self) -> Composer:
        """The input."""
        return self.query_one(Composer)

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(Composer).focus()
        self._sync()

    def on_resize(self, event: events.Resize) -> None:
        """Show what there is space for."""
        self._around.arrange(event.size.width)
        self.call_after_refresh(self._sync)

    def look(self, *, here: bool) -> None:
        """Note whether somebody looks at the screen."""
        self.stations.look(here=here)
        if here:
            self._mark_soon()
            self._sync()

    def arrived(self) -> None:
        """Take note that something has happened on a server."""
        self.post_message(self.Arrived())

    def makes_room(self, wanted: Wanted) -> bool:
        """Forget a connection that has ended, for a new one to the same server; False if it has not ended."""
        there = self.stations.find(wanted)
        if there is None:
            return True
        if there.over:
            self._forget(there)
            return True
        self.show(there, there.model.active)
        self.tell(f"You are on {wanted.where} as {wanted.nick} already.")
        return False

    def add(self, station: Station) -> None:
        """Be on one more server, and look at it."""
        if self.is_mounted:
            self.model.active.draft = self.composer.text
        self.stations.add(station)
        if self.is_mounted:
            self.show(station, station.model.active)

    def leave(self, reason: str = "") -> bool:
        """Say good-bye to all servers; False if that has been done before."""
        if self._leaving:
            return False
        self._leaving = True
        for station in list(self.stations.all):
            self._leave(station, reason)
        return True

    def tell(self, sentence: str, look: Look = Look.TROUBLE) -> None:
        """Say what is wrong, or what was done, where one looks."""
        self.model.show(look, [sentence], _now())
        self._sync()

    def adopt(self, settings: Settings) -> None:
        """Take in that the settings have changed."""
        self.times = settings.times
        for station in self.stations.all:
            station.adopt(settings)
        if self.is_mounted:
            self._sync()

    @on(Arrived)
    def _arrived(self) -> None:
        if self._resting:
            self._more = True
            return
        self._resting = True
        self.set_timer(_REST_SECONDS, self._rested)
        self._take_in()

    def _rested(self) -> None:
        self._resting = False
        if self._more:
            self._more = False
            self._arrived()

    def _take_in(self) -> None:
        before = self.model.active
        for station in list(self.stations.all):
            self._hear(station, station.network.fetch())
        if self._over:
            return
        if self.model.active is not before:
            self._turn_to(self.model.active)
        self._sync()

    def _hear(self, station: Station, happened: list[ev.Event]) -> None:
        now = _now()
        for event in happened:
            station.take_in(event, monotonic())
            if isinstance(event, Ended):
                self._ended(station, event.reason)
                return
            station.model.handle(event, now)
            self._react(station, event)
        station.model.settle()
        if station.model.alerts:
            self.post_message(self.Called(station.model.alerts, watched=self.stations.watched))
            station.model.alerts = []
        if station is self.stations.current and any(isinstance(event, ev.Said) for event in happened):
            self._mark_soon()

    def _leave(self, station: Station, reason: str = "") -> None:
        if station.over:
            self._ended(station, "")
        else:
            station.network.leave(reason)

    def _ended(self, station: Station, reason: str) -> None:
        """A connection has ended for good. Where we have been, one may still read; the others are not disturbed."""
        where = station.wanted.where
        if all(other.over for other in self.stations.all if other is not station):
            self._over = True
            self.dismiss("" if self._leaving else reason or f"You have left {where}.")
            return
        if reason and station.was_online:
            station.over = True
            station.model.ended(reason, _now())
        else:
            self._forget(station)
        if reason:
            self.tell(reason if str(station.wanted.endpoint) in reason else f"{where}: {reason}")

    def _forget(self, station: Station) -> None:
        self._lost_lines += station.unsent()
        current = station is self.stations.current
        self.stations.drop(station)
        if current:
            self._turn_to(self.model.active)
        for sentence in station.unsent():
            self.tell(sentence)
        self._sync()

    def _mark_soon(self) -> None:
        """Tell our other devices how far we have read, but not with every line."""
        if self.model.watched and self._marking is None:
            self._marking = self.set_timer(_MARK_SECONDS, self._mark)

    def _mark(self) -> None:
        self._marking = None
        if self.model.watched and self.model.active.sort is not Sort.SERVER and self.model.chat.online:
            self.model.chat.mark_read(self.model.active.name)
            self.network.flush()

    def _react(self, station: Station, event: ev.Event) -> None:
        match event:
            case ev.Registered():
                self.post_message(self.Welcomed(station, event.nick))
            case ev.LoggedIn():
                self.post_message(self.LoggedIn(station))
            case ev.Joined(me=True) | ev.Parted(me=True) | ev.Kicked(me=True):
                self.post_message(self.Moved(station))
            case Lost():
                station.history.lost()
            case ev.Page():
                self._reading.take(station, event, _now())
            case ev.NickTaken() | ev.NickRefused() if not station.model.chat.online and not station.makes_do(event):
                where = f" on {self.stations.label(station)}" if self.stations.several else ""
                self._questions.nick(station, event, where)
        station.network.flush()

    def _sync(self) -> None:
        self.query_one(Messages).times = self.times
        self._reading.show(_now())
        self._around.sync(monotonic())

    def _hint(self) -> None:
        self._around.hint(monotonic())

    def _turn_to(self, buffer: Buffer) -> None:
        composer = self.query_one(Composer)
        self.query_one(Messages).come_to(buffer.shown)
        self.model.switch(buffer)
        composer.become(buffer.draft)

    def _go(self, station: Station, buffer: Buffer) -> None:
        self.model.active.draft = self.query_one(Composer).text
        self.show(station, buffer)

    def show(self, station: Station, buffer: Buffer) -> None:
        """Show a conversation."""
        self.stations.go(station)
        self._turn_to(buffer)
        self._mark_soon()
        self._sync()

    def _completion(self, text: str) -> Completion:
        return complete(text, *views.names(self.model))

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self.stations.current.typing.typed(self.composer.text, self.model.active, monotonic())
        self.network.flush()
        self._hint()

    @on(Composer.Submitted)
    def _submitted(self, event: Composer.Submitted) -> None:
        before = self.model.active
        before.draft = ""
        self.stations.current.typing.sent()
        for action in self._carry_out(event.text, before):
            self._do(action)
        if self._over:
            return
        if self.model.active is not before:
            self._turn_to(self.model.active)
        self.action_newest()

    def _carry_out(self, text: str, buffer: Buffer) -> list[Rest]:
        intent, now = buffer.intent, _now()
        if intent is None or text.startswith("/"):
            return carry_out(text, self.model, self.network, now)
        if intent.edits and not self.model.chat.online:
            self.composer.become(text)  # Only a line that nobody has yet can wait for the connection.
            self.tell("You are not connected, so the message stays as it is for now.")
            return []
        buffer.intent = None
        return carry_out_all([intent.action(buffer.name, text)], self.model, self.network, now)

    def _act(self, station: Station, action: Action) -> None:
        carry_out_all([action], station.model, station.network, _now())
        self._sync()

    def _do(self, action: Rest) -> None:
        match action:
            case AskSecret():
                self._questions.secret(self.stations.current, action)
            case Connect():
                self.post_message(self.Further(self, action, self.model.chat.nick))
            case Disconnect():
                self._leave(self.stations.current, action.reason)
            case Leave():
                self.leave(action.reason)
            case Mute():
                self.post_message(self.Muted(self.stations.current, action))
            case Set() | Autoconnect() | Forget():
                self.post_message(self.Remembered(self, self.stations.current, action))

    @on(Composer.PastedMuch)
    def _pasted(self, event: Composer.PastedMuch) -> None:
        self._questions.paste(event.text)

    @on(Composer.AskedForKeys)
    def _asked_for_keys(self) -> None:
        self.app.push_screen(Keys(), lambda text: self.composer.put(text or ""))

    @on(Composer.Escaped)
    def _escaped(self) -> None:
        intent, self.model.active.intent = self.model.active.intent, None
        if intent is not None and intent.edits:
            self.composer.become("")
        self._hint()

    @on(Messages.Chosen)
    def _chosen(self) -> None:
        self._hint()

    @on(Messages.Wanted)
    def _wanted(self, event: Messages.Wanted) -> None:
        self._doing.do(self.stations.current, event.deed, event.entry)
        self._hint()

    @on(Messages.AtTop)
    def _at_top(self) -> None:
        if self._reading.at_top():
            self._hint()

    @on(Messages.AtEnd)
    def _at_end(self) -> None:
        if self._reading.at_end():
            self._hint()

    @on(Names.Chosen, "#rooms")
    def _room_chosen(self, event: Names.Chosen) -> None:
        self._go(*views.chosen(self.stations, event.key))

    @on(Names.Chosen, "#people")
    def _person_chosen(self, event: Names.Chosen) -> None:
        self._go(self.stations.current, self.model.open(event.key))

    def action_keys(self) -> None:
        """Show the keys."""
        self._asked_for_keys()

    def action_show(self, name: str) -> None:
        """Show or hide a list."""
        self._around.toggle(name, self.size.width)
        self.call_after_refresh(self._sync)

    def action_step(self, step: int) -> None:
        """Go to the conversation above or below."""
        ordered = self.stations.ordered()
        here = ordered.index((self.stations.current, self.model.active))
        self._go(*ordered[(here + step) % len(ordered)])

    def action_news(self) -> None:
        """Go to the next conversation with something new: where we are meant first."""
        fresh = [(station, buffer) for station, buffer in self.stations.ordered() if buffer.unread]
        if fresh:
            self._go(*max(fresh, key=lambda one: one[1].mentions))
            self.call_after_refresh(self._reading.into_unread)

    def action_switch(self) -> None:
        """Go to a conversation by a part of its name."""
        names = [(name, views.news(buffer)) for name, (_, buffer) in views.titles(self.stations).items()]
        self.app.push_screen(Switch(names), self._switched)

    def _switched(self, name: str | None) -> None:
        if name is not None:
            self._go(*views.titles(self.stations)[name])

    def action_scroll(self, step: int) -> None:
        """Scroll by a page."""
        self.query_one(Messages).page(step)
        self._around.status()

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
        if not self._doing.edit_last(self.stations.current):
            self.tell("There is nothing here that you could edit.")
        self._hint()


def _now() -> datetime:
    return datetime.now().astimezone()
