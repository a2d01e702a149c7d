"""Messages of several lines.  https://ircv3.net/specs/extensions/multiline"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire import Message
from ircwire.casemap import ascii_fold
from tests.support.irc import Client, Irc
from trialogue_server.config.schema import TimeoutsSection
from trialogue_server.reaper import credit_pause, reap
from trialogue_server.session.liveness import Verdict, judge
from trialogue_server.store.database import Database
from trialogue_server.world.events import MultilinePosted

TAGGED = ("batch", "message-tags", "server-time", "labeled-response", "echo-message")
ALL = (*TAGGED, "draft/multiline")

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OPEN = "BATCH +1 draft/multiline #room"
CLOSE = "BATCH -1"


def line(text: str, *, concat: bool = False, target: str = "#room", batch: str = "1", command: str = "PRIVMSG") -> str:
    tags = f"@batch={batch};draft/multiline-concat" if concat else f"@batch={batch}"
    return f"{tags} {command} {target} :{text}"


def room(irc: Irc, *members: Client) -> None:
    for member in members:
        member.send("JOIN #room")
    for member in members:
        member.read()


def fails(messages: list[Message]) -> list[list[str]]:
    """Return the parameters of each FAIL but its text, which has to be there."""
    found = [message.params for message in messages if message.command == "FAIL"]
    assert all(" " in params[-1] for params in found), "a FAIL ends with a sentence"
    return [params[:-1] for params in found]


def shown(messages: list[Message]) -> list[tuple[str, bool]]:
    """Check that these are one multiline batch and return its lines, each with whether it continues the one before."""
    opening, *inside, closing = messages
    assert opening.command == closing.command == "BATCH"
    sign, reference = opening.params[0][0], opening.params[0][1:]
    assert sign == "+"
    assert opening.params[1] == "draft/multiline"
    assert closing.params == [f"-{reference}"]
    assert all(message.command == "PRIVMSG" for message in inside)
    assert all(message.params[0] == opening.params[2] for message in inside)
    assert all(message.tags.get("batch") == reference for message in inside)
    assert all(message.tags.keys() <= {"batch", "draft/multiline-concat"} for message in inside)
    return [(message.params[1], "draft/multiline-concat" in message.tags) for message in inside]


def test_the_capability_has_its_limits_as_value(irc: Irc) -> None:
    """ "The capability MUST be advertised by servers with a REQUIRED value: a comma (`,`) (0x2C) separated list of
    tokens. … `max-bytes` … REQUIRED, `max-lines` … RECOMMENDED"
    https://ircv3.net/specs/extensions/multiline#capabilities
    """
    offered = [word for answer in irc.open().ask("CAP LS 302") for word in answer.params[-1].split()]
    assert "draft/multiline=max-bytes=4096,max-lines=32" in offered


@pytest.mark.parametrize(
    "inside",
    [
        [line("hi"), line("\x01VERSION\x01")],
        [line("\x01PING 1\x01"), line("hi")],
        [line("hi"), line("\x01VERSION\x01", concat=True)],
        [line("\x01VER"), line("SION\x01", concat=True)],
        [line("\x01VERSION\x01", command="NOTICE")],
    ],
)
def test_a_batch_holds_no_query_to_a_program(irc: Irc, database: Database, inside: list[str]) -> None:
    """ "servers MUST deliver the component messages without using a multiline BATCH": a line of it would be a CTCP
    query to old clients, now and each time that history is played back.

    https://ircv3.net/specs/extensions/multiline#fallback
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob")
    room(irc, alice, bob)
    answers = alice.ask(OPEN, *inside, CLOSE)
    assert fails(answers) == [["BATCH", "MULTILINE_INVALID"]]
    assert bob.read() == []
    assert alice.ask(OPEN, line("\x01ACTION waves\x01"), line("and sits down"), CLOSE)
    assert [message.params[1] for message in bob.read()] == ["\x01ACTION waves\x01", "and sits down"]


