"""One connection: the server's transport at one end and the client's stream at the other. It may break at any byte."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import TYPE_CHECKING, Protocol

import trio

if TYPE_CHECKING:
    from trialogue_server.session.session import Session

_DELAYS = (0.0, 0.0, 0.0, 0.001, 0.02, 0.3)
_SIZES = (1, 7, 100, 1400, 65536, 65536)
"""Seconds that bytes are under way, and how many of them come at once: drawn for each chunk."""


class Listener(Protocol):
    """Hears everything that goes over a wire, at the client's end."""

    def said(self, data: bytes) -> None: ...
    def heard(self, data: bytes) -> None: ...


class Wire(trio.abc.Stream):
    """Both ends. As `net.transport.Transport` it is the server's, as a stream the client's."""

    fingerprint = ""
    framing = None

    def __init__(self, chance: Random, listener: Listener, *, buffer: int) -> None:
        """`buffer` is how many bytes the kernels keep of what the client does not read."""
        self._chance = chance
        self._listener = listener
        self._buffer = buffer
        self._up, self._down = bytearray(), bytearray()
        self._changed = trio.Event()
        self.is_read = True
        """Whether the client reads."""
        self.cut_up: int | None = None
        self.cut_down: int | None = None
        """After how many more bytes the connection breaks."""
        self.is_broken = False
        self.is_closed = self.has_left = False
        """Whether the server, or the client, has closed its end."""
        self.session: Session | None = None

    def change(self) -> None:
        """Wake all who wait for something at either end."""
        self._changed.set()
        self._changed = trio.Event()

    def break_off(self) -> None:
        """Break the connection: what is under way is lost, and both ends notice."""
        self.is_broken = True
        self.change()

    @property
    def is_open(self) -> bool:
        """Whether both ends can still talk."""
        return not (self.is_broken or self.is_closed or self.has_left)

    @property
    def is_still(self) -> bool:
        """Whether nothing is under way."""
        return not self.is_open or not (self._up or self._down)

    async def _wait(self) -> None:
        await self._changed.wait()

    # The server's end.

    def fileno(self) -> int:
        return 0

    async def start(self, turn: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint) -> None:
        """Do nothing: it is plain text."""

    def send(self, data: bytes | bytearray) -> int:
        if self.is_broken or self.has_left:
            raise BrokenPipeError
        assert not self.is_closed, "nothing is sent after close"
        taken = min(len(data), self._buffer - len(self._down))
        if taken <= 0:
            raise BlockingIOError
        self._down += data[:taken]
        self.change()
        return taken

    async def receive(self) -> bytes:
        await trio.lowlevel.checkpoint()
        while not self._up:
            if self.is_broken:
                raise ConnectionResetError
            if self.has_left:
                return b""
            await self._wait()
        return self._take(self._up)

    async def writable(self) -> None:
        await trio.lowlevel.checkpoint()
        while len(self._down) >= self._buffer and self.is_open:
            await self._wait()
        if self.is_closed:
            raise trio.ClosedResourceError

    def close(self, *, abort: bool) -> None:
        self.is_closed = True
        if abort:
            self._down.clear()
        self.change()

    # The client's end.

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await trio.sleep(self._chance.choice(_DELAYS))
        self._listener.said(bytes(data))
        if not self.is_open:
            raise trio.BrokenResourceError
        if self.cut_up is not None and len(data) >= self.cut_up:
            self._up += data[: self.cut_up]
            self.break_off()
            raise trio.BrokenResourceError
        if self.cut_up is not None:
            self.cut_up -= len(data)
        self._up += data
        self.change()

    async def wait_send_all_might_not_block(self) -> None:
        await trio.lowlevel.checkpoint()

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        await trio.sleep(self._chance.choice(_DELAYS))
        while not self._down or not self.is_read:
            if self.is_broken:
                raise trio.BrokenResourceError
            if self.is_closed and not self._down:
                return b""
            await self._wait()
        data = self._take(self._down)
        if self.cut_down is not None:
            data = data[: self.cut_down]
            self.cut_down -= len(data)
            if not self.cut_down:
                self.break_off()
        self._listener.heard(data)
        if not data:
            raise trio.BrokenResourceError
        return data

    async def aclose(self) -> None:
        self.has_left = True
        self.change()
        await trio.lowlevel.checkpoint()

    def _take(self, waiting: bytearray) -> bytes:
        size = self._chance.choice(_SIZES)
        data = bytes(waiting[:size])
        del waiting[:size]
        self.change()
        return data
