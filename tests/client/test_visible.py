"""What others write acts on no terminal, hides nothing and grows over nothing."""

from hypothesis import given
from hypothesis import strategies as st

from trialogue_client.core.visible import visible, visible_lines
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
