"""https://ircv3.net/specs/extensions/multiline"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire.multiline import Limits, combine, compose, cut, format_limits, parse_limits


def test_lines_are_joined_by_line_feeds_and_pieces_by_nothing() -> None:
    """ "Line messages are joined by a single line feed (`\\n`) byte unless the `draft/multiline-concat` message tag is
    sent, in which case that line's message is directly joined with the previous line's message with no separation."
    https://ircv3.net/specs/extensions/multiline#batch-types
    """
    lines = compose([("hello", False), ("", False), ("how is ", False), ("everyone?", True)])
    assert lines == (("hello",), ("",), ("how is ", "everyone?"))
    assert combine(lines) == "hello\n\nhow is everyone?"


def test_what_comes_first_continues_nothing() -> None:
    assert compose([("a", True), ("b", True)]) == (("a", "b"),)
    assert compose([]) == ()


@given(st.text(st.sampled_from("ab é😀"), max_size=300), st.integers(4, 60))
def test_cutting_loses_nothing(text: str, size: int) -> None:
    """ "leave the space character at the end of the line" "Take care not to split in the middle of multi-byte character
    sequences."  https://ircv3.net/specs/extensions/multiline#splitting-long-lines
    """
    pieces = cut(text, size)
    assert "".join(pieces) == text
    assert all(0 < len(piece.encode()) <= size for piece in pieces) or pieces == ("",)


def test_cuts_are_between_words() -> None:
    assert cut("one two three four", 10) == ("one two ", "three four")
    assert cut("a bbbbbbbbbbbb", 10) == ("a bbbbbbbb", "bbbb"), "a long word is not worth a short line"
    assert cut("ab", 4) == ("ab",)
    with pytest.raises(ValueError, match="3 bytes"):
        cut("ab", 3)


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        ("max-bytes=40000,max-lines=10", Limits(40000, 10)),
        ("max-bytes=40000", Limits(40000)),
        ("new,max-lines=5,other=1", Limits(None, 5)),
        ("max-bytes=,max-lines=-1", Limits()),
        ("", Limits()),
    ],
)
def test_the_capability_s_value(value: str, limits: Limits) -> None:
    """ "That is, `<key>[=<value>][,<key2>[=<value2>][,<keyN>[=<valueN>]]]`." "Clients MUST ignore every token with a
    key that they don't understand."  https://ircv3.net/specs/extensions/multiline#capabilities
    """
    assert parse_limits(value) == limits


@given(st.integers(1, 2**31), st.integers(0, 1000))
def test_the_value_reads_back(max_bytes: int, max_lines: int) -> None:
    """https://ircv3.net/specs/extensions/multiline#capabilities"""
    assert parse_limits(format_limits(max_bytes, max_lines)) == Limits(max_bytes, max_lines or None)
