"""The server as nurseries, and the order in which it goes down.

    services   (pulse, reaper, signals)                    outlives
     └ sessions   (one connection each)                    outlives
        └ accepting   (listeners; until stopped)

Stopping: accept no more; say ERROR to everybody and flush, within the grace time; then the services go. A second
signal ends at once.
"""

import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import NamedTuple

import structlog
import trio

from trialogue_server.commands.core import Core
from trialogue_server.commands.departure import close
from trialogue_server.control import Control, Reload
from trialogue_server.delivery.pulse import Pulse
from trialogue_server.net.accept import accept_forever
from trialogue_server.net.connection import Connection
from trialogue_server.net.tls import TlsContext
from trialogue_server.net.transport import PlainTransport, TlsTransport, Transport
from trialogue_server.reaper import reap_forever
from trialogue_server.store.base import Store


class Listeners(NamedTuple):
    """Open sockets: plain ones, and those that speak TLS."""

    plain: Sequence[socket.socket]
    secure: Sequence[socket.socket]
    tls: TlsContext | None


class App:
    """One running server."""

    def __init__(
        self, core: Core, store: Store, listeners: Listeners, reload: Reload, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._core = core
        self._store = store
        self._listeners = listeners
        self._clock = clock
        self._control = Control(core, reload)
        self._pulse = Pulse(core.tick, store, patience=core.config.timeouts.store, report=_report_store)
        self._sids = count(1)

    async def run(self) -> None:
        """Serve until stopped by a signal or by an operator.

        Raises StoreLost (in a group) if the store stayed away for too long.
        """
        try:
            async with trio.open_nursery() as services:
                services.start_soon(self._pulse.run)
                services.start_soon(reap_forever, self._core, self._pulse, self._clock)
                async with trio.open_nursery() as sessions:
                    services.start_soon(self._heed_signals, sessions.cancel_scope)
                    await self._accept(sessions)
                    self._dismiss(sessions)
                services.cancel_scope.cancel()
        finally:
            with trio.CancelScope(shield=True):
                await self._store.aclose()

    async def _accept(self, sessions: trio.Nursery) -> None:
        """Accept until the shutdown begins."""
        async with trio.open_nursery() as accepting:
            for listener in self._listeners.plain:
                accepting.start_soon(accept_forever, listener, partial(self._welcome, sessions, secure=False))
            for listener in self._listeners.secure:
                accepting.start_soon(accept_forever, listener, partial(self._welcome, sessions, secure=True))
            await self._control.stopped()
            accepting.cancel_scope.cancel()
        for listener in (*self._listeners.plain, *self._listeners.secure):
            listener.close()

    def _dismiss(self, sessions: trio.Nursery) -> None:
        """Say ERROR to everybody, and give them the grace time to hear it."""
        core = self._core
        core.stopping = True
        structlog.get_logger().info("stopping", reason=self._control.stop_reason, sessions=len(core.registry.sessions))
        for session in list(core.registry.sessions.values()):
            close(session, self._control.stop_reason)
        self._pulse.wake()
        sessions.cancel_scope.deadline = trio.current_time() + core.config.timeouts.grace

    def _welcome(self, sessions: trio.Nursery, sock: socket.socket, address: str, *, secure: bool) -> None:
        """Serve an accepted socket, or say why not."""
        refusal = self._core.registry.refusal(address)
        if refusal is not None:
            structlog.get_logger().info("refused", address=address, reason=refusal)
            _turn_away(sock, refusal, secure=secure)
            return
        transport: Transport = PlainTransport(sock)
        if secure:
            assert self._listeners.tls is not None, "a secure listener comes with a certificate"
            transport = TlsTransport(self._listeners.tls.wrap(sock))
        connection = Connection(self._core, self._pulse, self._control.perform, transport, clock=self._clock)
        sessions.start_soon(partial(connection.serve, next(self._sids), address, secure=secure))

    async def _heed_signals(self, sessions: trio.CancelScope) -> None:
        with trio.open_signal_receiver(*_STOPPING, *_RELOADING) as received:
            async for number in received:
                if number in _RELOADING:
                    await self._control.reload()
                    self._reload_certificate()
                elif self._control.is_stopping:
                    sessions.cancel()
                else:
                    self._control.stop("Server shutting down")

    def _reload_certificate(self) -> None:
        if self._listeners.tls is None:
            return
        try:
            self._listeners.tls.reload()
        except Exception as error:  # whatever is wrong with the new files, the old ones are good
            structlog.get_logger().error("certificate not reloaded", error=str(error))


def _turn_away(sock: socket.socket, reason: str, *, secure: bool) -> None:
    """Close a socket that is not served, with a word why if that needs no handshake."""
    try:
        if not secure:
            sock.send(f"ERROR :{reason}\r\n".encode())
    except OSError:
        pass
    finally:
        sock.close()


def _report_store(event: str, reason: str) -> None:
    structlog.get_logger().error(event, reason=reason)


_STOPPING = frozenset({signal.SIGINT, signal.SIGTERM})
_RELOADING: frozenset[int] = frozenset() if sys.platform == "win32" else frozenset({signal.SIGHUP})
