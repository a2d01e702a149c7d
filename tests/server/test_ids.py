"""Event ids: unique, in order of time, and nothing but what is passed in."""

from hypothesis import given
from hypothesis import strategies as st

from trialogue_server.world.ids import EventIds, msgid

TIMES = st.lists(st.floats(0, 4e9), max_size=50)


@given(TIMES)
def test_each_is_greater_than_the_one_before(times: list[float]) -> None:
    ids = EventIds()
    made = [ids.next(now) for now in times]
    assert made == sorted(set(made))


@given(TIMES)
def test_the_same_times_give_the_same_ids(times: list[float]) -> None:
    one, other = EventIds(5), EventIds(5)
    assert [one.next(now) for now in times] == [other.next(now) for now in times]


def test_they_tell_the_time() -> None:
    assert EventIds().next(1_700_000_000.123) >> 20 == 1_700_000_000_123


def test_they_go_on_where_the_store_ended() -> None:
    last = EventIds().next(2000.0)
    assert EventIds(last).next(1000.0) == last + 1


def test_they_fit_a_signed_column_for_two_centuries() -> None:
    assert EventIds().next(8_796_000_000.0) < 2**63


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_as_text_they_sort_the_same(one: int, other: int) -> None:
    assert (msgid(one) < msgid(other)) is (one < other)
    assert len(msgid(one)) == 16
