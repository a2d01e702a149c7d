"""labeled-response and batch: which answer belongs to which command."""

import re
from typing import Any

import pytest

from ircwire import Message
from tests.support.irc import OPERATORS, Client, Irc, commands
from trialogue_server.commands.effects import Effect, ReadMail, StoreUnreadable

CAPS = ("batch", "labeled-response")


def contents(messages: list[Message], label: str) -> list[Message]:
    """Return what is inside the one batch that the messages are, after checking its form."""
    opening, *inside, closing = messages
    assert opening.command == closing.command == "BATCH"
    assert opening.tags == {"label": label}
    sign, ref = opening.params[0][0], opening.params[0][1:]
    assert (sign, opening.params[1:]) == ("+", ["labeled-response"])
    assert re.fullmatch("[A-Za-z0-9-]+", ref)
    assert closing.params == [f"-{ref}"]
    assert closing.tags == {}
    for message in inside:
        assert message.tags.pop("batch") == ref
    return inside


@pytest.fixture
def alice(irc: Irc) -> Client:
    """A client that labels."""
    return irc.connect("alice", *CAPS)


def test_one_answer_has_the_label(alice: Client) -> None:
    """ "For any message received from a client that includes this tag, the server MUST include the same tag and value
    in any response produced from this message"

    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    alice.send("@label=abc PING token")
    assert alice.lines() == ["@label=abc :trialogue.local PONG trialogue.local :token"]


def test_several_answers_become_a_batch(alice: Client) -> None:
    """ "If a response consists of more than one message, a batch MUST be used to group them into a single logical
    response. The start of the batch MUST be tagged with the label tag."

    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    inside = contents(alice.ask("@label=abc JOIN #test"), "abc")
    assert commands(inside) == ["JOIN", "353", "366"]
    assert all(message.tags == {} for message in inside)


def test_failures_belong_to_the_same_batch(alice: Client) -> None:
    """ "group them into a single logical response"  https://ircv3.net/specs/extensions/labeled-response#tags"""
    inside = contents(alice.ask("@label=abc JOIN #valid,inv@lid"), "abc")
    assert commands(inside) == ["JOIN", "353", "366", "403"]


def test_no_answer_becomes_ack(alice: Client) -> None:
    """ "Servers MUST respond with a labeled ACK message when a client sends a labeled command that normally produces no
    response."

    https://ircv3.net/specs/extensions/labeled-response#the-ack-response
    """
    for line in ("PONG x", "PRIVMSG alice", "NOTICE nobody :x", "ERROR :x"):
        [answer] = alice.ask(f"@label=abc {line}")
        assert answer.tags == {"label": "abc"}
        assert answer.command == ("412" if line.startswith("PRIVMSG") else "ACK")
        assert answer.source == "trialogue.local"


@pytest.mark.parametrize(
    ("line", "numeric"),
    [
        ("NONEXISTENT_COMMAND", "421"),
        ("JOIN", "461"),
        ("USER a 0 * :A", "462"),
        ("PRIVMSG nobody :x", "401"),
        ("KILL alice :x", "481"),
        ("NICK *", "432"),
        ("CAP FOO", "410"),
    ],
)
def test_refusals_are_labelled(alice: Client, line: str, numeric: str) -> None:
    """ "Failed PRIVMSG with ERR_NOSUCHNICK"  https://ircv3.net/specs/extensions/labeled-response#examples"""
    [answer] = alice.ask(f"@label=dc11f13f11 {line}")
    assert (answer.command, answer.tags) == (numeric, {"label": "dc11f13f11"})


def test_standard_replies_are_labelled(irc: Irc) -> None:
    """ "This message SHOULD also be given a label, if one was provided by the client with the original command that
    spawned this reply."

    https://ircv3.net/specs/extensions/standard-replies#message-format
    """
    alice = irc.connect("alice", *CAPS, "setname")
    [answer] = alice.ask("@label=x SETNAME :")
    assert (answer.command, answer.params[:2], answer.tags) == ("FAIL", ["SETNAME", "INVALID_REALNAME"], {"label": "x"})