def test_lifted_limits_are_no_numbers_that_refuse() -> None:
    """ "`max-bytes` - This defines the maximum allowed total byte length of multiline batched content *REQUIRED*"
    https://ircv3.net/specs/extensions/multiline#capabilities
    """
    irc = Irc(limits={"multiline_bytes": 0, "multiline_lines": 0})
    offered = [word for answer in irc.open().ask("CAP LS 302") for word in answer.params[-1].split()]
    assert "draft/multiline=max-bytes=2147483647" in offered
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    alice.send(OPEN, *[line("x" * 400)] * 100, CLOSE)
    assert len(shown(bob.read())) == 100


def test_a_batch_reaches_who_knows_it_as_it_was_composed(irc: Irc) -> None:
    """ "Servers SHOULD maintain the line composition sent by the client instead of combining to a normalised form
    before re-splitting."  https://ircv3.net/specs/extensions/multiline#fallback
    "When receiving a well-formed mulitiline message batch, implementations MUST collect each PRIVMSG message content
    and wait until the full batch has been received before processing the message."
    https://ircv3.net/specs/extensions/multiline#batch-types
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    alice.send(OPEN, line("hello"), line("how is "), line("everyone?", concat=True))
    assert bob.read() == []
    alice.send(CLOSE)
    messages = bob.read()
    assert shown(messages) == [("hello", False), ("how is ", False), ("everyone?", True)]
    assert all(message.source == "alice!alice@127.0.0.1" for message in messages)
    assert messages[0].tags.keys() == {"time", "msgid"}
    assert messages[-1].tags == {}


def test_the_rest_get_single_lines(irc: Irc) -> None:
    """ "When delivering multiline batches to clients that have not negotiated the multiline capability, servers MUST
    deliver the component messages without using a multiline BATCH."
    "Any tags that would have been added to the batch, e.g. message IDs, account tags etc MUST be included on the first
    message line to be sent. Tags MAY also be included on subsequent lines where it makes sense to do so."
    https://ircv3.net/specs/extensions/multiline#fallback
    "Servers MUST only include a message ID on the first message of a batch when sending a fallback to non-supporting
    clients."  https://ircv3.net/specs/extensions/multiline#message-ids-spec
    """
    alice, bob, carol = irc.connect("alice", *ALL), irc.connect("bob", *ALL), irc.connect("carol", *TAGGED)
    dave = irc.connect("dave")
    room(irc, alice, bob, carol, dave)
    alice.send(f"@+draft/reply=abc {OPEN}", line("hello"), line("how is "), line("everyone?", concat=True), CLOSE)
    opening = bob.read()[0]
    messages = carol.read()
    assert [(message.command, message.params[1]) for message in messages] == [
        ("PRIVMSG", "hello"),
        ("PRIVMSG", "how is "),
        ("PRIVMSG", "everyone?"),
    ]
    assert messages[0].tags == opening.tags
    without_id = {key: value for key, value in opening.tags.items() if key != "msgid"}
    assert messages[1].tags == messages[2].tags == without_id
    assert dave.lines() == [
        ":alice!alice@127.0.0.1 PRIVMSG #room :hello",
        ":alice!alice@127.0.0.1 PRIVMSG #room :how is ",
        ":alice!alice@127.0.0.1 PRIVMSG #room :everyone?",
    ]


@pytest.mark.parametrize("missing", ["batch", "draft/multiline"])
def test_the_batch_takes_both_capabilities(irc: Irc, missing: str) -> None:
    """ "This specification depends on the `batch` capability which MUST be negotiated to use multiline messages."
    https://ircv3.net/specs/extensions/multiline#dependencies
    """
    caps = [cap for cap in ALL if cap != missing]
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *caps)
    room(irc, alice, bob)
    alice.send(OPEN, line("one"), line("two"), CLOSE)
    assert [message.command for message in bob.read()] == ["PRIVMSG", "PRIVMSG"]
    assert fails(bob.ask(OPEN)) == [["BATCH", "MULTILINE_INVALID"]]
    bob.send(line("sent without a batch"))
    assert [message.command for message in alice.read()][-1] == "PRIVMSG"


def test_blank_lines_are_kept_for_those_who_know(irc: Irc) -> None:
    """ "Servers MUST NOT reject blank lines."  https://ircv3.net/specs/extensions/multiline#batch-types
    "Servers MUST NOT send blank lines to clients that have not negotiated the multiline capability."
    https://ircv3.net/specs/extensions/multiline#fallback
    """
    alice, bob, carol = irc.connect("alice", *ALL), irc.connect("bob", *ALL), irc.connect("carol", *TAGGED)
    room(irc, alice, bob, carol)
    alice.send(OPEN, line(""), line("after"), line(""), CLOSE)
    opening, *_ = messages = bob.read()
    assert shown(messages) == [("", False), ("after", False), ("", False)]
    (single,) = carol.read()
    assert single.params[1] == "after"
    assert single.tags["msgid"] == opening.tags["msgid"]


def test_a_line_that_does_not_fit_beside_the_name_is_cut_and_whole(irc: Irc) -> None:
    """ "`draft/multiline-concat` message tag, which has no value and is used to send message lines that extend beyond
    the usual byte length limit"  https://ircv3.net/specs/extensions/multiline#tags
    """
    alice, bob, carol = irc.connect("alice", *ALL), irc.connect("bob", *ALL), irc.connect("carol")
    room(irc, alice, bob, carol)
    said = ("sch\u00f6n " * 70).strip()
    alice.send(OPEN, f"@batch=1 PRIVMSG #room :{said}", line("!", concat=True), CLOSE)
    lines = shown(bob.read())
    assert [concat for _, concat in lines] == [False, True, True]
    assert "".join(text for text, _ in lines) == said + "!"
    alone = carol.lines()
    assert all(len(one.encode()) <= 510 for one in alone)
    assert "".join(one.partition(" :")[2] for one in alone) == said + "!"


def test_tags_of_clients_are_on_the_batch(irc: Irc) -> None:
    """ "all client-only tags associated with the message must be sent attached to the initial BATCH command."
    https://ircv3.net/specs/extensions/multiline#message-tags-spec
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    alice.send(f"@+typing=done;other=1 {OPEN}", f"@batch=1;+mine=1 {'PRIVMSG #room :hello'}", CLOSE)
    messages = bob.read()
    assert messages[0].tags.keys() == {"time", "msgid", "+typing"}
    assert shown(messages) == [("hello", False)]


