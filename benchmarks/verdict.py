"""Decides whether a difference is slower or noise."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FACTOR = 1.5
"""Beyond it, it is no noise. Compared with itself on two processors that six others wanted too (load average 5.6), the
median ratio was between 0.91 and 1.17, and that of a single round between 0.77 and 1.35: to fail, three rounds of five
must be further off than the worst of sixty was."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure, round by round: of this checkout, of the earlier commit (empty where there is none), of the floor."""

    what: str
    now: Sequence[float]
    before: Sequence[float]
    floor: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """Now by before in each round, which both have gone through one after the other."""
        return [now / before for now, before in zip(self.now, self.before, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of `ratios`: one disturbed round does not move it."""
        return statistics.median(self.ratios)

    @property
    def times_floor(self) -> float:
        """The median of now by the floor in each round."""
        return statistics.median(now / floor for now, floor in zip(self.now, self.floor, strict=True))

    @property
    def now_median(self) -> float:
        """The median of this checkout's rounds."""
        return statistics.median(self.now)

    @property
    def before_median(self) -> float:
        """The median of the earlier commit's rounds."""
        return statistics.median(self.before)


def too_slow(one: Compared) -> str | None:
    """Return a sentence if the median ratio is over FACTOR, or None."""
    if not one.before or one.ratio <= FACTOR:
        return None
    return f"{one.what}: {one.ratio:.2f} times what it was, and noise explains no more than {FACTOR:g}."
