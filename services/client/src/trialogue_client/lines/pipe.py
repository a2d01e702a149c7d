"""Plain stdin and stdout: for pipes, for dumb terminals, for screen readers."""

import codecs
import errno
import sys
from collections import deque
from collections.abc import Callable
from typing import Protocol

import trio

from trialogue_client.core.completion import Completion
from trialogue_client.core.visible import sayable, visible
from trialogue_client.lines.streams import Outputs, Sink

if sys.platform == "win32":
    import ctypes
    import msvcrt

    _ECHO_INPUT = 0x0004
else:
    import termios

_CHUNK = 65_536


class Source(Protocol):
    """The source of lines: a raw file, which gives what there is."""

    def read(self, size: int, /) -> bytes | None:
        """Return some bytes, at most `size`; none at the end."""

    def fileno(self) -> int:
        """Return the file's number."""


class PipeScreen:
    """Lines in, lines out."""

    def __init__(self, source: Source, outputs: Outputs, *, asks: bool, shows: bool = True) -> None:
        """Read from an unbuffered `source`: a buffered one would hold its lock until somebody types, even at exit.

        Without `shows`, only what goes wrong is written.
        """
        self.asks = asks
        self.echoes = asks
        self._shows = shows
        self._source = source
        self._sink = outputs.out
        self._errors = outputs.errors
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._lines: deque[str] = deque()
        self._rest = ""
        self._ended = False
        self._hidden = False

    async def line(self) -> str | None:
        """Return the next line; None at the end of the input."""
        while not self._lines and not self._ended:
            # A thread, because a pipe or a console cannot be waited for in the same way on every system.
            self._feed(await trio.to_thread.run_sync(self._read, abandon_on_cancel=True))
        if self._hidden:
            self.show("")  # The terminal has not shown the end of the line either.
        return self._lines.popleft() if self._lines else None

    def show(self, text: str) -> None:
        """Write lines at once."""
        if self._shows:
            self._write(self._sink, text + "\n")

    def complain(self, text: str) -> None:
        """Write to stderr: stdout is the conversation."""
        self._write(self._errors, text + "\n")

    def ring(self) -> None:
        """Ring, where somebody hears it."""
        if self.asks:
            self._write(self._sink, "\a")

    def prompt(self, text: str) -> None:
        """Write a question; the standing prompt of a room would only be noise here."""
        if text.endswith(": "):
            self._write(self._sink, visible(text))

    def hide(self, *, on: bool) -> bool:
        """Have the terminal not show what is typed."""
        done = self.asks and _echo(self._source, on=not on)
        self._hidden = done and on
        return done

    def put(self, text: str) -> bool:
        """The terminal hands out whole lines only, and takes none back."""
        return False

    def words(self, complete: Callable[[str], Completion]) -> None:
        """Complete nothing: the terminal hands out whole lines only."""

    def resume(self) -> None:
        """Have the terminal go on to show nothing of a password; a shell has had it show everything meanwhile."""
        if self._hidden:
            _echo(self._source, on=False)

    async def close(self) -> bool:
        """Leave stdin and stdout as they were: whoever is asked for a password may end the client instead."""
        if self._hidden:
            self.hide(on=False)
            self.show("")
        await trio.lowlevel.checkpoint()
        return True

    def _read(self) -> bytes | None:
        try:
            return self._source.read(_CHUNK)
        except OSError as error:
            if error.errno == errno.EIO:
                return None  # A terminal that is gone.
            raise

    def _write(self, sink: Sink, text: str) -> None:
        try:
            sink.write(text)
            sink.flush()
        except OSError as error:
            if error.errno != errno.EIO:
                raise  # Of a terminal that is gone, the end of the input tells too.

    def _feed(self, data: bytes | None) -> None:
        self._ended = not data
        text = self._rest + self._decoder.decode(data or b"", final=self._ended)
        *lines, self._rest = text.replace("\r\n", "\n").split("\n")
        self._lines += map(sayable, lines)
        if self._ended and self._rest:
            self._lines.append(sayable(self._rest))


if sys.platform == "win32":

    def _echo(source: Source, *, on: bool) -> bool:
        """Have the console show what is typed, or not; False if that cannot be done.

        https://learn.microsoft.com/windows/console/setconsolemode
        """
        kernel, modes = ctypes.windll.kernel32, ctypes.c_ulong()
        try:
            console = ctypes.c_void_p(msvcrt.get_osfhandle(source.fileno()))
        except (OSError, ValueError):
            return False
        if not kernel.GetConsoleMode(console, ctypes.byref(modes)):
            return False
        return bool(kernel.SetConsoleMode(console, modes.value | _ECHO_INPUT if on else modes.value & ~_ECHO_INPUT))

else:

    def _echo(source: Source, *, on: bool) -> bool:
        """Have the terminal show what is typed, or not; False if that cannot be done."""
        try:
            number = source.fileno()
            modes = termios.tcgetattr(number)
            modes[3] = modes[3] | termios.ECHO if on else modes[3] & ~termios.ECHO
            termios.tcsetattr(number, termios.TCSANOW, modes)  # What is shown may never be read.
        except (termios.error, OSError, ValueError):
            return False
        return True
