"""Moments: the time as the core gets it, by two clocks, since each is right where the other is not."""

from typing import NamedTuple


class Moment(NamedTuple):
    """One reading of both clocks, in seconds."""

    wall: float
    """Unix time: what people are shown and what outlives the process. It may be set, ahead or back, at any moment."""
    monotonic: float
    """Seconds since an arbitrary moment: for every duration within the process. It never goes back and is never set."""
    doubt: float = 0.0
    """Seconds by which the wall clock is ahead of what can be believed; see `clock_watch`."""

    @property
    def believed(self) -> float:
        """Unix time for what cannot be undone, such as deleting old messages."""
        return self.wall - self.doubt