@pytest.mark.parametrize("command", ["PRIVMSG", "NOTICE", "TAGMSG"])
@pytest.mark.parametrize("target", ["#test", "bob"])
def test_the_echo_has_the_label_and_others_do_not(irc: Irc, command: str, target: str) -> None:
    """ "echo-message showing a message that has been modified by the server"

    https://ircv3.net/specs/extensions/labeled-response#examples
    """
    alice = irc.connect("alice", *CAPS, "echo-message", "message-tags")
    bob = irc.connect("bob", *CAPS, "echo-message", "message-tags")
    irc.enter("#test", alice, bob)
    alice.send(f"@label=123;+a=b {command} {target} :hi")
    [echo] = alice.read()
    [heard] = bob.read()
    assert echo.tags.pop("label") == "123"
    assert echo == heard


def test_without_an_echo_the_sender_gets_ack(irc: Irc) -> None:
    """ "a labeled command that normally produces no response"

    https://ircv3.net/specs/extensions/labeled-response#the-ack-response
    """
    alice, bob = irc.connect("alice", *CAPS), irc.connect("bob")
    irc.enter("#test", alice, bob)
    for target in ("#test", "bob"):
        [answer] = alice.ask(f"@label=1 PRIVMSG {target} :hi")
        assert (answer.command, answer.tags) == ("ACK", {"label": "1"})
    assert len(bob.lines()) == 2


def test_several_echoes_become_a_batch(irc: Irc) -> None:
    """ "Servers MUST include the tag in exactly one logical message."

    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    alice = irc.connect("alice", *CAPS, "echo-message")
    irc.connect("bob").ask("AWAY :gone")
    inside = contents(alice.ask("@label=1 PRIVMSG bob,nobody :hi"), "1")
    assert commands(inside) == ["PRIVMSG", "301", "401"]


def test_to_oneself_only_the_echo_is_labelled(irc: Irc) -> None:
    """ "When a client sends a message to itself, the server MUST NOT include the label tag, except for any
    acknowledgment sent with the echo-message mechanism."

    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    alice = irc.connect("alice", *CAPS, "echo-message")
    got = alice.ask("@label=1 PRIVMSG alice :hi")
    assert commands(got) == ["PRIVMSG", "PRIVMSG"]
    assert sorted(len(message.tags) for message in got) == [0, 1]
    [answer, delivery] = irc.connect("bob", *CAPS).ask("@label=2 PRIVMSG bob :hi")[::-1]
    assert (answer.command, answer.tags) == ("ACK", {"label": "2"})
    assert (delivery.command, delivery.tags) == ("PRIVMSG", {})


def test_an_own_change_that_others_see_too_is_the_answer(irc: Irc) -> None:
    """ "any response produced from this message"  https://ircv3.net/specs/extensions/labeled-response#tags"""
    alice, bob = irc.connect("alice", *CAPS), irc.connect("bob")
    irc.enter("#test", alice, bob)
    for line, command in (
        ("NICK alicia", "NICK"),
        ("TOPIC #test :x", "TOPIC"),
        ("MODE #test +m", "MODE"),
        ("MODE alicia +i", "MODE"),
        ("PART #test", "PART"),
    ):
        [answer] = alice.ask(f"@label=7 {line}")
        assert (answer.command, answer.tags) == (command, {"label": "7"})
    assert not any(message.tags for message in bob.read())


def test_both_capabilities_are_needed(irc: Irc) -> None:
    """ "This specification depends on the batch capability which MUST be negotiated to use labeled responses."

    https://ircv3.net/specs/extensions/labeled-response#dependencies
    """
    for caps in ((), ("batch",), ("labeled-response",)):
        client = irc.connect(f"with{len(caps)}{''.join(caps)[:1]}", *caps)
        assert all("label" not in message.tags for message in client.ask("@label=x PING a", "@label=x PONG a"))


@pytest.mark.parametrize("label", ["x" * 65, "é" * 33, ""])
def test_labels_that_are_none(alice: Client, label: str) -> None:
    """ "The value MUST NOT exceed 64 bytes."  https://ircv3.net/specs/extensions/labeled-response#tag-value"""
    [answer] = alice.ask(f"@label={label} PING a")
    assert (answer.command, answer.tags) == ("PONG", {})


