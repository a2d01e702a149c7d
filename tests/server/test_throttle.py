"""The token bucket of each session."""

from hypothesis import given
from hypothesis import strategies as st

from trialogue_server.session.throttle import Throttle


def test_a_burst_is_free_and_then_it_is_slow() -> None:
    throttle = Throttle(rate=2, burst=3, now=0.0)
    assert [throttle.take(0.0) for _ in range(5)] == [0.0, 0.0, 0.0, 0.5, 1.0]


def test_tokens_come_back_up_to_the_burst() -> None:
    throttle = Throttle(rate=2, burst=3, now=0.0)
    for _ in range(3):
        throttle.take(0.0)
    assert throttle.take(0.5) == 0.0
    assert throttle.take(0.5) == 0.5
    assert [throttle.take(1000.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_no_rate_is_no_limit() -> None:
    throttle = Throttle(rate=0, burst=1, now=0.0)
    assert [throttle.take(0.0) for _ in range(100)] == [0.0] * 100


def test_a_clock_that_runs_backwards_gives_nothing_away() -> None:
    throttle = Throttle(rate=1, burst=2, now=100.0)
    throttle.take(100.0)
    assert throttle.take(50.0) == 0.0
    assert throttle.take(50.0) == 1.0


def test_how_long_it_takes_can_be_asked_without_taking() -> None:
    throttle = Throttle(rate=2, burst=2, now=0.0)
    assert [throttle.wait(0.0) for _ in range(9)] == [0.0] * 9
    for _ in range(2):
        throttle.take(0.0)
    assert (throttle.wait(0.0), throttle.wait(0.25), throttle.wait(0.5)) == (0.5, 0.25, 0.0)
    assert throttle.take(0.5) == 0.0
    assert Throttle(rate=0, burst=1, now=0.0).wait(0.0) == 0.0


def test_dear_lines_take_more() -> None:
    throttle = Throttle(rate=1, burst=10, now=0.0)
    assert [throttle.take(0.0, cost=6.0) for _ in range(2)] == [0.0, 2.0]


@given(st.lists(st.floats(0, 5), max_size=60))
def test_over_time_nobody_gets_more_than_burst_and_rate(pauses: list[float]) -> None:
    throttle, now = Throttle(rate=2, burst=5, now=0.0), 0.0
    for handled, pause in enumerate(pauses, start=1):
        now += pause
        now += throttle.take(now)  # the reader waits as long as it is told to
        assert handled <= 5 + 2 * now + 1e-6


def test_what_was_taken_too_much_is_given_back() -> None:
    throttle = Throttle(rate=1, burst=10, now=0.0)
    throttle.take(0.0)
    throttle.settle(0.25)
    assert throttle.tokens == 9.75
    throttle.settle(0.0)
    assert throttle.tokens == 10.0, "never more than the burst"


def test_a_line_that_made_much_work_is_paid_for_by_those_after_it() -> None:
    throttle = Throttle(rate=2, burst=3, now=0.0)
    assert throttle.take(0.0) == 0.0
    throttle.settle(7.0)
    assert throttle.tokens == -4.0
    assert throttle.take(0.0) == 2.5


def test_without_a_rate_nothing_is_owed() -> None:
    throttle = Throttle(rate=0, burst=1, now=0.0)
    throttle.settle(100.0)
    throttle.owe(100.0)
    assert throttle.take(0.0) == 0.0
