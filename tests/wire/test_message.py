"""Messages: parsing a line, and what a line may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire import FormatError, LineFramer, Message, ParseError, TooLong, parse

NOT_IN_LINES = "\r\n\0"
texts = st.text(st.characters(exclude_characters=NOT_IN_LINES, exclude_categories=["Cs"]))
words = st.text(st.characters(exclude_characters=NOT_IN_LINES + " ", exclude_categories=["Cs"]), min_size=1)
commands = st.one_of(
    st.sampled_from(["PRIVMSG", "TAGMSG", "001", "433"]),
    words.filter(lambda word: word[0] not in ":@" and (not word.isascii() or word == word.upper())),
)
middles = words.filter(lambda word: word[0] != ":")
params = st.one_of(
    st.lists(middles, max_size=15), st.builds(lambda most, last: [*most, last], st.lists(middles, max_size=14), texts)
)
keys = st.one_of(
    st.from_regex(r"\A\+?([a-z0-9.-]+/)?[A-Za-z0-9-]+\Z"),
    st.text(st.characters(exclude_characters=NOT_IN_LINES + " ;=", exclude_categories=["Cs"]), min_size=1),
).filter(lambda key: key != "+")
values = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
messages = st.builds(Message, commands, params, st.none() | words, st.dictionaries(keys, values, max_size=5))


@given(messages)
def test_a_written_message_reads_back_as_the_same_message(message: Message) -> None:
    assert parse(str(message)) == message


@given(messages)
def test_a_written_message_is_one_line_for_the_framer(message: Message) -> None:
    line = str(message).encode()
    assert LineFramer(body=1 << 20, tags=1 << 20).feed(line + b"\r\n") == [line]


@given(
    st.binary() | st.lists(st.sampled_from([b"@", b":", b" ", b"\r", b"\n", b"a", b";", b"=", b"\xff"])).map(b"".join)
)
def test_any_bytes_are_messages_or_parse_errors_and_nothing_else(data: bytes) -> None:
    for line in LineFramer(body=20, tags=20).feed(data + b"\n"):
        if isinstance(line, TooLong):
            continue
        for errors in ("replace", "surrogateescape"):
            try:
                message = parse(line.decode(errors=errors))
            except ParseError:
                continue
            assert parse(str(message)) == message


@given(texts | st.text())
def test_any_text_is_a_message_or_a_parse_error(line: str) -> None:
    try:
        message = parse(line)
    except ParseError:
        return
    assert parse(str(message)) == message


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (":irc.example.com CAP * LIST :", ["*", "LIST", ""]),
        ("CAP * LS :multi-prefix sasl", ["*", "LS", "multi-prefix sasl"]),
        ("CAP REQ :sasl message-tags foo", ["REQ", "sasl message-tags foo"]),
        (":dan!d@localhost PRIVMSG #chan :Hey!", ["#chan", "Hey!"]),
        (":dan!d@localhost PRIVMSG #chan Hey!", ["#chan", "Hey!"]),
        (":dan!d@localhost PRIVMSG #chan ::-)", ["#chan", ":-)"]),
    ],
)
def test_trailing_is_no_special_parameter(line: str, expected: list[str]) -> None:
    """Here are some examples of messages and how the parameters would be represented as JSON lists […] a trailing
    parameter (a final parameter with a preceding ':') has the same semantics as any other parameter.

    https://modern.ircdocs.horse/#parameters
    """
    assert parse(line).params == expected


def test_spaces_between_the_parts_may_be_many() -> None:
    """These message parts, and parameters themselves, are separated by one or more ASCII SPACE characters.

    https://modern.ircdocs.horse/#message-format
    """
    expected = Message("KICK", ["#a", "bob", "  go  away "], "op!o@host", {"k": "v"})
    assert parse("@k=v   :op!o@host  KICK    #a  bob   :  go  away ") == expected


@pytest.mark.parametrize("line", ["AWAY", "AWAY ", "AWAY   "])
def test_spaces_at_the_end_are_no_parameter(line: str) -> None:
    """Parameters that contain spaces, are empty, or begin with a ':' character MUST be sent with a preceding ':'.

    https://modern.ircdocs.horse/#parameters
    """
    assert parse(line).params == []


def test_a_tab_is_no_space() -> None:
    """Parameters are a series of values separated by one or more ASCII SPACE characters (' ', 0x20).

    https://modern.ircdocs.horse/#parameters
    """
    assert parse(":a\tb TOPIC #x\ty z") == Message("TOPIC", ["#x\ty", "z"], "a\tb")


def test_more_than_fifteen_parameters_are_read() -> None:
    """However, clients MUST parse incoming messages with any number of them.

    https://modern.ircdocs.horse/#parameters
    """
    assert parse("X " + " ".join(["p"] * 40)).params == ["p"] * 40


def test_a_colon_inside_a_word_starts_no_trailing() -> None:
    """middle ::= nospcrlfcl *( ":" / nospcrlfcl )

    https://modern.ircdocs.horse/#parameters
    """
    assert parse("MODE #a +b a:b!*@* :c:d : e").params == ["#a", "+b", "a:b!*@*", "c:d : e"]


@pytest.mark.parametrize("line", ["privmsg x", "PrivMsg x"])
def test_commands_come_in_capitals(line: str) -> None:
    """Command names are compared without regard to case; handlers and renderers see capitals alone.

    https://modern.ircdocs.horse/#command
    """
    assert parse(line).command == "PRIVMSG"


@pytest.mark.parametrize("command", ["FOO_BAR", "FOO-BAR", "?", "joın", "ſtatus", "ﬁ", "ß"])
def test_an_unknown_word_is_a_command_and_never_mistaken_for_a_known_one(command: str) -> None:
    """If a command is not implemented, it MUST return the ERR_UNKNOWNCOMMAND numeric.

    https://modern.ircdocs.horse/#optional-messages
    """
    message = parse(f"{command} x")
    assert message == Message(command, ["x"])
    assert str(message) == f"{command} x"


@pytest.mark.parametrize(
    "line",
    ["", " ", ":", ":source", ":source ", "@tag", "@tag ", "@tag :source", "@tag :source :x", ":source @x", "@t @x"],
)
def test_a_line_without_a_command_is_a_parse_error(line: str) -> None:
    """message ::= ['@' <tags> SPACE] [':' <source> SPACE] <command> <parameters> <crlf>

    https://modern.ircdocs.horse/#message-format
    """
    with pytest.raises(ParseError):
        parse(line)


@pytest.mark.parametrize("char", ["\0", "\r", "\n"])
@pytest.mark.parametrize("line", ["PRIVMSG #a :x{}y", "@k=a{}b PING x", ":s{} PING x"])
def test_nul_cr_and_lf_stand_in_no_message(line: str, char: str) -> None:
    """nospcrlfcl ::= <sequence of any characters except NUL, CR, LF, colon (`:`) and SPACE>

    https://modern.ircdocs.horse/#parameters
    """
    with pytest.raises(ParseError):
        parse(line.format(char))


def test_a_parse_error_does_not_quote_the_line() -> None:
    with pytest.raises(ParseError) as caught:
        parse("PASS secret\0")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["", ":-)", "two words", " "])
def test_a_last_parameter_that_needs_a_colon_gets_one(text: str) -> None:
    """Parameters that contain spaces, are empty, or begin with a ':' character MUST be sent with a preceding ':'.

    https://modern.ircdocs.horse/#parameters
    """
    assert str(Message("TOPIC", ["#a", text])) == f"TOPIC #a :{text}"


@pytest.mark.parametrize(
    "message",
    [
        Message(""),
        Message("FOO BAR"),
        Message("FOO\r\nQUIT"),
        Message("privmsg", ["#a", "x"]),
        Message("@A"),
        Message(":A"),
        Message("PRIVMSG", ["#a b", "x"]),
        Message("PRIVMSG", ["", "x"]),
        Message("PRIVMSG", [":a", "x"]),
        Message("PRIVMSG", ["#a", "x\r\nQUIT"]),
        Message("PRIVMSG", ["#a", "x\0"]),
        Message("PRIVMSG", ["#a", "x"], source=""),
        Message("PRIVMSG", ["#a", "x"], source="a b"),
        Message("PRIVMSG", ["#a", "x"], source="a\nb"),
        Message("PRIVMSG", ["#a", "x"], tags={"": "x"}),
        Message("PRIVMSG", ["#a", "x"], tags={"a b": "x"}),
        Message("PRIVMSG", ["#a", "x"], tags={"k": "\0"}),
    ],
)
def test_what_would_not_read_back_is_not_written(message: Message) -> None:
    with pytest.raises(FormatError):
        str(message)
