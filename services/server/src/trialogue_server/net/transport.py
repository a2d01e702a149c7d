"""How do bytes get through a socket? Two kinds with one interface, plain and TLS, both on a non-blocking socket.

Not Trio's streams: the pulse sends for a thousand sessions in a row, and a direct `send` that needs no task to be
woken is what makes that cheap. Trio only waits for the socket where the kernel would block.
"""

import socket
import ssl
from typing import Protocol

import trio

CHUNK = 65536
"""Bytes read at once, at most."""


class Transport(Protocol):
    """A connected socket. Every error is an OSError (`ssl.SSLError` is one)."""

    async def start(self) -> None:
        """Do what comes before the first byte (the TLS handshake)."""

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" if the peer has closed its side. A checkpoint, always."""

    def send(self, data: bytes) -> int:
        """Send what the kernel takes now; returns how many bytes that was. Never blocks."""

    async def writable(self) -> None:
        """Wait until `send` may take something again."""

    def close(self) -> None:
        """Let go of the socket, without waiting."""


class PlainTransport:
    """Bytes as they are."""

    __slots__ = ("_sock",)

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    async def start(self) -> None:
        """Nothing comes before the first byte."""

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" at the end."""
        while True:
            await trio.lowlevel.wait_readable(self._sock)
            try:
                return self._sock.recv(CHUNK)
            except (BlockingIOError, InterruptedError):
                continue

    def send(self, data: bytes) -> int:
        """Send what the kernel takes now."""
        try:
            return self._sock.send(data)
        except (BlockingIOError, InterruptedError):
            return 0

    async def writable(self) -> None:
        """Wait until the kernel takes more."""
        await trio.lowlevel.wait_writable(self._sock)

    def close(self) -> None:
        """Let go of the socket; who still waits for it is told."""
        trio.lowlevel.notify_closing(self._sock)
        self._sock.close()


class TlsTransport:
    """TLS by the standard library, directly on the socket.

    A `send` that did not go through must be repeated with the same bytes: the sender keeps its pieces whole.
    """

    __slots__ = ("_sock", "_writes_wait_for_reading")

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self._sock = sock
        self._writes_wait_for_reading = False

    async def start(self) -> None:
        """Shake hands."""
        while True:
            try:
                self._sock.do_handshake()
            except ssl.SSLWantReadError:
                await trio.lowlevel.wait_readable(self._sock)
            except ssl.SSLWantWriteError:
                await trio.lowlevel.wait_writable(self._sock)
            else:
                return

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" at the end. What TLS has decrypted already comes without waiting."""
        if not self._sock.pending():
            await trio.lowlevel.wait_readable(self._sock)
        else:
            await trio.lowlevel.checkpoint()
        while True:
            try:
                return self._sock.recv(CHUNK)
            except ssl.SSLWantReadError:
                await trio.lowlevel.wait_readable(self._sock)
            except ssl.SSLWantWriteError:
                await trio.lowlevel.wait_writable(self._sock)
            except ssl.SSLEOFError:
                return b""

    def send(self, data: bytes) -> int:
        """Send what the kernel takes now."""
        self._writes_wait_for_reading = False
        try:
            return self._sock.send(data)
        except ssl.SSLWantWriteError:
            return 0
        except ssl.SSLWantReadError:
            self._writes_wait_for_reading = True
            return 0

    async def writable(self) -> None:
        """Wait until `send` may go on; during a renegotiation that takes something to be read first."""
        if self._writes_wait_for_reading:
            await trio.lowlevel.wait_readable(self._sock)
        else:
            await trio.lowlevel.wait_writable(self._sock)

    def close(self) -> None:
        """Say goodbye to TLS if that goes without waiting, and let go of the socket."""
        trio.lowlevel.notify_closing(self._sock)
        try:
            self._sock.setblocking(False)
            self._sock.unwrap()
        except (OSError, ValueError):
            pass
        self._sock.close()
