"""The server with its connections, its pulse and its reaper, but without sockets: peers are what a test makes them.

Time is Trio's, so a mock clock moves all of it: pings, flood control, deadlines.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import trio
from trio.testing import wait_all_tasks_blocked

from tests.support.irc import START, START_MONOTONIC, Entry, Irc
from tests.support.transport import FakeTransport
from trialogue_server.commands.deciding import Door, apply
from trialogue_server.commands.effects import Effect, ReadHistory, VerifyPassword
from trialogue_server.commands.inputs import SettingsChanged
from trialogue_server.net.connection import Connection, Services
from trialogue_server.net.transport import Transport
from trialogue_server.net.web.handshake import Client
from trialogue_server.net.web.site import Site
from trialogue_server.net.web.visit import House
from trialogue_server.net.web.websocket import WebSockets
from trialogue_server.obs.log_limiter import LogLimiter
from trialogue_server.pulse import Pulse
from trialogue_server.reaper import reap_forever
from trialogue_server.store import passwords
from trialogue_server.store.memory import MemoryStore
from trialogue_server.world.moment import Moment

if TYPE_CHECKING:
    from trialogue_server.config import Config
    from trialogue_server.store.audit_journal import Journal


class Peer:
    """One connection, seen from its other end."""

    def __init__(self, connection: Connection, transport: FakeTransport) -> None:
        self.connection = connection
        self.transport = transport
        self.ended = trio.Event()
        self._read = 0

    def say(self, *lines: str) -> None:
        """Send lines, all in one piece."""
        self.transport.feed("".join(f"{line}\r\n" for line in lines).encode())

    async def hear(self) -> list[str]:
        """Return the lines that came since the last hearing, once nothing more happens by itself."""
        await wait_all_tasks_blocked()
        new = bytes(self.transport.sent[self._read :])
        self._read = len(self.transport.sent)
        return new.decode().split("\r\n")[:-1]

    async def ask(self, *lines: str) -> list[str]:
        """Forget what came before, send lines, and return the answers."""
        await self.hear()
        self.say(*lines)
        return await self.hear()

    async def run(self) -> None:
        """Serve one connection."""
        await self.connection.serve()
        self.ended.set()


class Live:
    """A running server. `settings` are those of `Irc`."""

    def __init__(self, nursery: trio.Nursery, store: Journal | None = None, **settings: Any) -> None:
        self.core = Irc(**settings).core
        timeouts = self.core.config.timeouts
        self.pulse = Pulse(
            self.core.tick, store or MemoryStore(), patience=lambda: timeouts.store, report=lambda *_: None
        )
        self.hashing = trio.Event()
        """Password checks end when it is set, which it is."""
        self.hashing.set()
        self.wrong = 0.0
        """Seconds by which the wall clock is ahead."""
        self._nursery = nursery
        self._sids = itertools.count(1)
        nursery.start_soon(self.pulse.run)
        self.log: list[Entry] = []
        """What was put."""
        self.door = Door(self.core, self._decide, self.clock)
        nursery.start_soon(reap_forever, self.door, self.pulse)

    def _decide(self, entered: Any, reading: Moment) -> Any:
        self.log.append(Entry(reading, entered))
        return apply(self.core, entered, reading)

    def change_settings(self, config: Config) -> None:
        """Put settings in force."""
        self.door.decide(SettingsChanged(config, ()), self.clock())

    def clock(self) -> Moment:
        """What both clocks say."""
        elapsed = trio.current_time()
        return Moment(START + elapsed + self.wrong, START_MONOTONIC + elapsed)

    def connect(self, *, room: float = math.inf, handshake: bool = True, secure: bool = False) -> Peer:
        """Return a new connection that has said nothing yet."""
        transport = FakeTransport(room=room, handshake=handshake)
        services = Services(self.door, self.pulse, self._perform, LogLimiter())
        connection = Connection(services, transport, sid=next(self._sids), address="127.0.0.1", secure=secure)
        peer = Peer(connection, transport)
        self._nursery.start_soon(peer.run)
        return peer

    def house(self) -> House:
        """Return what browsers' visits share, without a page."""

        async def read_site() -> Site:
            return Site({})

        async def wait_turn(_: float) -> None:
            await trio.lowlevel.checkpoint()

        def admit(transport: Transport, client: Client) -> bytes:
            services = Services(self.door, self.pulse, self._perform, LogLimiter())
            sid, address = next(self._sids), client.address
            connection = Connection(services, transport, sid=sid, address=address, secure=client.secure)
            self._nursery.start_soon(connection.serve)
            return b""

        return House(self.core, WebSockets(self.pulse.turns.spend), read_site, wait_turn, admit, lambda *_: None)

    async def join(self, nick: str, *channels: str) -> Peer:
        """Return a user who is in these channels and has read all that was said about it."""
        peer = self.connect()
        peer.say(f"NICK {nick}", f"USER {nick} 0 * :{nick}", *(f"JOIN {channel}" for channel in channels))
        assert any(f" 001 {nick} " in line for line in await peer.hear()), f"{nick} could not register"
        return peer

    async def _perform(self, effect: Effect) -> Any:
        await self.hashing.wait()
        await trio.lowlevel.checkpoint()
        if isinstance(effect, ReadHistory):
            return []
        assert isinstance(effect, VerifyPassword), "no test has needed more yet"
        return passwords.verify(effect.stored, effect.password)
