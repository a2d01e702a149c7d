"""The listener for browsers: HTTP until a connection asks for WebSocket, which then is a connection like any other.

Before that, nothing is known of a client, so little is given to it: some seconds for each request, and for each address
no more connections than it may have of the others.
"""

import socket
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import trio

from ircwire.websocket import CloseCode
from trialogue_server.commands.core import Core
from trialogue_server.net.accept import accept_forever
from trialogue_server.net.descriptors import first_of_reserve
from trialogue_server.net.transport import PlainTransport, close_socket
from trialogue_server.net.web.handshake import is_proxy
from trialogue_server.net.web.proxy_header import read_header
from trialogue_server.net.web.site import Site, load_site
from trialogue_server.net.web.visit import Admit, House, Refused, Visit
from trialogue_server.net.web.websocket import WebSockets
from trialogue_server.obs.bugs import report_bug
from trialogue_server.obs.logs import get_logger
from trialogue_server.pulse import Pulse

if TYPE_CHECKING:
    from trialogue_server.net.tls_context import TlsContext


class WebListener(NamedTuple):
    """The open sockets for browsers, and their TLS if they are served by it."""

    sockets: Sequence[socket.socket]
    tls: "TlsContext | None"

    def close(self) -> None:
        """Close the sockets."""
        for sock in self.sockets:
            sock.close()


class WebServer:
    """Serves browsers."""

    def __init__(self, core: Core, pulse: Pulse, listener: WebListener) -> None:
        self._core = core
        self._pulse = pulse
        self._listener = listener
        self._sockets = WebSockets(pulse.turns.spend)
        self._site: Site | None = None
        self._loading = trio.Lock()
        self._per_address: Counter[str] = Counter()
        self._reserve = first_of_reserve()

    async def run(self, admit: Admit, refused: Refused) -> None:
        """Accept until cancelled. Whoever is not connected by WebSocket then is cut off."""
        house = House(self._core, self._sockets, self._read_site, self._wait_turn, admit, refused)
        try:
            async with trio.open_nursery() as visits:
                for sock in self._listener.sockets:
                    visits.start_soon(accept_forever, sock, partial(self._welcome, visits, house))
        finally:
            self._listener.close()

    async def ping_forever(self) -> None:
        """Keep the WebSocket connections from being taken for dead, until cancelled."""
        await self._sockets.ping_forever(lambda: self._core.config.web.ping_interval)

    def go_away(self) -> None:
        """Have all WebSocket connections told, when they are closed, that the server stops."""
        self._sockets.close_code = CloseCode.GOING_AWAY

    def _welcome(self, visits: trio.Nursery, house: House, sock: socket.socket, address: str) -> None:
        counted, most = self._counted_as(address), self._core.config.connections.per_address
        has_descriptors = self._reserve is None or sock.fileno() < self._reserve
        if not has_descriptors or (counted and most and self._per_address[counted] >= most):
            close_socket(sock, abort=False)
            return
        if counted:
            self._per_address[counted] += 1
        visits.start_soon(self._serve, house, sock, address, counted)

    def _counted_as(self, address: str) -> str:
        """Return what connections of this address are counted under, "" if they are not."""
        if is_proxy(address, self._core.config.web.proxies):
            return ""
        return self._core.registry.address_group(address)

    async def _serve(self, house: House, sock: socket.socket, address: str, counted: str) -> None:
        tls = self._listener.tls
        transport = PlainTransport(sock) if tls is None else tls.web_transport(sock)
        visit = Visit(house, transport, address, secure=tls is not None)
        introduce = partial(read_header, sock) if is_proxy(address, self._core.config.web.proxies) else None
        try:
            await visit.serve(introduce)
        except OSError:
            pass  # whoever it was has gone
        except Exception as bug:
            report_bug(get_logger().error, "a bug ended a browser's connection", bug)
        finally:
            if not visit.has_moved:
                transport.close(abort=False)
            if counted:
                self._per_address[counted] -= 1
                if not self._per_address[counted]:
                    del self._per_address[counted]

    async def _read_site(self) -> Site:
        async with self._loading:
            if self._site is None:
                self._site = await trio.to_thread.run_sync(load_site)
        return self._site

    async def _wait_turn(self, units: float) -> None:
        """Wait for a turn to do what needs no proof from the client."""
        turns = self._pulse.turns
        if turns.are_given:
            self._pulse.wake()
            await turns.wait_turn(units, 0.0)
        turns.spend(units)
