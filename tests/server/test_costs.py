"""What the most expensive line of each command makes the server do is bounded, and is counted.

Calls of functions are what is bounded, Python's and C's: they are the same on every machine. `python -m
benchmarks.costs` measures the same lines in seconds.
"""

import pytest

from benchmarks.costs import LINES, Cost, Size, World, calls_of, cost_of
from trialogue_server.commands.table import COMMANDS
from trialogue_server.session.stream import PIECE

SMALL = Size(people=150, rooms=60, members=40, entered=40)

IN_ONE_GO = 50_000
"""Calls until everybody else has a turn: about 5 ms."""

UNCOUNTED = 1_500
"""Calls that a line may make beside what it is charged for."""

PER_UNIT = 12
"""Calls that a unit of work stands for, at most."""

ELSEWHERE = {"REGISTER"}
"""Commands whose work is done in a thread (a password's hash), where this cannot see it."""


@pytest.fixture(scope="module")
def world() -> World:
    return World(SMALL)


@pytest.fixture(scope="module")
def larger() -> World:
    return World(Size(people=400, rooms=160, members=60, entered=60))


@pytest.fixture(scope="module")
def costs(world: World) -> dict[str, Cost]:
    return {name: cost_of(world, name, calls_of) for name in LINES if name in COMMANDS and name not in ELSEWHERE}


def test_every_command_has_its_most_expensive_line() -> None:
    """A new command without one would be bounded by nothing that anybody has looked at."""
    assert set(LINES) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - ELSEWHERE))
def test_nothing_takes_long_in_one_go(costs: dict[str, Cost], name: str) -> None:
    assert max(costs[name].goes) < IN_ONE_GO


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - ELSEWHERE))
def test_what_is_done_is_charged(costs: dict[str, Cost], name: str) -> None:
    cost = costs[name]
    assert sum(cost.goes) < UNCOUNTED + PER_UNIT * cost.units


@pytest.mark.parametrize(
    "name", ["LIST", "WHO", "NAMES", "WHOWAS", "RENAME", "METADATA", "MODE", "JOIN", "CHATHISTORY"]
)
def test_what_grows_with_the_world_is_done_in_goes(larger: World, name: str) -> None:
    """In a world of three times the size a line may take three times as long, and each go of it may not."""
    assert max(cost_of(larger, name, calls_of).goes) < IN_ONE_GO


def test_an_answer_is_made_in_pieces(world: World) -> None:
    """None of them is larger than a piece and a line of several rooms."""
    cost = cost_of(world, "WHOWAS")
    assert cost.answer > PIECE
    assert len(cost.goes) > 1
