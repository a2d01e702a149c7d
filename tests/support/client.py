"""A client on a real socket, as plain as can be: it says lines and waits for lines, and every wait is bounded."""

from __future__ import annotations

import hashlib
import socket
import ssl
import struct
from typing import Self

from tests.support.patience import PATIENCE


def trusting_anybody() -> ssl.SSLContext:
    """TLS that looks at no certificate: whose it is, a test sees by its fingerprint."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Client:
    """One connection to a server on this machine."""

    def __init__(self, port: int, *, tls: bool = False, window: int = 0) -> None:
        """With a `window`, the kernel keeps no more than about that many bytes for a client that does not read."""
        sock = socket.socket()
        if window:
            narrow(sock, window)
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", port))
        self.sock = trusting_anybody().wrap_socket(sock, server_hostname="localhost") if tls else sock
        self._rest = b""

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the server's certificate, as the server shows it."""
        assert isinstance(self.sock, ssl.SSLSocket)
        certificate = self.sock.getpeercert(binary_form=True)
        assert certificate is not None
        return hashlib.sha256(certificate).digest().hex(":").upper()

    def say(self, *lines: str) -> None:
        """Send lines, each with its end."""
        self.sock.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def line(self) -> str | None:
        """Return the next line; None when there is none any more."""
        while b"\n" not in self._rest:
            data = self.sock.recv(65536)
            if not data:
                return None
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.rstrip(b"\r").decode()

    def next_line(self) -> str:
        """Return the next line, which there has to be."""
        line = self.line()
        assert line is not None, "the connection has ended"
        return line

    def until(self, text: str) -> list[str]:
        """Return the lines up to the first one in which this text stands."""
        lines: list[str] = []
        while not lines or text not in lines[-1]:
            lines.append(self.next_line())
        return lines

    def rest(self) -> list[str]:
        """Return the lines up to the end of the connection."""
        return list(iter(self.line, None))

    def join(self, nick: str, *channels: str) -> Self:
        """Become a user, and a member of these channels."""
        self.say(f"NICK {nick}", f"USER {nick} 0 * :{nick}")
        self.until(f" 001 {nick} ")
        for channel in channels:
            self.say(f"JOIN {channel}")
            self.until(f" 366 {nick} ")
        return self

    def is_answered(self) -> bool:
        """Whether the server still answers this client."""
        self.say("PING :are you there")
        return bool(self.until("are you there"))

    def reset(self) -> None:
        """Cut the connection without a goodbye."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self) -> None:
        """Close the connection."""
        self.sock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def narrow(sock: socket.socket, window: int) -> None:
    """Have the kernels at both ends keep little of what a client does not read. Before connecting.

    The sender's buffer grows with the size of segments, which on loopback is 64 KiB.
    """
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
