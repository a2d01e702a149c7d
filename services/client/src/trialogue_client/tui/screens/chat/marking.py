"""Telling our other devices how far we have read."""

from textual.screen import Screen
from textual.timer import Timer

from trialogue_client.engine.buffers import Sort
from trialogue_client.engine.stations import Stations

_SECONDS = 2.0
"""So long one has to look at something before it counts as read."""


class Marking:
    """Tells them, but not with every line."""

    def __init__(self, screen: Screen[str], stations: Stations) -> None:
        self._screen = screen
        self._stations = stations
        self._waiting: Timer | None = None

    def soon(self) -> None:
        """Something is looked at that may be new."""
        if self._stations.current.model.watched and self._waiting is None:
            self._waiting = self._screen.set_timer(_SECONDS, self._mark)

    def _mark(self) -> None:
        self._waiting = None
        model = self._stations.current.model
        if model.watched and model.active.sort is not Sort.SERVER and model.chat.online:
            model.chat.mark_read(model.active.name)
            self._stations.current.network.flush()
