"""One client: a nursery, a reader in it, a writer only while the kernel will not take more.

Two ways out. `finish` (QUIT, KILL, a time-out, shutdown) stops the reader, flushes under a deadline, closes; without
the deadline a peer that half-closes and never reads would hold its task for ever. `kill` (SendQ exceeded, a broken
socket) cancels everything now. Either way `_end` runs, and there alone a connection takes its user off the network:
no commit happens inside a delivery.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
import trio

from ircwire.framing import LineFramer, TooLong
from trialogue_server.commands.core import Core
from trialogue_server.commands.departure import close, leave
from trialogue_server.commands.dispatch import Pending, dispatch, refuse_too_long, refuse_undecodable, resume
from trialogue_server.commands.effects import Effect
from trialogue_server.delivery.pulse import Pulse
from trialogue_server.net.sender import Sender
from trialogue_server.net.transport import Transport
from trialogue_server.session.outbox import Outbox
from trialogue_server.session.session import Session
from trialogue_server.session.throttle import Throttle

Perform = Callable[[Effect], Awaitable[Any]]
"""Carries an effect out and returns its result."""


class Connection:
    """Serves one accepted socket from the first byte to the last."""

    def __init__(
        self, core: Core, pulse: Pulse, perform: Perform, transport: Transport, *, clock: Callable[[], float]
    ) -> None:
        """`clock` returns Unix time in seconds."""
        self._core = core
        self._pulse = pulse
        self._perform = perform
        self._transport = transport
        self._clock = clock
        self._reason = "Connection closed"

    async def serve(self, sid: int, address: str, *, secure: bool) -> None:
        """Run until the connection has ended. Raises nothing but Cancelled: what goes wrong here stays here."""
        log = structlog.get_logger().bind(session=sid)
        try:
            async with trio.open_nursery() as nursery:
                limit = self._core.config.limits.send_queue
                sender = Sender(self._transport, limit=limit, start_soon=nursery.start_soon)
                sender.kill_scope = nursery.cancel_scope
                session = self._open(sid, sender, address, secure=secure)
                log.info("connected", address=address, tls=secure)
                try:
                    await self._live(session, sender, log)
                finally:
                    self._end(session, sender)
                    log.info("disconnected", reason=sender.killed_by or session.cause or self._reason)
                nursery.cancel_scope.cancel()
        finally:
            self._transport.close()

    def _open(self, sid: int, sender: Sender, address: str, *, secure: bool) -> Session:
        core, now = self._core, self._clock()
        flood = core.config.flood
        outbox = Outbox(sender, core.tick.dirty)
        throttle = Throttle(flood.rate, flood.burst, now)
        session = Session(sid, outbox, throttle, address=address, secure=secure, now=now)
        core.registry.open(session)
        return session

    async def _live(self, session: Session, sender: Sender, log: Any) -> None:
        try:
            with sender.reading_scope:
                await self._read(session)
        except OSError:
            self._reason = "Connection lost"
        except Exception:
            log.exception("a bug ended this session")
            self._reason = "Internal error"
        leave(self._core, session, self._reason, self._clock())
        close(session, self._reason)
        await self._flush(sender)

    async def _flush(self, sender: Sender) -> None:
        with trio.move_on_after(self._core.config.timeouts.flush or float("inf")):
            await self._pulse.beaten()
            await sender.drained()

    def _end(self, session: Session, sender: Sender) -> None:
        leave(self._core, session, sender.killed_by or self._reason, self._clock())
        session.closing = True
        self._core.registry.close(session)
        self._pulse.wake()

    async def _read(self, session: Session) -> None:
        await self._transport.start()
        limits = self._core.config.limits
        framer = LineFramer(body=limits.line_length, tags=limits.tags_length)
        while data := await self._transport.receive():
            if self._pulse.is_held:
                await self._pulse.gate()
            session.heard_at = self._clock()
            session.pinged_at = 0.0
            await self._handle(session, framer.feed(data))
            self._pulse.wake()

    async def _handle(self, session: Session, lines: list[bytes | TooLong]) -> None:
        core, now = self._core, self._clock()
        for line in lines:
            if session.closing:
                return
            wait = session.throttle.take(now)
            if wait:
                self._pulse.wake()
                await trio.sleep(wait)
                now = self._clock()
            if isinstance(line, TooLong):
                refuse_too_long(core, session, now)
                continue
            try:
                text = line.decode()
            except UnicodeDecodeError:
                pending = self._undecodable(session, line, now)
            else:
                pending = dispatch(core, session, text, now)
            while pending is not None:
                now, pending = await self._go_on(pending)

    def _undecodable(self, session: Session, line: bytes, now: float) -> Pending | None:
        policy = self._core.config.text.invalid_utf8
        if policy == "refuse":
            refuse_undecodable(self._core, session, line, now)
            return None
        text = line.decode("latin-1") if policy == "latin-1" else line.decode(errors="replace")
        return dispatch(self._core, session, text, now)

    async def _go_on(self, pending: Pending) -> tuple[float, Pending | None]:
        self._pulse.wake()
        result = await self._perform(pending.effect)
        now = self._clock()
        return now, resume(pending, result, now)
