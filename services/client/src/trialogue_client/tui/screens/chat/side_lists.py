"""The lists at both sides of the conversation: rooms at the left, people at the right."""

from typing import ClassVar

from textual.reactive import var

from trialogue_client.engine.buffered import BufferedNetworks
from trialogue_client.tui.screens.chat import views
from trialogue_client.tui.widgets.sidebar import NameList

_NARROW, _WIDE, _SHARE = 20, 32, 4
"""Columns of the list of rooms: at least, at most, and of so many columns of the terminal one at most."""


class SideList(NameList):
    """A list that is shown where there is space for it, unless one wants it otherwise."""

    NARROWEST: ClassVar[int]
    """Columns of the terminal from which on it is shown."""

    revision: var[int] = var(0, init=False)
    """Increases with each change of what may be shown."""

    def __init__(self, networks: BufferedNetworks, name: str) -> None:
        super().__init__(id=name)
        self._networks = networks
        self._wanted: bool | None = None
        """Whether one wants to see it, however wide the terminal is; None where one has not said."""

    def fit(self, width: int) -> None:
        """Show or hide it, in a terminal of so many columns."""
        self.display = width >= self.NARROWEST if self._wanted is None else self._wanted

    def toggle(self) -> None:
        """Show it, or hide it, from now on."""
        self._wanted = self.display = not self.display


class RoomList(SideList):
    """The conversations, server by server."""

    NARROWEST = 50

    DEFAULT_CSS = "RoomList { width: 20; }"

    def watch_revision(self) -> None:
        """List them, in columns for whole names as far as there is space beside the conversation."""
        self.items = views.rooms(self._networks)
        most = max(_NARROW, min(_WIDE, self.screen.size.width // _SHARE))
        self.styles.width = min(max(self.widest, _NARROW), most)
        here = (self._networks.current, self._networks.current.model.active)
        self.reveal(self._networks.ordered().index(here))


class PeopleList(SideList):
    """The people in the room that is looked at."""

    NARROWEST = 100

    DEFAULT_CSS = "PeopleList { width: 18; margin-left: 1; }"

    def watch_revision(self) -> None:
        """List them while they can be seen: a room may have thousands."""
        if self.display:
            model = self._networks.current.model
            self.items = views.people(model.chat, model.active, coloured=not self.app.no_color)
