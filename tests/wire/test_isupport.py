"""The tokens of RPL_ISUPPORT."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire import Message, parse
from ircwire.isupport import format_token, format_tokens, parse_tokens

names = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=20)
values = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=40) | st.text(
    "\\x5C20= ", max_size=10
)
tokens = st.dictionaries(names, values, max_size=40)


@given(tokens)
def test_written_tokens_read_back(these: dict[str, str]) -> None:
    assert parse_tokens(word for line in format_tokens(these) for word in line) == these


@given(tokens)
def test_tokens_pass_through_messages(these: dict[str, str]) -> None:
    for line in format_tokens(these):
        message = Message("005", ["nick", *line, "are supported by this server"], "irc.example.com")
        assert parse(str(message)).params[1:-1] == line


@given(tokens, st.integers(50, 500))
def test_a_line_has_at_most_13_tokens_and_the_size(these: dict[str, str], size: int) -> None:
    """As the maximum number of message parameters to any reply is 15, the maximum number of RPL_ISUPPORT tokens that
    can be advertised is 13. To counter this, a server MAY issue multiple RPL_ISUPPORT numerics.

    https://modern.ircdocs.horse/#rplisupport-005
    """
    for line in format_tokens(these, size=size):
        assert 1 <= len(line) <= 13
        assert len(line) == 1 or len(" ".join(line).encode()) <= size


def test_a_line_is_filled_before_the_next_begins() -> None:
    assert [len(line) for line in format_tokens({f"T{number}": "" for number in range(27)})] == [13, 13, 1]
    assert format_tokens({"A": "1", "B": "2", "C": "3"}, size=7) == [["A=1", "B=2"], ["C=3"]]


@pytest.mark.parametrize(("char", "escaped"), [(" ", r"\x20"), ("\\", r"\x5C"), ("=", r"\x3D")])
def test_three_characters_are_escaped(char: str, escaped: str) -> None:
    r"""The value MAY contain escape sequences: `\x20` for the space character (" ", 0x20), `\x5C` for the backslash
    character ("\", 0x5C) and `\x3D` for the equal character ("=", 0x3D).

    https://modern.ircdocs.horse/#rplisupport-005
    """
    assert format_token("NETWORK", f"a{char}b") == f"NETWORK=a{escaped}b"
    assert parse_tokens([f"NETWORK=a{escaped}b", f"N=a{escaped.lower()}b"]) == {
        "NETWORK": f"a{char}b",
        "N": f"a{char}b",
    }


@pytest.mark.parametrize("value", [r"\x", r"\x5", r"\xZZ", r"a\x+1b", "\\x\u0663\u0663", r"\y20"])
def test_what_is_no_escape_stays_as_it_is(value: str) -> None:
    r"""The value MAY contain escape sequences: `\x20` […], `\x5C` […] and `\x3D` […].

    https://modern.ircdocs.horse/#rplisupport-005
    """
    assert parse_tokens([f"X={value}"]) == {"X": value}


def test_a_minus_withdraws_a_parameter() -> None:
    """Tokens of the form `-PARAMETER` are used to negate a previously specified parameter. […] Tokens of this form MUST
    NOT contain a value field.

    https://modern.ircdocs.horse/#rplisupport-005
    """
    assert parse_tokens(["NICKLEN=30", "-NICKLEN", "-WHOX=1"]) == {"NICKLEN": None, "WHOX": None}


def test_a_parameter_may_have_no_value() -> None:
    """A token is of the form `PARAMETER`, `PARAMETER=VALUE` or `-PARAMETER`. […] value MAY be empty when sent by
    servers.

    https://modern.ircdocs.horse/#rplisupport-005
    """
    assert parse_tokens(["EXCEPTS", "INVEX=", "PREFIX=(ov)@+"]) == {"EXCEPTS": "", "INVEX": "", "PREFIX": "(ov)@+"}
    assert format_token("EXCEPTS") == "EXCEPTS"


@pytest.mark.parametrize("word", ["", "-", "=x", "-=x"])
def test_what_has_no_name_is_no_token(word: str) -> None:
    """parameter = 1*20 letter

    https://modern.ircdocs.horse/#rplisupport-005
    """
    assert parse_tokens([word]) == {}
