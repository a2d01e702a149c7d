"""How long lines may be, and which bytes may be in them."""

import pytest

from ircwire import parse
from tests.support.irc import Irc, commands, params
from trialogue_server.delivery.render import Rendering
from trialogue_server.world.events import MessagePosted


def test_a_line_of_510_bytes_is_heard(irc: Irc) -> None:
    """ "Most IRC servers limit messages to 512 bytes in length, including the trailing CR-LF characters."

    https://modern.ircdocs.horse/#message-format
    """
    alice = irc.connect("alice")
    alice.feed(b"PING " + b"x" * 505 + b"\r\n")
    [line] = alice.lines()
    assert len(line) == 510
    assert line.startswith(":trialogue.local PONG trialogue.local :xxx")


def test_a_longer_one_is_not(irc: Irc) -> None:
    """ "Indicates a given line does not follow the specified size limits (512 bytes for the main section, 4094 or 8191
    bytes for the tag section)."

    https://modern.ircdocs.horse/#errinputtoolong-417
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    alice.feed(b"PRIVMSG bob :" + b"x" * 498 + b"\r\nPING y\r\n")
    got = alice.read()
    assert commands(got) == ["417", "NOTICE", "PONG"]
    assert got[0].params == ["alice", "Input line was too long"]
    assert got[1].params[-1].startswith("Your line was too long, so nothing of it was sent"), "clients show a NOTICE"
    assert bob.lines() == []
    carol = irc.connect("carol", "echo-message")
    carol.feed(b"PRIVMSG bob :" + b"x" * 498 + b"\r\n")
    assert commands(carol.read()) == ["417"], "who waits for the echo does not show it as said"
    stranger = irc.open()
    stranger.feed(b"x" * 600 + b"\r\n")
    assert params(stranger.read(), "417") == [["*", "Input line was too long"]]


def test_a_notice_is_not_cut_for_the_name_in_front_of_it(irc: Irc) -> None:
    """ "they do not do so in the middle of a UTF-8-encoded codepoint."; it is answered by nothing, and comes in parts.

    https://ircv3.net/specs/extensions/utf8-only#implementation-considerations
    """
    alice, bob = irc.connect("alice"), irc.connect("bob", "server-time")
    for start in range(4):
        text = "x" * start + "😃" * 123
        alice.send(f"NOTICE bob :{text}")
        lines = [line.partition(" ")[2] for line in bob.lines()]
        assert len(lines) == 2
        assert 507 <= len(lines[0].encode()) <= 510
        assert "".join(line.split(" :", 1)[1] for line in lines) == text
        assert all(line.startswith(":alice!alice@127.0.0.1 NOTICE bob :") for line in lines)
    assert alice.lines() == []


@pytest.mark.parametrize("caps", [(), ("echo-message",)])
@pytest.mark.parametrize("text", ["x{}", "\x01ACTION {}\x01", "😃{}"])
@pytest.mark.parametrize("target", ["bob", "#room", "@#room"])
def test_a_message_for_which_there_is_no_room_behind_the_name_is_refused(
    irc: Irc, target: str, text: str, caps: tuple[str, ...]
) -> None:
    """ "Indicates a given line does not follow the specified size limits": cut, it would be less than its sender saw.

    https://defs.ircdocs.horse/defs/numerics.html#err-inputtoolong-417
    """
    alice, bob = irc.connect("alice", *caps), irc.connect("bob")
    irc.enter("#room", bob, alice)
    bob.ask("MODE #room +o alice")
    alice.read()
    room = 510 - len(f":alice!alice@127.0.0.1 PRIVMSG {target} :{text.format('')}".encode())
    answers = alice.ask(f"PRIVMSG {target} :{text.format('y' * (room + 1))}")
    assert params(answers, "417") == [["alice", "Input line was too long"]]
    assert len(params(answers, "NOTICE")) == (not caps), "a client without the echo has shown it as said"
    assert bob.read() == []
    alice.send(f"PRIVMSG {target} :{text.format('y' * room)}")
    [line] = bob.lines()
    assert len(line.encode()) == 510


def test_a_service_takes_a_line_as_long_as_it_comes(irc: Irc) -> None:
    alice = irc.connect("alice")
    said = params(alice.ask(f"PRIVMSG NickServ :INFO {'x' * 480}"), "417", "NOTICE")
    assert len(said) == 1
    assert "too long" not in said[0][-1]


def test_a_long_message_is_one_to_who_knows_parts(irc: Irc) -> None:
    """ "draft/multiline-concat … should be concatenated directly with the previous message": with one id.

    https://ircv3.net/specs/extensions/multiline#concat-tag
    """
    alice = irc.connect("alice", "echo-message", "labeled-response", "batch", "draft/multiline", "message-tags")
    bob = irc.connect("bob", "batch", "draft/multiline", "message-tags")
    text = "word " * 97
    for client, heard in ((alice, alice.ask(f"@label=1 NOTICE bob :{text}")), (bob, bob.read())):
        opening, first, second, closing = heard
        assert (opening.command, closing.command) == ("BATCH", "BATCH"), client
        assert "msgid" in opening.tags
        assert ("draft/multiline-concat" in first.tags, "draft/multiline-concat" in second.tags) == (False, True)
        assert first.params[1] + second.params[1] == text


def test_a_long_action_of_before_stays_an_action() -> None:
    """ "This command is used to … represent roleplaying actions": ``\\x01ACTION <text>\\x01``.

    https://modern.ircdocs.horse/ctcp#action
    """
    words = "waves " * 90
    stamp = 1, 0.0, 1, "alice!alice@127.0.0.1", ""
    event = MessagePosted(*stamp, "PRIVMSG", "#room", "#room", 0, "", f"\x01ACTION {words}\x01", "")
    lines = Rendering(event, 512)(0).decode().split("\r\n")[:-1]
    texts = [parse(line).params[1] for line in lines]
    assert len(texts) == 2
    assert all(text.startswith("\x01ACTION ") and text.endswith("\x01") for text in texts)
    assert "".join(text[8:-1] for text in texts) == words


def test_no_part_of_a_long_line_asks_a_program(irc: Irc) -> None:
    """ "CTCP messages … begin with \\x01": a second part that began so would be answered.

    https://modern.ircdocs.horse/ctcp#message-syntax
    """
    alice, bob = irc.room("#room", "alice", "bob")
    for size in range(440, 490):
        alice.send(f"NOTICE #room :{'x' * size} \x01VERSION\x01")
    assert not [message for message in bob.read() if message.params[1].startswith("\x01")]


@pytest.mark.parametrize(
    "line",
    [
        "WHOIS {}", "WHOWAS {}", "WHO {}", "NAMES #{}", "JOIN {}", "JOIN #{}", "PART #{}", "KICK #{} bob",
        "INVITE {} #test",
        "MODE #{}", "MODE {}", "MODE #test +o {}", "MODE #test +l {}", "MODE #test +b {}", "TOPIC #{}", "PRIVMSG {} :x",
        "PRIVMSG #{} :x", "NICK {}", "HELP {}", "MOTD {}", "LINKS {}", "CAP {}", "USERHOST {}", "ISON {}", "{} x",
    ],
)  # fmt: skip
def test_answers_to_long_words_keep_their_form(irc: Irc, line: str) -> None:
    """ "Most IRC servers limit messages to 512 bytes in length, including the trailing CR-LF characters."

    https://modern.ircdocs.horse/#message-format
    """
    alice, _ = irc.room("#test", "alice", "bob")
    alice.feed((line.format("ä" * 220) + "\r\n").encode())
    lines = alice.lines()
    assert lines
    for text in lines:
        assert len(text.encode()) <= 510
        assert " :" in text or text.split()[1] == "MODE", "the last parameter is not cut off"


def test_quitting_at_length() -> None:
    """ "Most IRC servers limit messages to 512 bytes in length"  https://modern.ircdocs.horse/#message-format"""
    irc = Irc(limits={"quit_length": 2**31 - 1, "kick_length": 2**31 - 1})
    alice, bob = irc.room("#test", "alice", "bob")
    alice.send("QUIT :" + "x" * 504)
    assert max(len(line) for line in (*alice.lines(), *bob.lines())) == 510


