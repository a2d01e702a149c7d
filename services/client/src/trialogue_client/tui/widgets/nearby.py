"""Servers on the local network, on the first screen: each as it answers."""

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from trialogue_client.address import Endpoint
from trialogue_client.net.nearby_server import NearbyServer, offered
from trialogue_client.tui.formatting import harmless

LOOK_SECONDS = 4.0
"""How long a person is told that we look: servers answer at once, and are asked again after a second and after three.
Who answers later than that is listed all the same.
"""
Seek = Callable[[Callable[[NearbyServer], object]], Callable[[], None]]
"""Begins to tell of servers; what it returns ends that."""


class NearbyServers(Vertical):
    """Looks for servers as long as it is there."""

    DEFAULT_CSS = """
    NearbyServers { height: auto; }
    NearbyServers OptionList { display: none; }
    """

    class Answered(Message):
        """A server was found."""

        def __init__(self, found: NearbyServer) -> None:
            super().__init__()
            self.found = found

    class Chosen(Message):
        """Somebody wants to go there."""

        def __init__(self, endpoint: Endpoint) -> None:
            super().__init__()
            self.endpoint = endpoint

    def __init__(self, seek: Seek) -> None:
        super().__init__()
        self._seek = seek
        self._stop: Callable[[], None] = lambda: None
        self._found: list[NearbyServer] = []
        self._offered: list[NearbyServer] = []

    def compose(self) -> ComposeResult:
        """Say that we look."""
        yield Static("Looking for servers on the local network …", classes="label", id="looking")
        yield OptionList(id="nearby")

    def on_mount(self) -> None:
        """Begin to look."""
        self._stop = self._seek(lambda found: self.post_message(self.Answered(found)))
        self.set_timer(LOOK_SECONDS, self.looked)

    def looked(self) -> None:
        """Say that nobody has answered, if nobody has."""
        if not self._found:
            self.query_one("#looking", Static).update("No server has answered on the local network")

    def on_unmount(self) -> None:
        """Look no more."""
        self._stop()

    def on_nearby_servers_answered(self, event: Answered) -> None:
        """List who answered, and leave the highlight where it is."""
        self._found.append(event.found)
        options = self.query_one(OptionList)
        chosen = self._offered[options.highlighted or 0] if self._offered else None
        self._offered = offered(self._found)
        options.clear_options()
        options.add_options([Option(Text(harmless(str(one)))) for one in self._offered])
        options.highlighted = self._offered.index(chosen) if chosen in self._offered else 0
        options.display = True
        only = len(self._offered) == 1
        self.query_one("#looking", Static).update(f"On the local network{': Enter goes there' if only else ''}")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the one that was chosen."""
        event.stop()
        self.post_message(self.Chosen(self._offered[event.option_index].endpoint))

    def go_to_first(self) -> bool:
        """Go to the only one, or have one chosen of several; False if there is none."""
        if len(self._offered) == 1:
            self.post_message(self.Chosen(self._offered[0].endpoint))
        elif self._offered:
            self.query_one(OptionList).focus()
        return bool(self._offered)
