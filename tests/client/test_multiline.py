"""Texts of several lines, as one message.  https://ircv3.net/specs/extensions/multiline"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire.multiline import Limits, combine
from ircwire.source import Source
from tests.support.irc import Irc
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.session import Session
from trialogue_client.core.splitting import messages
from trialogue_client.core.state import Identity

ALICE = Source("alice", "a", "h")
ME = Source("bob", "b", "h")
ALL = ("batch", "echo-message", "labeled-response", "message-tags", "server-time", "draft/multiline=max-bytes=4096")


def feed(session: Session, *lines: str) -> list[ev.Event]:
    return session.receive("".join(f"{line}\r\n" for line in lines).encode())


def sent(session: Session) -> list[str]:
    return session.data_to_send().decode().split("\r\n")[:-1]


def registered(*caps: str) -> Session:
    """Return a session of bob, who is in #room, on a server with these capabilities."""
    session = Session(Identity("bob"))
    names = " ".join(cap.partition("=")[0] for cap in caps)
    feed(session, f":s CAP * LS :{' '.join(caps)}", f":s CAP * ACK :{names}")
    feed(session, ":s 001 bob :Welcome bob!b@h", ":s 005 bob CASEMAPPING=ascii PREFIX=(ov)@+ :are supported")
    feed(session, ":bob!b@h JOIN #room")
    session.data_to_send()
    return session


def test_a_batch_is_one_event_with_the_batch_s_time_and_id() -> None:
    """ "Clients: displaying the batched message to the user" "wait until the full batch has been received before
    processing the message."  https://ircv3.net/specs/extensions/multiline#batch-types
    """
    session = registered(*ALL)
    lines = [
        "@time=2026-01-02T03:04:05.678Z;msgid=x1 :alice!a@h BATCH +7 draft/multiline #room",
        "@batch=7 :alice!a@h PRIVMSG #room hello",
        "@batch=7 :alice!a@h PRIVMSG #room :",
        "@batch=7 :alice!a@h PRIVMSG #room :how is ",
        ":carol!c@h PRIVMSG #room :between",
        "@batch=7;draft/multiline-concat :alice!a@h PRIVMSG #room everyone?",
    ]
    assert feed(session, *lines) == [ev.Said("#room", Source("carol", "c", "h"), "between", me=False, private=False)]
    [said] = feed(session, ":alice!a@h BATCH -7")
    at = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    text = "hello\n\nhow is everyone?"
    assert said == ev.Said("#room", ALICE, text, me=False, private=False, at=at, msgid="x1")


def test_two_batches_may_be_open_at_once() -> None:
    """ "@batch=1 … @batch=2 …"  https://ircv3.net/specs/extensions/batch#interleaving-batches"""
    events = feed(
        registered(*ALL),
        ":alice!a@h BATCH +1 draft/multiline #room",
        ":carol!c@h BATCH +2 draft/multiline #room",
        "@batch=1 :alice!a@h PRIVMSG #room one",
        "@batch=2 :carol!c@h PRIVMSG #room two",
        ":carol!c@h BATCH -2",
        ":alice!a@h BATCH -1",
    )
    assert [event.text for event in events if isinstance(event, ev.Said)] == ["two", "one"]


@pytest.mark.parametrize("lines", [["BATCH +", "BATCH -"], ["BATCH -7"], ["BATCH +7 draft/multiline", "BATCH -7"]])
def test_a_batch_without_lines_is_nothing(lines: list[str]) -> None:
    """ "An empty batch is allowed, and SHOULD be treated as a no-op"  https://ircv3.net/specs/extensions/batch"""
    assert feed(registered(*ALL), *lines) == []


