"""What waits to be sent to one session.

Nobody ever awaits here: lines are put, and what was put in a tick is taken with it, committed, and handed to the sink.

A room's lines come as a `Run`: one object that the outboxes of all members hold, so that a second line costs one append
for all of them, and the bytes are joined once. A run ends as soon as one of its members is told something else, since
each outbox keeps the order in which things happened.
"""

from typing import Protocol


class Sink(Protocol):
    """Where a session's bytes go: its connection, or a test's list."""

    def send(self, data: bytes) -> None:
        """Take bytes to be sent in order; never blocks and never raises."""

    def finish(self) -> None:
        """Read no more; close once everything was sent, or the flush deadline has passed."""

    def kill(self, reason: str) -> None:
        """End the connection now."""


class Run:
    """Lines that several outboxes hold as one entry. While it is open it is the last entry of each."""

    __slots__ = ("data", "is_open", "lines", "stragglers")

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.is_open = True
        self.stragglers: list[Outbox] = []
        """Those who did not get one of the lines (their own, or one before they came), and then get each by itself."""
        self.data = b""
        """All lines, once `join` was called. A plain attribute, since each of a thousand members asks for it."""

    def join(self) -> bytes:
        """Return all lines. Only once the run has ended: it is made once, for all."""
        self.data = b"".join(self.lines)
        return self.data


class Outbox:
    """Lines in order, each a whole one with its end (or several)."""

    __slots__ = ("_dirty", "_earlier", "answered", "last", "sink")

    def __init__(self, sink: Sink, dirty: set["Outbox"]) -> None:
        self.sink = sink
        self.last: bytes | Run | None = None
        """What was put in last. It is by itself because it is nearly always the only one."""
        self._earlier: list[bytes | Run] = []
        self._dirty = dirty
        self.answered = 0
        """Bytes that were ever put, and not told to many at once: by them it is seen what an answer cost."""

    def put(self, data: bytes) -> None:
        """Add lines and mark the outbox for the next flush."""
        self.answered += len(data)
        self.add(data)
        self._dirty.add(self)

    def add(self, entry: bytes | Run) -> None:
        """Add lines or a run; whoever does so sees to the mark. The run before it ends."""
        last = self.last
        if last is not None:
            if type(last) is Run:
                last.is_open = False
            self._earlier.append(last)
        self.last = entry

    def drop(self) -> None:
        """Let go of what was put in last."""
        self.last = self._earlier.pop() if self._earlier else None

    def take(self) -> bytes:
        """Return all of it as one piece, b"" for nothing, and be empty. Its runs must have ended."""
        last = self.last
        if last is None:
            return b""
        self.last = None
        data = last if type(last) is bytes else _joined(last)
        if self._earlier:
            earlier, self._earlier = self._earlier, []
            data = b"".join([*map(_joined, earlier), data])
        return data


def _joined(entry: bytes | Run) -> bytes:
    return (entry.data or entry.join()) if isinstance(entry, Run) else entry
