"""The server as nurseries, and the order in which it goes down.

    services   (pulse, reaper, signals)                    outlives
     └ sessions   (one connection each)                    outlives
        └ accepting   (listeners; until stopped)

Stopping: accept no more; say ERROR to everybody and flush, within the grace time; commit the rest of the journal; then
the services go. A second signal ends at once.
"""

import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import trio

from trialogue_server.channel_expiry import expire_channels_forever
from trialogue_server.clock import read_clocks
from trialogue_server.commands.core import Core
from trialogue_server.commands.deciding import open_door
from trialogue_server.commands.inputs import Administered, Stopped
from trialogue_server.commands.questions import refusal_of_banned
from trialogue_server.commands.requests import Answer, AnyRequest, ShowStatus
from trialogue_server.control import Control, Reload, retention
from trialogue_server.early_signals import EarlySignals
from trialogue_server.net.accept import accept_forever
from trialogue_server.net.admin_socket import AdminListener, serve_admin
from trialogue_server.net.connection import Connection, Services
from trialogue_server.net.descriptors import first_of_reserve
from trialogue_server.net.transport import PlainTransport, Transport, close_socket
from trialogue_server.net.web.handshake import Client
from trialogue_server.net.web.http import BadRequest
from trialogue_server.net.web.monitoring import serve_monitoring
from trialogue_server.net.web.server import WebListener, WebServer
from trialogue_server.obs.log_limiter import PERIOD, LogLimiter
from trialogue_server.obs.logs import get_logger
from trialogue_server.pulse import Pulse, StoreLost
from trialogue_server.reaper import pass_time, reap_forever
from trialogue_server.session.registry import FULL
from trialogue_server.status import status_lines
from trialogue_server.store.audit_journal import AuditedJournal
from trialogue_server.store.base import Store
from trialogue_server.vitals import Vitals
from trialogue_server.world.moment import Moment

if TYPE_CHECKING:
    from trialogue_server.net.tls_context import TlsContext


_TOO_FEW_FILES = "no more connections are let in: raise the limit of open files (`ulimit -n`)"


class Listeners(NamedTuple):
    """The open sockets: plain ones, TLS ones, the administrator's, and those for browsers, and for metrics."""

    plain: Sequence[socket.socket]
    secure: Sequence[socket.socket]
    tls: "TlsContext | None"
    admin: AdminListener | None = None
    web: WebListener | None = None
    metrics: Sequence[socket.socket] = ()


