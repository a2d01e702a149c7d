"""kill -9 under load: the promise that the README makes, for some seconds. ``make torture`` takes longer."""

from pathlib import Path

import pytest
import trio

from tests.support.patience import PATIENCE
from tests.system.torture import Result, Talker, View, _judge, torture

pytestmark = pytest.mark.system

SECONDS = 8.0


async def test_whatever_anybody_saw_or_said_is_in_history_once_and_in_order(tmp_path: Path) -> None:
    with trio.fail_after(PATIENCE):
        result = await torture(tmp_path, rounds=1000, seconds=SECONDS)
    assert result.is_flawless, str(result)
    assert result.rounds > 2
    assert result.fetched > 0, "somebody had something to catch up with"
    assert result.repeated > 0, "somebody did not know whether a line had arrived"
    assert result.messages > 100


HISTORY = [("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([], (0, 0, 0)),
        (HISTORY[1:3], (0, 0, 0)),
        ([HISTORY[0], HISTORY[2]], (1, 0, 0)),
        ([*HISTORY, ("5", "never stored")], (1, 0, 0)),
        ([HISTORY[0], ("2", "another text"), HISTORY[2]], (2, 0, 0)),
        ([*HISTORY, HISTORY[3]], (0, 1, 0)),
        ([HISTORY[1], HISTORY[0]], (0, 0, 1)),
    ],
)
def test_the_judge_sees_what_is_wrong(seen: list[tuple[str, str]], expected: tuple[int, int, int]) -> None:
    result = Result()
    _judge(result, HISTORY, [seen])
    assert (result.losses, result.doubles, result.disorder) == expected
    assert result.is_flawless == (expected == (0, 0, 0))


def test_the_judge_sees_what_is_in_history_twice() -> None:
    result = Result()
    _judge(result, [("1", "a"), ("2", "a"), ("2", "b")], [])
    assert result.doubles == 2


def test_what_comes_while_somebody_catches_up_is_taken_once() -> None:
    talker = Talker("me")
    talker.views = {"#one": View(HISTORY[:1]), "#two": View()}
    talker._greeting()
    assert talker._hear(":s 366 me #one :End") == ["CHATHISTORY AFTER #one msgid=1 200"]
    talker._hear(":s BATCH +1 chathistory #one")
    talker._hear("@msgid=3 :o!o@o PRIVMSG #one :c")
    talker._hear("@batch=1;msgid=2 :o!o@o PRIVMSG #one :b")
    talker._hear("@batch=1;msgid=3 :o!o@o PRIVMSG #one :c")
    talker._hear("@msgid=4 :o!o@o PRIVMSG #one :d")
    talker._hear(":s BATCH -1")
    assert talker.views["#one"].seen == HISTORY
