"""message-tags and TAGMSG."""

import pytest

from tests.support.irc import Irc, commands, params


def test_client_only_tags_are_relayed_and_others_are_not(irc: Irc) -> None:
    """ "Client-only tags are tags normally sent by clients that servers MUST attach as-is to any relevant message
    relayed to other clients." and "Tags without the client-only prefix MUST be removed by the server before being
    relayed with any message to another client."

    https://ircv3.net/specs/extensions/message-tags#client-only-tags
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags")
    irc.enter("#test", alice, bob)
    for line in ("PRIVMSG #test :hi", "NOTICE bob :hi", "TAGMSG #test"):
        alice.send(f"@+baz=bat;fizz=buzz;+draft/reply=a;msgid=fake;time=fake {line}")
        [message] = bob.read()
        assert len(message.tags.pop("msgid")) == 16
        assert message.tags == {"+baz": "bat", "+draft/reply": "a"}


@pytest.mark.parametrize("value", [r"raw+:=,escaped\:\s\\", "", "l😃l", r"\r\n"])
def test_values_are_escaped_again(irc: Irc, value: str) -> None:
    r""" "`;` (semicolon) | `\:` (backslash and colon)" https://ircv3.net/specs/extensions/message-tags#escaping-values"""
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags")
    alice.send(f"@+example={value} PRIVMSG bob :hi")
    [line] = bob.lines()
    assert line.split(" ")[0].partition(";")[2] == ("+example=" + value if value else "+example")


def test_of_twins_the_last_counts(irc: Irc) -> None:
    """ "Implementations receiving messages with more than one occurrence of a tag key name SHOULD disregard all but the
    final occurrence."

    https://ircv3.net/specs/extensions/message-tags#format
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags")
    alice.send("@+a=1;+a=2 PRIVMSG bob :hi")
    assert bob.read()[0].tags["+a"] == "2"


def test_odd_keys_do_no_harm(irc: Irc) -> None:
    """ "Implementations MUST treat tag key names as case-sensitive opaque identifiers and MUST NOT perform any
    validation that would reject the message if an invalid tag key name is used."

    https://ircv3.net/specs/extensions/message-tags#format
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags")
    alice.send("@+;=x;;+Ä=1;+a.b/C=2 PRIVMSG bob :hi")
    [message] = bob.read()
    assert message.params == ["bob", "hi"]
    assert {key: value for key, value in message.tags.items() if key != "msgid"} == {"+Ä": "1", "+a.b/C": "2"}


def test_tags_only_for_those_who_asked_for_them(irc: Irc) -> None:
    """ "The tags part is optional, and MUST NOT be sent unless explicitly enabled by a capability."

    https://modern.ircdocs.horse/#tags
    """
    alice, carol, dave = irc.connect("alice", "message-tags"), irc.connect("carol"), irc.connect("dave", "server-time")
    irc.enter("#test", alice, carol, dave)
    alice.send("@+baz=bat PRIVMSG #test :hi")
    assert carol.lines() == [":alice!alice@127.0.0.1 PRIVMSG #test :hi"]
    assert dave.read()[0].tags == {"time": "2023-11-14T22:13:20.000Z"}


def test_tags_of_clients_that_do_not_speak_them_are_not_relayed(irc: Irc) -> None:
    """ "This capability enables the use of client-only tags and the TAGMSG command"

    https://ircv3.net/specs/extensions/message-tags#message-tags-capability
    """
    alice, bob = irc.connect("alice"), irc.connect("bob", "message-tags")
    alice.send("@+a=b PRIVMSG bob :hi")
    assert list(bob.read()[0].tags) == ["msgid"]
    assert params(alice.ask("@+a=b TAGMSG bob"), "421") == [["alice", "TAGMSG", "Unknown command"]]
    assert bob.lines() == []


def test_tagmsg_is_for_those_who_speak_tags(irc: Irc) -> None:
    """ "Servers MUST NOT deliver TAGMSG to clients that haven't negotiated the message tags capability."

    https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags")
    carol, dave = irc.connect("carol"), irc.connect("dave", "server-time", "echo-message")
    irc.enter("#test", alice, bob, carol, dave)
    alice.send("@+typing=active TAGMSG #test,carol,dave", "@+typing=done TAGMSG @#test")
    assert params(bob.read(), "TAGMSG") == [["#test"]]
    assert carol.lines() == dave.lines() == []


@pytest.mark.parametrize(
    ("line", "numeric"), [("TAGMSG", "411"), ("TAGMSG nobody", "401"), ("TAGMSG #nowhere", "403"), ("TAGMSG #m", "404")]
)
def test_tagmsg_is_refused_as_privmsg_is(irc: Irc, line: str, numeric: str) -> None:
    """ "See PRIVMSG in RFC2812 for more details on replies and examples."

    https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message
    """
    owner, alice = irc.connect("owner", "message-tags"), irc.connect("alice", "message-tags")
    irc.enter("#m", owner)
    assert commands(alice.ask(f"@+a=b {line}")) == [numeric]
    assert owner.lines() == []


def tags_of(size: int) -> bytes:
    """Return "@", client tags and the space, `size` bytes in all."""
    return b"@+a=" + b"x" * (size - 5) + b" "


@pytest.mark.parametrize("line", [b"TAGMSG bob", b"PRIVMSG bob :" + b"b" * 400])
def test_size_limit_of_tags(irc: Irc, line: bytes) -> None:
    """ "Servers MUST reply with the ERR_INPUTTOOLONG (417) error numeric if a client sends a message with more tag data
    than the allowed limit. Servers MUST NOT truncate tags and MUST always reject lines that exceed this limit."

    https://ircv3.net/specs/extensions/message-tags#size-limit
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags", "server-time")
    alice.feed(tags_of(4096) + line + b"\r\n")
    assert len(bob.read()[0].tags["+a"]) == 4091
    assert alice.lines() == []
    alice.feed(tags_of(4097) + line + b"\r\n")
    assert params(alice.read(), "417") == [["alice", "Input line was too long"]]
    assert bob.lines() == []


def test_tags_do_not_take_from_the_line(irc: Irc) -> None:
    """ "The size limit for the rest of the message remains unchanged at 512 bytes."

    https://ircv3.net/specs/extensions/message-tags#size-limit
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags", "server-time")
    text = b"b" * (510 - len("NOTICE bob :"))
    alice.feed(tags_of(4096) + b"NOTICE bob :" + text + b"\r\n")
    line, rest = bob.lines()
    tags, _, body = line.partition(" ")
    assert len(tags) + 1 <= 8191
    assert tags.endswith("x" * 4091)
    assert len(body) == 510
    assert body.startswith(":alice!alice@127.0.0.1 NOTICE bob :bbb")
    assert (body + rest).count("b") - text.count(b"b") == 2 * "alice!alice@127.0.0.1 NOTICE bob".count("b")
