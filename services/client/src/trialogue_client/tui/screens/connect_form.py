"""The first screen: asks for a server and a nick."""

from dataclasses import dataclass, replace
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Button, Checkbox, Input, OptionList, Static
from textual.widgets.option_list import Option

from trialogue_client.address import PORT, TLS_PORT, AddressError, Endpoint, parse_address
from trialogue_client.settings import Server
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.tui.formatting import harmless_lines
from trialogue_client.tui.widgets.flags import CheckMark
from trialogue_client.tui.widgets.line_input import LineInput
from trialogue_client.tui.widgets.nearby import NearbyServers, Seek
from trialogue_client.wording.form import ENCRYPT, in_form


@dataclass(frozen=True, slots=True)
class Known:
    """What is filled in when the form opens."""

    endpoint: Endpoint
    nick: str = ""
    login: str = ""
    """The name of the person on this machine, for a server that was never visited."""
    problem: str = ""
    """One sentence on why the form is shown again, or ""."""
    further: bool = False
    """Whether we are on a server already, to which one may go back instead."""


class ConnectForm(Screen[ConnectionProfile | None]):
    """Asks for what is not known yet. Its result is where to go, or None for nowhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    DEFAULT_CSS = """
    ConnectForm { align: center middle; }
    ConnectForm > VerticalScroll {
        width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 0 2; border: round $primary;
    }
    ConnectForm Static { height: auto; }
    ConnectForm .label { color: $text-muted; }
    ConnectForm #problem { color: $text-error; }
    ConnectForm Input, ConnectForm Checkbox, ConnectForm OptionList {
        border: none; border-left: blank; height: 1; padding: 0 1; background: $boost;
    }
    ConnectForm Input:focus, ConnectForm Checkbox:focus, ConnectForm OptionList:focus {
        border: none; border-left: outer $primary; background: $primary 30%;
    }
    ConnectForm OptionList { height: auto; max-height: 4; }
    ConnectForm Horizontal { height: auto; margin-top: 1; }
    ConnectForm Button { margin-right: 2; }
    """

    def __init__(self, known: Known, servers: tuple[Server, ...], seek: Seek | None = None) -> None:
        """`servers` are those of earlier runs; `seek` looks for servers on the local network."""
        super().__init__()
        self._endpoint, self._nick, self._login = known.endpoint, known.nick, known.login
        self._problem, self._further = in_form(known.problem), known.further
        self._servers = servers
        self._seek = seek

    def compose(self) -> ComposeResult:
        """Show what is asked, filled in as far as it is known."""
        with VerticalScroll():
            yield Static("Trialogue", id="title")
            yield Static(Text(self._problem and f"! {harmless_lines(self._problem)}"), id="problem")
            if self._servers:
                yield Static("Servers you were on last", classes="label")
                yield OptionList(*(Option(Text(harmless_lines(_line(one)))) for one in self._servers), id="servers")
            if self._seek is not None:
                yield NearbyServers(self._seek)
            yield Static("Address", classes="label")
            yield LineInput(_address(self._endpoint), placeholder="chat.example.org or 127.0.0.1:6667", id="address")
            yield CheckMark(ENCRYPT, value=self._endpoint.tls, id="tls", compact=True)
            yield Static("Your name", classes="label")
            yield LineInput(self._nick, placeholder="anything without spaces", id="nick")
            yield Static("Password, if you have an account", classes="label")
            yield LineInput(password=True, id="password")
            yield CheckMark("Keep it in this system's key ring", id="keep", compact=True)
            with Horizontal():
                yield Button("Connect", id="connect", variant="primary", compact=True)
                yield Button("Back" if self._further else "Quit", id="quit", compact=True)

    def on_mount(self) -> None:
        """Begin with the first thing that is missing."""
        first = "#address" if not self._endpoint.host else "#nick" if not self._nick else "#password"
        if not self._endpoint.host and self._servers:
            first = "#servers"
        self.query_one(first).focus()
        self.query_one("#problem").display = bool(self._problem)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Fill in a server that was used before, and go there if its name is known too."""
        server = self._servers[event.option_index]
        name = self.query_one("#nick", Input)
        name.value = name.value if name.value != self._nick else server.nick or self._nick
        self._fill(Endpoint(server.host, server.port, tls=server.tls), server.nick)
        self._connect()

    def on_nearby_servers_chosen(self, event: NearbyServers.Chosen) -> None:
        """Fill in a server that was found, and go there if our name is known; else it can be chosen now."""
        unnamed = not self.query_one("#nick", Input).value
        self._fill(event.endpoint, self._login)
        if unnamed:
            self.query_one("#nick").focus()
        else:
            self._connect()

    def _fill(self, endpoint: Endpoint, name: str) -> None:
        self.query_one("#address", Input).value = _address(replace(endpoint, tls=False))
        self.query_one("#tls", Checkbox).value = endpoint.tls
        nick = self.query_one("#nick", Input)
        nick.value = nick.value or name

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next thing that is missing, or connect; without an address, to what was found."""
        nobody = event.input.id != "address" or event.value.strip() or not self.query(NearbyServers)
        if nobody or not self.query_one(NearbyServers).go_to_first():
            self._connect()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Connect, or give up."""
        if event.button.id == "quit":
            self.dismiss(None)
        else:
            self._connect()

    def action_cancel(self) -> None:
        """Go back to where we are, if we are anywhere."""
        if self._further:
            self.dismiss(None)

    def _connect(self) -> None:
        try:
            address = self.query_one("#address", Input).value
            endpoint = parse_address(address, tls=self.query_one("#tls", Checkbox).value)
        except AddressError as error:
            self._complain(str(error), "#address")
            return
        nick = self.query_one("#nick", Input).value.strip()
        if not nick or " " in nick:
            self._complain("Type the name that others will see, without spaces.", "#nick")
            return
        endpoint = replace(self._endpoint, host=endpoint.host, port=endpoint.port, tls=endpoint.tls)
        self.dismiss(
            ConnectionProfile(
                endpoint, nick, self.query_one("#password", Input).value, keep=self.query_one("#keep", CheckMark).value
            )
        )

    def _complain(self, sentence: str, where: str) -> None:
        problem = self.query_one("#problem", Static)
        problem.update(Text(f"! {sentence}"))
        problem.display = True
        self.query_one(where).focus()


def _address(endpoint: Endpoint) -> str:
    if not endpoint.host or endpoint.port == (TLS_PORT if endpoint.tls else PORT):
        return endpoint.host
    return str(endpoint)


def _line(server: Server) -> str:
    return f"{server}  as {server.nick}" if server.nick else str(server)
