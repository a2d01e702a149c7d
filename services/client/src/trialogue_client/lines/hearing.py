"""What happens on the servers: it is shown, followed where we talk, and asked about if it needs an answer."""

from functools import partial

from trialogue_client.core import events as ev
from trialogue_client.core.events.connection import CertificateChanged
from trialogue_client.lines.certificates import ask_about
from trialogue_client.lines.keeping import Keeping
from trialogue_client.lines.questions import Question, Questions
from trialogue_client.lines.screen import Screen
from trialogue_client.lines.sheet import Sheet
from trialogue_client.lines.station import Station
from trialogue_client.lines.stations import Stations

_ASK = "Your name: "


class Hearing:
    """Hears it."""

    def __init__(
        self, screen: Screen, stations: Stations, questions: Questions, sheet: Sheet, keeping: Keeping
    ) -> None:
        self._screen = screen
        self._stations = stations
        self._questions = questions
        self._sheet = sheet
        self._keeping = keeping
        self._names: dict[Station, Question] = {}
        """The questions for another name."""
        self.failed = False
        """Has a server refused anything?"""

    def hear(self, station: Station, event: ev.Event) -> None:
        """Show what happened, and follow it where we are talking."""
        station.take_in(event)
        self._react(station, event)
        self._sheet.event(station, event)
        station.follow(event)
        self._questions.prompt()
        station.progress.made()

    def _react(self, station: Station, event: ev.Event) -> None:
        match event:
            case ev.NickTaken() | ev.NickRefused() if not station.chat.online and not station.makes_do(event):
                self._ask_name(station, event)
            case CertificateChanged():
                ask_about(event, self._questions, self._sheet)
            case ev.Registered():
                if station in self._names:
                    self._questions.withdraw(self._names.pop(station))
                self._keeping.welcomed(station, event.nick)
            case ev.NotSent() | ev.Refused():
                self.failed = True
            case ev.LoggedIn():
                self._keeping.logged_in(station)
            case ev.Joined(me=True) | ev.Parted(me=True) | ev.Kicked(me=True) | ev.RoomRenamed():
                self._keeping.moved(station)
            case ev.Said() | ev.Noticed() if self._keeping.rings(station, event):
                self._screen.ring()

    def _ask_name(self, station: Station, event: ev.NickTaken | ev.NickRefused) -> None:
        taken = isinstance(event, ev.NickTaken)
        problem = f"The name {event.nick} is taken." if taken else f"The server does not allow the name {event.nick}."
        if taken and "account" in event.reason and station.chat.identity.credentials is None:
            problem = f"The name {event.nick} belongs to an account. If it is yours, start with --account {event.nick}."
        if not self._screen.asks:
            station.give_up(f"{problem} Choose another with --nick.")
            return
        self._sheet.trouble(f"{problem} Choose another.")
        if station not in self._names:
            self._names[station] = Question(_ASK, partial(self._named, station))
            self._questions.ask(self._names[station])

    def _named(self, station: Station, text: str) -> str | None:
        name, _, rest = text.partition("\n")
        if not name.strip():
            self._questions.ask(self._names[station])
            return rest or None
        del self._names[station]
        station.chat.rename(name.strip())
        return rest or None
