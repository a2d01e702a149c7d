"""TLS on a non-blocking socket, by pyOpenSSL: a `net.transport.Transport`.

The standard library accepts only client certificates that an authority has signed; nearly all that people log in with
are self-signed (docs/decisions/0008-client-certificates.md).
"""

import errno
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

import trio
from OpenSSL import SSL

from trialogue_server.net.transport import CHUNK, Framing, close_socket

_RECORD = 16384
"""The greatest size of a TLS record, in bytes.  https://www.rfc-editor.org/rfc/rfc8446#section-5.1"""

_TURN = 0.05
"""Seconds after which one of two tasks that wait for the same socket tries again."""


class TlsTransport:
    """One end of TLS: the server's or (in tests) the client's."""

    __slots__ = ("_found", "_sock", "_tls", "_writes_wait_for_reading", "fingerprint")

    framing: Framing | None = None

    def __init__(self, tls: SSL.Connection, sock: socket.socket) -> None:
        """`tls` is a connection over `sock` whose state is set, before the handshake."""
        self._sock = sock
        self._tls = tls
        self._writes_wait_for_reading = False
        self._found: SSL.Error | None = None
        """Why no more could be read, if that is still to be handled."""
        self.fingerprint = ""

    async def start(self, turn: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint) -> None:
        """Do the handshake, `turn` by turn, and read the peer's certificate."""
        while True:
            try:
                self._tls.do_handshake()
            except SSL.Error as error:
                await self._wait(error)
                await turn()
            else:
                break
        certificate = self._tls.get_peer_certificate()
        if certificate is not None:
            self.fingerprint = certificate.digest("sha256").decode().replace(":", "").lower()

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" at the end. Data that is decrypted already comes without waiting."""
        if self._found or self._tls.pending():
            await trio.lowlevel.checkpoint()
        else:
            await self._change(reading=True)
        while True:
            data = self._records()
            error, self._found = self._found, None
            if data:
                self._found = None if isinstance(error, SSL.WantReadError) else error
                return data
            if error is None or _is_end(error):
                return b""
            await self._wait(error)

    def _records(self) -> bytes:
        """Return all data that is there, and note why there is no more.

        All of it, not one record at a time: each read costs a flush for everybody who hears it. That was two thirds of
        the cost of a large channel over TLS.
        """
        data = b""
        while self._found is None and len(data) < CHUNK:
            try:
                data += self._tls.recv(_RECORD)
            except SSL.Error as error:
                self._found = error
        return data

    def send(self, data: bytes | bytearray) -> int:
        """Send what the kernel takes now; returns how many bytes that was. Raises BlockingIOError if it takes none.

        OpenSSL takes one record at a time; most flushes are not longer.
        """
        self._writes_wait_for_reading = False
        taken = 0
        try:
            taken = self._tls.send(data)
            while taken < len(data):
                with memoryview(data) as view, view[taken:] as rest:
                    taken += self._tls.send(rest)
        except SSL.WantWriteError:
            pass
        except SSL.WantReadError:
            self._writes_wait_for_reading = True
        except SSL.Error as error:
            raise _os_error(error) from error
        if not taken:
            raise BlockingIOError
        return taken

    async def writable(self) -> None:
        """Wait until `send` may go on; during a handshake that may need something to be read first."""
        await self._change(reading=self._writes_wait_for_reading)

    def close(self, *, abort: bool) -> None:
        """Send close_notify if that does not block, and close the socket."""
        with suppress(SSL.Error):
            self._tls.shutdown()
        close_socket(self._sock, abort=abort)

    async def _wait(self, error: SSL.Error) -> None:
        """Wait until the operation may be tried again. Raises OSError if it never can be."""
        if not isinstance(error, (SSL.WantReadError, SSL.WantWriteError)):
            raise _os_error(error) from error
        await self._change(reading=isinstance(error, SSL.WantReadError))

    async def _change(self, *, reading: bool) -> None:
        """Wait for the socket. A reader that must answer a key update, or a writer in a handshake, may find the other
        one waiting for the same; that is rare, so it tries again after a while.
        """
        try:
            await (trio.lowlevel.wait_readable if reading else trio.lowlevel.wait_writable)(self._sock)
        except trio.BusyResourceError:
            await trio.sleep(_TURN)


def _is_end(error: SSL.Error) -> bool:
    """Return whether the peer has closed the connection, with close_notify or without."""
    return isinstance(error, SSL.ZeroReturnError) or (isinstance(error, SSL.SysCallError) and error.args[0] == -1)


def _os_error(error: SSL.Error) -> OSError:
    """Return the error as an OSError."""
    number = error.args[0] if isinstance(error, SSL.SysCallError) and error.args[0] > 0 else errno.EPROTO
    return OSError(number, os.strerror(number))
