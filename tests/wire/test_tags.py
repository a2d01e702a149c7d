"""The tags of a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire import FormatError, parse
from ircwire.tags import client_only, escape, format_tags, is_key, parse_tags, unescape


@given(st.text())
def test_an_escaped_value_unescapes_to_itself(value: str) -> None:
    assert unescape(escape(value)) == value


@given(st.text())
def test_an_escaped_value_holds_nothing_that_ends_it(value: str) -> None:
    """<escaped_value> ::= <sequence of zero or more utf8 characters except NUL, CR, LF, semicolon (`;`) and SPACE>

    https://ircv3.net/specs/extensions/message-tags#format
    """
    assert not set("\r\n; ") & set(escape(value))


@pytest.mark.parametrize(
    ("char", "sequence"),
    [(";", r"\:"), (" ", r"\s"), ("\\", r"\\"), ("\r", r"\r"), ("\n", r"\n"), ("=", "="), (":", ":")],
)
def test_the_mapping_of_the_table(char: str, sequence: str) -> None:
    """The mapping between characters in tag values and their representation in <escaped value> is defined as follows
    […]

    https://ircv3.net/specs/extensions/message-tags#escaping-values
    """
    assert escape(char) == sequence
    assert unescape(sequence) == char


def test_the_example_of_the_spec() -> None:
    """Raw value: `raw+:=,escaped; \\`, escaped value: `raw+:=,escaped\\:\\s\\\\`

    https://ircv3.net/specs/extensions/message-tags#examples
    """
    raw, escaped = "raw+:=,escaped; \\", r"raw+:=,escaped\:\s\\"
    assert escape(raw) == escaped
    assert parse_tags(f"+example={escaped}") == {"+example": raw}


@pytest.mark.parametrize(
    ("escaped", "value"), [("test\\", "test"), (r"\b", "b"), (r"\\n", r"\n"), (r"\\\s\\s", r"\ \s"), (r"a\\", "a\\")]
)
def test_a_stray_backslash_is_dropped(escaped: str, value: str) -> None:
    """If a lone `\\` exists at the end of an escaped value […], then there SHOULD be no output character. […] If a `\\`
    exists with no valid escape character (for example, `\\b`), then the invalid backslash SHOULD be dropped.

    https://ircv3.net/specs/extensions/message-tags#escaping-values
    """
    assert unescape(escaped) == value


def test_of_twins_the_last_counts() -> None:
    """Implementations receiving messages with more than one occurrence of a tag key name SHOULD disregard all but the
    final occurrence.

    https://ircv3.net/specs/extensions/message-tags#format
    """
    assert parse_tags("a=1;b=2;a=3;v/b=4") == {"a": "3", "b": "2", "v/b": "4"}


def test_keys_are_case_sensitive() -> None:
    """Implementations MUST treat tag key names as case-sensitive opaque identifiers.

    https://ircv3.net/specs/extensions/message-tags#format
    """
    assert parse_tags("Key=1;key=2") == {"Key": "1", "key": "2"}


@pytest.mark.parametrize("key", ["under_score", "+draft/ré@ct", "a/b/c", "/", "v/", "!", "+a.b"])
def test_an_unknown_form_of_key_rejects_no_message_and_is_passed_on(key: str) -> None:
    """Implementations […] MUST NOT perform any validation that would reject the message if an invalid tag key name is
    used. This allows future modifications to the tag key name format.

    https://ircv3.net/specs/extensions/message-tags#format
    """
    message = parse(f"@{key}=x PRIVMSG #a :hi")
    assert message.tags == {key: "x"}
    assert str(message) == f"@{key}=x PRIVMSG #a hi"


def test_an_empty_value_is_a_missing_value() -> None:
    """Implementations MUST interpret empty tag values (e.g. `foo=`) as equivalent to missing tag values (e.g. `foo`).
    […] Implementations […] MUST NOT convert values from missing to empty, to prevent size limit issues.

    https://ircv3.net/specs/extensions/message-tags#format
    """
    assert parse_tags("foo=;bar") == parse_tags("foo;bar=") == {"foo": "", "bar": ""}
    assert format_tags({"foo": "", "bar": ""}) == "foo;bar"


def test_a_value_may_hold_an_equals_sign() -> None:
    """<tag> ::= <key> ['=' <escaped_value>]

    https://ircv3.net/specs/extensions/message-tags#format
    """
    assert parse_tags("a=b=c;d==") == {"a": "b=c", "d": "="}


@pytest.mark.parametrize("text", ["", ";", "=", "=x", ";;", "+", "+=x", ";=;+;"])
def test_what_has_no_key_is_no_tag(text: str) -> None:
    """<key_name> ::= <non-empty sequence of ascii letters, digits, hyphens ('-')>

    https://ircv3.net/specs/extensions/message-tags#format
    """
    assert parse_tags(text) == {}


@pytest.mark.parametrize("key", ["", "+", "a b", "a;b", "a=b", "a\r", "a\n", "a\0"])
def test_a_key_that_would_not_read_back_is_not_written(key: str) -> None:
    assert not is_key(key)
    with pytest.raises(FormatError):
        format_tags({key: "x"})


@given(st.text())
def test_every_key_that_is_read_can_be_written(text: str) -> None:
    tags = parse_tags(text.translate(dict.fromkeys(map(ord, " \r\n\0"))))
    assert parse_tags(format_tags(tags)) == tags


def test_only_tags_with_a_plus_pass_from_client_to_client() -> None:
    """Tags without the client-only prefix MUST be removed by the server before being relayed with any message to
    another client.

    https://ircv3.net/specs/extensions/message-tags#security-considerations
    """
    assert client_only({"label": "1", "+typing": "active", "time": "x", "+v/k": ""}) == {
        "+typing": "active",
        "+v/k": "",
    }
