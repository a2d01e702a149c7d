"""Fair turns: what is decided in one pass of the scheduler is bounded, and who has used least goes first."""

from collections.abc import AsyncIterator

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from trialogue_server.turns import BOUND, FEW_SENDS, FLUSH, HEAVY_BOUND, SEND, Turns


@pytest.fixture
async def turns() -> AsyncIterator[Turns]:
    turns = Turns()
    trio.lowlevel.add_instrument(turns)
    yield turns
    trio.lowlevel.remove_instrument(turns)


class Passes(trio.abc.Instrument):
    """What is spent in each pass of the scheduler."""

    def __init__(self) -> None:
        self.all: list[list[str]] = []

    def before_io_wait(self, timeout: float) -> None:
        """Begin the list of the next pass."""
        self.all.append([])

    def note(self, what: str) -> None:
        """Something was done in this one."""
        self.all[-1].append(what)

    @property
    def busy(self) -> list[list[str]]:
        """Those in which something was done."""
        return [one for one in self.all if one]


@pytest.fixture
async def passes() -> AsyncIterator[Passes]:
    passes = Passes()
    trio.lowlevel.add_instrument(passes)
    await trio.lowlevel.checkpoint()
    yield passes
    trio.lowlevel.remove_instrument(passes)


def test_lines_wait_once_the_bound_is_reached() -> None:
    turns = Turns()
    turns.spend(HEAVY_BOUND - 1)
    assert not turns.are_given
    turns.spend(1)
    assert turns.are_given


def test_there_is_room_for_those_who_do_little() -> None:
    turns = Turns()
    turns.spend(HEAVY_BOUND)
    assert turns.are_given
    assert turns.have_room_for_light
    turns.spend(BOUND - HEAVY_BOUND)
    assert not turns.have_room_for_light


async def test_a_pass_of_the_scheduler_begins_anew(turns: Turns) -> None:
    turns.spend(BOUND)
    await trio.lowlevel.checkpoint()
    assert not turns.are_given
    assert turns.left == HEAVY_BOUND


async def test_who_has_used_least_goes_first(turns: Turns, nursery: trio.Nursery) -> None:
    order = list[str]()
    turns.spend(BOUND)

    async def one(name: str, tokens: float) -> None:
        await turns.wait_turn(BOUND, tokens)
        order.append(name)
        turns.spend(BOUND)

    for name, tokens in (("busy", -3.0), ("usual", 20.0), ("quiet", 39.5), ("new", 40.0)):
        nursery.start_soon(one, name, tokens)
    await wait_all_tasks_blocked()
    assert order == ["new", "quiet", "usual", "busy"]


async def test_a_light_line_goes_before_heavy_ones_of_whatever_right(
    turns: Turns, passes: Passes, nursery: trio.Nursery
) -> None:
    turns.spend(BOUND)

    async def one(name: str, units: float, tokens: float, *, is_light: bool) -> None:
        await turns.wait_turn(units, tokens, is_light=is_light)
        passes.note(name)
        turns.spend(units)

    for _ in range(100):
        nursery.start_soon(lambda: one("heavy", BOUND, 40.0, is_light=False))
    nursery.start_soon(lambda: one("light", 50, 21.0, is_light=True))
    await wait_all_tasks_blocked()
    assert "light" in passes.busy[0]


async def test_so_many_go_on_at_once_as_use_up_the_bound(turns: Turns, passes: Passes, nursery: trio.Nursery) -> None:
    turns.spend(BOUND)

    async def one() -> None:
        await turns.wait_turn(HEAVY_BOUND / 3, 0)
        passes.note("one")
        turns.spend(HEAVY_BOUND / 3)

    for _ in range(9):
        nursery.start_soon(one)
    await wait_all_tasks_blocked()
    assert max(map(len, passes.busy)) <= 3


