"""The room in which the core is measured: everybody hears everybody."""

import pytest

from benchmarks.core import CASES, Case, Room
from tests.support.irc import ListSink


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_message_reaches_all_others_and_those_who_want_their_echo(case: Case) -> None:
    sinks = [ListSink() for _ in range(case.members)]
    Room(case, sinks).talk(2)
    heard = [sink.data.count(b"PRIVMSG #room") for sink in sinks]
    assert heard[-1] == 2 * 8, "who does not talk hears all"
    assert heard[0] == 2 * (8 if "echo-message" in case.capabilities else 7)
