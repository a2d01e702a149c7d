"""Casemapping: when two names are the same name."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire.casemap import FOLDS, Fold, ascii_fold, rfc1459_fold, rfc1459_strict_fold, unicode_fold

ALL = [*FOLDS.values(), unicode_fold]
names = st.text() | st.text(string.ascii_letters + string.punctuation)


@pytest.mark.parametrize("fold", ALL)
@given(name=names)
def test_folding_twice_is_folding_once(fold: Fold, name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize("fold", ALL)
@given(name=st.text(string.ascii_letters + string.digits))
def test_letters_compare_without_case(fold: Fold, name: str) -> None:
    assert fold(name.upper()) == fold(name.lower()) == fold(name)


@pytest.mark.parametrize(
    ("fold", "pairs"),
    [(ascii_fold, []), (rfc1459_strict_fold, ["[{", "]}", "\\|"]), (rfc1459_fold, ["[{", "]}", "\\|", "~^"])],
)
def test_which_characters_are_the_same(fold: Fold, pairs: list[str]) -> None:
    """`ascii`: Defines the characters `a` to `z` to be considered the lower-case equivalents of the characters `A` to
    `Z` only. `rfc1459`: Same as 'ascii', with the addition of the characters '{', '}', '|', and '^' being considered
    the lower-case equivalents of the characters '[', ']', '\\', and '~' respectively. `rfc1459-strict`: […] Note that
    the difference between this and `rfc1459` above is that in rfc1459-strict, '^' and '~' are not casefolded.

    https://modern.ircdocs.horse/#casemapping-parameter
    """
    lower = {pair[0]: pair[1] for pair in [*pairs, *zip(string.ascii_uppercase, string.ascii_lowercase, strict=True)]}
    for code in [*range(256), 0x130, 0x212A, 0xFF21]:
        assert fold(chr(code)) == lower.get(chr(code), chr(code))
        assert fold("é" + chr(code)) == "é" + lower.get(chr(code), chr(code))


def test_the_tokens_of_the_casemapping_parameter() -> None:
    """The specified casemappings are as follows: ascii […] rfc1459 […] rfc1459-strict […]

    https://modern.ircdocs.horse/#casemapping-parameter
    """
    assert {name: fold("A[~") for name, fold in FOLDS.items()} == {
        "ascii": "a[~",
        "rfc1459": "a{^",
        "rfc1459-strict": "a{~",
    }


@given(st.text(string.printable))
def test_unicode_folds_ascii_as_ascii_does(name: str) -> None:
    assert unicode_fold(name) == ascii_fold(name)


def test_unicode_folding_is_stable_for_every_character() -> None:
    last_with_case = 0x30000
    folded = {unicode_fold(chr(code)) for code in range(last_with_case) if not 0xD800 <= code < 0xE000}
    assert [fold for fold in folded if unicode_fold(fold) != fold] == []


@pytest.mark.parametrize("names", [("STRASSE", "straße"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("Ａｂ", "aB"), ("e\u0301", "É")])
def test_unicode_names_compare_without_case_and_form(names: tuple[str, str]) -> None:
    assert unicode_fold(names[0]) == unicode_fold(names[1])
