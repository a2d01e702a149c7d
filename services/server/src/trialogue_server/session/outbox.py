"""The outbox of one session: what waits to be sent to it.

Nothing is awaited here: lines are put, and what was put in a tick is taken with it, committed, and given to the sink.

A channel's lines come as a `Run`: one object that the outboxes of all members hold, so that a second line costs one
append for all of them, and the bytes are joined once. A run ends as soon as one of its members is sent something else,
since each outbox keeps the order in which things happened.

A long reply comes as a `Stream`, which makes one piece after the other once the kernel has taken those before. What is
put behind it waits until it is over.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from trialogue_server.session.queues import QueuedBytes
from trialogue_server.session.stream import Stream


class Sink(Protocol):
    """Where a session's bytes go: its connection, or a test's list."""

    def send(self, data: bytes) -> None:
        """Send bytes in order; never blocks and never raises."""

    def finish(self) -> None:
        """Stop reading; close once everything was sent, or the flush deadline has passed."""

    def kill(self, reason: str) -> None:
        """End the connection now."""


class Run:
    """Lines that several outboxes hold as one entry. While it is open it is the last entry of each."""

    __slots__ = ("data", "is_open", "lines", "stragglers")

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.is_open = True
        self.stragglers: list[Outbox] = []
        """Outboxes that did not get one of the lines, as they joined after it: they get each line by itself."""
        self.data = b""
        """All lines, once `join` was called. A plain attribute, since each of a thousand members reads it."""

    def join(self) -> bytes:
        """Return all lines. Called once the run has ended: it is made once, for all."""
        self.data = b"".join(self.lines)
        return self.data

    def without(self, places: list[int]) -> bytes:
        """Return all lines but those at these places, which are in order."""
        lines = self.lines.copy()
        for place in reversed(places):
            del lines[place]
        return b"".join(lines)


class DirtyOutboxes(set["Outbox"]):
    """The outboxes that are to be taken with this tick."""

    def __init__(self) -> None:
        super().__init__()
        self.streaming: dict[Outbox, None] = {}
        """Outboxes with an unfinished stream, in the order of their turns."""


class Outbox:
    """Lines in order, each complete with its end (or several)."""

    __slots__ = (
        "_dirty",
        "_earlier",
        "_has_ended",
        "_held",
        "_left_out",
        "_waiting",
        "answered",
        "bytes_queued",
        "is_streaming",
        "last",
        "on_piece",
        "queued",
        "sink",
    )

    def __init__(self, sink: Sink, dirty: set["Outbox"], bytes_queued: QueuedBytes | None = None) -> None:
        self.sink = sink
        self.last: bytes | Run | Stream | None = None
        """The last entry. It is by itself because it is nearly always the only one."""
        self._earlier: list[bytes | Run | Stream] = []
        self._left_out: dict[Run, list[int]] = {}
        """The places of lines in runs that are not sent to it: what its owner said."""
        self._dirty = dirty
        self._waiting: deque[bytes | Stream] = deque()
        """A stream that has begun, and what stands behind it from earlier ticks."""
        self._held = 0
        """The bytes of `_waiting`."""
        self._has_ended = False
        self.is_streaming = False
        """Whether a stream is unfinished."""
        self.on_piece: Callable[[], None] | None = None
        """Called when the reader has come to the next piece of a stream, or to its end."""
        self.bytes_queued = bytes_queued
        self.queued = 0
        """Bytes that were put and not taken yet."""
        self.answered = 0
        """Bytes that were ever put for this session alone: they show what a reply cost."""

    def put(self, data: bytes) -> None:
        """Add lines and mark the outbox for the next flush."""
        if self._has_ended:
            return
        size = len(data)
        self.answered += size
        self.queued += size
        self.add(data)
        self._dirty.add(self)
        if self.bytes_queued is not None:
            self.bytes_queued.add(size)

    def put_stream(self, stream: Stream) -> None:
        """Add lines that are made when those before them have been sent."""
        if self._has_ended:
            return
        if not isinstance(self._dirty, DirtyOutboxes):  # nobody will ask for the pieces
            while not stream.is_over:
                self.put(stream.next())
            return
        self.is_streaming = True
        self.add(stream)
        self._dirty.add(self)
        self._dirty.streaming[self] = None
        if self.bytes_queued is not None:
            self.bytes_queued.borrow(stream.held)

    def add(self, entry: bytes | Run | Stream) -> None:
        """Add an entry; the caller marks the outbox. The run before it ends."""
        last = self.last
        if last is not None:
            if type(last) is Run:
                last.is_open = False
            self._earlier.append(last)
        self.last = entry

    def take_back(self) -> None:
        """Remove the line that was added last, by itself or to a run."""
        last = self.last
        if type(last) is Run:
            self._left_out.setdefault(last, []).append(len(last.lines) - 1)
        else:
            self.last = self._earlier.pop() if self._earlier else None

    def data_to_send(self) -> bytes:
        """Return all bytes, b"" for none, and empty the outbox. Its runs must have ended.

        What stands behind a stream stays.
        """
        last = self.last
        if last is None:
            return b""
        if self.queued:
            if self.bytes_queued is not None:
                self.bytes_queued.remove(self.queued)
            self.queued = 0
        if self.is_streaming:
            return self._data_before_stream()
        self.last = None
        # Of a thousand members nearly all have just a run.
        data = last.data or last.join() if type(last) is Run and not self._left_out else self._bytes_of(last)
        if self._earlier:
            earlier, self._earlier = self._earlier, []
            data = b"".join([*map(self._bytes_of, earlier), data])
        if self._left_out:
            self._left_out.clear()
        return data

    def _bytes_of(self, entry: bytes | Run | Stream) -> bytes:
        if type(entry) is Run:
            if self._left_out and entry in self._left_out:
                return entry.without(self._left_out[entry])
            return entry.data or entry.join()
        assert isinstance(entry, bytes), "streams are taken in another way"
        return entry

    def _data_before_stream(self) -> bytes:
        size = 0
        for entry in self._entries():
            one = entry if isinstance(entry, Stream) else self._bytes_of(entry)
            self._waiting.append(one)
            size += len(one) if isinstance(one, bytes) else 0
        self._left_out.clear()
        self._hold(size)
        return b"".join(self._next_bytes())

    def _next_bytes(self) -> list[bytes]:
        """Return what stands before the next stream, and remove it."""
        found: list[bytes] = []
        while self._waiting and isinstance(one := self._waiting[0], bytes):
            found.append(one)
            self._waiting.popleft()
        self._hold(-sum(map(len, found)))
        return found

    def _hold(self, size: int) -> None:
        self._held += size
        if self.bytes_queued is not None:
            (self.bytes_queued.add if size > 0 else self.bytes_queued.remove)(abs(size))

    def _entries(self) -> list[bytes | Run | Stream]:
        entries = [*self._earlier, self.last] if self.last is not None else []
        self._earlier, self.last = [], None
        return entries

    @property
    def is_read(self) -> bool:
        """Whether the kernel has taken everything, so that the next piece may follow."""
        return self.bytes_queued is None or self.bytes_queued.size <= self._held + self.queued

    def pull(self) -> tuple[bytes, int]:
        """Return the next piece of the stream, with what follows if it is the last, and the units of work it took."""
        stream = self._waiting[0]
        assert isinstance(stream, Stream), "a stream is pulled after it was taken"
        before = stream.held
        pieces = [stream.next()]
        if self.bytes_queued is not None:
            self.bytes_queued.borrow(stream.held - before)
        self.answered += len(pieces[0])
        if stream.is_over:
            self._waiting.popleft()
            pieces += self._next_bytes()
            self.is_streaming = bool(self._waiting)
        if self.on_piece is not None:
            self.on_piece()
        return b"".join(pieces), stream.units

    def cut(self) -> None:
        """Remove all streams. What stands behind them stays."""
        if not self.is_streaming:
            return
        entries, left_out = [*self._waiting, *self._entries()], self._left_out
        self._left_out = {}
        self.forget()
        self._left_out = left_out
        for entry in entries:
            if not isinstance(entry, Stream):
                self.add(entry)
        self._dirty.add(self)

    def forget(self) -> None:
        """Remove everything."""
        self.last, self.is_streaming = None, False
        self._earlier.clear()
        self._waiting.clear()
        self._left_out.clear()
        if self.bytes_queued is not None:
            self.bytes_queued.remove(self.queued + self._held)
            self.bytes_queued.borrow(-self.bytes_queued.borrowed)
        self.queued = self._held = 0
        if isinstance(self._dirty, DirtyOutboxes):
            self._dirty.streaming.pop(self, None)

    def close(self) -> None:
        """Remove everything, and take nothing more."""
        self._has_ended = True
        self.forget()


class _Nowhere:
    def send(self, data: bytes) -> None:
        """Discard the data."""

    def finish(self) -> None:
        """Do nothing."""

    def kill(self, reason: str) -> None:
        """Do nothing."""


def nowhere() -> Outbox:
    """Return an outbox that nobody reads: of a session on another node, or of the server itself."""
    return Outbox(_Nowhere(), set())
