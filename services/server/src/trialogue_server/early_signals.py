"""Signals during the start: stopping ends the start at once, reloading waits until it is done.

Without it SIGHUP kills a starting process, and SIGINT ends it with a traceback. It imports nothing but `signal`.
"""

import signal
import sys
from types import FrameType

_INTERRUPTED = 130
"""The exit code of shells for a program that Ctrl+C has ended."""


class EarlySignals:
    """The signals of one process during its start."""

    def __init__(self) -> None:
        self.wants_stop = False
        self.wants_reload = False
        self.stopped_early = False
        """Whether the start was ended."""
        self._is_starting = True

    def heed(self) -> None:
        """Handle signals from now on, also those that the parent process ignores, until the
        running server takes over.
        """
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        if sys.platform != "win32":
            signal.signal(signal.SIGHUP, self._reload)

    def started(self) -> None:
        """Note that the server begins to run: it must not be interrupted any more, and asks what was wanted."""
        self._is_starting = False

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.wants_stop = True
        if self._is_starting:
            self.stopped_early = True
            raise SystemExit(0 if number == signal.SIGTERM else _INTERRUPTED)

    def _reload(self, _number: int, _frame: FrameType | None) -> None:
        self.wants_reload = True