def test_one_event_is_kept_of_it(irc: Irc) -> None:
    """ "The combined message value of a multiline batch is defined as the concatenation of the messages from each
    individual line within the batch. Line messages are joined by a single line feed (`\\n`) byte unless the
    `draft/multiline-concat` message tag is sent"  https://ircv3.net/specs/extensions/multiline#batch-types
    """
    alice = irc.connect("alice", *ALL)
    room(irc, alice)
    alice.send(OPEN, line("hello"), line("how is "), line("everyone?", concat=True), CLOSE)
    (event,) = irc.core.tick.make_ready().journal
    assert isinstance(event, MultilinePosted)
    assert event.lines == (("hello",), ("how is ", "everyone?"))
    assert event.text == "hello\nhow is everyone?"


def test_the_label_is_on_the_opening_line_of_the_echo_alone(irc: Irc) -> None:
    """ "Servers MUST only include the label tag on the opening BATCH command when replying to a client using
    `echo-message`."  https://ircv3.net/specs/extensions/multiline#labeled-response-spec-with-echo-message-spec
    """
    alice = irc.connect("alice", *ALL)
    room(irc, alice)
    assert alice.ask(f"@label=xyz {OPEN}", line("hello"), line("there")) == []
    messages = alice.ask(CLOSE)
    assert shown(messages) == [("hello", False), ("there", False)]
    assert [message.tags.get("label") for message in messages] == ["xyz", None, None, None]