def test_what_is_not_talk_in_a_batch_is_not_lost() -> None:
    events = feed(
        registered(*ALL),
        ":alice!a@h BATCH +7 draft/multiline #room",
        "@batch=7 :alice!a@h JOIN #room",
        "@batch=7 :alice!a@h AWAY",
        "@batch=7 :alice!a@h NOTICE #room one",
        "@batch=7 :alice!a@h NOTICE #room two",
        ":alice!a@h BATCH -7",
    )
    assert [type(event) for event in events] == [ev.Joined, ev.AwayChanged, ev.Noticed]
    assert events[-1] == ev.Noticed("#room", ALICE, "one\ntwo", me=False, private=False)


def test_several_lines_are_sent_as_one_message() -> None:
    """ "all client-only tags associated with the message must be sent attached to the initial BATCH command."
    https://ircv3.net/specs/extensions/multiline#message-tags-spec , and the label likewise.
    """
    session = registered(*ALL)
    assert session.say("#room", "hello\n\nthere\n") == [1]
    assert sent(session) == [
        "@label=t1 BATCH +m1 draft/multiline #room",
        "@batch=m1 PRIVMSG #room hello",
        "@batch=m1 PRIVMSG #room :",
        "@batch=m1 PRIVMSG #room there",
        "BATCH -m1",
    ]
    events = feed(
        session,
        "@label=t1 :bob!b@h BATCH +9 draft/multiline #room",
        "@batch=9 :bob!b@h PRIVMSG #room hello",
        "@batch=9 :bob!b@h PRIVMSG #room there",
        ":bob!b@h BATCH -9",
    )
    assert events == [ev.Said("#room", ME, "hello\nthere", me=True, private=False), ev.Delivered(1)]


def test_a_long_line_is_continued() -> None:
    """ "The recommended splitting method is to split long lines between words where possible and leave the space
    character at the end of the line."  https://ircv3.net/specs/extensions/multiline#splitting-long-lines
    """
    session = registered(*ALL)
    text = "wörter und mehr " * 60
    assert len(session.say("#room", text)) == 1
    _, first, *rest, _ = sent(session)
    assert first.startswith("@batch=m1 PRIVMSG #room :")
    assert all(line.startswith("@batch=m1;draft/multiline-concat PRIVMSG #room :") for line in rest)
    pieces = [line.partition(" :")[2] for line in (first, *rest)]
    assert "".join(pieces) == text
    assert all(piece.endswith(" ") for piece in pieces)
    assert all(len(f":bob!b@h PRIVMSG #room :{piece}\r\n".encode()) <= 512 for piece in pieces)


@pytest.mark.parametrize("missing", ["batch", "labeled-response", "draft/multiline=max-bytes=4096"])
def test_without_the_capabilities_each_line_is_a_message(missing: str) -> None:
    session = registered(*(cap for cap in ALL if cap != missing))
    assert len(session.say("#room", "one\n\ntwo")) == 2
    said = [line.split(" ", 1)[1] if line[0] == "@" else line for line in sent(session)]
    assert [line for line in said if line.startswith("PRIVMSG")] == ["PRIVMSG #room one", "PRIVMSG #room two"]


def test_actions_and_notices_stay_single_lines() -> None:
    """ "Multiline batches MUST only contain one or more PRIVMSG lines."
    https://ircv3.net/specs/extensions/multiline#batch-types
    """
    session = registered(*ALL)
    session.say("#room", "one\ntwo", ev.Kind.ACTION)
    session.say("#room", "one\ntwo", ev.Kind.NOTICE)
    assert not any("BATCH" in line for line in sent(session))


def test_a_refused_batch_is_one_text_that_was_not_sent() -> None:
    """ "`MULTILINE_MAX_BYTES <limit>`: `max-bytes` limit exceeded"
    https://ircv3.net/specs/extensions/multiline#errors
    """
    chat = Chat(Identity("bob"), ["#room"])
    chat.connected()
    assert chat.session is not None
    names = " ".join(cap.partition("=")[0] for cap in ALL)
    feed(chat.session, f":s CAP * LS :{' '.join(ALL)}", f":s CAP * ACK :{names}")
    chat.receive(b":s 001 bob :Welcome bob!b@h\r\n:bob!b@h JOIN #room\r\n")
    chat.say("#room", "one\ntwo")
    events = chat.receive(b"@label=t1 :s FAIL BATCH MULTILINE_MAX_BYTES 3 :Too much\r\n")
    assert events[-1] == ev.NotSent("#room", "one\ntwo", "Too much", sure=True)
    assert chat.lines == []


