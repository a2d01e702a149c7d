"""Decides when what has come is taken in and shown: a storm of lines leaves the processor to the person who types."""

from collections.abc import Callable
from typing import Protocol

PORTION = 50
"""So much of what has happened is taken in at once: a key waits no longer than for that."""
_LONGEST = 2_000
"""Of what has happened, after which a picture is due though there is still more."""
_BREATH = 0.001
"""Seconds between portions, for keys."""
_REST, _LONG_REST = 0.03, 0.1
"""Seconds from a picture to the next one."""
_STORM = 10
"""More than this at once, twice in a row, and we rest longer: nobody reads so fast. A greeting comes once."""


class Timers(Protocol):
    """A source of timers: a widget, or a screen."""

    def set_timer(self, delay: float, callback: Callable[[], object], /) -> object:
        """Call after so many seconds."""


class Pace:
    """Takes in what has come, portion by portion, shows it, and rests: what comes meanwhile is shown together."""

    def __init__(self, pump: Timers, take: Callable[[], int], show: Callable[[], object]) -> None:
        """`take` takes in a portion and returns how much it was."""
        self._pump = pump
        self._take = take
        self._show = show
        self._busy = self._more = False
        self._taken = 0
        """Since the last picture."""
        self._storms = False

    def arrived(self) -> None:
        """Take note that something has come."""
        if self._busy:
            self._more = True
            return
        self._busy = True
        self._taken = 0
        self._go_on()

    def _go_on(self) -> None:
        many = self._take()
        self._taken += many
        if many >= PORTION and self._taken < _LONGEST:
            # Not as a message to itself: a pump that has messages goes through them, and lets nobody else in between.
            self._pump.set_timer(_BREATH, self._go_on)
            return
        self._more = many >= PORTION
        self._show()
        stormed, self._storms = self._storms, self._taken > _STORM
        self._pump.set_timer(_LONG_REST if stormed and self._storms else _REST, self._rested)

    def _rested(self) -> None:
        self._busy = False
        if self._more:
            self._more = False
            self.arrived()