def test_the_label_is_acknowledged_without_echo(irc: Irc) -> None:
    """ "Servers MUST respond with a labeled `ACK` message when a client sends a labeled command that normally produces
    no response."  https://ircv3.net/specs/extensions/labeled-response#the-ack-response
    """
    alice = irc.connect("alice", "batch", "labeled-response", "draft/multiline")
    room(irc, alice)
    assert alice.ask(f"@label=xyz {OPEN}", line("hello"), CLOSE)[0].command == "ACK"


def test_an_echo_beside_another_answer_is_a_batch_in_the_labelled_batch(irc: Irc) -> None:
    """ "If a response consists of more than one message, a batch MUST be used to group them into a single logical
    response. The start of the batch MUST be tagged with the `label` tag."
    https://ircv3.net/specs/extensions/labeled-response#tags
    "Start and end messages of one batch MAY refer to another batch. If they do, they both MUST have batch tag, and they
    MUST refer to the same batch."  https://ircv3.net/specs/extensions/batch#the-batch-verb
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob")
    bob.send("AWAY :gone fishing")
    messages = alice.ask(
        "@label=xyz;+batch=mine BATCH +1 draft/multiline bob", line("a", target="bob"), line("b", target="bob"), CLOSE
    )
    outer, *echo, away, end = messages
    reference = outer.params[0][1:]
    assert outer.params[1] == "labeled-response"
    assert end.params == [f"-{reference}"]
    assert [message.tags.get("label") for message in messages] == ["xyz", *[None] * 6]
    assert echo[0].tags["batch"] == echo[-1].tags["batch"] == away.tags["batch"] == reference
    assert echo[0].tags["+batch"] == "mine"
    assert shown(echo) == [("a", False), ("b", False)]
    assert away.command == "301"


def test_without_a_label_the_echo_stands_alone(irc: Irc) -> None:
    """ "servers … MUST send the message back to the client … after having applied any changes to it"
    https://ircv3.net/specs/extensions/echo-message
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    echo = alice.ask(OPEN, line("hello"), CLOSE)
    assert shown(echo) == [("hello", False)]
    assert bob.read() == echo


def test_a_message_to_members_of_a_rank(irc: Irc) -> None:
    """ "These lines MUST all have a target which matches the batch target."
    https://ircv3.net/specs/extensions/multiline#batch-types
    """
    alice, bob, carol = irc.connect("alice", *ALL), irc.connect("bob", *ALL), irc.connect("carol", *ALL)
    room(irc, alice, bob, carol)
    bob.send("JOIN #room")
    alice.send("MODE #room +v bob")
    bob.read(), carol.read()
    alice.send("BATCH +1 draft/multiline +#ROOM", line("for voices", target="+#room"), CLOSE)
    assert bob.read()[0].params[2] == "+#room"
    assert carol.read() == []


def test_more_bytes_than_allowed() -> None:
    """ "`MULTILINE_MAX_BYTES <limit>`: `max-bytes` limit exceeded"
    https://ircv3.net/specs/extensions/multiline#errors
    "Each line feed used to join line messages contributes one byte towards the `max-bytes` limit. No line feed is
    appended to the final line message of a batch."  https://ircv3.net/specs/extensions/multiline#batch-types
    """
    irc = Irc(limits={"multiline_bytes": 10})
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    alice.send(OPEN, line("\u00e9\u00e912"), line("123"), CLOSE)
    assert bob.read() != []
    alice.send(OPEN, line("12345"), line("12345", concat=True), CLOSE)
    assert bob.read() != []
    alice.read()
    alice.send(OPEN, line("12345"))
    assert fails(alice.ask(line("12345"))) == [["BATCH", "MULTILINE_MAX_BYTES", "10"]]
    assert alice.ask(line("more"), CLOSE) == []
    assert bob.read() == []


