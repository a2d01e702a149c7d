"""Taking in what happens on the servers: what comes close together is shown together."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from textual.screen import Screen

from trialogue_client.core import events as ev
from trialogue_client.core.events.connection import CertificateChanged, Ended, Lost
from trialogue_client.engine.pace import PORTION, Pace
from trialogue_client.engine.stations import Station, Stations
from trialogue_client.tui.screens.chat.going import Going
from trialogue_client.tui.screens.chat.marking import Marking
from trialogue_client.tui.screens.chat.parting import Parting
from trialogue_client.tui.screens.chat.questions import Questions
from trialogue_client.tui.screens.chat.reading import Reading
from trialogue_client.tui.screens.chat.requests import Called, LoggedIn, Moved, Welcomed


class Hearing:
    """Fetches it, and has everybody concerned know. `sync` shows what has changed."""

    def __init__(
        self,
        screen: Screen[str],
        stations: Stations,
        parting: Parting,
        going: Going,
        reading: Reading,
        questions: Questions,
        marking: Marking,
        sync: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._screen = screen
        self._stations = stations
        self._parting = parting
        self._going = going
        self._reading = reading
        self._questions = questions
        self._marking = marking
        self._sync = sync
        self._clock = clock
        self._pace = Pace(screen, self._take_in, self._show)

    def arrived(self) -> None:
        """Something has happened: take it in, at once or when we have rested."""
        self._pace.arrived()

    def _take_in(self) -> int:
        """Take in a portion of what has happened, and return how much it was."""
        before, many = self._stations.current.model.active, 0
        for station in list(self._stations.all):
            happened = station.network.fetch(PORTION)
            many += len(happened)
            self._hear(station, happened)
        if not self._parting.over:
            self._going.follow(before)
        return many

    def _show(self) -> None:
        for station in self._stations.all:
            station.settle()
        if not self._parting.over:
            self._sync()

    def _hear(self, station: Station, happened: list[ev.Event]) -> None:
        now = self._clock()
        for event in happened:
            station.take_in(event, monotonic())
            if isinstance(event, Ended):
                self._parting.ended(station, event.reason)
                return
            station.model.handle(event, now)
            self._react(station, event)
        if station.model.alerts:
            self._screen.post_message(Called(station.model.alerts, watched=self._stations.watched))
            station.model.alerts = []
        if station is self._stations.current and any(isinstance(event, ev.Said) for event in happened):
            self._marking.soon()

    def _react(self, station: Station, event: ev.Event) -> None:
        match event:
            case ev.Registered():
                self._screen.post_message(Welcomed(station, event.nick))
            case ev.LoggedIn():
                self._screen.post_message(LoggedIn(station))
            case ev.Joined(me=True) | ev.Parted(me=True) | ev.Kicked(me=True) | ev.RoomRenamed():
                self._screen.post_message(Moved(station))
            case CertificateChanged():
                self._questions.certificate(event)
            case Lost():
                station.history.lost()
            case ev.Page():
                self._reading.take(station, event, self._clock())
            case ev.NickTaken() | ev.NickRefused() if not station.model.chat.online and not station.makes_do(event):
                where = f" on {self._stations.label(station)}" if self._stations.several else ""
                self._questions.nick(station, event, where)
        station.network.flush()
