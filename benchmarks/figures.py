"""Tables of measurements, gathered over the rounds."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Figures = Mapping[str, float]
"""A row's figures by name, such as ``{"cpu": 0.21}``; docs/performance.md has their units in its headings."""

Key = tuple[str, ...]
"""What a row is of: the table's name, then its words, such as ``("rooms", "1,000", "flat out", "ours")``."""

FLOOR = "floor"
_AS_PLAIN = ("mixed", "TLS")  # the floor knows neither, so that they are compared with its plain figures


class Results:
    """The figures of all rounds; what is asked for is the median of each by itself."""

    def __init__(self) -> None:
        self._rounds: dict[Key, list[Figures]] = defaultdict(list)

    def add(self, rows: Mapping[Key, Figures]) -> None:
        """Take what one round of one case found."""
        for key, figures in rows.items():
            self._rounds[key].append(figures)

    def __contains__(self, key: Key) -> bool:
        return key in self._rounds

    def figure(self, key: Key, name: str) -> float:
        """Return the median over the rounds; KeyError if there was none."""
        if key not in self._rounds:
            raise KeyError(key)
        return statistics.median(figures[name] for figures in self._rounds[key])

    def all_of(self, key: Key, name: str) -> list[float]:
        """Return that figure of each round, in order; [] if there was none."""
        return [figures[name] for figures in self._rounds.get(key, ())]

    def of(self, table: str) -> Iterator[Key]:
        """Yield the keys of that table, in the order in which they were first measured."""
        return (key for key in self._rounds if key[0] == table)

    def times_floor(self, key: Key, name: str) -> float | None:
        """Return the figure as a multiple of the floor's in the same row; None for the floor, and without one."""
        floor = (*("plain" if word in _AS_PLAIN else word for word in key[:-1]), FLOOR)
        if key == floor or floor not in self or not self.figure(floor, name):
            return None
        return self.figure(key, name) / self.figure(floor, name)
