"""What the kernel would not take: a session's sink.

The pulse calls `send`, which tries the socket at once. What is left over is kept in order, bounded in bytes, and a
writer task exists only while there is some: an idle or a quick reader costs no second task.
"""

from collections import deque
from collections.abc import Callable

import trio

from trialogue_server.net.transport import Transport

_PIECE = 65536
"""Bytes handed to the socket at once when catching up."""


class Sender:
    """Implements `session.outbox.Sink` for one connection."""

    def __init__(self, transport: Transport, *, limit: int, start_soon: Callable[..., None]) -> None:
        """`limit` is the SendQ in bytes, 0 for none; `start_soon` starts a task in the connection's nursery."""
        self._transport = transport
        self._limit = limit
        self._start_soon = start_soon
        self._backlog: deque[bytes] = deque()
        self._size = 0
        self._writing = False
        self._broken = False
        self._drained = trio.Event()
        self.finishing = trio.Event()
        """Set when nothing more is to be read: flush and close."""
        self.killed_by = ""
        """Why the connection was ended at once, if it was."""
        self.kill_scope = trio.CancelScope()
        self.reading_scope = trio.CancelScope()

    def send(self, data: bytes) -> None:
        """Send now what the kernel takes, and keep the rest. Over the limit the connection is ended."""
        if self._broken:
            return
        if not self._backlog:
            taken = self._try(data)
            if taken == len(data):
                return
            data = data[taken:]
        self._backlog.append(data)
        self._size += len(data)
        if self._limit and self._size > self._limit:
            self.kill("SendQ exceeded")
        elif not self._writing and not self._broken:
            self._writing = True
            self._start_soon(self._write)

    def finish(self) -> None:
        """Read no more; the connection flushes and closes."""
        self.finishing.set()
        self.reading_scope.cancel()

    def kill(self, reason: str) -> None:
        """End the connection now. What it leaves behind is its own `finally`'s to clear."""
        self._broken = True
        self._backlog.clear()
        self.killed_by = self.killed_by or reason
        self.kill_scope.cancel()

    async def drained(self) -> None:
        """Wait until the kernel has taken everything."""
        while self._backlog and not self._broken:
            self._drained = trio.Event()
            await self._drained.wait()

    def _try(self, data: bytes) -> int:
        try:
            return self._transport.send(data)
        except OSError:
            self.kill("Connection lost")
            return 0

    async def _write(self) -> None:
        while self._backlog and not self._broken:
            try:
                await self._transport.writable()
            except (OSError, trio.ClosedResourceError):
                self.kill("Connection lost")
                break
            self._catch_up()
        self._writing = False
        self._drained.set()

    def _catch_up(self) -> None:
        while self._backlog and not self._broken:
            piece = self._backlog[0]
            taken = self._try(piece)
            self._size -= taken
            if taken < len(piece):
                if taken:
                    self._backlog[0] = piece[taken:]
                return
            self._backlog.popleft()
