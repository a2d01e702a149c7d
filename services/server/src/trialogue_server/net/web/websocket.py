"""WebSocket connections: a `net.transport.Transport` whose messages are lines.

Lines come out of it as from any other transport, so framing, flood control and dispatch know nothing of it. On the way
out the sender asks for the frames of what it sends.

https://ircv3.net/specs/extensions/websocket
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import trio

from ircwire.websocket import CloseCode, FrameCache, Opcode, close_frame, ping_frame
from ircwire.websocket_reader import FrameReader, ProtocolError
from trialogue_server.net.transport import Framing, Transport
from trialogue_server.session.work import FRAME

LEAST_LIMIT = 16_384
"""The greatest size of a message where the limits of lines are smaller: a line over those is answered by 417."""

_AT_ONCE = 32
"""Frames after which reading pauses, so that others are served: what is behind them waits for another pass."""

_PINGS_AT_ONCE = 50
_PERIOD = 30.0
"""Seconds after which control frames are counted anew, where nobody is pinged."""

_LINE_END = b"\r\n"


class WebSockets:
    """All WebSocket connections of a server."""

    def __init__(self, spend: Callable[[float], None]) -> None:
        """`spend` counts units of work (see `session.work`) that were done in this pass."""
        self.spend = spend
        self.open: set[WebSocketTransport] = set()
        self.frames = {opcode: FrameCache(opcode) for opcode in (Opcode.TEXT, Opcode.BINARY)}
        self.close_code = CloseCode.NORMAL
        """What a connection is told when the server closes it."""

    async def ping_forever(self, interval: Callable[[], float]) -> None:
        """Ping everybody each so many seconds (0 is never), so that no proxy on the way takes a quiet one for dead."""
        while True:
            await trio.sleep(interval() or _PERIOD)
            for number, one in enumerate(list(self.open)):
                one.begin_period(pings=interval() > 0)
                if number % _PINGS_AT_ONCE == 0:
                    await trio.lowlevel.checkpoint()


class WebSocketTransport:
    """One connection, after the opening handshake."""

    __slots__ = ("_everybody", "_failure", "_has_more", "_inner", "_reader", "_send_frame", "frame", "send")

    fingerprint = ""

    def __init__(self, inner: Transport, everybody: WebSockets, opcode: Opcode, *, limit: int) -> None:
        """`inner` is what the frames go over; `limit` is the greatest size of a message, in bytes."""
        self._inner = inner
        self._everybody = everybody
        self._reader = FrameReader(limit)
        self._has_more = False
        self._failure: CloseCode | None = None
        self._send_frame: Callable[[bytes], None] | None = None
        self.send = inner.send
        self.frame: Callable[[bytes], bytes] = everybody.frames[opcode]
        everybody.open.add(self)

    @property
    def framing(self) -> Framing:
        """What makes frames of lines."""
        return self

    def attach(self, send_frame: Callable[[bytes], None]) -> None:
        """Set what sends a frame behind all that waits to be sent."""
        self._send_frame = send_frame

    def feed(self, data: bytes) -> None:
        """Add bytes that came behind the handshake."""
        if data:
            self._reader.feed(data)
            self._has_more = True

    async def start(self, turn: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint) -> None:
        """Do nothing: the handshakes are over."""

    async def receive(self) -> bytes:
        """Return lines, each with its end, or b"" at the end. Where only control frames came, it is an empty line: the
        peer was heard.
        """
        while self._failure is None and not self._reader.is_closed:
            if self._has_more:
                await trio.lowlevel.checkpoint()
            elif data := await self._inner.receive():
                self._reader.feed(data)
            else:
                break
            if lines := self._lines():
                return lines
        return b""

    def _lines(self) -> bytes:
        lines: list[bytes] = []
        reader = self._reader
        begin = reader.frames
        self._has_more = False
        try:
            while not self._has_more and (message := reader.next()) is not None:
                lines.append(message)
                self._has_more = reader.frames - begin >= _AT_ONCE
        except ProtocolError as error:
            self._failure = error.code
        self._everybody.spend((reader.frames - begin) * FRAME)
        if reader.was_heard:
            reader.was_heard = False
            lines.append(b"")
        if reader.pong is not None:
            pong, reader.pong = reader.pong, None
            self._send(pong)
        return b"".join([line + _LINE_END for line in lines])

    def begin_period(self, *, pings: bool) -> None:
        """Allow control frames again, and send a ping if asked to."""
        self._reader.forgive()
        if pings:
            self._send(ping_frame())

    def _send(self, frame: bytes) -> None:
        if self._send_frame is not None:
            self._send_frame(frame)

    async def writable(self) -> None:
        """Wait until the kernel takes more."""
        await self._inner.writable()

    def close(self, *, abort: bool) -> None:
        """Send a close frame, unless something before it could not be sent, and close the socket."""
        self._everybody.open.discard(self)
        self._send_frame = None
        if not abort:
            with suppress(OSError):
                self._inner.send(close_frame(self._failure or self._everybody.close_code))
        self._inner.close(abort=abort)
