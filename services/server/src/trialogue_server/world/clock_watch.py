"""Watches the wall clock: nothing may be deleted for its age because somebody set the clock.

A clock that is set ahead by more than an hour, which the monotonic clock does not confirm, is in doubt. So is one that
at the start is a month ahead of the last event in the store. The doubt ends when the clock is right again, or when an
administrator confirms it. A clock that is set back is believed at once: that deletes nothing too early.
"""

from trialogue_server.world.moment import Moment
from trialogue_server.world.steady_time import SteadyTime

_SLACK = 1.0
_JUMP = 3600.0
"""Seconds by which a clock may be corrected without confirmation."""

_ABSENCE = 30 * 24 * 3600.0
"""Seconds for which a server may have been stopped."""


class ClockWatch:
    """Compares readings with what is expected. Deterministic: it reads no clock itself."""

    __slots__ = ("_absence", "_before", "_believed", "_last", "_steady", "_was", "doubt", "residual")

    def __init__(self, last: float = 0.0, was: float = 0.0) -> None:
        """`last` is the Unix time of the last event in the store, or 0; `was` is the doubt about it."""
        self._last = last
        self._was = was
        self._steady = SteadyTime(last)
        self._believed: Moment | None = None
        self._before: Moment | None = None
        """The believed time before the clock was set back: it may have been right."""
        self._absence = 0.0
        self.doubt = 0.0
        """Seconds by which the clock is ahead of what can be believed; 0 is no doubt."""
        self.residual = 0.0
        """Seconds by which the clock was off when the doubt ended."""

    def read(self, now: Moment) -> Moment:
        """Return a reading with the doubt about it, whose time does not go back by little."""
        believed = self._believed or self._begin(now)
        ahead = now.wall - believed.wall - (now.monotonic - believed.monotonic)
        if self.doubt or not -_SLACK < ahead < _SLACK:
            self._judge(now, ahead)
        steady = self._steady.read(now)
        return steady._replace(doubt=self.doubt) if self.doubt else steady

    def confirm(self, now: Moment) -> None:
        """Believe the clock as it is."""
        self._believe(now)

    def _begin(self, now: Moment) -> Moment:
        """Take the first reading, and compare it with the last event."""
        if self._was and now.wall >= self._last:
            self._expect(now.wall - self._was, now)  # it is as wrong as it was
            self._absence = _ABSENCE if self._was > _ABSENCE else 0.0
        elif self._last and now.wall - self._last + self._was > _ABSENCE:
            self._expect(self._last - self._was, now)
        else:
            self._believed = now
        return self._believed or now

    def _expect(self, wall: float, now: Moment) -> None:
        self._believed, self._absence = Moment(wall, now.monotonic), _ABSENCE

    def _judge(self, now: Moment, ahead: float) -> None:
        if ahead <= max(_JUMP, self._absence):
            if ahead < -_JUMP and not self.doubt:
                self._before = self._believed
            self._believe(now, ahead)
        elif self._before is not None and abs(now.wall - _expected(self._before, now)) <= _JUMP:
            self._before = None
            self._believe(now)
        else:
            self.doubt = ahead

    def _believe(self, now: Moment, residual: float = 0.0) -> None:
        self._believed = now
        self._absence = self.doubt = 0.0
        self.residual = residual


def _expected(since: Moment, now: Moment) -> float:
    return since.wall + now.monotonic - since.monotonic
