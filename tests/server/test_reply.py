"""One command's answers: with a label they are held back, and become one answer, a batch or ACK."""

import pytest

from tests.support.irc import Irc
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.session import Session
from trialogue_server.world.refused import Failed, Refused


@pytest.fixture
def session(irc: Irc) -> Session:
    client = irc.connect("alice", "batch", "labeled-response")
    return client.session


def reply(session: Session, label: str = "", *, limit: int = 512) -> Reply:
    return Reply(session, "server.example", 0.0, limit=limit, label=label)


def out(session: Session) -> list[bytes]:
    """Take what is to be sent."""
    data = session.outbox.data_to_send()
    return data.split(b"\r\n")[:-1]


def test_without_a_label_answers_go_at_once(session: Session) -> None:
    answer = reply(session)
    answer.raw("ONE")
    assert out(session) == [b":server.example ONE"]
    answer.finish()
    assert out(session) == []


def test_with_a_label_they_wait(session: Session) -> None:
    answer = reply(session, "x")
    answer.raw("ONE")
    assert out(session) == []
    answer.finish()
    assert out(session) == [b"@label=x :server.example ONE"]
    answer.finish()
    assert out(session) == [], "a label is answered once"


def test_after_the_end_it_is_no_answer_any_more(session: Session) -> None:
    answer = reply(session, "x")
    answer.finish()
    answer.raw("LATE")
    assert out(session) == [b"@label=x :server.example ACK", b":server.example LATE"]


def test_several_answers(session: Session) -> None:
    session.batches = 0
    answer = reply(session, "x")
    answer.raw("ONE")
    answer.line_from("bob!b@h", "TWO")
    answer.line(b"@time=now :carol THREE\r\n@a=b FOUR\r\n")
    answer.finish()
    assert out(session) == [
        b"@label=x :server.example BATCH +1 labeled-response",
        b"@batch=1 :server.example ONE",
        b"@batch=1 :bob!b@h TWO",
        b"@batch=1;time=now :carol THREE",
        b"@batch=1;a=b FOUR",
        b":server.example BATCH -1",
    ]


def test_two_lines_in_one_piece_are_several_answers(session: Session) -> None:
    answer = reply(session, "x")
    answer.line(b":bob JOIN #x\r\n:bob AWAY :gone\r\n")
    answer.finish()
    assert [line.split(b" ")[0].partition(b"=")[0] for line in out(session)] == [
        b"@label", b"@batch", b"@batch", b":server.example"]  # fmt: skip


def test_forms(session: Session) -> None:
    answer = reply(session)
    answer.numeric("401", "bob")
    answer.numeric("352", "a", "b", "the last")
    answer.numeric("305")
    answer.refuse(Refused("461", "JOIN"))
    answer.refuse(Refused("461", "JOIN", text="One more, please"))
    answer.refuse(Failed("SETNAME", "INVALID_REALNAME", text="No"))
    answer.fail("X", "CODE", ("one", "two"), "No")
    answer.note("REHASH", "RELOADED", "Yes")
    assert out(session) == [
        b":server.example 401 alice bob :No such nick or channel",
        b":server.example 352 alice a b :the last",
        b":server.example 305 alice :You are no longer marked as being away",
        b":server.example 461 alice JOIN :Not enough parameters",
        b":server.example 461 alice JOIN :One more, please",
        b":server.example FAIL SETNAME INVALID_REALNAME :No",
        b":server.example FAIL X CODE one two :No",
        b":server.example NOTE REHASH RELOADED :Yes",
    ]


@pytest.mark.parametrize("limit", [512, 2**31 - 1])
def test_words_take_as_many_lines_as_they_need(session: Session, limit: int) -> None:
    words = [f"word{number:03}é" for number in range(200)]
    reply(session, limit=limit).words("303", "#x", words=words)
    lines = out(session)
    assert len(lines) > 1
    assert all(len(line) <= 510 and line.startswith(b":server.example 303 alice #x :") for line in lines)
    assert min(len(line) for line in lines[:-1]) > 500 - 9, "no line is longer than it must be"
    assert b" ".join(line.split(b" :", 1)[1] for line in lines).decode().split(" ") == words


def test_no_words_no_line(session: Session) -> None:
    reply(session).words("319", "x", words=[])
    assert out(session) == []


def test_time_for_those_who_want_it(irc: Irc) -> None:
    session = irc.connect("alice", "server-time").session
    reply(session).raw("ONE")
    assert out(session) == [b"@time=1970-01-01T00:00:00.000Z :server.example ONE"]
