"""One client: a nursery with a reader, and a writer only while the kernel does not take everything.

There are two ways out. `finish` (QUIT, KILL, a time-out, shutdown) stops the reader, flushes under a deadline, and
closes; without the deadline a peer that half-closes and never reads would hold its task for ever. `kill` (SendQ
exceeded, a broken socket) cancels everything now. Either way `_end` runs. No commit happens inside a delivery, so the
connection's own task takes its user off the network.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import trio

from ircwire.framing import LineFramer, TooLong
from trialogue_server.commands.deciding import Door, input_of
from trialogue_server.commands.effects import Effect, Pending, YieldTurn
from trialogue_server.commands.inputs import (
    Certified,
    Closed,
    Left,
    Opened,
    Said,
    SaidTooMuch,
    SpokeTls,
)
from trialogue_server.net.sender import Sender
from trialogue_server.net.transport import Transport
from trialogue_server.obs.bugs import report_bug
from trialogue_server.obs.log_limiter import LogLimiter
from trialogue_server.obs.logs import get_logger
from trialogue_server.pulse import Pulse
from trialogue_server.session.meter import Meter
from trialogue_server.session.outbox import Outbox
from trialogue_server.session.session import Session
from trialogue_server.session.work import HANDSHAKE, LIGHT
from trialogue_server.world.moment import Moment

_UNREAD = 65_536
"""Bytes of replies that a peer must have read before its next line is handled."""

_TLS_HANDSHAKE = b"\x16"
"""The first byte of a TLS connection, which begins no IRC line.  https://www.rfc-editor.org/rfc/rfc8446#section-5.1"""

_TURN_TO_LEAVE = 1.0
"""Seconds for which an ended connection waits for its turn to leave. While nothing can be stored, none comes."""

Perform = Callable[[Effect], Awaitable[Any]]
"""Performs an effect and returns its result."""


class Services(NamedTuple):
    """What all connections of a server share."""

    door: Door
    pulse: Pulse
    perform: Perform
    limited_log: LogLimiter


