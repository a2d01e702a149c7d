"""The names of numerics."""

import re

import pytest

from ircwire import numerics

NUMERICS = {name: number for name, number in vars(numerics).items() if name.isupper()}


def test_a_numeric_has_three_digits() -> None:
    """The command must either be a valid IRC command or a numeric (a three-digit number represented as text).

    https://modern.ircdocs.horse/#command
    """
    assert [name for name, number in NUMERICS.items() if not re.fullmatch(r"[0-9]{3}", number)] == []


def test_no_number_has_two_names() -> None:
    assert len(set(NUMERICS.values())) == len(NUMERICS)


def test_names_tell_replies_from_errors() -> None:
    """Errors are 400 to 599; what came later has its numbers where it found room.

    https://datatracker.ietf.org/doc/html/rfc2812#section-5
    """
    for name, number in NUMERICS.items():
        if int(number) < 600:
            assert name.startswith("ERR_" if number >= "400" else "RPL_")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("RPL_WELCOME", "001"),
        ("RPL_ISUPPORT", "005"),
        ("RPL_NAMREPLY", "353"),
        ("ERR_NICKNAMEINUSE", "433"),
        ("ERR_INPUTTOOLONG", "417"),
        ("ERR_NEEDMOREPARAMS", "461"),
        ("ERR_INVALIDMODEPARAM", "696"),
        ("RPL_WHOISSECURE", "671"),
        ("ERR_HELPNOTFOUND", "524"),
    ],
)
def test_numbers_as_the_document_gives_them(name: str, number: str) -> None:
    """Numerics of https://modern.ircdocs.horse/#numerics, one of each range."""
    assert NUMERICS[name] == number
