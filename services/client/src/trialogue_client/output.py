"""What is shown, on its way to a terminal or a pipe. Whoever shows it does not wait: nobody may be reading (flow
control, a stalled connection, a pager), and then the keys, the signals and the server still have to be answered.
"""

import errno
import os
import select
import threading
from collections import deque
from collections.abc import Callable

_MOST = 4 * 1_048_576
"""Bytes that may wait."""
_CHUNK = 16_384


class Output:
    """A file whose thread is the only one that waits for a reader."""

    def __init__(self, fileno: int, encoding: str = "utf-8", missed: Callable[[], object] | None = None) -> None:
        """With `missed`, nothing of what comes when too much waits is written: it is called, in the thread, when the
        reader has caught up. Without it, `write` waits.
        """
        self._fileno = fileno
        self._missed = missed
        self._encoding = encoding
        self._changed = threading.Condition()
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._busy = False
        self._incomplete = False
        self._error: OSError | None = None
        threading.Thread(target=self._run, name="output", daemon=True).start()

    def fileno(self) -> int:
        """Return the file's number."""
        return self._fileno

    def write(self, text: str) -> int:
        """Have it written soon. Raises BrokenPipeError if nobody reads any more; a terminal may be gone."""
        data = text.encode(self._encoding, "replace")
        with self._changed:
            if self._size + len(data) > _MOST and self._missed is not None:
                self._waiting.clear()
                self._size, self._incomplete = 0, True
            else:
                self._changed.wait_for(self._has_space)
                self._put(data)
        return len(text)

    def flush(self) -> None:
        """Do nothing: everything is on its way."""

    def wait_drained(self, seconds: float | None = None) -> bool:
        """Wait until everything is written, but no longer than this; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, seconds)

    def _has_space(self) -> bool:
        return self._size < _MOST or self._error is not None

    def _put(self, data: bytes) -> None:
        if isinstance(self._error, BrokenPipeError):
            raise BrokenPipeError(*self._error.args)
        if self._error is None and data:
            self._waiting.append(data)
            self._size += len(data)
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            data = self._next()
            try:
                _write(self._fileno, data)
            except OSError as error:
                with self._changed:
                    self._error = error
                    self._waiting.clear()
            self._done()

    def _next(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting))
            data = b"".join(self._waiting)
            self._waiting.clear()
            self._size, self._busy = 0, True
            return data

    def _done(self) -> None:
        with self._changed:
            self._busy = False
            caught_up = self._incomplete and not self._waiting
            self._incomplete = self._incomplete and not caught_up
            self._changed.notify_all()
        if caught_up and self._missed is not None:
            self._missed()


def _write(fileno: int, data: bytes) -> None:
    """Write all of it. Whoever shares a terminal may have it refuse rather than wait."""
    while data:
        try:
            data = data[os.write(fileno, data[:_CHUNK]) :]
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            select.select([], [fileno], [])
