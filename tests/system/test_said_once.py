"""Programs talk while their connections are cut and the server is killed; ``make said-once`` does it longer."""

from pathlib import Path

import pytest
import trio

from tests.support.patience import PATIENCE
from tests.system.said_once import Outcome, judge_history, say_under_cuts

pytestmark = pytest.mark.system


async def test_each_line_is_said_and_shown_once(tmp_path: Path) -> None:
    with trio.fail_after(4 * PATIENCE):
        outcome = await say_under_cuts(tmp_path, rounds=10)
    assert outcome.is_flawless, f"{outcome}\n{outcome.lost}\n{outcome.doubled}\n{outcome.wrongly_shown}"
    assert outcome.cuts > 0
    assert outcome.lines > 0


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (["a", "x", "b"], ([], [], [])),
        (["a"], (["b"], [], [])),
        (["a", "b", "a"], ([], ["a"], [])),
        (["b", "a"], ([], [], ["b"])),
    ],
)
def test_the_judge_sees_what_is_wrong(history: list[str], expected: tuple[list[str], list[str], list[str]]) -> None:
    outcome = Outcome()
    judge_history(outcome, history, [["a", "b"]])
    assert (outcome.lost, outcome.doubled, outcome.disorder[:1]) == expected
    assert outcome.is_flawless == (expected == ([], [], []))