def test_more_lines_than_allowed() -> None:
    """ "`MULTILINE_MAX_LINES <limit>`: `max-lines` limit exceeded"
    https://ircv3.net/specs/extensions/multiline#errors
    """
    irc = Irc(limits={"multiline_lines": 2})
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    alice.send(OPEN, line("one"), line("two"))
    assert fails(alice.ask(line("three", concat=True))) == [["BATCH", "MULTILINE_MAX_LINES", "2"]]
    assert alice.ask(line("four"), CLOSE) == []
    assert bob.read() == []
    alice.send(OPEN, line("one"), line("two"), CLOSE)
    assert len(shown(bob.read())) == 2


def test_a_line_to_somebody_else(irc: Irc) -> None:
    """ "`MULTILINE_INVALID_TARGET <batch-target> <provided-target>`: mismatched PRIVMSG target within a batch"
    https://ircv3.net/specs/extensions/multiline#errors
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    answer = alice.ask(OPEN, line("hello", target="#bar"), CLOSE)
    assert fails(answer) == [["BATCH", "MULTILINE_INVALID_TARGET", "#room", "#bar"]]
    assert len(answer) == 1
    assert bob.read() == []


@pytest.mark.parametrize(
    "lines",
    [
        [OPEN, line("hi", batch="231")],
        [OPEN, line("hi"), line("", concat=True)],
        [OPEN, line("hi"), line("there", command="NOTICE")],
        [OPEN, line("hi"), "@batch=1 PRIVMSG #room"],
        [OPEN, line("hi"), "@batch=1 BATCH +2 draft/multiline #room"],
        [OPEN, line("hi"), "@batch=1 BATCH -1"],
        [OPEN, line("hi"), "BATCH -2"],
        [OPEN, line("hi"), "TOPIC #room"],
        [OPEN, line("hi"), "\0"],
        [OPEN, CLOSE],
        [OPEN, line(""), line(""), CLOSE],
        ["BATCH -1"],
        ["BATCH 1 draft/multiline #room"],
        ["BATCH +1"],
        ["BATCH +1 draft/multiline"],
        ["BATCH +1 draft/multiline :"],
        [line("hi", batch="none")],
        ["@batch PRIVMSG #room :hi"],
    ],
)
def test_what_is_no_batch(irc: Irc, lines: list[str]) -> None:
    """ "`MULTILINE_INVALID`: any other error"  https://ircv3.net/specs/extensions/multiline#errors
    "Clients MUST NOT send blank lines with the `draft/multiline-concat` tag. Clients MUST NOT send messages consisting
    entirely of blank lines. Clients MUST NOT send messages other than PRIVMSG while a multiline batch is open."
    https://ircv3.net/specs/extensions/multiline#batch-types
    "Clients MUST NOT send nested batches"  https://ircv3.net/specs/extensions/client-batch
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    assert fails(alice.ask(*lines)) == [["BATCH", "MULTILINE_INVALID"]]
    assert alice.session.multiline is None
    assert bob.read() == []
    alice.send(CLOSE, "PRIVMSG #room :still here")
    assert [message.params[-1] for message in bob.read()] == ["still here"]