TEXTS = st.text(st.sampled_from("ab é\n"), max_size=400)


@given(TEXTS, st.integers(4, 60), st.integers(8, 80), st.integers(1, 8))
def test_every_message_is_within_the_limits_and_nothing_is_lost(
    text: str, size: int, most_bytes: int, most_lines: int
) -> None:
    """ "Each line feed used to join line messages contributes one byte towards the `max-bytes` limit." "Clients MUST
    NOT send blank lines with the `draft/multiline-concat` tag. Clients MUST NOT send messages consisting entirely of
    blank lines."  https://ircv3.net/specs/extensions/multiline#batch-types
    """
    found = messages(text, size, Limits(most_bytes, most_lines))
    for lines in found:
        assert sum(map(len, lines)) <= most_lines
        assert 0 < len(combine(lines).encode()) <= most_bytes
        assert all(len(piece.encode()) <= size for line in lines for piece in line)
        assert all(piece for line in lines for piece in line[1:])
        assert combine(lines).strip("\n")
    assert "".join(map(combine, found)).replace("\n", "") == text.replace("\n", "")


@given(TEXTS)
def test_without_limits_the_text_arrives_as_it_was(text: str) -> None:
    """ "Final concatenated message"  https://ircv3.net/specs/extensions/multiline#examples"""
    found = messages(text, 50, Limits())
    assert [combine(lines) for lines in found] == [text.strip("\n")] * bool(text.strip("\n"))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n\x01"), min_size=1, max_size=1000))
def test_a_text_comes_through_our_own_server(text: str) -> None:
    """ "The combined message value of a multiline batch is defined as the concatenation of the messages from each
    individual line within the batch."  https://ircv3.net/specs/extensions/multiline#batch-types
    """
    irc = Irc()
    ours, ends = {}, {}
    for nick in ("alice", "bob"):
        ours[nick], ends[nick] = Session(Identity(nick)), irc.open()
    heard: dict[str, list[ev.Event]] = {"alice": [], "bob": []}

    def exchange() -> None:
        for _ in range(8):
            for nick, session in ours.items():
                ends[nick].send(*session.data_to_send().decode().split("\r\n")[:-1])
                received = "".join(f"{line}\r\n" for line in ends[nick].lines())
                heard[nick] += session.receive(received.encode())

    exchange()
    ours["alice"].say("bob", f"one\n\n{text}\ntwo")
    exchange()
    said = [event.text for event in heard["bob"] if isinstance(event, ev.Said)]
    assert said == [f"one\n\n{text}\ntwo"]
    assert [event.text for event in heard["alice"] if isinstance(event, ev.Said)] == said
    assert [type(event) for event in heard["alice"]].count(ev.Delivered) == 1


def test_batches_that_never_end_take_little_memory_and_nothing_of_them_is_lost() -> None:
    session = registered(*ALL)
    for number in range(2000):
        feed(session, f":alice!a@h BATCH +{number} draft/multiline #room")
    assert feed(session, *["@batch=1999 :alice!a@h PRIVMSG #room x"] * 10_000) == []
    assert feed(session, "@batch=1999 :alice!a@h PRIVMSG #room y") == [
        ev.Said("#room", ALICE, "y", me=False, private=False)
    ]
    [whole] = feed(session, ":alice!a@h BATCH -1999")
    assert isinstance(whole, ev.Said)
    assert whole.text.count("\n") == 9_999
    assert feed(session, "@batch=0 :alice!a@h PRIVMSG #room z") == [
        ev.Said("#room", ALICE, "z", me=False, private=False)
    ], "the oldest ones count as closed"
