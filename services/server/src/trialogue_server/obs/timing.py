"""Counts how long something takes, in buckets, as Prometheus has them."""

from bisect import bisect_left

BOUNDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""The greatest number of seconds of each bucket; one more has what takes longer."""


class Timing:
    """How often something was done, and how long it took."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        """By bucket; what is in one is in no other."""
        self.seconds = 0.0
        """In all."""

    def note(self, seconds: float) -> None:
        """Count one more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    @property
    def count(self) -> int:
        """How often it was done."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean of the seconds; 0 if it was never done."""
        return self.seconds / self.count if self.count else 0.0
