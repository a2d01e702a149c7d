"""Taking in what happens on the servers: what comes close together is shown together."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from textual.screen import Screen

from trialogue_client.core import events as ev
from trialogue_client.core.events.connection import CertificateChanged, Ended, Lost
from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.engine.pace import PORTION, Pace
from trialogue_client.tui.screens.chat.going import Going
from trialogue_client.tui.screens.chat.marking import Marking
from trialogue_client.tui.screens.chat.parting import Parting
from trialogue_client.tui.screens.chat.questions import Questions
from trialogue_client.tui.screens.chat.reading import Reading
from trialogue_client.tui.screens.chat.requests import Called, LoggedIn, Moved, SetOn, ShutOut, Welcomed


class Hearing:
    """Fetches it, and has everybody concerned know. `sync` shows what has changed."""

    def __init__(
        self,
        screen: Screen[str],
        networks: BufferedNetworks,
        parting: Parting,
        going: Going,
        reading: Reading,
        questions: Questions,
        marking: Marking,
        sync: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._screen = screen
        self._networks = networks
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
        before, many = self._networks.current.model.active, 0
        for network in list(self._networks.all):
            happened = network.queue.fetch(PORTION)
            many += len(happened)
            self._hear(network, happened)
        if not self._parting.over:
            self._going.follow(before)
        return many

    def _show(self) -> None:
        for network in self._networks.all:
            network.settle()
        if not self._parting.over:
            self._sync()

    def _hear(self, network: BufferedNetwork, happened: list[ev.Event]) -> None:
        now = self._clock()
        for event in happened:
            network.take_in(event, monotonic())
            if isinstance(event, Ended):
                self._parting.ended(network, event.reason)
                return
            network.model.handle(event, now)
            self._react(network, event)
        if network.model.alerts:
            self._screen.post_message(Called(network.model.alerts, watched=self._networks.watched))
            network.model.alerts = []
        if network is self._networks.current and any(isinstance(event, ev.Said) for event in happened):
            self._marking.soon()

    def _react(self, network: BufferedNetwork, event: ev.Event) -> None:
        match event:
            case ev.Registered():
                self._screen.post_message(Welcomed(network, event.nick))
            case ev.LoggedIn():
                self._screen.post_message(LoggedIn(network))
            case ev.Joined(me=True) | ev.Parted(me=True) | ev.Kicked(me=True) | ev.RoomRenamed():
                self._screen.post_message(Moved(network))
            case CertificateChanged():
                self._questions.certificate(event)
            case ev.ModeChanged() | ev.Renamed(me=True) | ev.ServerReply(code="324"):
                self._screen.post_message(SetOn(network))
            case ev.KeyWanted():
                self._screen.post_message(ShutOut(network, event))
            case Lost():
                network.history.lost()
            case ev.Page():
                self._reading.take(network, event, self._clock())
            case ev.NickTaken() | ev.NickRefused() if not network.model.chat.online and not network.falls_back(event):
                where = f" on {self._networks.label(network)}" if self._networks.several else ""
                self._questions.nick(network, event, where)
        network.flush()
