"""Writes log lines in a thread, so that nobody waits for the disk or the terminal."""

import io
import os
import select
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TextIO

_AT_ONCE = 256
"""Lines that are joined into one write."""

_PATIENCE = 1.0
"""Seconds after which a stream that takes nothing is tried again."""


class LineWriter:
    """Writes lines to a stream from its own thread. `put` never waits: when too many are queued, lines are dropped."""

    def __init__(self, stream: TextIO, capacity: int, dropped: Callable[[int], bytes]) -> None:
        """``capacity`` lines may be queued; ``dropped`` makes the line that tells how many were lost."""
        self._write, self._release = _sink(stream)
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._capacity = capacity
        self._render_dropped = dropped
        # Each counter has one kind of thread that changes it, so no lock is needed.
        self._refused = 0
        self._failed = 0
        self._told = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="log writer", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> None:
        """Queue a line, with its line end."""
        if self._waiting.qsize() >= self._capacity or self._closed:
            self._refused += 1
        else:
            self._waiting.put(line)

    def close(self, patience: float) -> None:
        """Write the queue, for at most this many seconds; later lines are lost."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
        self._thread.join(patience)

    def _run(self) -> None:
        going = True
        while going:
            lines, going = self._take()
            self._emit(lines)
            lost = self._refused + self._failed - self._told
            if lost and self._emit([self._render_dropped(lost)]):
                self._told += lost
        self._release()

    def _take(self) -> tuple[list[bytes], bool]:
        """Wait for a line, and take the queue; return False for the last time."""
        line = self._waiting.get()
        lines: list[bytes] = []
        while line is not None:
            lines.append(line)
            if len(lines) == _AT_ONCE:
                return lines, True
            try:
                line = self._waiting.get_nowait()
            except Empty:
                return lines, True
        return lines, False

    def _emit(self, lines: list[bytes]) -> bool:
        try:
            self._write(b"".join(lines))
        except (OSError, ValueError):  # a full disk, a reader that has gone, a stream that somebody closed
            self._failed += len(lines)
            return False
        return True


def _sink(stream: TextIO) -> tuple[Callable[[bytes], None], Callable[[], None]]:
    """Return functions that write to the stream and close it.

    Files are written by descriptor: a thread that waits in `TextIO.write` holds the stream's lock, and the interpreter
    aborts when it finds that lock held at exit. A terminal on Windows takes text only.
    """
    try:
        descriptor = stream.fileno()
    except (io.UnsupportedOperation, AttributeError, ValueError):
        return _text_writer(stream), lambda: None
    if os.name == "nt" and stream.isatty():
        return _text_writer(stream), lambda: None
    stream.flush()
    own = os.dup(descriptor)  # stays what it is when somebody closes the stream and its number goes to a socket
    return lambda content: _write_all(own, content), lambda: os.close(own)


def _text_writer(stream: TextIO) -> Callable[[bytes], None]:
    def write(content: bytes) -> None:
        stream.write(content.decode("utf-8", "replace"))
        stream.flush()

    return write


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:  # a terminal that another program made non-blocking
            select.select([], [descriptor], [], _PATIENCE)
