"""How do bytes get through a socket? Two kinds with one interface, plain and TLS, both on a non-blocking socket.

Not Trio's streams: the pulse sends for a thousand sessions in a row, and a direct `send` that needs no task to be
woken is what makes that cheap. Trio only waits for the socket where the kernel would block.
"""

import socket
import ssl
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import trio

CHUNK = 65536
"""Bytes read at once, at most."""

_UNREAD_CHUNKS = 16
"""How much of what nobody will read is taken out of the kernel before a socket is closed."""

RECORD = 16384
"""Bytes in one record of TLS, at most.  https://www.rfc-editor.org/rfc/rfc8446#section-5.1"""

_TURN = 0.05
"""Seconds after which one of two tasks tries again that both wait for the same socket to change."""

_LINGER_NOT_AT_ALL = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Transport(Protocol):
    """A connected socket. Every error is an OSError (`ssl.SSLError` is one)."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the peer's certificate in hexadecimal, once it has started; "" if it showed none."""

    async def start(self) -> None:
        """Do what comes before the first byte (the TLS handshake)."""

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" if the peer has closed its side. A checkpoint, always."""

    def send(self, data: bytes | bytearray) -> int:
        """Send what the kernel takes now; returns how many bytes that was. Never blocks.

        What was not taken must come first in the next call.
        """

    async def writable(self) -> None:
        """Wait until `send` may take something again."""

    def close(self, *, abort: bool) -> None:
        """Let go of the socket, without waiting. `abort` throws away what the kernel has not sent yet."""


class PlainTransport:
    """Bytes as they are."""

    __slots__ = ("_sock",)

    fingerprint = ""

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

    def send(self, data: bytes | bytearray) -> int:
        """Send what the kernel takes now."""
        try:
            return self._sock.send(data)
        except (BlockingIOError, InterruptedError):
            return 0

    async def writable(self) -> None:
        """Wait until the kernel takes more."""
        await trio.lowlevel.wait_writable(self._sock)

    def close(self, *, abort: bool) -> None:
        """Let go of the socket; who still waits for it is told."""
        close_socket(self._sock, abort=abort)


class TlsTransport:
    """TLS by the standard library, directly on the socket. It asks for no certificate."""

    __slots__ = ("_sock", "_writes_wait_for_reading")

    fingerprint = ""

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self._sock = sock
        self._writes_wait_for_reading = False

    async def start(self) -> None:
        """Shake hands."""
        while True:
            try:
                self._sock.do_handshake()
            except ssl.SSLWantReadError:
                await wait_for(trio.lowlevel.wait_readable, self._sock)
            except ssl.SSLWantWriteError:
                await wait_for(trio.lowlevel.wait_writable, self._sock)
            else:
                return

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" at the end. What TLS has decrypted already comes without waiting."""
        if self._sock.pending():
            await trio.lowlevel.checkpoint()
        else:
            await wait_for(trio.lowlevel.wait_readable, self._sock)
        while True:
            try:
                return self._sock.recv(CHUNK)
            except ssl.SSLWantReadError:
                await wait_for(trio.lowlevel.wait_readable, self._sock)
            except ssl.SSLWantWriteError:
                await wait_for(trio.lowlevel.wait_writable, self._sock)
            except ssl.SSLEOFError:
                return b""

    def send(self, data: bytes | bytearray) -> int:
        """Send what the kernel takes now, record by record."""
        self._writes_wait_for_reading = False
        taken = 0
        try:
            with memoryview(data) as view:
                while taken < len(data):
                    taken += self._sock.send(view[taken : taken + RECORD])
        except ssl.SSLWantWriteError:
            pass
        except ssl.SSLWantReadError:
            self._writes_wait_for_reading = True
        return taken

    async def writable(self) -> None:
        """Wait until `send` may go on; in the middle of a handshake that takes something to be read first."""
        await wait_for(
            trio.lowlevel.wait_readable if self._writes_wait_for_reading else trio.lowlevel.wait_writable, self._sock
        )

    def close(self, *, abort: bool) -> None:
        """Say goodbye to TLS if that goes without waiting, and let go of the socket."""
        with suppress(OSError, ValueError):
            self._sock.unwrap()
        close_socket(self._sock, abort=abort)


async def wait_for(change: Callable[[socket.socket], Awaitable[None]], sock: socket.socket) -> None:
    """Wait for a socket. A reader that must answer a new key, or a writer in a handshake, may find the other one
    waiting for the same; that is rare enough for asking again."""
    try:
        await change(sock)
    except trio.BusyResourceError:
        await trio.sleep(_TURN)


def close_socket(sock: socket.socket, *, abort: bool) -> None:
    """Close a socket and tell those who wait for it.

    TCP resets a connection that is closed with something unread in it, and the peer may then never see the last words
    it was sent; so that is read first. A peer that does not read is reset on purpose: the kernel would keep what it
    has for it for minutes.
    """
    trio.lowlevel.notify_closing(sock)
    with suppress(OSError):
        if abort:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT_AT_ALL)
        for _ in range(0 if abort else _UNREAD_CHUNKS):
            if not socket.socket.recv(sock, CHUNK):  # past TLS
                break
    sock.close()
