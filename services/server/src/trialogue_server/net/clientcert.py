"""TLS that asks the client for a certificate: any will do, self-signed or expired, as its fingerprint is what counts.

By pyOpenSSL: the standard library accepts only certificates that an authority has signed. Possession of the key is
proved in the handshake all the same. https://ircv3.net/specs/extensions/sasl-3.1 (EXTERNAL)
"""

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path

import trio
from OpenSSL import SSL, crypto

from trialogue_server.net.transport import RECORD, close_socket, wait_for

# As the standard library has them: forward secrecy, and no cipher that is known to be weak.
_CIPHERS = b"@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"


def asking_context(certificate: Path, key: Path) -> SSL.Context:
    """Return what connections are encrypted with; the files are known to be good."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_RENEGOTIATION)
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)  # an idle connection needs none, and they are 34 KiB
    context.set_cipher_list(_CIPHERS)
    context.use_certificate_chain_file(str(certificate))
    context.use_privatekey_file(str(key))
    context.set_verify(SSL.VERIFY_PEER, _accept)
    context.set_session_id(b"trialogue")  # without one, clients that resume a session are refused
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    return context


def _accept(_connection: SSL.Connection, _certificate: crypto.X509, _error: int, _depth: int, _ok: int) -> bool:
    """Whoever signed it: what counts is that it is the same one each time."""
    return True


class AskingTransport:
    """TLS by pyOpenSSL, directly on the socket; `net.transport.Transport`."""

    __slots__ = ("_sock", "_tls", "_writes_wait_for_reading", "fingerprint")

    def __init__(self, context: SSL.Context, sock: socket.socket) -> None:
        self._sock = sock
        self._tls = SSL.Connection(context, sock)
        self._tls.set_accept_state()
        self._writes_wait_for_reading = False
        self.fingerprint = ""

    async def start(self) -> None:
        """Shake hands, and look at the client's certificate."""
        while True:
            try:
                self._tls.do_handshake()
            except SSL.WantReadError:
                await wait_for(trio.lowlevel.wait_readable, self._sock)
            except SSL.WantWriteError:
                await wait_for(trio.lowlevel.wait_writable, self._sock)
            except SSL.Error as error:
                raise _os_error(error) from error
            else:
                break
        certificate = self._tls.get_peer_certificate()
        if certificate is not None:
            self.fingerprint = certificate.digest("sha256").decode().replace(":", "").lower()

    async def receive(self) -> bytes:
        """Return the next bytes, or b"" at the end. What TLS has decrypted already comes without waiting."""
        if self._tls.pending():
            await trio.lowlevel.checkpoint()
        else:
            await wait_for(trio.lowlevel.wait_readable, self._sock)
        while True:
            try:
                return self._tls.recv(RECORD)
            except SSL.WantReadError:
                await wait_for(trio.lowlevel.wait_readable, self._sock)
            except SSL.WantWriteError:
                await wait_for(trio.lowlevel.wait_writable, self._sock)
            except SSL.ZeroReturnError:
                return b""
            except SSL.Error as error:
                if _is_end(error):
                    return b""
                raise _os_error(error) from error

    def send(self, data: bytes | bytearray) -> int:
        """Send what the kernel takes now, record by record."""
        self._writes_wait_for_reading = False
        taken = 0
        try:
            with memoryview(data) as view:
                while taken < len(data):
                    taken += self._tls.send(view[taken : taken + RECORD])
        except SSL.WantWriteError:
            pass
        except SSL.WantReadError:
            self._writes_wait_for_reading = True
        except SSL.Error as error:
            raise _os_error(error) from error
        return taken

    async def writable(self) -> None:
        """Wait until `send` may go on; in the middle of a handshake that takes something to be read first."""
        change = trio.lowlevel.wait_readable if self._writes_wait_for_reading else trio.lowlevel.wait_writable
        await wait_for(change, self._sock)

    def close(self, *, abort: bool) -> None:
        """Say goodbye to TLS if that goes without waiting, and let go of the socket."""
        with suppress(SSL.Error):
            self._tls.shutdown()
        close_socket(self._sock, abort=abort)


def _is_end(error: SSL.Error) -> bool:
    """Has the peer closed the connection without TLS's goodbye?"""
    return isinstance(error, SSL.SysCallError) and error.args[:1] == (-1,)


def _os_error(error: SSL.Error) -> OSError:
    """Say it as a socket would."""
    number = error.args[0] if isinstance(error, SSL.SysCallError) and error.args[0] > 0 else errno.EPROTO
    return OSError(number, os.strerror(number))
