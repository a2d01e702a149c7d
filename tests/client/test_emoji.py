"""Emoji by name: what is sent in place of a name, and what the picker finds."""

import pytest

from trialogue_client.core import emoji
from trialogue_client.core.commands.actions import Edit, React, Reply, Say
from trialogue_client.core.commands.shortcodes import with_emoji


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (":tada:", "🎉"),
        ("well done :tada::rocket:", "well done 🎉🚀"),
        (":heart:", "❤️"),
        (":HEART:", "❤️"),
        (":+1: :-1: :thumbsup: :thumbs_up:", "👍 👎 👍 👍"),
        (":smile: :de: :jack_o_lantern:", "😄 🇩🇪 🎃"),
        ("(:fire:)", "(🔥)"),
        ("two\n:fire:", "two\n🔥"),
    ],
)
def test_known_names_become_emoji(typed: str, sent: str) -> None:
    assert emoji.replace(typed) == sent


@pytest.mark.parametrize(
    "typed",
    [
        "at 12:30:45",
        "std::map::key",
        "https://example.org/a:fire:b",
        "https://example.org/:fire:/",
        "`:fire:`",
        ":no_such_name_at_all:",
        "a:fire:b",
        ":fire",
        ": fire :",
        "::fire::",
    ],
)
def test_what_is_no_name_stays_as_it_was_typed(typed: str) -> None:
    assert emoji.replace(typed) == typed


def test_everything_that_is_said_has_them() -> None:
    assert with_emoji(Say("#lobby", ":tada:")) == Say("#lobby", "🎉")
    assert with_emoji(Edit("#lobby", ":tada:", "m1")) == Edit("#lobby", "🎉", "m1")
    assert with_emoji(Reply("#lobby", "bob", ":tada:")) == Reply("#lobby", "bob", "🎉")
    assert with_emoji(React("#lobby", "bob", ":tada:")) == React("#lobby", "bob", "🎉")


def test_what_is_said_to_a_service_stays_as_it_is() -> None:
    said = Say("NickServ", "IDENTIFY :tada:")
    assert with_emoji(said) == said


@pytest.mark.parametrize(
    ("part", "sign"),
    [
        ("heart", "❤️"),
        ("+1", "👍"),
        ("tada", "🎉"),
        ("thumbsup", "👍"),
        ("thumbs_up", "👍"),
        ("laughing", "😆"),
        ("de", "🇩🇪"),
    ],
)
def test_the_picker_finds_by_every_common_name_and_the_exact_one_first(part: str, sign: str) -> None:
    assert emoji.find(part)[0][1] == sign