class App:
    """One running server."""

    def __init__(
        self,
        core: Core,
        store: Store,
        listeners: Listeners,
        reload: Reload,
        *,
        announce: Callable[[], None],
        clock: Callable[[], Moment] = read_clocks,
        signals: EarlySignals | None = None,
    ) -> None:
        """`announce` is called once clients may connect and signals are handled; `signals` are
        those that came before.
        """
        self._signals = signals or EarlySignals()
        self._core = core
        self._store = store
        self._listeners = listeners
        self._announce = announce
        self._door = door = open_door(core, clock)
        self._control = Control(door, store, reload, listeners.tls)
        self._pulse = Pulse(
            core.tick, AuditedJournal(store), patience=lambda: core.config.timeouts.store, report=_report_store
        )
        self._departing = trio.CancelScope()
        self._lost: StoreLost | None = None
        self._sids = count(1)
        self._limited_log = LogLimiter()
        self._shared = Services(door, self._pulse, self._control.perform, self._limited_log)
        self._reserve = first_of_reserve()
        self._refusals: Counter[str] = Counter()
        self._vitals = Vitals(core, self._pulse, self._control, self._refusals)
        self._web = None if listeners.web is None else WebServer(core, self._pulse, listeners.web)

    async def run(self) -> None:
        """Serve until stopped by a signal or by an operator.

        Raises StoreLost if the store stays unavailable for too long.
        """
        pass_time(self._door)
        try:
            async with trio.open_nursery() as services:
                await services.start(self._heed_signals, services)
                services.start_soon(self._keep_pulse)
                services.start_soon(self._tell_of_more)
                services.start_soon(self._store.maintain, partial(retention, self._core))
                services.start_soon(reap_forever, self._door, self._pulse, self._store.check)
                services.start_soon(expire_channels_forever, self._door, self._pulse, self._store)
                if self._web is not None:
                    services.start_soon(self._web.ping_forever)
                if self._listeners.metrics:
                    self._be_monitored(services)
                if self._listeners.admin is not None:
                    services.start_soon(serve_admin, self._listeners.admin, self._administer)
                self._be_found(services)
                self._announce()
                with self._departing:
                    await self._serve()
                services.cancel_scope.cancel()
        finally:
            with trio.CancelScope(shield=True):
                await self._store.aclose()
        if self._lost is not None:
            raise self._lost

    async def _tell_of_more(self) -> None:
        while True:
            await trio.sleep(PERIOD)
            self._limited_log.close(self._door.clock().monotonic)

    def _be_found(self, services: trio.Nursery) -> None:
        """Announce the server on the local network, if it listens to more than this machine."""
        plain, secure = self._listeners.plain, self._listeners.secure
        if all(_is_of_this_machine(sock) for sock in (*plain, *secure)):
            return
        from trialogue_server.discovery import Discovery  # other servers start without it

        discovery = Discovery(self._core, plain, secure, self._listeners.tls)
        services.start_soon(discovery.until, self._control.wait_stopping)

    def _be_monitored(self, services: trio.Nursery) -> None:
        from trialogue_server.metrics import Monitoring  # other servers start without it

        services.start_soon(serve_monitoring, self._listeners.metrics, Monitoring(self._vitals).respond)

    async def _administer(self, request: AnyRequest | ShowStatus) -> Answer:
        """Carry out a request of the administrator, and answer when it is stored."""
        if isinstance(request, ShowStatus):
            return Answer(tuple(status_lines(self._vitals, request, self._door.clock())))
        if self._pulse.is_held:
            return Answer(error=f"Nothing can be stored, so nothing is done: {self._pulse.trouble}")
        answer = self._door.decide(Administered(request), self._door.clock())
        await self._pulse.wait_flushed()
        return answer

    async def _serve(self) -> None:
        core, control = self._core, self._control
        async with trio.open_nursery() as sessions:
            await self._accept(sessions)
            get_logger().info("stopping", reason=control.stop_reason, sessions=len(core.registry.sessions))
            self._dismiss()
            self._departing.deadline = trio.current_time() + core.config.timeouts.grace
        await self._pulse.wait_flushed()

    async def _accept(self, sessions: trio.Nursery) -> None:
        """Accept until the shutdown begins."""
        async with trio.open_nursery() as accepting:
            for listener in self._listeners.plain:
                accepting.start_soon(accept_forever, listener, partial(self._welcome, sessions, secure=False))
            for listener in self._listeners.secure:
                accepting.start_soon(accept_forever, listener, partial(self._welcome, sessions, secure=True))
            if self._web is not None:
                accepting.start_soon(self._web.run, partial(self._admit, sessions), self._refused_request)
            await self._control.wait_stopping()
            accepting.cancel_scope.cancel()
        for listener in (*self._listeners.plain, *self._listeners.secure):
            listener.close()
        if self._web is not None:
            self._web.go_away()

    def _dismiss(self) -> None:
        """Send ERROR to everybody."""
        self._door.decide(Stopped(self._control.stop_reason), self._door.clock())
        self._pulse.wake()

    async def _keep_pulse(self) -> None:
        """Run the pulse. When the store is lost, nobody sees what it could not take, and only ERROR is still sent."""
        while True:
            try:
                await self._pulse.run()
            except StoreLost as lost:  # and again, if something else has happened before the last one has gone
                self._lost = lost
                self._core.tick.forget()  # what came since is not stored either
                self._control.stop("The server cannot store messages any more")
                self._dismiss()

    def _welcome(self, sessions: trio.Nursery, sock: socket.socket, address: str, *, secure: bool) -> None:
        """Serve an accepted socket, or refuse it."""
        words = self._refusal(address, hears=not secure, descriptor=sock.fileno())
        if words:
            _turn_away(sock, words, secure=secure)
            return
        self._open(sessions, self._transport(sock, secure=secure), address, secure=secure)

    def _admit(self, sessions: trio.Nursery, transport: Transport, client: Client) -> bytes:
        """Serve somebody who has come by WebSocket, or return why not."""
        words = self._refusal(client.address, hears=True)
        if not words:
            self._open(sessions, transport, client.address, secure=client.secure)
        return words

    def _refused_request(self, address: str, error: BadRequest) -> None:
        self._refusals[f"HTTP {error.response.status}"] += 1
        now = self._door.clock().monotonic
        self._limited_log.log(now, get_logger().info, "HTTP refused", address=address, reason=str(error))

    def _open(self, sessions: trio.Nursery, transport: Transport, address: str, *, secure: bool) -> None:
        connection = Connection(self._shared, transport, sid=next(self._sids), address=address, secure=secure)
        sessions.start_soon(connection.serve)

    def _refusal(self, address: str, *, hears: bool, descriptor: int = 0) -> bytes:
        """Return the last line for a client that may not connect now, or b"".

        A banned address over TLS is let in, since nobody `hears` the reason before the handshake, which then ends it.
        """
        core, now = self._core, self._door.clock()
        reason, first = core.registry.refusal(address), b""
        if self._reserve is not None and descriptor >= self._reserve:
            self._limited_log.log(now.monotonic, get_logger().error, _TOO_FEW_FILES)
            reason = FULL
        banned = refusal_of_banned(core, address) if hears else b""
        if banned:
            reason, first = "Banned from this server", banned
        if reason is None:
            return b""
        self._refusals[reason] += 1
        self._limited_log.log(now.monotonic, get_logger().info, "refused", address=address, reason=reason)
        return first + f"ERROR :{reason}\r\n".encode()

    def _transport(self, sock: socket.socket, *, secure: bool) -> Transport:
        if not secure:
            return PlainTransport(sock)
        assert self._listeners.tls is not None, "a secure listener comes with a certificate"
        return self._listeners.tls.transport(sock)

    async def _heed_signals(self, reloading: trio.Nursery, task_status: trio.TaskStatus[None]) -> None:
        with trio.open_signal_receiver(*_STOPPING, *_RELOADING) as received:
            task_status.started()
            self._heed_early(reloading)
            async for number in received:
                if number in _RELOADING:
                    reloading.start_soon(self._control.reload)
                elif self._control.is_stopping:
                    self._departing.cancel()
                else:
                    self._control.stop("Server shutting down")

    def _heed_early(self, reloading: trio.Nursery) -> None:
        """Handle signals that came while the server was starting."""
        if self._signals.wants_stop:
            self._control.stop("Server shutting down")
        if self._signals.wants_reload:
            reloading.start_soon(self._control.reload)


def _is_of_this_machine(listener: socket.socket) -> bool:
    host: str = listener.getsockname()[0]
    return ip_address(host.partition("%")[0]).is_loopback


def _turn_away(sock: socket.socket, words: bytes, *, secure: bool) -> None:
    """Close a socket that is not served, with a reason if that needs no TLS handshake."""
    with suppress(OSError):
        if not secure:
            sock.send(words)
    close_socket(sock, abort=False)


def _report_store(event: str, reason: str) -> None:
    get_logger().error(event, reason=reason)


_STOPPING = frozenset({signal.SIGINT, signal.SIGTERM})
if sys.platform == "win32":
    _RELOADING: frozenset[int] = frozenset()
else:
    _RELOADING = frozenset({signal.SIGHUP})
