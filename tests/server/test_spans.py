"""Stretches of ids: what is left when others are taken out, compared with sets of numbers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trialogue_server.world.spans import EVERYTHING, Span, Spans, holds, subtract, union
from trialogue_server.world.times import LAST_ID

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


def numbers(spans: list[Span] | Spans) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}


@given(SPANS)
def test_a_union_has_the_same_ids_in_order_and_apart(spans: list[Span]) -> None:
    joined = union(spans)
    assert numbers(joined) == numbers(spans)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(joined))


@given(SPANS, SPANS)
def test_what_is_left_are_the_ids_of_the_one_and_not_of_the_other(spans: list[Span], holes: list[Span]) -> None:
    left = subtract(union(spans), union(holes))
    assert numbers(left) == numbers(spans) - numbers(holes)
    assert union(left) == left


@given(SPANS, st.integers(0, 31))
def test_an_id_is_in_them_or_not(spans: list[Span], number: int) -> None:
    assert holds(union(spans), number) is (number in numbers(spans))


def test_everything_has_the_last_id() -> None:
    assert holds(EVERYTHING, LAST_ID)
    assert subtract(EVERYTHING, ((5, LAST_ID),)) == ((0, 4),)
