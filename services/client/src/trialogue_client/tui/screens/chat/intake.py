"""Takes in what happens on the servers: what comes close together is shown together."""

from textual.screen import Screen

from trialogue_client.core import events as ev
from trialogue_client.engine.buffered import BufferedNetworks
from trialogue_client.engine.pace import PORTION, Pace
from trialogue_client.tui.screens.chat.navigation import Navigation
from trialogue_client.tui.screens.chat.presenter import ChatPresenter
from trialogue_client.tui.screens.chat.requests import AlertRaised


class EventIntake:
    """Fetches events, portion by portion, and has them presented."""

    def __init__(
        self, screen: Screen[str], networks: BufferedNetworks, presenter: ChatPresenter, navigation: Navigation
    ) -> None:
        self._screen = screen
        self._networks = networks
        self._presenter = presenter
        self._navigation = navigation
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
            for event in happened:
                self._presenter.happened(network, event)
            if network.model.alerts:
                self._screen.post_message(AlertRaised(network.model.alerts, watched=self._networks.watched))
                network.model.alerts = []
            if network is self._networks.current and any(isinstance(event, ev.Said) for event in happened):
                self._navigation.seen()
        if not self._presenter.over:
            self._navigation.follow(before)
        return many

    def _show(self) -> None:
        for network in self._networks.all:
            network.settle()
        if not self._presenter.over:
            self._navigation.changed()
