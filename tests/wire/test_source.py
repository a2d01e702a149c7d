"""The source of a message, and the masks that match it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire.source import Source, compile_masks, complete_mask, match, parse_source

nicks = st.text(st.characters(exclude_characters="!@ \r\n\0"), min_size=1)
users = st.text(st.characters(exclude_characters="@ \r\n\0"))
hosts = st.text(st.characters(exclude_characters=" \r\n\0"))
# Few letters, so that masks and texts often meet.
masks = st.text("ab*?\\", max_size=8)
targets = st.text("ab*?\\", max_size=8)


@given(nicks, users, hosts)
def test_a_written_source_reads_back(nick: str, user: str, host: str) -> None:
    assert parse_source(str(Source(nick, user, host))) == Source(nick, user, host)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("dan!~d@localhost", Source("dan", "~d", "localhost")),
        ("dan@localhost", Source("dan", "", "localhost")),
        ("dan!d", Source("dan", "d", "")),
        ("irc.example.com", Source("irc.example.com", "", "")),
        ("dan!d@ne\x0305t", Source("dan", "d", "ne\x0305t")),
        ("dan!d@2001:db8::1", Source("dan", "d", "2001:db8::1")),
    ],
)
def test_the_parts_of_a_source(source: str, expected: Source) -> None:
    """source ::= servername / ( nickname [ "!" user ] [ "@" host ] )

    https://modern.ircdocs.horse/#source
    """
    assert parse_source(source) == expected
    assert str(expected) == source


@pytest.mark.parametrize(
    ("mask", "complete"),
    [
        ("bob", "bob!*@*"),
        ("bob!b", "bob!b@*"),
        ("bob!b@h", "bob!b@h"),
        ("b@h", "*!b@h"),
        ("*@h", "*!*@h"),
        ("@h", "*!*@h"),
        ("!", "*!*@*"),
        ("", "*!*@*"),
    ],
)
def test_a_mask_is_completed(mask: str, complete: str) -> None:
    """[…] their nickmask (the combination of `nick!user@host`) is compared with each banned client mask set with this
    mode.

    https://modern.ircdocs.horse/#ban-channel-mode
    """
    assert complete_mask(mask) == complete


@given(st.text("ab!@*", max_size=10))
def test_a_complete_mask_has_three_parts_and_stays_as_it_is(mask: str) -> None:
    complete = complete_mask(mask)
    nick, user, host = complete.partition("!")[0], *complete.partition("!")[2].partition("@")[::2]
    assert nick
    assert user
    assert host
    assert complete_mask(complete) == complete


def reference_match(mask: str, text: str) -> bool:
    """The definition, word by word; takes exponential time."""
    if not mask:
        return not text
    if mask[0] == "\\" and mask[1:2] in ("*", "?"):
        return text[:1] == mask[1] and reference_match(mask[2:], text[1:])
    if mask[0] == "*":
        return reference_match(mask[1:], text) or (bool(text) and reference_match(mask, text[1:]))
    return bool(text) and mask[0] in ("?", text[0]) and reference_match(mask[1:], text[1:])


@given(masks, targets)
def test_match_agrees_with_the_definition(mask: str, text: str) -> None:
    assert match(mask, text) == reference_match(mask, text)


@pytest.mark.parametrize("mask", ["*a" * 200 + "b", "*" + "?" * 200 + "b", "*?" * 150 + "b", "*aa" * 100 + "?b*"])
def test_no_mask_takes_long(mask: str) -> None:
    """Whoever tries each place for each star again when the next one fails is not done with this in a lifetime."""
    assert not match(mask, "a" * 400)
    assert match(mask, "a" * 400 + "b")


@given(targets)
def test_a_text_with_its_wildcards_escaped_matches_itself_alone(text: str) -> None:
    literal = text.replace("\\", "").replace("*", r"\*").replace("?", r"\?")
    assert match(literal, text.replace("\\", ""))
    assert not match(literal, text.replace("\\", "") + "a")


@pytest.mark.parametrize(
    ("mask", "matching", "others"),
    [
        ("a?c", ["abc", "a?c", "aéc"], ["ac", "abbc", "abcd"]),
        ("a*c", ["ac", "abc", "a*c", "abcabc"], ["a", "c", "abcd", "xac"]),
        (r"a\*c", ["a*c"], ["abc", r"a\c", r"a\*c"]),
        (r"a\?c", ["a?c"], ["abc"]),
    ],
)
def test_wildcards(mask: str, matching: list[str], others: list[str]) -> None:
    """[…] the protocol allows the use of two special characters: ('?', 0x3F) to match one and only one character, and
    ('*', 0x2A) to match any number of any characters. These two characters can be escaped using the ('\\', 0x5C)
    character.

    https://modern.ircdocs.horse/#wildcard-expressions
    """
    assert all(match(mask, text) for text in matching)
    assert not any(match(mask, text) for text in others)


@pytest.mark.parametrize("nick", ["[bob]", "a\\b", "\\", "{a}|^", "b\\\\", "`-_"])
def test_a_nick_is_a_mask_for_itself(nick: str) -> None:
    """nowild = %x01-29 / %x2B-3E / %x40-FF  ; any octet except NUL, "*", "?": brackets and backslashes are themselves.

    https://modern.ircdocs.horse/#wildcard-expressions
    """
    assert match(f"{nick}!*@*", f"{nick}!user@host")
    assert not match(f"{nick}!*@*", "other!user@host")


def test_no_mask_takes_exponential_time() -> None:
    """Nobody would see the end of that."""
    assert not match("*a" * 50 + "b", "a" * 500)


@given(st.lists(masks, max_size=3), targets)
def test_masks_match_together_as_each_by_itself(several: list[str], text: str) -> None:
    assert compile_masks(several)(text) is any(match(mask, text) for mask in several)
