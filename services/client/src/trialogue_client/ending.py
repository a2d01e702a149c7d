"""Signals that end the client.

A handler runs between any two instructions of the main thread, also while that holds a lock.  So it only notes that a
signal has come and wakes who waits: the event loop, where the work happens, and a thread that ends the process if the
loop cannot (it may be held up by a terminal or a pipe that nobody reads).
https://docs.python.org/3/library/signal.html#execution-of-python-signal-handlers
"""

import os
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from types import FrameType
from typing import Any

if sys.platform != "win32":
    import termios

LAST_RESORT_SECONDS = 6.0
"""After so long the process ends whatever it is doing: longer than a server may take to close after our QUIT."""
_KILLED = 128
"""A shell adds this to the number of the signal that ended a program."""


def _named(*names: str) -> tuple[signal.Signals, ...]:
    return tuple(getattr(signal, name) for name in names if hasattr(signal, name))


_SIGNALS = _named("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_IN_BACKGROUND = _named("SIGTTIN", "SIGTTOU")
"""They stop whoever touches a terminal that is another program's just now: we would not come to our end."""


class EndSignals:
    """Notes the signals that end the client. There is one for the process."""

    def __init__(self, seconds: float = LAST_RESORT_SECONDS) -> None:
        self._seconds = seconds
        self._came: deque[int] = deque()
        self._loop, self._handler = _pair()
        self._watcher, self._alarm = _pair()
        self._watcher.setblocking(True)
        self._modes = _modes()
        self.signal: int | None = None
        """The first that came."""
        self.held_up = False
        """Whether there is output that nobody takes."""

    @property
    def code(self) -> int:
        """The exit code that says which signal it was."""
        return _KILLED + (self.signal or signal.SIGINT)

    def install(self) -> None:
        """Note signals from now on. A hang-up that whoever started us has ignored (``nohup``) stays so."""
        for number in _SIGNALS:
            if number.name != "SIGHUP" or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)
        threading.Thread(target=self._watch, name="last resort", daemon=True).start()

    async def signals(self) -> AsyncIterator[int]:
        """Yield each signal that has come or comes."""
        import trio  # Whoever only asks for help need not wait for it.

        while True:
            while self._came:
                yield self._came.popleft()
            await trio.lowlevel.wait_readable(self._loop)
            with suppress(BlockingIOError):
                self._loop.recv(64)

    def gone(self) -> None:
        """Note that the terminal is gone though no signal told: the end may be held up then too."""
        self._arm()

    def finish(self, code: int) -> None:
        """End the process now, with the terminal as it was found: what Python does at its end may be held up too."""
        _restore(self._modes)
        os._exit(code)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.signal = self.signal or number
        self._came.append(number)
        for touched in _IN_BACKGROUND:
            signal.signal(touched, signal.SIG_IGN)
        _wake(self._handler)
        self._arm()

    def _arm(self) -> None:
        _wake(self._alarm)

    def _watch(self) -> None:
        self._watcher.recv(1)
        threading.Event().wait(self._seconds)
        self.finish(self.code)


def _pair() -> tuple[socket.socket, socket.socket]:
    ends = socket.socketpair()
    for end in ends:
        end.setblocking(False)
    return ends


def _wake(end: socket.socket) -> None:
    with suppress(OSError):  # It is full: whoever it wakes has enough to wake up for.
        end.send(b"!")


def _modes() -> list[Any] | None:
    """Return the modes of the terminal that we read from; None if it is none."""
    if sys.platform != "win32":
        with suppress(termios.error, OSError):
            return termios.tcgetattr(0)
    return None


def _restore(modes: list[Any] | None) -> None:
    if sys.platform != "win32" and modes is not None and in_front(0):
        with suppress(termios.error, OSError):
            termios.tcsetattr(0, termios.TCSANOW, modes)


def in_front(fileno: int) -> bool:
    """Return whether we may read from this terminal and set its modes: not in the background of a shell."""
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(fileno) == os.getpgrp()
    except OSError:
        return True  # It is not the one that we belong to, and so has no foreground for us.
