"""Fitting text into lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire.text import pack_words, split_text, strip_formatting, truncate

texts = st.text() | st.text("ab é😀", max_size=60)
sizes = st.integers(4, 30)
words = st.lists(
    st.text(st.characters(exclude_characters=" ", exclude_categories=["Cs"]), min_size=1, max_size=12), max_size=20
)


@given(texts, st.integers(-1, 30))
def test_a_truncated_text_is_the_longest_start_that_fits(text: str, size: int) -> None:
    start = truncate(text, size)
    assert text.startswith(start)
    assert len(start.encode()) <= max(size, 0)
    if start != text:
        assert len(text[: len(start) + 1].encode()) > size


@given(texts, sizes)
def test_split_pieces_fit_and_none_is_empty(text: str, size: int) -> None:
    pieces = split_text(text, size)
    assert all(pieces)
    assert all(len(piece.encode()) <= size for piece in pieces)


@given(texts, sizes)
def test_split_pieces_are_the_text_but_for_a_space_at_a_cut(text: str, size: int) -> None:
    at = 0
    for number, piece in enumerate(split_text(text, size)):
        if number and not text.startswith(piece, at):
            assert text[at] == " "
            at += 1
        elif number and text[at] == " " and text.startswith(piece, at + 1):
            at += 1
        assert text.startswith(piece, at)
        at += len(piece)
    assert text[at:] in ("", " ")


@given(texts.filter(lambda text: " " not in text), sizes)
def test_without_spaces_nothing_is_dropped(text: str, size: int) -> None:
    assert "".join(split_text(text, size)) == text


def test_text_is_cut_at_spaces_where_it_can_be() -> None:
    assert split_text("hello there everyone", 12) == ["hello there", "everyone"]
    assert split_text("hello there", 5) == ["hello", "there"]
    assert split_text("a bcdefghijkl", 8) == ["a bcdefg", "hijkl"], "a cut near the start would waste the line"
    assert split_text("", 8) == []


@pytest.mark.parametrize("size", [-1, 0, 3])
def test_a_size_that_no_character_may_fit_into_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="no character may fit"):
        split_text("😀", size)


@given(words, st.integers(1, 30))
def test_packed_words_are_all_there_in_order(these: list[str], size: int) -> None:
    lines = pack_words(these, size)
    assert [word for line in lines for word in line.split(" ")] == these


@given(words, st.integers(1, 30))
def test_packed_lines_fit_and_each_is_full(these: list[str], size: int) -> None:
    lines = pack_words(these, size)
    for line in lines:
        assert len(line.encode()) <= size or " " not in line
    for line, following in pairwise(lines):
        assert len(f"{line} {following.split(' ')[0]}".encode()) > size


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I love \x033IRC! \x03It is the \x037best protocol ever!", "I love IRC! It is the best protocol ever!"),
        ("This is a \x1d\x0313,9cool \x03message", "This is a cool message"),
        ("IRC \x02is \x034,12so \x16great\x0f!", "IRC is so great!"),
        (
            "Rules: Don't spam 5\x0313,8,6\x03,7,8, and especially not \x029\x02\x1d!",
            "Rules: Don't spam 5,6,7,8, and especially not 9!",
        ),
    ],
)
def test_the_examples_of_the_formatting_page(text: str, plain: str) -> None:
    """Each example displays both the raw IRC code sent, and then a formatted version of the output.

    https://modern.ircdocs.horse/formatting#examples
    """
    assert strip_formatting(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [("\x03,x", ",x"), ("\x03123", "3"), ("\x031,x", ",x"), ("\x031,234", "4"), ("\x03", ""), ("\x03\u0663", "\u0663")],
)
def test_a_colour_takes_at_most_two_digits(text: str, plain: str) -> None:
    """`<CODE>,` - Reset foreground and background colors and display the `,` character as text. […]
    `<CODE><COLOR>,` - Set the foreground color and display the `,` character as text. […] Where there are two ASCII
    digits available where a `<COLOR>` is allowed, two characters will always be read for it.

    https://modern.ircdocs.horse/formatting#forms-of-color-codes
    """
    assert strip_formatting(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [("\x04ff0000red", "red"), ("\x04ff0000,00FF00x", "x"), ("\x04ff0000,00x", ",00x"), ("\x04abc", "abc")],
)
def test_a_hexadecimal_colour_takes_six_digits(text: str, plain: str) -> None:
    """The two forms of https://modern.ircdocs.horse/formatting#hex-color, six digits for each colour."""
    assert strip_formatting(text) == plain


@given(st.text())
def test_stripping_leaves_no_formatting_and_plain_text_alone(text: str) -> None:
    assert not set("\x02\x03\x04\x0f\x11\x16\x1d\x1e\x1f") & set(strip_formatting(text))
    assert strip_formatting(text) == text or set("\x02\x03\x04\x0f\x11\x16\x1d\x1e\x1f") & set(text)