@pytest.mark.parametrize(
    ("opening", "reference", "told"),
    [
        ("BATCH + draft/multiline #room", "", ["INVALID_REFTAG", "*"]),
        ("BATCH +a_b draft/multiline #room", "a_b", ["INVALID_REFTAG", "a_b"]),
        ("BATCH +\u00e9 draft/multiline #room", "\u00e9", ["INVALID_REFTAG", "\u00e9"]),
        ("BATCH +1 netsplit #room", "1", ["UNKNOWN_TYPE", "1", "netsplit"]),
        ("BATCH +1 draft/multilines", "1", ["UNKNOWN_TYPE", "1", "draft/multilines"]),
        ("BATCH +1 draft/multiline", "1", ["MULTILINE_INVALID"]),
    ],
)
def test_a_batch_that_cannot_be_opened(irc: Irc, opening: str, reference: str, told: list[str]) -> None:
    """ "`INVALID_REFTAG <reference-tag>`: the provided reference tag contains disallowed characters, all past and
    future messages in this batch will be ignored. […] `UNKNOWN_TYPE <reference-tag> <type>`: the batch type is
    not recognized by the server, all past and future messages in this batch will be ignored."

    https://ircv3.net/specs/extensions/client-batch#errors
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    answer = alice.ask(f"@label=a {opening}", line("lost", batch=reference), f"BATCH -{reference}")
    assert [params for params in fails(answer) if params] == [["BATCH", *told]]
    assert answer[0].tags["label"] == "a"
    assert bob.read() == []
    alice.send("PRIVMSG #room :still here")
    assert [message.params[-1] for message in bob.read()] == ["still here"]


@pytest.mark.parametrize("knows", [True, False])
def test_a_notice_may_have_several_lines(irc: Irc, knows: bool) -> None:
    """ "Multiline batches MUST only contain one or more PRIVMSG lines, or one or more NOTICE lines." and "This example
    is also valid if every instance of PRIVMSG is replaced with NOTICE."

    https://ircv3.net/specs/extensions/multiline#batch-types
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *(ALL if knows else TAGGED))
    room(irc, alice, bob)
    lines = [line("one", command="NOTICE"), line("two", command="notice"), line("!", concat=True, command="NOTICE")]
    echo = alice.ask(OPEN, *lines, CLOSE)
    said = [message for message in echo if message.command == "NOTICE"]
    assert [message.params[-1] for message in said] == ["one", "two", "!"]
    heard = [message for message in bob.read() if message.command == "NOTICE"]
    assert [message.params for message in heard] == [["#room", "one"], ["#room", "two"], ["#room", "!"]]


def test_a_notice_of_several_lines_is_answered_by_nothing(irc: Irc) -> None:
    """ "automatic replies must never be sent in response to a NOTICE message"

    https://modern.ircdocs.horse/#notice-message
    """
    alice = irc.connect("alice", *ALL)
    for target in ("#nowhere", "nobody", "NickServ"):
        opening = f"BATCH +1 draft/multiline {target}"
        assert alice.ask(opening, line("one", target=target, command="NOTICE"), CLOSE) == []


def test_what_comes_between_is_done_and_the_batch_is_not(irc: Irc) -> None:
    """ "Once a client has opened a batch, it MUST NOT send any messages that are not part of the batch, until it is
    closed"  https://ircv3.net/specs/extensions/client-batch
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    answer = alice.ask(f"@label=a {OPEN}", line("lost"), "@label=b PRIVMSG #room :alone", line("lost"), CLOSE)
    assert [(message.command, message.tags.get("label")) for message in answer] == [("FAIL", "a"), ("PRIVMSG", "b")]
    assert [message.params[-1] for message in bob.read()] == ["alone"]


def test_a_second_batch_takes_the_place_of_the_first(irc: Irc) -> None:
    """ "Clients MUST NOT send nested batches"  https://ircv3.net/specs/extensions/client-batch"""
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    answer = alice.ask(f"@label=a {OPEN}", line("lost"), f"@label=b {OPEN}", line("kept"), CLOSE)
    assert [message.tags["label"] for message in answer if "label" in message.tags] == ["a", "b"]
    assert fails(answer) == [["BATCH", "MULTILINE_INVALID"]]
    assert shown(bob.read()) == [("kept", False)]


def test_signs_of_life_do_not_harm_a_batch(irc: Irc) -> None:
    """ "The PONG command is used as a reply to PING commands, by both servers and clients."
    https://modern.ircdocs.horse/#pong-message : it answers the server, whatever the client is doing.
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    answer = alice.ask(OPEN, line("one"), "PONG x", "PING y", line("two"), CLOSE)
    assert answer[0].command == "PONG"
    assert shown(bob.read()) == [("one", False), ("two", False)]


@pytest.mark.parametrize("caps", ["-draft/multiline", "-batch"])
def test_a_capability_that_is_dropped_takes_its_batch_along(irc: Irc, caps: str) -> None:
    """ "the server MUST stop sending messages that use the capability"
    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    answer = alice.ask(OPEN, line("one"), f"CAP REQ {caps}")
    assert [message.command for message in answer] == ["FAIL", "CAP"]
    assert alice.session.multiline is None
    assert bob.read() == []


