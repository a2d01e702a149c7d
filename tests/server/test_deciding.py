"""The one door: whatever happens is an input, and `apply` applies it."""

import pytest

from tests.support.irc import Irc, commands
from trialogue_server.commands import inputs as i
from trialogue_server.commands.deciding import apply
from trialogue_server.commands.effects import VerifyPassword
from trialogue_server.reaper import reap
from trialogue_server.session.registry import FULL
from trialogue_server.world.events import Event, UserLeft

HERE, THERE = i.first_sid(1), i.first_sid(2)


def registered(irc: Irc, sid: int, nick: str) -> None:
    """Register a user whose connection is on another node."""
    irc.put(i.Opened(sid, "192.0.2.1", secure=False, nonce="x"))
    for line in (f"NICK {nick}", f"USER {nick} 0 * :{nick}", "JOIN #room"):
        assert irc.put(i.Said(sid, line.encode())) is None


def test_an_input_of_a_session_that_is_gone_changes_nothing(irc: Irc) -> None:
    alice, bob = irc.room("#room", "alice", "bob")
    sid = bob.session.sid
    bob.drop()
    alice.read()
    late = (
        *(i.Said(sid, b"PRIVMSG #room :late"), i.SaidTooMuch(sid), i.Result(sid, True), i.Read(sid, [])),
        *(i.Certified(sid, "ab"), i.BatchTimedOut(sid), i.SpokeTls(sid), i.TimedOut(sid, "x"), i.Left(sid, "x")),
        i.Closed(sid, "x"),
    )
    for entered in late:
        assert irc.put(entered) is None
    assert not irc.core.tick.journal
    assert not alice.lines()


def test_what_a_session_says_after_error_does_not_count(irc: Irc) -> None:
    alice, bob = irc.room("#room", "alice", "bob")
    irc.put(i.TimedOut(bob.session.sid, "Ping timeout"))
    irc.put(i.Said(bob.session.sid, b"PRIVMSG #room :late"))
    irc.put(i.SaidTooMuch(bob.session.sid))
    assert not alice.lines()
    assert bob.lines() == ["ERROR :Closing link (127.0.0.1): Ping timeout"]


def test_who_leaves_is_told_and_is_known_until_the_connection_is_closed(irc: Irc) -> None:
    alice, bob = irc.room("#room", "alice", "bob")
    sid = bob.session.sid
    irc.put(i.Left(sid, "Connection closed"))
    assert commands(alice.read()) == ["QUIT"]
    assert commands(bob.read()) == ["ERROR"]
    assert sid in irc.core.registry.sessions, "what waits for it still counts"
    irc.put(i.Closed(sid, "Connection closed"))
    assert sid not in irc.core.registry.sessions
    assert not alice.lines(), "once is enough"


def test_a_result_is_for_the_command_that_waits() -> None:
    irc = Irc(operators=[{"name": "root", "password": "secret"}])
    alice = irc.connect("alice")
    pending = alice.begin("OPER root secret")
    assert pending is not None
    assert isinstance(pending.effect, VerifyPassword)
    assert not alice.lines()
    assert irc.put(i.Result(alice.session.sid, True)) is None
    assert "381" in commands(alice.read())
    assert irc.put(i.Result(alice.session.sid, True)) is None
    assert not alice.lines(), "nothing waits any more"


def test_a_session_of_another_node_takes_part(irc: Irc) -> None:
    """Here nobody reads what it is told."""
    (alice,) = irc.room("#room", "alice")
    registered(irc, THERE + 1, "bob")
    irc.put(i.Said(THERE + 1, b"PRIVMSG #room :hello"))
    assert commands(alice.read()) == ["JOIN", "PRIVMSG"]
    assert not irc.core.outlets


def test_what_is_limited_here_are_the_connections_of_this_node() -> None:
    irc = Irc(connections={"total": 3, "per_address": 2})
    for number in range(1, 6):
        irc.put(i.Opened(THERE + number, "192.0.2.1", secure=False, nonce="x"))
    assert irc.core.registry.refusal("192.0.2.1") is None
    for _ in range(2):
        irc.open(address="192.0.2.1")
    irc.put(i.Closed(THERE + 1, "Connection closed"))
    assert irc.core.registry.refusal("192.0.2.1") == "Too many connections from your address"
    irc.open(address="192.0.2.2")
    assert irc.core.registry.refusal("192.0.2.3") == FULL


def test_who_is_elsewhere_is_judged_there(irc: Irc) -> None:
    registered(irc, THERE + 1, "bob")
    irc.put(i.Opened(THERE + 2, "192.0.2.1", secure=False, nonce="x"))
    irc.wait(1000)
    reap(irc.door)
    assert not any(session.closing for session in irc.core.registry.sessions.values())


@pytest.mark.parametrize("end", [i.NodeGone("b", 2), i.NodeUp("b", 3)])
def test_with_a_node_its_sessions_are_gone(irc: Irc, end: i.NodeGone | i.NodeUp) -> None:
    irc.put(i.NodeUp("a", 1))
    irc.put(i.NodeUp("b", 2))
    for sid, nick in ((HERE + 1, "alice"), (THERE + 1, "bob"), (THERE + 2, "carol")):
        registered(irc, sid, nick)
    irc.flush()
    for _ in range(2):
        irc.put(end)
        irc.put(i.NodeGone("b", 1))  # of another life
        irc.put(i.Said(THERE + 1, b"PRIVMSG #room :late"))
    left = [event.source.split("!")[0] for event in irc.core.tick.journal if isinstance(event, UserLeft)]
    assert left == ["bob", "carol"]
    assert list(irc.core.registry.sessions) == [HERE + 1]


def test_lines_that_came_together_share_one_reading(irc: Irc) -> None:
    alice = irc.connect("alice")
    together = irc.reading
    for line in (b"JOIN #room", b"PRIVMSG #room :a", b"PRIVMSG #room :b"):
        apply(irc.core, i.Said(alice.session.sid, line), together)
    events: list[Event] = irc.core.tick.journal[-3:]
    assert {event.at for event in events} == {irc.now}
    assert events == sorted(events, key=lambda event: event.id)