@pytest.mark.parametrize("label", ["x" * 64, r"a\:b\sc\\", "é" * 32])
def test_labels_come_back_as_they_were(alice: Client, label: str) -> None:
    """ "The tag value is chosen by the client and MUST be treated as an opaque identifier."

    https://ircv3.net/specs/extensions/labeled-response#tag-value
    """
    alice.ask(f"@label={label} PING a")
    alice.send(f"@label={label} PING a")
    assert alice.lines()[0].split(" ")[0] == f"@label={label}"


def test_registration_can_be_labelled(irc: Irc) -> None:
    """ "This tag MAY be sent by a client for any messages that need to be correlated with a response from the server."

    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    alice = irc.open()
    alice.ask("CAP REQ :batch labeled-response", "NICK alice", "USER a 0 * :A")
    inside = contents(alice.ask("@label=r CAP END"), "r")
    assert commands(inside)[0] == "001"


def test_effects_are_labelled_when_they_are_done() -> None:
    """ "the server MUST include the same tag and value in any response produced from this message"

    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    irc = Irc(operators=OPERATORS)
    alice = irc.connect("alice", *CAPS)
    [answer] = alice.ask("@label=1 OPER root wrong")
    assert (answer.command, answer.tags) == ("464", {"label": "1"})
    assert commands(contents(alice.ask("@label=2 OPER root frenchfries"), "2")) == ["381", "MODE"]
    assert commands(contents(alice.ask("@label=3 REHASH"), "3")) == ["382", "NOTE"]
    [answer] = alice.ask("@label=4 DIE")
    assert (answer.command, answer.tags) == ("ACK", {"label": "4"})


def test_a_batch_is_answered_where_what_follows_cannot_be_read() -> None:
    """Logging in by a message of several lines delivers what waits for the account; that is no reason to say nothing.

    "Servers MUST send this acknowledgment [...] or response"  https://ircv3.net/specs/extensions/labeled-response
    """

    class Unreadable(Irc):
        def perform(self, effect: Effect) -> Any:
            return StoreUnreadable() if isinstance(effect, ReadMail) else super().perform(effect)

    irc = Unreadable()
    irc.connect("bob").send("NS REGISTER some-password", "NS SET ALWAYS-ON ON", "QUIT")
    irc.connect("carol").send("NS REGISTER another-password", "PRIVMSG bob :hello")
    guest = irc.connect("guest", *CAPS, "draft/multiline", "message-tags")
    guest.send("@label=7 BATCH +1 draft/multiline NickServ", "@batch=1 PRIVMSG NickServ :IDENTIFY bob some-password")
    answer = contents(guest.ask("BATCH -1"), "7")
    assert "900" in commands(answer)
    assert irc.core.world.mails.of("bob"), "it goes on waiting"


def test_error_comes_after_the_labelled_answer() -> None:
    """ "This message is sent from a server to a client to report a fatal error, before terminating the client's
    connection."

    https://modern.ircdocs.horse/#error-message
    """
    irc = Irc(operators=OPERATORS, server={"password": "sesame"})
    client = irc.open()
    client.ask("CAP REQ :batch labeled-response", "NICK alice", "USER a 0 * :A")
    got = client.ask("@label=1 CAP END")
    assert [(message.command, message.tags) for message in got] == [("464", {"label": "1"}), ("ERROR", {})]
    client = Irc(operators=OPERATORS).oper("alice", *CAPS)
    assert commands(client.ask("@label=2 KILL alice :bye")) == ["KILL", "QUIT", "ACK", "ERROR"]


def test_messages_from_others_stay_out_of_the_batch(irc: Irc) -> None:
    """ "Messages before start and after end of a batch (including start and end messages of that batch) MUST NOT refer
    to that batch."

    https://ircv3.net/specs/extensions/batch
    """
    alice, bob = irc.connect("alice", *CAPS), irc.connect("bob")
    alice.read()
    bob.send("PRIVMSG alice :before")
    alice.send("@label=1 WHOIS bob")
    bob.send("PRIVMSG alice :after")
    got = alice.read()
    assert (got[0].tags, got[-1].tags) == ({}, {})
    assert commands(contents(got[1:-1], "1"))[-1] == "318"


def test_every_batch_has_its_own_reference(alice: Client) -> None:
    """ "The reference tag MUST be treated as an opaque identifier."  https://ircv3.net/specs/extensions/batch"""
    got = alice.ask("@label=1 LUSERS", "@label=2 LUSERS")
    assert len({message.params[0] for message in got if message.command == "BATCH"}) == 4