def test_who_may_not_speak_is_told_once(irc: Irc) -> None:
    """ "For any message received from a client that includes this tag, the server MUST include the same tag and value
    in any response produced from this message"  https://ircv3.net/specs/extensions/labeled-response#tags
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, bob)
    (refusal,) = alice.ask(f"@label=a {OPEN}", line("one"), line("two"), CLOSE)
    assert (refusal.command, refusal.tags["label"]) == ("404", "a")
    (unknown,) = alice.ask("BATCH +1 draft/multiline nobody", line("one", target="nobody"), CLOSE)
    assert unknown.command == "401"
    assert bob.read() == []


def test_labels_inside_are_answered_too(irc: Irc) -> None:
    """ "Servers MUST include the tag in exactly one logical message."
    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    alice = irc.connect("alice", *ALL)
    room(irc, alice)
    answer = alice.ask(f"@label=a {OPEN}", "@batch=1;label=b PRIVMSG #room :hi", f"@label=c {CLOSE}")
    labels = [(message.command, message.tags["label"]) for message in answer if "label" in message.tags]
    assert sorted(labels) == [("ACK", "b"), ("ACK", "c"), ("BATCH", "a")]


def test_a_batch_that_is_left_open_is_given_up(irc: Irc) -> None:
    """ "`TIMEOUT <reference-tag>`: the batch was left open for too long, all past and future messages in this batch
    will be ignored."  https://ircv3.net/specs/extensions/client-batch#errors
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    alice.send(f"@label=a {OPEN}", line("one"))
    irc.wait(20)
    alice.send(line("two"))
    irc.wait(20)
    reap(irc.door)
    assert alice.read() == []
    irc.wait(10)
    reap(irc.door)
    (failed,) = alice.read()
    assert failed.params[:-1] == ["BATCH", "TIMEOUT", "1"]
    assert failed.tags["label"] == "a"
    assert alice.ask(line("three"), CLOSE) == []
    assert bob.read() == []


def test_the_store_s_pauses_do_not_count(irc: Irc) -> None:
    """While the server does not read, nobody is late; see `timeouts.batch`."""
    alice = irc.connect("alice", *ALL)
    alice.send(OPEN)
    irc.wait(40)
    credit_pause(irc.core, 40)
    assert judge(alice.session, TimeoutsSection(), irc.monotonic) is Verdict.FINE
    assert judge(alice.session, TimeoutsSection(ping_interval=0, batch=0), irc.monotonic + 1e9) is Verdict.FINE


@pytest.mark.parametrize(
    "spoil",
    [
        lambda alice: alice.feed(b"@batch=1 PRIVMSG #room :\xff\r\n"),
        lambda alice: alice.feed(b"PRIVMSG #room :" + b"x" * 1000 + b"\r\n"),
    ],
)
def test_a_line_that_cannot_be_read_spoils_the_batch(irc: Irc, spoil: Callable[[Client], None]) -> None:
    """A message with a hole in it is worse than none.

    "`MULTILINE_INVALID`: any other error"  https://ircv3.net/specs/extensions/multiline#errors
    """
    alice, bob = irc.connect("alice", *ALL), irc.connect("bob", *ALL)
    room(irc, alice, bob)
    alice.send(OPEN, line("one"))
    spoil(alice)
    assert [params[1] for params in fails(alice.read())][:1] == ["MULTILINE_INVALID"]
    assert alice.ask(line("three"), CLOSE) == []
    assert bob.read() == []


def test_history_gives_it_back_as_it_came(tmp_path: Path) -> None:
    """ "Start and end messages of one batch MAY refer to another batch."
    https://ircv3.net/specs/extensions/batch#the-batch-verb , and fallback is as live.
    """
    database = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    irc = Irc(database=database)
    alice = irc.connect("alice", *ALL, "draft/chathistory")
    old = irc.connect("old", *TAGGED, "draft/chathistory")
    room(irc, alice, old)
    alice.send(f"@+x=1 {OPEN}", line("one"), line(""), line("two"), line(" three", concat=True), CLOSE)
    live = alice.read()
    history, *again, end = alice.ask("@label=h CHATHISTORY LATEST #room * 10")
    assert (history.tags["label"], history.params[1]) == ("h", "chathistory")
    assert again[0].tags.pop("batch") == again[-1].tags.pop("batch") == history.params[0][1:]
    assert again == live
    assert end.params[0][1:] == history.params[0][1:]
    messages = old.ask("CHATHISTORY LATEST #room * 10")[1:-1]
    assert [message.params[1] for message in messages] == ["one", "two", " three"]
    assert [message.tags.get("msgid") for message in messages] == [live[0].tags["msgid"], None, None]
    database.close()


LINES = st.sampled_from(
    [
        OPEN,
        f"@label=q;+x {OPEN}",
        "BATCH +2 draft/multiline @#room",
        "BATCH +1 draft/multiline e",
        line("for e", target="e"),
        CLOSE,
        "BATCH -2",
        line("secret"),
        line("secret", concat=True),
        line(""),
        line("", concat=True),
        line("secret", batch="2", target="@#room"),
        line("secret", target="#other"),
        line("secret", command="NOTICE"),
        "@label=r;batch=1 JOIN #room",
        "@label=s PING x",
        "TOPIC #room :secret",
        "PRIVMSG #room :secret",
        "CAP REQ -draft/multiline",
        "CAP REQ draft/multiline",
        "CAP REQ -batch",
        "CAP REQ batch",
        "BATCH",
        "BATCH +1 nonsense #room",
    ]
)


@given(st.lists(LINES, max_size=14))
def test_no_sequence_leaks_or_leaves_anything(lines: list[str]) -> None:
    """ "Messages before start and after end of a batch … MUST NOT refer to that batch." "For every started batch,
    server MUST end that batch."  https://ircv3.net/specs/extensions/batch#the-batch-verb
    "Servers MUST include the tag in exactly one logical message."
    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    irc = Irc(limits={"multiline_bytes": 20, "multiline_lines": 3})
    alice, bob, old, eve = (
        irc.connect(nick, *caps) for nick, caps in zip("abce", (ALL, ALL, TAGGED, ALL), strict=True)
    )
    room(irc, alice, bob, old)
    answers = alice.ask(*lines, "CAP REQ :batch draft/multiline", "BATCH -1", "BATCH -2")
    batch = alice.session.multiline
    assert batch is None or (batch.count <= 3 and batch.size <= 20)
    labels = [message.tags["label"] for message in answers if "label" in message.tags]
    sent = [parsed for one in lines for parsed in ("q", "r", "s") if f"label={parsed}" in one.partition(" ")[0]]
    assert len(labels) <= len(sent)
    for member in (bob, old):
        check_batches(member.read())
    check_batches(answers)
    heard = eve.read()
    check_batches(heard)
    assert all("e" in message.params or message.params[0][0] == "-" for message in heard)
    assert not any("secret" in message.params for message in heard)
    alice.drop()
    irc.flush()
    assert alice.session.sid not in irc.core.registry.sessions
    assert not irc.core.tick


def check_batches(messages: list[Message]) -> None:
    """Every batch is opened, then closed, and lines refer to open ones only."""
    opened: set[str] = set()
    for message in messages:
        if message.command == "BATCH" and message.params[0][0] == "-":
            opened.remove(message.params[0][1:])
        assert message.tags.get("batch") is None or message.tags["batch"] in opened
        if message.command == "BATCH" and message.params[0][0] == "+":
            assert message.params[0][1:] not in opened
            opened.add(message.params[0][1:])
    assert not opened
