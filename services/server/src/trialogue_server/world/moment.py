"""The time as the core is given it: by two clocks, since each is right where the other is not."""

from typing import NamedTuple


class Moment(NamedTuple):
    """One reading of both clocks, in seconds."""

    wall: float
    """Unix time: what people are shown and what outlives the process. It may be set, ahead or back, at any moment."""
    monotonic: float
    """Since some moment of the past: for every duration within the process. It never goes back and is never set."""
    doubt: float = 0.0
    """By how much the wall clock is ahead of what can be believed; see `clockwatch`."""

    @property
    def believed(self) -> float:
        """Unix time for what cannot be undone, such as to delete what is old."""
        return self.wall - self.doubt
