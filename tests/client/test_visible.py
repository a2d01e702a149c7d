"""What others write acts on no terminal, hides nothing and grows over nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialogue_client.core.visible import sayable, visible, visible_lines, without_controls
from trialogue_client.script.play import _printable
from trialogue_client.tui.formatting import styled

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def test_controls_overrides_and_invisible_letters_are_left_out() -> None:
    assert visible("a\x1b[31mb\x07\x9b\r\n\u202ec\u2066\u2029\U000e0041\U000e007f\u206a\ufffb") == "a[31mbc"


def test_marks_are_bounded_and_languages_are_whole() -> None:
    assert visible("z" + "\u0301" * 1000) == "z" + "\u0301" * 8
    assert visible("z" + "\u0301\x02\u200d" * 1000).count("\u0301") == 8, "whatever stands between them"
    for text in ("ผู้ใหญ่", "שָׁלוֹם", "é", "किंतु", "👨‍👩‍👧", ENGLAND, "a\tb"):
        assert visible(text) == text


def test_formatting_between_the_marks_gives_them_no_space() -> None:
    assert styled("z" + "\u0301\x02" * 1000).plain == "z" + "\u0301" * 8


@given(st.text())
def test_nothing_of_it_is_left_in_any_text(text: str) -> None:
    for shown in (visible(text), visible_lines(text), _printable(text)):
        assert not any(char in shown for char in "\x1b\x9b\x07\r\x00\u202e\u2066\U000e0041")


@pytest.mark.parametrize(
    ("piped", "said"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("\x1bPdevice\x1b\\text", "text"),
        ("\x1b[?25l\x1b[>4;1mtext", "text"),
        ("\x01VERSION\x01", "VERSION"),
        ("a\0b\x07c\x7fd\x9be", "abcde"),
        (
            "\x02bold\x02 \x0304red\x03 \x1ditalic\x1d \x0fplain\ttab",
            "\x02bold\x02 \x0304red\x03 \x1ditalic\x1d \x0fplain\ttab",
        ),
        ("a\x1b]open", "a]open"),
    ],
)
def test_the_output_of_a_program_is_said_without_what_acts_on_terminals(piped: str, said: str) -> None:
    """Formatting stays: https://modern.ircdocs.horse/formatting"""
    assert sayable(piped) == said
    assert not set("\x1b\x00\x01\x07") & set(without_controls(piped))
