"""Limits log lines for events that strangers can cause at will: the first are logged, the rest counted."""

from collections.abc import Callable
from typing import Any

from trialogue_server.obs.logs import get_logger

MOST = 20
PERIOD = 10.0
"""So many lines of an event, in so many seconds."""


class LogLimiter:
    """Counts by event."""

    def __init__(self) -> None:
        self._periods: dict[str, tuple[float, int]] = {}
        """The start of the period, and the number of events in it."""

    def log(self, now: float, write: Callable[..., Any], event: str, **values: Any) -> None:
        """Log an event, or count it. `now` is by the monotonic clock, and `write` is a logger's method."""
        began, count = self._periods.get(event, (now, 0))
        if now - began >= PERIOD:
            self._close(event)
            began, count = now, 0
        self._periods[event] = began, count + 1
        if count < MOST:
            write(event, **values)

    def close(self, now: float) -> None:
        """Log how many events were not logged in the periods that are over."""
        for event, (began, _) in list(self._periods.items()):
            if now - began >= PERIOD:
                self._close(event)

    def _close(self, event: str) -> None:
        _, count = self._periods.pop(event)
        if count > MOST:
            get_logger().warning("more of the same, not logged one by one", of=event, count=count - MOST)
