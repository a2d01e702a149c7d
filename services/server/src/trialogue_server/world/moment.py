"""The time as the core is given it: by two clocks, since each is right where the other is not."""

from typing import NamedTuple


class Moment(NamedTuple):
    """One reading of both clocks, in seconds."""

    wall: float
    """Unix time: what people are shown and what outlives the process. It may be set, ahead or back, at any moment."""
    monotonic: float
    """Since some moment of the past: for every duration within the process. It never goes back and is never set."""
