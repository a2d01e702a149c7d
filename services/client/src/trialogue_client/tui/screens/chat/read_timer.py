"""Tells our other devices how far we have read."""

from textual.screen import Screen
from textual.timer import Timer

from trialogue_client.engine.buffered import BufferedNetworks
from trialogue_client.engine.buffers import BufferKind
from trialogue_client.engine.read_markers import READ_SECONDS


class ReadTimer:
    """Tells it some seconds after something was shown, and not with every line."""

    def __init__(self, screen: Screen[str], networks: BufferedNetworks) -> None:
        self._screen = screen
        self._networks = networks
        self._waiting: Timer | None = None

    def soon(self) -> None:
        """Something is looked at that may be new."""
        if self._networks.current.model.watched and self._waiting is None:
            self._waiting = self._screen.set_timer(READ_SECONDS, self._mark)

    def _mark(self) -> None:
        self._waiting = None
        model = self._networks.current.model
        if model.watched and model.active.sort is not BufferKind.SERVER and model.chat.online:
            network = self._networks.current
            network.read_markers.shown(model.active.name)
            network.read_markers.send()
            network.flush()
