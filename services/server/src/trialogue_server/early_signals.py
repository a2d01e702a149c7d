"""What signals ask for before the server runs: to stop ends the start at once, to reload waits until it is done.

Without it SIGHUP ends a process that starts, and SIGINT ends it with a traceback. It loads nothing but `signal`.
"""

import signal
import sys
from types import FrameType

_INTERRUPTED = 130
"""What shells take for a program that Ctrl+C has ended."""


class EarlySignals:
    """One for each process."""

    def __init__(self) -> None:
        self.wants_stop = False
        self.wants_reload = False
        self.stopped_early = False
        """Was the start ended?"""
        self._is_starting = True

    def heed(self) -> None:
        """Take signals from now on, also those that whoever started us has us ignore; whoever runs the server takes
        them over.
        """
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        if sys.platform != "win32":
            signal.signal(signal.SIGHUP, self._reload)

    def started(self) -> None:
        """The server begins to run and asks by itself what was wanted: it must not be torn out of that."""
        self._is_starting = False

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.wants_stop = True
        if self._is_starting:
            self.stopped_early = True
            raise SystemExit(0 if number == signal.SIGTERM else _INTERRUPTED)

    def _reload(self, _number: int, _frame: FrameType | None) -> None:
        self.wants_reload = True
