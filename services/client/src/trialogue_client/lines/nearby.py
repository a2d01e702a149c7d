"""Chooses a server in line mode: those used last, servers on the local network as they answer, or an address."""

from collections.abc import Callable, Sequence

import trio

from trialogue_client.address import AddressError, Endpoint, parse_address
from trialogue_client.lines.linemode import NO_CONNECTION, OK
from trialogue_client.lines.screen import Screen
from trialogue_client.net.discover import Discover
from trialogue_client.net.nearby_server import NearbyServer
from trialogue_client.settings import Server

LIST_SECONDS = 3.0
"""How long a list waits: servers answer at once, and are asked again after a second and after three."""

Say = Callable[[str], None]
Choice = tuple[Endpoint, str]
"""A server, and our name there, if we had one."""


async def list_servers(discover: Discover, say: Say, complain: Say, seconds: float = LIST_SECONDS) -> int:
    """Say a line for each server: address, port, "tls" or "plain", name, fingerprint ("-" for none), with tabs."""
    heard: list[NearbyServer] = []

    def tell(one: NearbyServer) -> None:
        heard.append(one)
        where = one.endpoint
        say("\t".join((where.host, str(where.port), "tls" if where.tls else "plain", one.name, one.fingerprint or "-")))

    with trio.move_on_after(seconds):
        await discover(tell)
    if not heard:
        complain("No server has answered on the local network: ask whoever runs one for its address.")
    return OK if heard else NO_CONNECTION


class ServerChooser:
    """Asks where to go."""

    def __init__(self, screen: Screen, used: Sequence[Server], *, tls: bool) -> None:
        """With `tls`, an address that says nothing about it is an encrypted one."""
        self._screen = screen
        self._tls = tls
        self._choices: list[Choice] = []
        self._secure: set[tuple[str, str]] = set()
        self._used = used
        self._answered = False
        """Whether any server has answered."""

    async def run(self, discover: Discover | None) -> Choice | None:
        """Return what was chosen; None when the input ends."""
        self._screen.show("Where to? Type a number or an address, then Enter; Enter alone takes number 1.")
        for server in self._used:
            self._offer(f"{server}  used before", Endpoint(server.host, server.port, tls=server.tls), server.nick)
        self._screen.prompt("server> ")
        async with trio.open_nursery() as nursery:
            if discover is not None:
                self._screen.show("Servers on the local network are listed as they answer.")
                nursery.start_soon(discover, self.found)
                nursery.start_soon(self._say_of_none)
            choice = await self._choose()
            nursery.cancel_scope.cancel()
        return choice

    async def _say_of_none(self) -> None:
        await trio.sleep(LIST_SECONDS)
        if not self._answered:
            self._screen.show("No server has answered on the local network so far.")

    def found(self, one: NearbyServer) -> None:
        """List a server, unless it is there already, or its encrypted port is."""
        self._answered = True
        twin = (one.name, one.machine)
        if one.endpoint.tls:
            self._secure.add(twin)
        elif twin in self._secure:
            return
        if all(one.endpoint != endpoint for endpoint, _ in self._choices):
            self._offer(str(one), one.endpoint)

    def _offer(self, line: str, endpoint: Endpoint, nick: str = "") -> None:
        self._choices.append((endpoint, nick))
        self._screen.show(f"{len(self._choices)}  {line}")

    async def _choose(self) -> Choice | None:
        while (line := await self._screen.line()) is not None:
            try:
                return self._read(line.strip() or "1")
            except AddressError as error:
                self._screen.complain(str(error))
        return None

    def _read(self, typed: str) -> Choice:
        if not (typed.isascii() and typed.isdigit()):
            return parse_address(typed, tls=self._tls), ""
        if 1 <= int(typed) <= len(self._choices):
            return self._choices[int(typed) - 1]
        listed = f"The list ends at {len(self._choices)}" if self._choices else "No server is listed yet"
        raise AddressError(f"{listed}: type an address, as in chat.example.org or 127.0.0.1:6667.")
