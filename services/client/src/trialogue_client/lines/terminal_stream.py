"""A stream to a terminal that may go at any moment."""

import io
from typing import TextIO


class TerminalStream(io.TextIOBase):
    """Writes to a terminal, and to nobody once it is gone.

    prompt_toolkit waits for ever for what it was drawing when a write failed. The end of the input tells it that the
    terminal is gone, which comes at the same moment.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._gone = False

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the terminal."""
        return self._stream.encoding

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Return whether there is a terminal still."""
        return self._stream.isatty()

    def write(self, text: str) -> int:
        """Write a text, or drop it."""
        if not self._gone:
            try:
                self._stream.write(text)
            except OSError:
                self._gone = True
        return len(text)

    def flush(self) -> None:
        """Write what is buffered, or drop it."""
        if not self._gone:
            try:
                self._stream.flush()
            except OSError:
                self._gone = True
