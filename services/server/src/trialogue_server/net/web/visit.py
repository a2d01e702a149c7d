"""One connection of a browser: requests, until it is closed or speaks WebSocket."""

import socket
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import NamedTuple

import trio

from ircwire.websocket import frame_lines
from trialogue_server.commands.core import Core
from trialogue_server.net.transport import Transport
from trialogue_server.net.web.handshake import (
    Client,
    Upgrade,
    check_host,
    check_origin,
    client,
    upgrade,
    wants_upgrade,
)
from trialogue_server.net.web.http import BadRequest, HttpConnection, Request
from trialogue_server.net.web.site import Site
from trialogue_server.net.web.websocket import LEAST_LIMIT, WebSockets, WebSocketTransport
from trialogue_server.session.work import HANDSHAKE, REQUEST

_MOST_REQUESTS = 1_000
"""Requests that one connection may send."""

Admit = Callable[[Transport, Client], bytes]
"""Opens a session over a transport; returns b"", or the last lines for a client that may not have one."""


Refused = Callable[[str, BadRequest], None]
"""Notes that a request from an address was refused."""


class House(NamedTuple):
    """What all visits share."""

    core: Core
    sockets: WebSockets
    read_site: Callable[[], Awaitable[Site]]
    wait_turn: Callable[[float], Awaitable[None]]
    """Waits for a turn to do so many units of work (see `session.work`)."""
    admit: Admit
    refused: Refused


class Visit:
    """Serves one transport."""

    def __init__(self, house: House, transport: Transport, address: str, *, secure: bool) -> None:
        """`address` is the peer's IP address; `secure` is whether the transport is TLS."""
        self._house = house
        self._transport = transport
        self._peer = Client(address, secure)
        self._http = HttpConnection(transport)
        self.has_moved = False
        """Whether the transport has become a session's."""

    async def serve(self, introduce: Callable[[], Awaitable[str]] | None = None) -> None:
        """Answer requests, each within the time that is allowed. Raises OSError.

        `introduce` reads what a proxy says of the client before its first byte: an address, or "".
        """
        with trio.CancelScope() as patience:
            patience.deadline = self._deadline()
            if introduce is not None:
                self._peer = self._peer._replace(address=await introduce() or self._peer.address)
            await self._transport.start(partial(self._house.wait_turn, HANDSHAKE))
            try:
                for _ in range(_MOST_REQUESTS):
                    request = await self._http.request()
                    if request is None:
                        break
                    patience.deadline = self._deadline()
                    await self._house.wait_turn(REQUEST)
                    await self._answer(request)
                    patience.deadline = self._deadline()
                    if self.has_moved:
                        break
            except BadRequest as error:
                self._house.refused(self._peer.address, error)
                await self._http.respond(error.response, closes=True)

    def _deadline(self) -> float:
        return trio.current_time() + (self._house.core.config.web.request_timeout or float("inf"))

    async def _answer(self, request: Request) -> None:
        config = self._house.core.config
        names = {config.server.name, *config.web.hosts, *own_names()}
        check_host(request, {name.lower() for name in names})
        who = client(request, self._peer.address, config.web.proxies, secure=self._peer.secure)
        check_origin(request, config.web.origins, secure=who.secure)
        if wants_upgrade(request):
            await self._move(upgrade(request), who)
        else:
            site = await self._house.read_site()
            await self._http.respond(site.respond(request))

    async def _move(self, granted: Upgrade, who: Client) -> None:
        """Speak WebSocket from now on. Who may not come in is told so by a message: of a response to the handshake a
        browser shows nothing.
        """
        house, limits = self._house, self._house.core.config.limits
        rest = await self._http.switch(granted.headers)
        limit = max(LEAST_LIMIT, limits.line_length + limits.tags_length)
        transport = WebSocketTransport(self._transport, house.sockets, granted.opcode, limit=limit)
        transport.feed(rest)
        self.has_moved = True
        words = house.admit(transport, who)
        if words:
            _turn_away(transport, frame_lines(granted.opcode, words))


def _turn_away(transport: WebSocketTransport, frames: bytes) -> None:
    try:
        transport.send(frames)
    except OSError:
        transport.close(abort=True)
    else:
        transport.close(abort=False)


@lru_cache
def own_names() -> tuple[str, str]:
    """Return the names that this machine has on its own network."""
    name = socket.gethostname()
    return name, f"{name}.local"
