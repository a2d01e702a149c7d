"""Maps event ids to times. Ids sort as things happened; the clock that people are shown may be set.

Between two settings of the clock the difference of ids and shown times is constant: a stretch. As long as nobody sets
the clock by more than a second there is one stretch, of difference 0, and nothing is kept.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

_ID_BITS = 20
_DAY = 24 * 3600 * 1000
LAST_ID = 2**63 - 1


class Stretch(Struct, frozen=True):
    """The ids from `first` to the next stretch. All times are in milliseconds."""

    first: int
    last_before: int
    """The last id of the stretch before."""
    ahead: int
    """The milliseconds of an id less those that are shown."""
    doubt: int = 0
    """Milliseconds by which the clock is ahead of what can be believed; 0 is no doubt."""
    is_corrected: bool = False
    """Whether the clock was wrong: `ahead` gives the right time, and the times in the events themselves are wrong."""


class Point(NamedTuple):
    """A place in history: ids below `low` are before it, ids above `high` after it."""

    low: int
    high: int


class Times:
    """All stretches, in order. Only `world.ids` begins them; `on_begin` is called with each."""

    __slots__ = ("_on_begin", "_stretches", "last")

    def __init__(self, stretches: Iterable[Stretch] = (), on_begin: Callable[[Stretch], None] | None = None) -> None:
        self._stretches: tuple[Stretch, ...] = ()
        self._on_begin = on_begin
        self.last = _ORDINARY
        """The present stretch."""
        for stretch in stretches:
            self.put(stretch)

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self._stretches)

    def copy(self) -> "Times":
        """Return an immutable copy, for another thread."""
        return Times(self._stretches)

    def put(self, stretch: Stretch) -> None:
        """Add a stretch, in place of another that begins with the same id."""
        others = (one for one in self._stretches if one.first != stretch.first)
        self._stretches = tuple(sorted((*others, stretch), key=lambda one: one.first))
        self.last = self._stretches[-1]

    def begin(self, stretch: Stretch) -> None:
        """Add a stretch that is to be kept."""
        self.put(stretch)
        if self._on_begin is not None:
            self._on_begin(stretch)

    @property
    def doubted(self) -> list[Stretch]:
        """The stretches that are in doubt."""
        return [stretch for stretch in self._stretches if stretch.doubt]

    def confirmed(self) -> list[Stretch]:
        """Return the stretches in doubt as they become if the clock was right all along."""
        return [replace(stretch, doubt=0) for stretch in self.doubted]

    def corrected(self, residual: float) -> list[Stretch]:
        """Return the stretches in doubt as they become if the clock was wrong.

        `residual` is the rest of the doubt now that the clock is right again, in seconds.
        """
        return [_corrected(stretch, int(residual * 1000)) for stretch in self.doubted]

    def of(self, number: int) -> Stretch:
        """Return the stretch that an id belongs to."""
        if not self._stretches:
            return _ORDINARY
        return next((one for one in reversed(self._stretches) if one.first <= number), _ORDINARY)

    def at(self, number: int) -> float:
        """Return the Unix time that belongs to an id, in seconds."""
        return ((number >> _ID_BITS) - self.of(number).ahead) / 1000

    def shown(self, number: int, at: float) -> float:
        """Return the time of an event with this id and this time of its own: another one if the clock was wrong."""
        return self.at(number) if self.of(number).is_corrected else at

    def point(self, at: float, now: float) -> Point:
        """Return the place of a Unix time. `now` is the present time, beyond which nothing was said by its clock.

        A time that came twice, because the clock was set back, is the later one. What comes after it is counted from
        the earlier one where that is up to a day more, so that nobody who comes back misses what was said in between.
        """
        if not self._stretches:
            first = first_id_at(at)
            return Point(first, last_id_of(first))
        milliseconds = int(max(0.0, min(at, _LATEST)) * 1000)
        spans = self._spans()
        here = [span for span in spans if span.begin <= milliseconds <= span.end]
        if not here:
            gap = next((span for span in spans if milliseconds < span.begin), spans[-1])
            return Point(gap.stretch.first, gap.stretch.first - 1)
        if here[-1].end == _FOR_EVER and len(here) > 1 and at > now + _DAY / 1000:
            here.pop()  # by that clock nothing was said so late
        before = after = here.pop()
        for span in reversed(here):
            if span.end == milliseconds == before.begin:  # the one goes on where the other ends
                before = span
            elif span.end - milliseconds <= _DAY:
                after = span
        return Point(before.clip(milliseconds), min(last_id_of(after.clip(milliseconds)), after.last))

    def _spans(self) -> "list[_Span]":
        ends = [stretch.last_before for stretch in self._stretches]
        spans = []
        for stretch, last in zip((_ORDINARY, *self._stretches), (*ends, LAST_ID), strict=True):
            begin = (stretch.first >> _ID_BITS) - stretch.ahead
            end = (last >> _ID_BITS) - stretch.ahead if last < LAST_ID else _FOR_EVER
            spans.append(_Span(stretch, begin, end, last))
        return spans


_ORDINARY = Stretch(0, 0, 0)
_FOR_EVER = 2**63
_LATEST = 8_796_000_000.0
"""The last second whose ids fit."""


def _corrected(stretch: Stretch, residual: int) -> Stretch:
    return replace(stretch, ahead=stretch.ahead + stretch.doubt - residual, doubt=0, is_corrected=True)


class _Span(NamedTuple):
    """A stretch with its first and last time and its last id."""

    stretch: Stretch
    begin: int
    end: int
    last: int

    def clip(self, milliseconds: int) -> int:
        """Return the first id of a time, within the stretch."""
        number = (milliseconds + self.stretch.ahead) << _ID_BITS
        return min(max(number, self.stretch.first), self.last + 1, LAST_ID)


def first_id_at(at: float) -> int:
    """Return the smallest id of a Unix time while ids and clock agree, or the nearest id that there is."""
    return max(0, min(int(at * 1000) << _ID_BITS, LAST_ID))


def last_id_of(first: int) -> int:
    """Return the last id of the millisecond that begins with this one."""
    return min(first | ((1 << _ID_BITS) - 1), LAST_ID)
