"""Sends a session's bytes, and keeps what the kernel does not take.

The pulse calls `send`, which tries the socket at once. The rest is kept in order, bounded in bytes, and a writer task
exists only while there is some: an idle or a quick reader costs no second task.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import trio

from trialogue_server.net.transport import Transport
from trialogue_server.session.queues import EXCEEDED, QueuedBytes

_PIECE = 65536
"""Bytes given to the socket at once when catching up."""


class Sender:
    """Implements `session.outbox.Sink` for one connection."""

    __slots__ = (
        "_backlog",
        "_broken",
        "_drained",
        "_frame",
        "_holding",
        "_limit",
        "_nursery",
        "_on_drained",
        "_transport",
        "_writing",
        "behind_since",
        "killed_by",
        "reading",
    )

    def __init__(
        self,
        transport: Transport,
        *,
        limit: Callable[[], int],
        bytes_queued: QueuedBytes | None = None,
        on_drained: Callable[[], None] | None = None,
    ) -> None:
        """`limit` returns the send queue's limit in bytes, 0 for none; it is called only when something waits.

        `holding` counts the bytes, and `on_drained` is called when the kernel has taken everything after a wait.
        """
        self._transport = transport
        self._frame: Callable[[bytes], bytes] | None = None
        if transport.framing is not None:
            self._frame = transport.framing.frame
            transport.framing.attach(partial(self.send, is_framed=True))
        self._limit = limit
        self._backlog = bytearray()
        self._holding = bytes_queued
        self._on_drained = on_drained
        self._nursery: trio.Nursery | None = None
        self._writing = False
        self._broken = False
        self._drained: trio.Event | None = None
        self.behind_since: float | None = None
        """Since when the kernel has not taken everything, by Trio's clock; None while it has."""
        self.killed_by = ""
        """Why the connection was killed, or ""."""
        self.reading = trio.CancelScope()
        """The cancel scope of the reader."""

    def run_in(self, nursery: trio.Nursery) -> None:
        """Set the connection's nursery: the writer runs in it, and a kill cancels it."""
        self._nursery = nursery
        if self._broken:
            nursery.cancel_scope.cancel()
        elif self._backlog:
            self._start_writer()

    def send(self, data: bytes, *, is_framed: bool = False) -> None:
        """Send what the kernel takes now, and keep the rest. Over the limit the connection is killed.

        Lines become frames before anything is counted, where the transport has frames.
        """
        if self._broken:
            return
        if self._frame is not None and not is_framed:
            data = self._frame(data)
        if not self._backlog:
            try:
                taken = self._transport.send(data)
            except BlockingIOError:
                taken = 0
            except OSError:
                self.kill("Connection lost")
                return
            if taken == len(data):
                return
            data = data[taken:]
            self.behind_since = trio.current_time()
        self._backlog += data
        if self._holding is not None:
            self._holding.add(len(data))  # which may end this session, or another
        if self._broken:
            return
        if 0 < self._limit() < len(self._backlog):
            self.kill(EXCEEDED)
        else:
            self._start_writer()

    @property
    def has_frames(self) -> bool:
        """Whether what it sends are frames (WebSocket)."""
        return self._frame is not None

    @property
    def backlog_size(self) -> int:
        """The bytes that the kernel has not taken."""
        return len(self._backlog)

    @property
    def is_behind(self) -> bool:
        """Whether the kernel has not taken everything."""
        return bool(self._backlog)

    def finish(self) -> None:
        """Stop reading; the connection flushes and closes."""
        self.reading.cancel()

    def kill(self, reason: str) -> None:
        """End the connection now. The connection's own `finally` cleans up."""
        self._broken = True
        self._forget()
        self.killed_by = self.killed_by or reason
        if self._nursery is not None:
            self._nursery.cancel_scope.cancel()

    async def wait_sent(self) -> None:
        """Wait until the kernel has taken everything."""
        while self._backlog:
            await self.wait_progress()

    def note_progress(self) -> None:
        """Wake those who wait for progress: the peer has read something."""
        if self._drained is not None:
            self._drained.set()

    async def wait_progress(self) -> None:
        """Wait until the kernel has taken something more."""
        if self._drained is None or self._drained.is_set():
            self._drained = trio.Event()
        await self._drained.wait()

    def close(self) -> None:
        """Close the transport. Later bytes are discarded: a tick may still hold lines for this session."""
        abort = self._broken or bool(self._backlog)
        self._broken = True
        self._forget()
        self._transport.close(abort=abort)

    def _forget(self) -> None:
        if self._holding is not None:
            self._holding.remove(len(self._backlog))
        self._backlog.clear()

    def _start_writer(self) -> None:
        if self._nursery is not None and not self._writing:
            self._writing = True
            self._nursery.start_soon(self._write)

    async def _write(self) -> None:
        try:
            while self._backlog:
                await self._transport.writable()
                self._catch_up()
        except (OSError, trio.ClosedResourceError):
            self.kill("Connection lost")
        self._writing = False
        self.behind_since = None
        self.note_progress()
        if self._on_drained is not None:
            self._on_drained()

    def _catch_up(self) -> None:
        with suppress(BlockingIOError):
            while self._backlog:
                taken = self._transport.send(self._backlog[:_PIECE])
                del self._backlog[:taken]
                if self._holding is not None:
                    self._holding.remove(taken)
                self.note_progress()