def test_bytes_that_are_no_utf8_are_refused(irc: Irc) -> None:
    """ "When sent with the FAIL command, it indicates that the client's message was rejected because it contained
    invalid UTF-8 data."

    https://ircv3.net/specs/extensions/utf8-only
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    alice.feed(b"PRIVMSG bob :caf\xe9\r\n")
    [answer] = alice.read()
    assert (answer.command, answer.params[:-1]) == ("FAIL", ["PRIVMSG", "INVALID_UTF8"])
    assert bob.lines() == []
    newcomer = irc.open()
    newcomer.feed(b"USER u s e :\xff\r\n")
    assert params(newcomer.read(), "FAIL")[0][:2] == ["USER", "INVALID_UTF8"]


def test_what_names_no_command(irc: Irc) -> None:
    """ "If the server is unable to parse the sent command then it MAY send a FAIL command with no command name (i.e.
    *)."

    https://ircv3.net/specs/extensions/utf8-only
    """
    alice = irc.connect("alice")
    alice.feed(b"\xff\xfe\r\n")
    assert params(alice.read(), "FAIL")[0][:2] == ["*", "INVALID_UTF8"]


def test_refused_bytes_are_answered_with_the_label(irc: Irc) -> None:
    """ "the server MUST include the same tag and value in any response produced from this message"

    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    alice = irc.connect("alice", "batch", "labeled-response")
    alice.feed(b"@label=xyz PRIVMSG alice :\xff\r\n")
    [answer] = alice.read()
    assert (answer.command, answer.tags) == ("FAIL", {"label": "xyz"})


@pytest.mark.parametrize(("policy", "told"), [("refuse", True), ("replace", True), ("latin-1", False)])
def test_clients_are_told_that_only_utf8_will_do(policy: str, told: bool) -> None:
    """ "This specification introduces a new token UTF8ONLY that servers can include in their ISUPPORT (005) output."

    https://ircv3.net/specs/extensions/utf8-only
    """
    alice = Irc(text={"invalid_utf8": policy}).connect("alice")
    assert any("UTF8ONLY" in answer for answer in params(alice.ask("VERSION"), "005")) is told


@pytest.mark.parametrize(("one", "other", "same"), [("Foo", "fOO", True), ("a[b]\\c", "a{b}|c", False)])
def test_casemapping_is_the_one_that_is_told(irc: Irc, one: str, other: str, same: bool) -> None:
    """ "ascii: Defines the characters a to z to be considered the lower-case equivalents of the characters A to Z
    only."

    https://modern.ircdocs.horse/#casemapping-parameter
    """
    alice = irc.connect(one)
    assert any("CASEMAPPING=ascii" in answer for answer in params(alice.ask("VERSION"), "005"))
    alice.ask(f"JOIN #{one}")
    bob = irc.connect("bob")
    assert bool(params(bob.ask(f"NICK {other}"), "433")) is same
    bob.ask(f"JOIN #{other}")
    assert bool(params(alice.read(), "JOIN")) is same
