"""Spans of event ids: union and difference."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from trialogue_server.world.times import LAST_ID

Span = tuple[int, int]
"""The first and the last id, both included."""

Spans = tuple[Span, ...]
"""Spans in order; none touches the next."""

EVERYTHING: Spans = ((0, LAST_ID),)


def union(spans: Iterable[Span]) -> Spans:
    """Return the union: spans in order, none of which overlap or touch."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if first > last:
            continue
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def subtract(spans: Spans, holes: Spans) -> Spans:
    """Return the difference of spans and holes; both are as `union` returns them."""
    left: list[Span] = []
    place = 0
    for first, last in spans:
        while place < len(holes) and holes[place][1] < first:
            place += 1
        rest, at = first, place
        while at < len(holes) and holes[at][0] <= last and rest <= last:
            left.append((rest, holes[at][0] - 1))
            rest = holes[at][1] + 1
            at += 1
        left.append((rest, last))
    return tuple(span for span in left if span[0] <= span[1])


def holds(spans: Sequence[Span], event_id: int) -> bool:
    """Return whether an id is in one of the spans, which are in order."""
    place = bisect_right(spans, (event_id, LAST_ID)) - 1
    return place >= 0 and spans[place][0] <= event_id <= spans[place][1]
