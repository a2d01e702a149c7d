"""Thousands of clients in one thread. They register, join one room, and count what they hear."""

from __future__ import annotations

import selectors
import socket
import struct
import time
from typing import TYPE_CHECKING, Self

from tests.support.client import narrow
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 1 << 18


class Member:
    """One client. `heard` counts the marks in what it read; `last` is the end of that."""

    __slots__ = ("heard", "is_over", "last", "nick", "sock")

    def __init__(self, port: int, nick: str, window: int) -> None:
        self.nick = nick
        self.sock = socket.socket()
        if window:
            narrow(self.sock, window)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setblocking(False)
        self.heard = 0
        self.last = b""
        self.is_over = False

    def read(self, mark: bytes) -> None:
        """Take what has come."""
        try:
            data = self.sock.recv(_CHUNK)
        except ConnectionError:
            data = b""
        self.is_over = not data
        data = self.last[-len(mark) + 1 :] + data
        self.heard += data.count(mark)
        self.last = data[-1000:]


class Crowd:
    """Many clients of one server."""

    def __init__(self, port: int, size: int, *, prefix: str = "m", window: int = 0) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._mark = b" 001 "
        self.members = [Member(port, f"{prefix}{number}", window) for number in range(size)]
        for member in self.members:
            self._selector.register(member.sock, selectors.EVENT_READ, member)
            member.sock.send(f"NICK {member.nick}\r\nUSER {member.nick} 0 * :{member.nick}\r\n".encode())
        self.wait(self.all_have_heard)

    def join(self, channel: str) -> None:
        """Put everybody into a room, and wait until they are in and have read all that was said about it."""
        for line, mark in ((f"JOIN {channel}", b" 366 "), ("PING end", b" PONG ")):
            self.listen_for(mark)
            for member in self.members:
                member.sock.send(f"{line}\r\n".encode())
            self.wait(self.all_have_heard)

    def listen_for(self, mark: bytes) -> None:
        """Count how often everybody hears this from now on."""
        self._mark = mark
        for member in self.members:
            member.heard, member.last = 0, b""

    def all_have_heard(self) -> bool:
        """Whether everybody has received the line that they wait for."""
        return all(member.heard for member in self.members)

    def wait(self, done: Callable[[], bool]) -> None:
        """Read until `done`."""
        began = time.monotonic()
        while not done():
            for key, _ in self._selector.select(1):
                member: Member = key.data
                member.read(self._mark)
                if member.is_over:
                    self._selector.unregister(member.sock)
            silent = sum(not member.heard for member in self.members)
            assert time.monotonic() - began < PATIENCE, f"{silent} of them did not hear {self._mark!r}"

    def deafen(self, *members: Member) -> None:
        """Have them never read again."""
        for member in members:
            self._selector.unregister(member.sock)

    def reset(self) -> None:
        """Cut all connections at once, without a goodbye."""
        for member in self.members:
            member.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """Close all connections."""
        for member in self.members:
            member.sock.close()
        self._selector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
