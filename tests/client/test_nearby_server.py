"""What a search has found, for a view."""

from datetime import UTC, datetime

import pytest

from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.engine.search_results import results

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALICE = Source("alice", "a", "h")


def said(text: str, target: str = "#lobby", *, private: bool = False) -> ev.Said:
    return ev.Said(target, ALICE, text, me=False, private=private, at=NOW, msgid=text[:3])


def test_the_newest_comes_first_with_where_and_when_it_was_said() -> None:
    found = results(ev.Found("tea", (said("old tea"), said("tea for two", "bob", private=True))), NOW)
    assert [(one.where, one.msgid, one.label, one.text) for one in found] == [
        ("alice", "tea", "21 Nov 2026 12:00 alice:", "tea for two"),
        ("#lobby", "old", "21 Nov 2026 12:00 #lobby alice:", "old tea"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ntwo", "one ⏎ two"),
        ("\x02bold\x02 tea", "bold tea"),
        ("x" * 200, "x" * 160 + "…"),
        ("x" * 200 + " TÉA", "…" + "x" * 39 + " TÉA"),
    ],
)
def test_of_a_long_text_what_stands_around_the_word_is_shown(text: str, shown: str) -> None:
    assert [one.text for one in results(ev.Found("tea", (said(text),)), NOW)] == [shown]
