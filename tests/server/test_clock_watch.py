"""A clock that is set: when it is in doubt, and which times ids have meanwhile."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trialogue_server.world.clock_watch import ClockWatch
from trialogue_server.world.ids import EventIds
from trialogue_server.world.moment import Moment
from trialogue_server.world.times import Stretch, Times

T = 1_700_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def watched(clock: ClockWatch, *jumps: float) -> list[float]:
    """Return the doubt after each jump, a minute after the one before."""
    now = clock.read(Moment(T, 0.0))
    doubts = [now.doubt]
    for jump in jumps:
        now = clock.read(Moment(now.wall + MINUTE + jump, now.monotonic + MINUTE))
        doubts.append(now.doubt)
    return doubts


@pytest.mark.parametrize(
    ("jumps", "doubts"),
    [
        ((0, 0), (0, 0, 0)),
        ((0.5, -0.5, 30 * MINUTE, -30 * MINUTE), (0, 0, 0, 0, 0)),
        ((-400 * DAY, 0), (0, 0, 0)),
        ((2 * HOUR, 0, -2 * HOUR), (0, 2 * HOUR, 2 * HOUR, 0)),
        ((400 * DAY, DAY, -401 * DAY), (0, 400 * DAY, 401 * DAY, 0)),
        ((400 * DAY, -500 * DAY), (0, 400 * DAY, 0)),
        ((-2 * HOUR, 2 * HOUR), (0, 0, 0)),
        ((-2 * HOUR, 4 * HOUR), (0, 0, 4 * HOUR)),
    ],
)
def test_what_the_monotonic_clock_does_not_confirm_is_in_doubt(
    jumps: tuple[float, ...], doubts: tuple[float, ...]
) -> None:
    assert watched(ClockWatch(), *jumps) == pytest.approx(list(doubts))


@pytest.mark.parametrize(
    ("ago", "doubt"), [(-DAY, 0), (0, 0), (30 * DAY, 0), (31 * DAY, 31 * DAY), (400 * DAY, 400 * DAY)]
)
def test_what_is_long_after_the_last_event_is_in_doubt(ago: float, doubt: float) -> None:
    assert ClockWatch(T - ago).read(Moment(T, 7.0)).doubt == doubt


def test_without_an_event_nothing_is_in_doubt() -> None:
    assert not ClockWatch().read(Moment(T, 7.0)).doubt


def test_a_doubt_outlives_the_server() -> None:
    """The last event bears a time that is wrong by 400 days, and the server was stopped for an hour."""
    clock = ClockWatch(T, was=400 * DAY)
    assert clock.read(Moment(T + HOUR, 7.0)).doubt == 400 * DAY
    assert clock.read(Moment(T + HOUR - 400 * DAY, 7.0)).doubt == 0
    assert ClockWatch(T, was=400 * DAY).read(Moment(T + HOUR - 400 * DAY, 7.0)).doubt == 0


def test_a_small_doubt_outlives_the_server_too() -> None:
    clock = ClockWatch(T, was=2 * HOUR)
    assert clock.read(Moment(T + HOUR, 7.0)).doubt == 2 * HOUR
    assert clock.read(Moment(T - HOUR, 7.0)).doubt == 0


def test_what_is_confirmed_is_believed() -> None:
    clock = ClockWatch()
    clock.read(Moment(T, 0.0))
    jumped = Moment(T + 400 * DAY, 1.0)
    assert clock.read(jumped).believed == T + 1
    clock.confirm(jumped)
    assert clock.read(jumped).believed == jumped.wall


STEPS = st.lists(
    st.tuples(st.floats(0, 100), st.sampled_from([0.0, 0.0, 0.0, 0.3, -0.3, -HOUR, HOUR, 400 * DAY, -400 * DAY])),
    max_size=40,
)


@given(STEPS)
@example([(0.0, 0.0), (0.0, 400 * DAY), (0.0, -400 * DAY)])
def test_however_the_clock_is_set_ids_are_in_order_and_tell_what_was_shown(steps: list[tuple[float, float]]) -> None:
    """Up to a second, by which a clock may be corrected without being noted."""
    clock, ids = ClockWatch(), EventIds()
    wall, monotonic = T, 0.0
    made: list[tuple[int, float]] = []
    for wait, jump in steps:
        wall, monotonic = wall + wait + jump, monotonic + wait
        ids.doubt = clock.read(Moment(wall, monotonic)).doubt
        made.append((ids.next(wall), wall))
    numbers = [number for number, _ in made]
    assert numbers == sorted(set(numbers))
    for number, shown in made:
        assert ids.times.at(number) == pytest.approx(shown, abs=1.1)
    for place, number in enumerate(numbers):
        at = ids.times.at(number)
        low, high = ids.times.point(at, wall)
        # Of several with the same time, a point in time is before the first and after the last.
        if at not in map(ids.times.at, numbers[:place]):
            assert all(one < low for one in numbers[:place]), "who reads back misses nothing"
        if number >= ids.times.last.first:
            assert low <= number
            if at not in map(ids.times.at, numbers[place + 1 :]):
                assert all(one > high for one in numbers[place + 1 :]), "nor who reads on"


@given(STEPS)
def test_the_same_stretches_can_be_put_in_place_again(steps: list[tuple[float, float]]) -> None:
    begun: list[Stretch] = []
    clock, ids = ClockWatch(), EventIds(times=Times(on_begin=begun.append))
    wall, monotonic = T, 0.0
    for wait, jump in steps:
        wall, monotonic = wall + wait + jump, monotonic + wait
        ids.doubt = clock.read(Moment(wall, monotonic)).doubt
        ids.next(wall)
    kept = Times(reversed(begun))
    assert list(kept) == list(ids.times)


@given(st.lists(st.floats(0, 4e9), min_size=1, max_size=20))
def test_where_the_clock_was_never_set_points_are_those_of_the_ids(times: list[float]) -> None:
    ids = EventIds()
    for at in sorted(times):
        number = ids.next(at)
        low, high = Times().point(at, at)
        assert low <= number
        assert high >= low
        assert Times().at(low) == int(at * 1000) / 1000
