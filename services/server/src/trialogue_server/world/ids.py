"""Event ids.

An id is the time in milliseconds, shifted left by 20 bits, or one more than the id before, whichever is greater: ids
sort by time, never repeat, and depend on nothing but the values passed in. They fit a signed 64-bit column until 2248.

They do not follow a clock that is in doubt or set back: `times` keeps the difference.
"""

from trialogue_server.world.times import Stretch, Times

IDS_PER_MILLISECOND = 1 << 20

_TOLERANCE = 1000
"""Milliseconds by which a clock may be set without a new stretch."""


class EventIds:
    """Makes ids, each greater than the one before; `last` is the greatest in the store."""

    __slots__ = ("_last", "_lead", "doubt", "times")

    def __init__(self, last: int = 0, times: Times | None = None) -> None:
        self._last = last
        self._lead = 0
        self.times = times or Times()
        self.doubt = 0.0
        """Seconds by which the clock is ahead of what can be believed; see `clock_watch`."""

    def next(self, now: float) -> int:
        """Return a new id. `now` is Unix time in seconds as it is shown, right or wrong."""
        shown = int(now * 1000)
        believed = shown - int(self.doubt * 1000) if self.doubt else shown
        last = self._last >> 20
        if believed + self._lead < last - _TOLERANCE:  # the clock was set back
            self._lead = last - believed
        elif self._lead and believed > last:
            self._lead = 0
        stretch = self.times.last
        ahead = self._lead + believed - shown
        if -_TOLERANCE <= ahead - stretch.ahead <= _TOLERANCE:
            following, wanted = self._last + 1, (shown + stretch.ahead) << 20
            self._last = wanted if wanted > following else following
        else:
            before, self._last = self._last, max(self._last + 1, (shown + ahead) << 20)
            self.times.begin(Stretch(self._last, before, ahead, shown - believed))
        return self._last


def msgid(number: int) -> str:
    """Return an id as the `msgid` tag shows it: 16 hexadecimal digits, so that texts sort as the numbers do."""
    return f"{number:016x}"


def event_id(text: str) -> int | None:
    """Read an id from a `msgid` tag; None if the server never made it."""
    try:
        number = int(text, 16)
    except ValueError:
        return None
    return number if 0 < number < 2**63 and msgid(number) == text.lower() else None
