"""Textual's driver of a terminal, made to hold where Textual's own would freeze or spin.

Textual's handlers of SIGCONT and SIGTSTP write to the terminal, start and join threads inside of a signal handler, and
wait there for a lock that the interrupted code may hold.  Ours only have the event loop do it.  A terminal may vanish
without a signal (after ``setsid``, ``nohup``, in some containers), and it may take nothing any more; neither holds up
the interface.  https://github.com/Textualize/textual/pull/6690
"""

import os
import select
import signal
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.constants import DISABLE_KITTY_KEY
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from trialogue_client.core.pasted import PAUSE
from trialogue_client.ending import in_front
from trialogue_client.output import Output
from trialogue_client.tui.terminal.decoding import InputDecoder

if TYPE_CHECKING:
    from io import TextIOWrapper

assert sys.platform != "win32"  # it has no terminals of this kind: `ui.app` takes Textual's driver there

_IN_CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""What Docker and Podman put there."""
_LOOK_SECONDS = 0.1
_DRAIN_SECONDS = 1.0
"""So long the terminal may take to be given back."""
_CHUNK = 4096
_KEYBOARD = "" if DISABLE_KITTY_KEY else "\x1b[=25u"
"""Keys as Textual asks for them at its start.  https://sw.kovidgoyal.net/kitty/keyboard-protocol/"""


class TerminalGone(Message):
    """There is no terminal any more: nobody reads what is drawn, and nobody types."""


class TerminalDriver(LinuxDriver):
    """A terminal that may be stopped, resized, stalled, and may vanish."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        stream = sys.__stdout__
        self._output = Output(
            stream.fileno() if stream is not None else self.fileno,
            (stream.encoding if stream is not None else None) or "utf-8",
            lambda: self._soon(self._show_all),
        )
        self._file = cast("TextIOWrapper[Any]", self._output)
        self._ours: list[Any] | None = None
        """The terminal's modes while it is ours."""
        self._handle(signal.SIGCONT, self._continued)
        self._handle(signal.SIGTSTP, self._suspend)

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        start: Callable[[], None] = super().start_application_mode
        start()
        with suppress(termios.error, OSError):
            self._ours = termios.tcgetattr(self.fileno)
        self._handle(signal.SIGWINCH, self._resized)
        if self._writer_thread is None:  # The terminal has refused.
            self._app.post_message(TerminalGone())

    def stop_application_mode(self) -> None:
        """Give the terminal back, as far as it still takes anything; one that is the shell's by now is left alone."""
        self._ours = None
        if self._writer_thread is not None and in_front(self.fileno):
            stop: Callable[[], None] = super().stop_application_mode
            stop()
        self.exit_event.set()

    def close(self) -> None:
        """Let what was drawn reach the terminal, if it does within a moment."""
        super().close()
        self._output.wait_drained(_DRAIN_SECONDS)

    def write(self, data: str) -> None:
        """Have it written soon."""
        if self._writer_thread is not None:
            self._output.write(data)

    def is_gone(self) -> bool:
        """Return whether what was a terminal at our start has hung up: for the system it is none any more."""
        return self.input_tty and not os.isatty(self.fileno)

    def run_input_thread(self) -> None:
        """Read until the interface ends, or the terminal does."""
        decoder, decode = InputDecoder(), getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            data = self._read(PAUSE if decoder.is_waiting else _LOOK_SECONDS)
            if data is None:
                self._app.post_message(TerminalGone())
                return
            for event in (*(decoder.feed(decode(data)) if data else decoder.settle()), *decoder.tick()):
                self.process_message(event)

    def _read(self, seconds: float) -> bytes | None:
        """Return what was typed, or nothing after some time; None where the terminal gives nothing any more."""
        if not in_front(self.fileno):
            self.exit_event.wait(_LOOK_SECONDS)
            return b""
        try:
            if not select.select([self.fileno], [], [], seconds)[0]:
                return b""
            data = os.read(self.fileno, _CHUNK)
        except OSError:
            return None
        return data or (None if self.is_gone() else b"")

    def _handle(self, number: signal.Signals, act: Callable[[], object]) -> None:
        """Have the event loop act on a signal; what runs at once only wakes the loop."""
        self._loop.add_signal_handler(number, act)

    def _soon(self, act: Callable[[], object]) -> None:
        """Have the event loop do it. May be called in any thread."""
        with suppress(RuntimeError):  # It has ended.
            self._loop.call_soon_threadsafe(act)

    def _resized(self) -> None:
        """Tell the size. A terminal that is attached to a container (``docker attach``) shows by it that it is there,
        and does not know what was said to none before it.
        """
        if any(mark.exists() for mark in _IN_CONTAINERS):
            self._take_over()
        if not self._in_band_window_resize:
            self._tell_size()

    def _suspend(self) -> None:
        """Give the terminal back, and stop (``kill -TSTP``) until somebody has us go on."""
        if self._ours is None or self.attrs_before is None:
            return
        self._disable_bracketed_paste()
        self._enable_line_wrap()
        self._disable_mouse_support()
        self.write("\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l")
        self._output.wait_drained(_DRAIN_SECONDS)
        with suppress(termios.error, OSError):
            termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        os.kill(os.getpid(), signal.SIGSTOP)

    def _continued(self) -> None:
        """Go on after a stop, of which nothing may have told us before (SIGSTOP): all may be otherwise by now.

        In the background, the system stops us again as we take the terminal, until we are in front.
        """
        if self._ours is None:
            return
        with suppress(termios.error, OSError):
            termios.tcsetattr(self.fileno, termios.TCSANOW, self._ours)
        self._show_all()

    def _show_all(self) -> None:
        """Draw everything anew, on a terminal that may know of nothing."""
        if self._ours is not None:
            self._take_over()
            self._tell_size()
            self._app.refresh(layout=True)

    def _take_over(self) -> None:
        """Ask for a screen of our own, without a cursor, for word of the focus, of the mouse, and of what is pasted."""
        self.write(f"\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?7l{_KEYBOARD}")
        self._enable_mouse_support()
        self._enable_bracketed_paste()

    def _tell_size(self) -> None:
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))
