"""Measures a conversation: its height, and which row stands on which line."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence

from textual.strip import Strip

from trialogue_client.engine.buffers import Buffer
from trialogue_client.engine.entries import Entry
from trialogue_client.tui.widgets.conversation.layout import Columns, height, strips

_KEPT = 200
"""Rows of which the lines are kept once they have been made."""


class Measure:
    """One conversation in a window of some width. Rows are measured once and laid out when they are looked at."""

    def __init__(self, buffer: Buffer, columns: Columns) -> None:
        self.buffer = buffer
        self.columns = columns
        self._revision = buffer.revision
        self._rows: list[Entry] = []
        """What was measured: the buffer's own list may have become another one since."""
        self._starts = array("q")
        self._end = 0
        self._tail: list[Entry] = []
        self._tail_starts: list[int] = []
        self._total = 0
        self._made: dict[Entry, list[Strip]] = {}
        self._changes = len(buffer.changes)
        """How many of the buffer's changes have been taken in."""

    @property
    def total(self) -> int:
        """Return the height in lines."""
        return self._total

    def fits(self, buffer: Buffer, columns: Columns) -> bool:
        """Return whether this can go on measuring; if not, all rows have to be measured again."""
        return self.buffer is buffer and self.columns == columns and self._revision == buffer.revision

    def extend(self, tail: Sequence[Entry]) -> None:
        """Measure what has come since the last time; `tail` are rows that stand below all others for now."""
        for entry in self.buffer.entries[len(self._starts) :]:
            self._rows.append(entry)
            self._starts.append(self._end)
            self._end += height(entry, self.columns)
        self._take_in_changes()
        self._tail = list(tail)
        self._tail_starts = []
        self._total = self._end
        for entry in self._tail:
            self._tail_starts.append(self._total)
            self._total += height(entry, self.columns)

    @property
    def changes(self) -> int:
        """Return another number whenever a row has changed in its place."""
        return self._changes

    def _take_in_changes(self) -> None:
        """Measure those rows again that have changed in their place: the others only move."""
        changed = set(self.buffer.changes[self._changes :])
        self._changes = len(self.buffer.changes)
        place = len(self._rows)
        while changed and place > 0:
            place -= 1
            entry = self._rows[place]
            if entry in changed:
                changed.discard(entry)
                self._measure_again(place, entry)

    def _measure_again(self, place: int, entry: Entry) -> None:
        self._made.pop(entry, None)
        end = self._starts[place + 1] if place + 1 < len(self._starts) else self._end
        more = height(entry, self.columns) - (end - self._starts[place])
        if more:
            self._end += more
            self._starts[place + 1 :] = array("q", [start + more for start in self._starts[place + 1 :]])

    def line(self, number: int) -> Strip | None:
        """Return one line; None below the end."""
        entry = self.entry_at(number)
        if entry is None:
            return None
        lines = self._lines(entry)
        return lines[min(number - self.start_of(entry, number), len(lines) - 1)]

    def entry_at(self, number: int) -> Entry | None:
        """Return the row that stands on a line."""
        if not 0 <= number < self._total:
            return None
        if number >= self._end:
            return self._tail[bisect_right(self._tail_starts, number) - 1]
        return self._rows[bisect_right(self._starts, number) - 1]

    def start_of(self, entry: Entry, number: int) -> int:
        """Return the first line of the row that stands on this line."""
        starts: Sequence[int] = self._tail_starts if number >= self._end else self._starts
        return starts[bisect_right(starts, number) - 1]

    def start(self, entry: Entry) -> int | None:
        """Return the first line of a row, or None if it is not here."""
        try:
            return self._starts[self._rows.index(entry)]
        except ValueError:
            return None

    def _lines(self, entry: Entry) -> list[Strip]:
        made = self._made.get(entry)
        if made is None:
            if len(self._made) > _KEPT:
                self._made.clear()
            made = self._made[entry] = strips(entry, self.columns)
        return made
