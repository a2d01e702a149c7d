"""Fair turns: what is decided in one pass of the scheduler is bounded, and who has used least goes first."""

import trio
from trio.testing import wait_all_tasks_blocked

from trialogue_server.turns import BOUND, LIGHT_BOUND, Turns


async def test_lines_wait_once_the_bound_is_reached() -> None:
    turns = Turns()
    turns.spend(BOUND - 1)
    assert not turns.are_given
    turns.spend(4)
    assert turns.are_given
    await turns.wait_turn(0, 10)
    assert not turns.are_given, "the next pass has begun, and nobody waits"


async def test_who_has_used_least_goes_first(nursery: trio.Nursery) -> None:
    turns, order = Turns(), list[str]()
    turns.spend(BOUND)

    async def one(name: str, tokens: float) -> None:
        await turns.wait_turn(tokens, BOUND)
        order.append(name)
        turns.spend(BOUND)

    for name, tokens in (("busy", -3.0), ("usual", 20.0), ("quiet", 39.5), ("new", 40.0)):
        nursery.start_soon(one, name, tokens)
    await wait_all_tasks_blocked()
    assert [order.index(name) for name in ("new", "usual")] < [order.index(name) for name in ("quiet", "busy")]


async def test_so_many_go_on_at_once_as_use_up_the_bound(nursery: trio.Nursery) -> None:
    turns, passes = Turns(), list[int]()
    turns.spend(BOUND)
    number = 0

    async def count_passes() -> None:
        nonlocal number
        while len(passes) < 6:
            number += 1
            await trio.lowlevel.checkpoint()

    async def one() -> None:
        await turns.wait_turn(0, BOUND / 2)
        passes.append(number)
        turns.spend(BOUND / 2)

    for _ in range(6):
        nursery.start_soon(one)
    nursery.start_soon(count_passes)
    await wait_all_tasks_blocked()
    assert max(map(passes.count, passes)) <= 3, "two, and one that is late or early in its pass"


async def test_whoever_is_cut_off_leaves_the_turns_to_the_others(nursery: trio.Nursery) -> None:
    turns, order = Turns(), list[int]()
    turns.spend(BOUND)
    scopes = [trio.CancelScope() for _ in range(4)]

    async def one(number: int) -> None:
        with scopes[number]:
            await turns.wait_turn(0, BOUND)
            turns.spend(BOUND)
            order.append(number)

    for number in range(4):
        nursery.start_soon(one, number)
    scopes[0].cancel()
    scopes[2].cancel()
    await wait_all_tasks_blocked()
    assert sorted(order) == [1, 3]
    assert not turns._waiting


async def test_work_that_nobody_waits_for_delays_nobody(nursery: trio.Nursery) -> None:
    """Only the count is begun anew, by the next line: no task runs for it."""
    turns = Turns()
    for _ in range(10):
        turns.spend(BOUND)
        await turns.wait_turn(0, BOUND)
    assert turns.are_given is False


def test_there_is_room_for_those_who_do_little() -> None:
    turns = Turns()
    turns.spend(BOUND)
    assert turns.are_given
    assert turns.has_room_for_light
    turns.spend(LIGHT_BOUND - BOUND)
    assert not turns.has_room_for_light


def test_what_is_little_at_a_time_counts_for_less() -> None:
    """A room of a thousand in which all talk is told more quickly the more lines are decided in one go."""
    turns = Turns()
    for _ in range(BOUND // 100):
        turns.spend(100)
    assert not turns.are_given


async def test_what_was_decided_before_a_pass_of_the_scheduler_counts_no_more() -> None:
    turns = Turns()
    turns.spend(BOUND)
    assert turns.are_given
    turns.passed()
    assert not turns.are_given
