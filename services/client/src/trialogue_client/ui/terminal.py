"""Textual's driver of a terminal, made to notice that the terminal is gone.

Where a terminal vanishes and no SIGHUP tells (after ``setsid``, ``nohup``, in some containers), Textual's input thread
reads the end of its input again and again, at the cost of a whole processor, and its output thread dies, on which the
interface then waits for ever.  https://github.com/Textualize/textual/pull/6690
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

if TYPE_CHECKING:
    from io import TextIOWrapper


_IN_CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""What Docker and Podman put there."""


class Gone(Message):
    """There is no terminal any more: nobody reads what is drawn, and nobody types."""


class Terminal(LinuxDriver):
    """A terminal that may vanish."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.exit_event = _End(self.is_gone)
        if self._file is not None:
            self._file = cast("TextIOWrapper[Any]", _Output(self._file, self.is_gone))

    def start_application_mode(self) -> None:
        """Take the terminal over, and each one that is attached to a container later (``docker attach``): it shows by
        another size that it is there, and does not know what was said to none before it.
        """
        start: Callable[[], None] = super().start_application_mode
        start()
        if sys.platform != "win32" and any(mark.exists() for mark in _IN_CONTAINERS):
            resized = cast("Callable[..., object]", signal.getsignal(signal.SIGWINCH))

            def attached(*about: Any) -> None:
                self._take_over()
                resized(*about)

            signal.signal(signal.SIGWINCH, attached)

    def _take_over(self) -> None:
        """Ask for a screen of our own, without a cursor, for word of the focus, of the mouse, and of what is pasted."""
        self.write("\x1b[?1049h\x1b[?25l\x1b[?1004h")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        self.flush()

    def is_gone(self) -> bool:
        """Has what was a terminal at our start hung up? Then it is none any more for the system."""
        return self.input_tty and not os.isatty(self.fileno)

    def _sigcont_application(self, *_: Any) -> None:
        """Go on after a stop. One that could not be prepared for (SIGSTOP) has left the reading thread as it was.

        Textual would start a second one beside it, and then a key can overtake another.
        """
        if self._auto_restart and not self._must_signal_resume:
            self.suspend_application_mode()
        super()._sigcont_application()

    def run_input_thread(self) -> None:
        """Read until the interface ends, or the terminal does."""
        try:
            super().run_input_thread()
        except OSError:
            if not self.is_gone():
                raise
        if self.is_gone():
            self._app.post_message(Gone())


class _End(Event):
    """Shall the input thread end? It asks before each reading."""

    def __init__(self, is_gone: Callable[[], bool]) -> None:
        super().__init__()
        self._is_gone = is_gone

    def is_set(self) -> bool:
        """Return whether it was told to end, or there is nothing to read from."""
        return super().is_set() or self._is_gone()


class _Output:
    """What is written to a terminal that is gone is written to nobody."""

    def __init__(self, file: IO[str], is_gone: Callable[[], bool]) -> None:
        self._file = file
        self._is_gone = is_gone

    def write(self, text: str) -> None:
        """Write it, or lose it."""
        self._unless_gone(lambda: self._file.write(text))

    def flush(self) -> None:
        """Have the system take what was written."""
        self._unless_gone(self._file.flush)

    def fileno(self) -> int:
        """Return the file's number."""
        return self._file.fileno()

    def _unless_gone(self, act: Callable[[], object]) -> None:
        try:
            act()
        except OSError:
            if not self._is_gone():
                raise
