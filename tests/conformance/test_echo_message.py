"""echo-message, message-ids and server-time: what the sender learns of their own message."""

import pytest

from tests.support.irc import Irc, commands, params

ALL = ("echo-message", "message-tags", "server-time")


@pytest.mark.parametrize("command", ["PRIVMSG", "NOTICE", "TAGMSG"])
@pytest.mark.parametrize("target", ["#test", "bob", "@#test"])
def test_the_sender_gets_what_the_others_get(irc: Irc, command: str, target: str) -> None:
    """ "If enabled, servers MUST send PRIVMSG and NOTICE messages back to the client that sent them. [...] When the
    message-tags capability has been enabled, the same rules apply to TAGMSG messages."

    https://ircv3.net/specs/extensions/echo-message
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    irc.enter("#test", bob, alice)
    alice.send(f"@+a=b;drop=me {command} {target} :hi")
    [echo] = alice.read()
    assert [echo] == bob.read()
    assert echo.tags.keys() == {"+a", "msgid", "time"}


def test_no_echo_unless_asked_for(irc: Irc) -> None:
    """ "If enabled"  https://ircv3.net/specs/extensions/echo-message"""
    alice, _ = irc.room("#test", "alice", "bob")
    assert alice.ask("PRIVMSG #test :hi", "PRIVMSG bob :hi") == []


def test_echo_alone_in_a_channel(irc: Irc) -> None:
    """ "For clients, receiving a message with themselves as the sender acts as an acknowledgement that the message has
    been delivered to the server."

    https://ircv3.net/specs/extensions/echo-message
    """
    alice = irc.connect("alice", "echo-message")
    irc.enter("#test", alice)
    alice.send("PRIVMSG #TEST :hi")
    assert alice.lines() == [":alice!alice@127.0.0.1 PRIVMSG #test :hi"]


def test_a_message_to_oneself_comes_twice(irc: Irc) -> None:
    """ "When a client sends a private message to its own nick, echo-message will result in duplicate messages being
    sent by the server, as both sent and received messages."

    https://ircv3.net/specs/extensions/labeled-response#client-implementation-considerations
    """
    alice = irc.connect("alice", "echo-message")
    assert params(alice.ask("PRIVMSG alice :hi"), "PRIVMSG") == [["alice", "hi"], ["alice", "hi"]]


def test_what_is_refused_is_not_echoed(irc: Irc) -> None:
    """ "servers MUST send the final version of the message back to the originating client."

    https://ircv3.net/specs/extensions/echo-message
    """
    irc.room("#test", "owner")
    alice = irc.connect("alice", "echo-message")
    assert commands(alice.ask("PRIVMSG #test :hi", "NOTICE #test :hi")) == ["404"]


def test_the_echo_is_in_parts_as_the_message_is(irc: Irc) -> None:
    """ "If servers apply any modifications to these messages, they MUST send the final version of the message back to
    the originating client."

    https://ircv3.net/specs/extensions/echo-message
    """
    alice, bob = irc.connect("alice", "echo-message"), irc.connect("bob")
    alice.send("NOTICE bob :" + "é" * 240)
    told = alice.lines()
    assert len(told) == 2
    assert told == bob.lines()


def test_ids_are_unique(irc: Irc) -> None:
    """ "The tag value is chosen by the originating server and MUST be unique, meaning any other message transmitted on
    the entire network at any time MUST NOT share the same value."

    https://ircv3.net/specs/extensions/message-ids#tag-value
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", *ALL, "away-notify")
    irc.enter("#test", bob)
    alice.send("AWAY :gone", "JOIN #test", "PRIVMSG #test,bob :hi", "TOPIC #test :x", "PART #test", "NOTICE bob :ho")
    got = bob.read()
    assert commands(got) == ["JOIN", "AWAY", "PRIVMSG", "PRIVMSG", "PART", "NOTICE"]
    ids = [message.tags["msgid"] for message in got if "msgid" in message.tags]
    assert len(set(ids)) == len(ids) == 5


def test_ids_are_the_same_for_everybody(irc: Irc) -> None:
    """ "In order to treat messages that refer to IDs consistently, clients need to know the IDs for their own messages
    as well."

    https://ircv3.net/specs/extensions/message-ids#relationships-with-other-specifications
    """
    alice, bob, carol = irc.connect("alice", *ALL), irc.connect("bob", *ALL), irc.connect("carol", "message-tags")
    irc.enter("#test", alice, bob, carol)
    alice.send("PRIVMSG #test :hi")
    assert len({one.read()[0].tags["msgid"] for one in (alice, bob, carol)}) == 1


def test_ids_need_the_capability_for_tags(irc: Irc) -> None:
    """ "This specification doesn't define any capabilities of its own, but the message-tags capability MUST be
    negotiated"

    https://ircv3.net/specs/extensions/message-ids#dependencies
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "server-time", "batch", "account-tag")
    alice.send("PRIVMSG bob :hi")
    assert bob.read()[0].tags.keys() == {"time"}


def test_time_has_milliseconds_and_is_utc(irc: Irc) -> None:
    """ "The value of the tag MUST have the following syntax: YYYY-MM-DDThh:mm:ss.sssZ"

    https://ircv3.net/specs/extensions/server-time
    """
    alice, bob = irc.connect("alice", "server-time"), irc.connect("bob")
    irc.wait(61.0625)
    bob.send("PRIVMSG alice :hi")
    assert alice.lines() == ["@time=2023-11-14T22:14:21.062Z :bob!bob@127.0.0.1 PRIVMSG alice :hi"]


def test_no_time_before_it_is_acknowledged(irc: Irc) -> None:
    """ "Servers MAY include the timestamp in messages when they see fit but MUST NOT do so before acknowledging the
    client capability using CAP ACK."

    https://ircv3.net/specs/extensions/server-time
    """
    alice = irc.open()
    answers = alice.ask("CAP LS 302", "NICK", "CAP REQ :foo server-time")
    assert [message.params[1] for message in answers if message.command == "CAP"][-1] == "NAK"
    assert [message.tags for message in answers] == [{}] * len(answers)
    alice.send("CAP REQ :server-time", "CAP REQ :-server-time", "CAP LIST")
    assert alice.read()[-1].tags == {}