async def test_whoever_takes_more_than_was_thought_lets_the_others_of_the_pass_wait(
    turns: Turns, passes: Passes, nursery: trio.Nursery
) -> None:
    """A hundred who asked for nothing yet look harmless, and each of them asks for everybody now."""
    turns.spend(BOUND)

    async def one() -> None:
        await turns.wait_turn(30, 40.0)
        passes.note("one")
        turns.spend(BOUND)

    for _ in range(100):
        nursery.start_soon(one)
    await wait_all_tasks_blocked()
    assert sum(map(len, passes.busy)) == 100
    assert max(map(len, passes.busy)) <= 2, "the first of them in any case, and one that began before it had ended"


async def test_those_who_talk_hold_up_no_others_for_ever(turns: Turns, passes: Passes, nursery: trio.Nursery) -> None:
    """In each pass one goes on that is not light, whatever is said."""

    async def talk() -> None:
        for _ in range(5):
            turns.spend(BOUND)
            await turns.wait_turn(BOUND, 40.0, is_light=True)
            passes.note("talk")

    async def ask() -> None:
        await turns.wait_turn(BOUND, 0.0)
        passes.note("answer")

    for _ in range(10):
        nursery.start_soon(talk)
    nursery.start_soon(ask)
    await wait_all_tasks_blocked()
    assert any("answer" in one for one in passes.busy[:2])


async def test_whoever_is_cut_off_leaves_the_turns_to_the_others(turns: Turns, nursery: trio.Nursery) -> None:
    order = list[int]()
    turns.spend(BOUND)
    scopes = [trio.CancelScope() for _ in range(4)]

    async def one(number: int) -> None:
        with scopes[number]:
            await turns.wait_turn(BOUND, 0)
            turns.spend(BOUND)
            order.append(number)

    for number in range(4):
        nursery.start_soon(one, number)
    scopes[0].cancel()
    scopes[2].cancel()
    await wait_all_tasks_blocked()
    assert sorted(order) == [1, 3]
    assert not turns.are_given


def test_as_much_may_be_decided_besides_as_is_sent() -> None:
    """A room of a hundred in which all talk is told more quickly the more lines are decided in one go."""
    turns = Turns()
    turns.flushed(FEW_SENDS + 200)
    turns.spend(HEAVY_BOUND + 200 * SEND - 1)
    assert not turns.are_given
    turns.spend(BOUND - HEAVY_BOUND)
    assert turns.have_room_for_light


def test_what_many_are_sent_does_not_lift_the_bound() -> None:
    turns = Turns()
    turns.flushed(100_000)
    turns.spend(5 * BOUND)
    assert not turns.have_room_for_light
    for _ in range(100):
        turns.flushed(0)
    assert turns.left < HEAVY_BOUND - 4 * BOUND


async def test_what_gathers_for_one_flush_is_bounded_however_many_passes_it_takes_to_be_stored(
    turns: Turns, nursery: trio.Nursery
) -> None:
    """While the disk is waited for, lines go on being decided: they would be told in one go, which takes long."""
    told = 0

    async def shout() -> None:
        nonlocal told
        while told < 50:
            if turns.are_given:
                await turns.wait_turn(50, 40.0)
            turns.spend(50, FLUSH / 20)
            told += 1

    for _ in range(5):
        nursery.start_soon(shout)
    await wait_all_tasks_blocked()
    assert 10 <= told <= 15, "half of what light lines may fill, and one for each who had begun"
    assert turns.have_room_for_light
    turns.taken()
    await wait_all_tasks_blocked()
    assert 20 <= told <= 30
    while told < 50:
        turns.taken()
        await wait_all_tasks_blocked()


async def test_who_waits_for_the_next_flush_costs_nothing_meanwhile(
    turns: Turns, passes: Passes, nursery: trio.Nursery
) -> None:
    turns.spend(0, FLUSH)

    async def one(*, is_light: bool) -> None:
        await turns.wait_turn(50, 40.0, is_light=is_light)
        passes.note("light" if is_light else "heavy")

    nursery.start_soon(lambda: one(is_light=False))
    nursery.start_soon(lambda: one(is_light=True))
    await wait_all_tasks_blocked()
    number = len(passes.all)
    await wait_all_tasks_blocked()
    assert len(passes.all) - number < 5
    assert not passes.busy
    turns.taken()
    await wait_all_tasks_blocked()
    assert sorted(passes.busy[0]) == ["heavy", "light"]
