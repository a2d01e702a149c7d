"""What waits to be sent to one session.

Nobody ever awaits here: lines are put, and the pulse takes what was put before its commit and hands it to the sink.
`lines` is one list for the session's whole life, because the fan-out keeps its bound `append`.
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


class Outbox:
    """Lines in order, each a whole one with its end (or several)."""

    __slots__ = ("_dirty", "lines", "sink")

    def __init__(self, sink: Sink, dirty: set["Outbox"]) -> None:
        self.sink = sink
        self.lines: list[bytes] = []
        self._dirty = dirty

    def put(self, data: bytes) -> None:
        """Add lines and mark the outbox for the next flush."""
        self.lines.append(data)
        self._dirty.add(self)

    def flush(self, count: int) -> None:
        """Hand the first `count` entries to the sink as one piece."""
        lines = self.lines
        data = lines[0] if count == 1 else b"".join(lines if count == len(lines) else lines[:count])
        del lines[:count]
        self.sink.send(data)
