"""Times that people are told do not go back where the clock is set back by little: they go on slowly until it is there.

Many clients sort by time, and would show a new line above older ones. A clock that is set back by more was wrong; to go
on with its time would be to tell a wrong time for hours.
"""

from trialogue_server.world.moment import Moment

_LIMIT = 3600.0
"""Seconds by which a clock may be set back without times going back; so much may be corrected without a word."""

_PACE = 0.5
"""Seconds that are told for each that passes until the clock is there."""


class SteadyTime:
    """Remembers the latest time that was told."""

    __slots__ = ("_latest", "_monotonic")

    def __init__(self, latest: float = 0.0) -> None:
        """`latest` is the Unix time of the last event in the store, or 0."""
        self._latest = latest
        self._monotonic: float | None = None

    def read(self, now: Moment) -> Moment:
        """Return a reading whose wall clock is not before the latest one, if that is near."""
        wall, monotonic, _ = now
        told = wall
        if told < self._latest <= told + _LIMIT:
            passed = monotonic - self._monotonic if self._monotonic is not None else 0.0
            told = max(told, self._latest + passed * _PACE)
        self._latest, self._monotonic = told, monotonic
        return now if told == wall else now._replace(wall=told)