class Connection:
    """Serves one accepted socket from the first byte to the last."""

    def __init__(self, services: Services, transport: Transport, *, sid: int, address: str, secure: bool) -> None:
        """Open a session. It counts from now on, and `serve` must be started."""
        self._core, self._decide, self._clock = services.door
        core = self._core
        self._pulse = pulse = services.pulse
        self._perform = services.perform
        self._transport = transport
        self._limited_log = services.limited_log
        self._reason = "Connection closed"
        self._came_in = self._has_started = False
        self._holding = core.registry.hold(address)
        self._sender = Sender(
            transport,
            limit=lambda: core.config.limits.send_queue,
            bytes_queued=self._holding,
            on_drained=pulse.wake,
        )
        self._holding.kill = self._give_up
        self._unread_from = 0
        """The bytes of replies when the peer had last read everything."""
        core.outlets[sid] = Outbox(self._sender, core.tick.dirty, self._holding)
        self._decide(Opened(sid, address, secure, secrets.token_hex()), self._clock())
        self._session: Session = core.registry.sessions[sid]
        """For reading, but for what is this node's: its throttle, and when it was heard."""
        self._meter = Meter(self._session, core.work)
        self._log = get_logger().bind(session=sid)
        self._who: dict[str, str] = {}
        """The nick and the account at the end."""

    async def serve(self) -> None:
        """Run until the connection has ended. Raises nothing but Cancelled: errors end this connection only."""
        try:
            async with trio.open_nursery() as nursery:
                try:
                    self._sender.run_in(nursery)
                    await self._live()
                finally:
                    self._end()
                nursery.cancel_scope.cancel()
        except* Exception as bugs:
            self._report(bugs)

    async def _live(self) -> None:
        try:
            with self._sender.reading:
                await self._read()
        except Exception as bug:
            self._report(bug)
            self._reason = "Internal error"
        await self._wait_to_leave()
        self._leave(Left)
        await self._flush()

    async def _flush(self) -> None:
        if not self._has_started:  # in the middle of a handshake nothing can be said
            return
        with trio.move_on_after(self._core.config.timeouts.flush or float("inf")):
            await self._pulse.wait_flushed()
            await self._sender.wait_sent()

    async def _wait_to_leave(self) -> None:
        """Wait for a turn to leave: when many leave at once, each departure is told to everybody
        who shared a channel.
        """
        if self._pulse.turns.are_given and not self._core.stopping:
            self._pulse.wake()
            with trio.move_on_after(_TURN_TO_LEAVE, shield=True):  # nothing keeps a connection from ending for long
                await self._pulse.turns.wait_turn(LIGHT, self._session.throttle.tokens)

    def _leave(self, end: type[Left | Closed]) -> None:
        self._meter.begin()
        self._decide(end(self._session.sid, self._end_reason), self._clock())
        self._pulse.turns.spend(self._meter.owe(0), self._meter.flush)

    def _end(self) -> None:
        self._who = self._names()
        try:
            self._leave(Closed)
        finally:
            self._session.outbox.close()
            self._sender.close()
            self._holding.close()
            self._pulse.wake()
            self._log_end()

    @property
    def _end_reason(self) -> str:
        return self._sender.killed_by or self._session.cause or self._reason

    def _names(self) -> dict[str, str]:
        """Return who the session's user is, for the log: the nick, and the account if they are logged in."""
        user = self._session.user
        if user is None:
            return {}
        return {"nick": user.nick, "account": user.account} if user.account else {"nick": user.nick}

    def _log_end(self) -> None:
        """Log the end of the connection. Health checks that end in good order are not logged."""
        reason = self._end_reason
        values = {**self._who, "address": self._session.address, "reason": reason}
        if self._came_in:
            self._log.info("disconnected", **values)
        elif reason in ("Quit", "Connection closed"):
            self._log.debug("disconnected", **values)
        else:
            self._limited_log.log(self._clock().monotonic, self._log.info, "disconnected", **values)

    async def _read(self) -> None:
        try:
            await self._transport.start(self._wait_to_shake_hands)
        except OSError:
            self._sender.kill("TLS handshake failed")
            return
        self._has_started = True
        if self._transport.fingerprint:
            self._decide(Certified(self._session.sid, self._transport.fingerprint), self._clock())
        limits = self._core.config.limits
        framer = LineFramer(body=limits.line_length, tags=limits.tags_length)
        data = await self._receive()
        if data.startswith(_TLS_HANDSHAKE) and not self._session.secure:
            self._decide(SpokeTls(self._session.sid), self._clock())
            return
        while data:
            if self._pulse.is_held:
                await self._pulse.wait_open()
            await self._handle(framer.feed(data), self._heard())
            if not self._came_in and self._session.user is not None:
                self._came_in = True
                self._log.info("connected", **self._names(), address=self._session.address, tls=self._session.secure)
            self._pulse.wake()
            data = await self._receive()

    async def _wait_to_shake_hands(self) -> None:
        """Wait for a turn to do the TLS handshake: it is expensive, and needs no proof from the client."""
        turns = self._pulse.turns
        if turns.are_given:
            self._pulse.wake()
            await turns.wait_turn(HANDSHAKE, 0.0)
        turns.spend(HANDSHAKE)

    async def _receive(self) -> bytes:
        try:
            return await self._transport.receive()
        except OSError:
            self._sender.kill("Connection lost")
            return b""

    def _heard(self) -> Moment:
        """Note that the peer was heard, and return the time."""
        session = self._session
        now = self._clock()
        session.heard_at = now.monotonic
        session.pinged_at = 0.0
        return now

    async def _handle(self, lines: list[bytes | TooLong], now: Moment) -> None:
        session, turns = self._session, self._pulse.turns
        for line in lines:
            wait = session.throttle.take(now.monotonic)
            if wait:
                self._pulse.wake()
                await trio.sleep(wait)
                now = self._heard()  # its answer to a PING may wait behind what we do not read yet
            if turns.are_given:
                is_light = isinstance(line, bytes) and self._meter.is_light(line)
                if not (is_light and turns.have_room_for_light):
                    now = await self._wait_for_turn(is_light=is_light)
            if session.closing:
                return
            pending = self._say(line, now)
            while pending is not None:
                now, pending = await self._go_on(pending)
            if session.outbox.is_streaming or session.outbox.answered - self._unread_from > _UNREAD:
                now = await self._let_read()

    async def _let_read(self) -> Moment:
        """Wait until the peer has read its replies: a client that does not read is not asked what else it wants."""
        outbox, sender = self._session.outbox, self._sender
        self._meter.begin()
        outbox.on_piece = sender.note_progress
        await self._pulse.wait_flushed()
        while outbox.is_streaming or sender.is_behind:
            await sender.wait_progress()
            self._heard()
        outbox.on_piece = None
        self._meter.owe_answer(self._core.config.flood.work)
        self._unread_from = outbox.answered
        return self._heard()

    def _give_up(self, reason: str) -> None:
        """End the session at once: there is no room for what waits for it."""
        self._session.outbox.close()
        self._sender.kill(reason)

    async def _wait_for_turn(self, *, is_light: bool = False) -> Moment:
        self._pulse.wake()
        units = self._meter.usual if is_light else max(self._meter.usual, LIGHT)
        await self._pulse.turns.wait_turn(units, self._session.throttle.tokens, is_light=is_light)
        return self._heard()

    def _say(self, line: bytes | TooLong, now: Moment) -> Pending | None:
        """Handle one line, and count its cost."""
        meter, sid = self._meter, self._session.sid
        meter.begin()
        if isinstance(line, TooLong):
            pending, size = self._decide(SaidTooMuch(sid), now), 0
        else:
            pending, size = self._decide(Said(sid, line), now), len(line)
        self._pulse.turns.spend(meter.settle(size, self._core.config.flood.work), meter.flush)
        return pending

    async def _go_on(self, pending: Pending) -> tuple[Moment, Pending | None]:
        effect, value = pending.effect, None
        if not isinstance(effect, YieldTurn):
            await self._pulse.wait_flushed()  # what was just said is in the store before history is asked for
            value = await self._perform(effect)
        now = self._clock()
        if self._pulse.turns.are_given or isinstance(effect, YieldTurn):
            now = await self._wait_for_turn()
        self._meter.begin()
        following = self._decide(input_of(self._core, self._session.sid, effect, value), now)
        self._pulse.turns.spend(self._meter.owe(self._core.config.flood.work), self._meter.flush)
        return now, following

    def _report(self, error: Exception) -> None:
        report_bug(self._log.error, "a bug ended this session", error, **(self._who or self._names()))
