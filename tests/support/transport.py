"""A connection's other end that does just what a test says: a `Transport` without a socket."""

import math
from collections.abc import Awaitable, Callable
from typing import Literal

import trio

from trialogue_server.net.transport import Framing

_RECORD = 16384


class FakeTransport:
    """Takes as many bytes as it has room for, and gives what it is fed.

    It holds its user to the contract of `Transport`: what was refused comes first in the next `send` (TLS breaks
    otherwise), and nothing comes after `close`.
    """

    def __init__(self, *, room: float = math.inf, handshake: bool = True) -> None:
        """`room` is how many bytes the "kernel" takes; without `handshake`, `start` waits for `shake_hands`."""
        self.fingerprint = ""
        self.framing: Framing | None = None
        self.sent = bytearray()
        self.sends = 0
        self.room = room
        self.closed: Literal["", "closed", "aborted"] = ""
        self.send_error: OSError | None = None
        self.handshake_error: OSError | None = None
        self.reads = 0
        self._refused = b""
        self._writable = trio.Event()
        self._shaken = trio.Event()
        self._feed, self._incoming = trio.open_memory_channel[bytes | OSError](math.inf)
        if handshake:
            self._shaken.set()

    # What a test does.

    def feed(self, data: bytes) -> None:
        """Let the peer send bytes; b"" is the end."""
        self._feed.send_nowait(data)

    def fail(self, error: OSError) -> None:
        """Let the next `receive` raise."""
        self._feed.send_nowait(error)

    def make_room(self, size: float = math.inf) -> None:
        """Let the peer read."""
        self.room += size
        self._writable.set()

    def shake_hands(self, error: OSError | None = None) -> None:
        """Let the handshake end, well or not."""
        self.handshake_error = error
        self._shaken.set()

    @property
    def unread(self) -> int:
        """How many pieces of what was fed wait to be received."""
        return self._feed.statistics().current_buffer_used

    # What a connection does.

    async def start(self, turn: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint) -> None:
        if not self._shaken.is_set():  # plain text has no checkpoint there
            await self._shaken.wait()
        if self.handshake_error is not None:
            raise self.handshake_error

    async def receive(self) -> bytes:
        item = await self._incoming.receive()
        self.reads += 1
        if isinstance(item, OSError):
            raise item
        return item

    def send(self, data: bytes | bytearray) -> int:
        assert not self.closed, "nothing is sent after close"
        assert data, "an empty send has no use"
        again = min(len(self._refused), _RECORD)
        assert bytes(data[:again]) == self._refused[:again], "what was refused comes first"
        if self.send_error is not None:
            raise self.send_error
        taken = int(min(self.room, len(data)))
        self.room -= taken
        self.sends += 1
        self.sent += data[:taken]
        self._refused = bytes(data[taken:])
        if not taken:
            raise BlockingIOError
        return taken

    async def writable(self) -> None:
        while not self.room and not self.closed and self.send_error is None:
            self._writable = trio.Event()
            await self._writable.wait()
        await trio.lowlevel.checkpoint()
        if self.closed:
            raise trio.ClosedResourceError

    def close(self, *, abort: bool) -> None:
        assert not self.closed, "closed once"
        self.closed = "aborted" if abort else "closed"
        self._writable.set()
