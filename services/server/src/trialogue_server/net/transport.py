"""Transports: bytes over a connected socket, plain (here) or encrypted (`net.tls_transport`).

These are not Trio's streams: the pulse sends for a thousand sessions in a row, and a direct `send` that wakes no task
is what makes that cheap. Trio only waits for the socket where the kernel would block.
"""

import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import trio

CHUNK = 65536
"""Bytes read at once, at most."""

_UNREAD_CHUNKS = 16
"""Chunks of unread data that are taken out of the kernel before a socket is closed."""

_LINGER_NOT_AT_ALL = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Framing(Protocol):
    """What a transport that speaks in frames makes of lines."""

    @property
    def frame(self) -> Callable[[bytes], bytes]:
        """Return the frames of lines that are complete; the same object for the same object."""

    def attach(self, send_frame: Callable[[bytes], None]) -> None:
        """Set what sends a frame behind all that waits to be sent."""


class Transport(Protocol):
    """A connected non-blocking socket. Every error is an OSError."""

    @property
    def send(self) -> Callable[[bytes | bytearray], int]:
        """Send what the kernel takes now; returns how many bytes that was. Raises BlockingIOError if it takes none.

        What was not taken must come first in the next call. (What is to be called, and not a method: where the socket's
        own function does it, nothing of ours stands between it and the thousand calls of a flush.)
        """

    @property
    def fingerprint(self) -> str:
        """The SHA-256 fingerprint of the peer's certificate in hexadecimal, after `start`; "" if it has none."""

    @property
    def framing(self) -> Framing | None:
        """What makes frames of lines; None where lines are sent as they are."""

    async def start(self, turn: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint) -> None:
        """Do what precedes the first byte (the TLS handshake), and await `turn` before what takes long."""

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" if the peer has closed its side. Always a checkpoint."""

    async def writable(self) -> None:
        """Wait until `send` may succeed again."""

    def close(self, *, abort: bool) -> None:
        """Close the socket without waiting. `abort` discards what the kernel has not sent yet."""


class PlainTransport:
    """A transport without encryption."""

    __slots__ = ("_sock", "send")

    fingerprint = ""
    framing: Framing | None = None

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.send: Callable[[bytes | bytearray], int] = sock.send

    async def start(self, turn: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint) -> None:
        """Do nothing: nothing precedes the first byte."""

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" at the end."""
        while True:
            await trio.lowlevel.wait_readable(self._sock)
            try:
                return self._sock.recv(CHUNK)
            except (BlockingIOError, InterruptedError):
                continue

    async def writable(self) -> None:
        """Wait until the kernel takes more."""
        await trio.lowlevel.wait_writable(self._sock)

    def close(self, *, abort: bool) -> None:
        """Close the socket and wake whoever waits for it."""
        close_socket(self._sock, abort=abort)


def close_socket(sock: socket.socket, *, abort: bool) -> None:
    """Close a socket and wake whoever waits for it.

    TCP resets a connection that is closed with unread data, and the peer may then never see the last lines: so that is
    read first. A peer that does not read is reset on purpose: the kernel would keep its data for minutes.
    """
    trio.lowlevel.notify_closing(sock)
    with suppress(OSError):
        if abort:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT_AT_ALL)
        for _ in range(0 if abort else _UNREAD_CHUNKS):
            if not sock.recv(CHUNK):
                break
    sock.close()
