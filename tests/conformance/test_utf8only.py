"""UTF8ONLY: what is relayed is UTF-8.  https://ircv3.net/specs/extensions/utf8-only (ratified)

What happens to commands that are refused is in test_lines.py.
"""

import pytest

from tests.support.irc import Irc, commands, params

REPLACE = {"invalid_utf8": "replace"}


def test_a_repaired_line_is_accepted_with_a_warning() -> None:
    """ "When sent with the WARN command, it indicates that the message was modified but still accepted."

    https://ircv3.net/specs/extensions/utf8-only#the-invalid_utf8-standard-replies-code
    """
    irc = Irc(text=REPLACE)
    alice, bob = irc.room("#room", "alice", "bob")
    alice.feed(b"PRIVMSG #room :caf\xe9\r\n")
    assert params(alice.read(), "WARN")[0][:2] == ["PRIVMSG", "INVALID_UTF8"]
    assert params(bob.read(), "PRIVMSG") == [["#room", "caf\ufffd"]]


def test_the_warning_is_part_of_a_labelled_answer() -> None:
    """ "This message SHOULD also be given a label, if one was provided by the client with the original command that
    spawned this reply."

    https://ircv3.net/specs/extensions/standard-replies#message-format
    """
    irc = Irc(text=REPLACE)
    alice = irc.connect("alice", "batch", "labeled-response")
    alice.feed(b"@label=x AWAY :caf\xe9\r\n")
    first, *inside, _ = alice.read()
    assert first.tags["label"] == "x"
    assert commands(inside) == ["WARN", "306"]


def test_a_command_that_cannot_be_read_has_no_name() -> None:
    """ "If the server is unable to parse the sent command then it MAY send a FAIL command with no command name
    (i.e. *)."

    https://ircv3.net/specs/extensions/utf8-only#the-invalid_utf8-standard-replies-code
    """
    alice = Irc(text=REPLACE).connect("alice")
    alice.feed(b"CAF\xc9 x\r\n")
    answers = alice.read()
    assert params(answers, "WARN")[0][:2] == ["*", "INVALID_UTF8"]
    assert commands(answers) == ["WARN", "421"]


@pytest.mark.parametrize("policy", ["refuse", "replace", "latin-1"])
def test_only_utf8_is_relayed(policy: str) -> None:
    """ "Servers publishing this token MUST NOT relay content (such as PRIVMSG or NOTICE message data, channel topics,
    or realnames) containing non-UTF-8 data to clients."

    https://ircv3.net/specs/extensions/utf8-only#the-utf8only-isupport-token
    """
    irc = Irc(text={"invalid_utf8": policy})
    alice, bob = irc.room("#room", "alice", "bob")
    alice.feed(b"NOTICE #room :\xff\r\nTOPIC #room :\xff\r\nSETNAME :\xff\r\nAWAY :\xff\r\n@+x=\xff TAGMSG #room\r\n")
    bob.ask("WHOIS alice", "TOPIC #room")
    irc.flush()
    bob.sink.data.decode()
    alice.sink.data.decode()


def test_no_character_is_cut_in_two(irc: Irc) -> None:
    """ "Implementations must ensure that if they truncate messages to meet a length limit, they do not do so in the
    middle of a UTF-8-encoded codepoint."

    https://ircv3.net/specs/extensions/utf8-only#implementation-considerations
    """
    alice, bob = irc.room("#room", "alice", "bob")
    for padding in range(4):
        alice.send(f"NOTICE #room :{'x' * padding}{'🙂' * 120}")
        line, rest = bob.lines()
        assert 506 <= len(line.encode()) <= 510
        assert set(line.split(" :")[1] + rest.split(" :")[1]) <= {"x", "🙂"}
