"""Our client on servers that are not ours, from Debian's packages, in the full screen and in plain lines."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.running import running
from benchmarks.servers import Options, known
from tests.support.client import Client
from tests.support.tmux import Terminals, needs_tmux

pytestmark = [pytest.mark.system, pytest.mark.peers, needs_tmux]


def stranger(name: str, *, capabilities: bool) -> object:
    """A server as a parameter; skipped where it is not installed."""
    missing = pytest.mark.skipif(known(name).program is None, reason=f"{name} is not installed")
    return pytest.param((name, capabilities), id=f"{name}{'-ircv3' * capabilities}", marks=missing)


@pytest.fixture(
    params=[
        stranger("ngircd", capabilities=False),
        stranger("inspircd", capabilities=False),
        stranger("inspircd", capabilities=True),
    ]
)
def port(request: pytest.FixtureRequest, closing: ExitStack) -> int:
    """A server that somebody else wrote."""
    name, capabilities = request.param
    return closing.enter_context(running(known(name), Options(capabilities=capabilities))).port


@pytest.fixture
def terminals(home: Path) -> Iterator[Terminals]:
    """Where our client runs."""
    terminals = Terminals(home)
    yield terminals
    terminals.close()


@pytest.fixture(params=["full", "plain"])
def face(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The full screen, and lines for a screen reader."""
    return ("--plain",) if request.param == "plain" else ()


def test_people_meet_talk_and_leave(port: int, face: tuple[str, ...], terminals: Terminals, closing: ExitStack) -> None:
    """Nothing is taken for granted that RFC 1459 does not have: no capability, no account, no history."""
    alice = closing.enter_context(Client(port)).join("alice", "#lobby")
    terminals.open("bob", "127.0.0.1", str(port), "--nick", "bob", *face, size=(100, 30))
    terminals.until("bob", "You are in #lobby with")
    alice.until(" JOIN ")
    terminals.say("bob", "hello from bob")
    assert alice.until("hello from bob")[-1].startswith(":bob!")
    alice.say("PRIVMSG #lobby :hello from alice", "PRIVMSG bob :and to you alone")
    terminals.until("bob", "hello from alice")
    terminals.say("bob", "/msg alice and to you")
    alice.until(" PRIVMSG alice :and to you")
    alice.say("TOPIC #lobby :The big picture")
    terminals.say("bob", "/join den")
    terminals.until("bob", "You are in #den")
    carol = closing.enter_context(Client(port)).join("carol", "#den")
    carol.say("PRIVMSG #den :anybody here?", "NICK caroline")
    terminals.until("bob", "anybody here?")
    terminals.until("bob", "caroline")
    terminals.say("bob", "/part #den that is all")
    assert "that is all" in carol.until(" PART #den")[-1]
    terminals.say("bob", "/join #lobby")
    terminals.say("bob", "/me waves")
    alice.until(" PRIVMSG #lobby :\x01ACTION waves")
    terminals.say("bob", "/quit good night")
    assert "good night" in alice.until(" QUIT ")[-1]
    terminals.ended("bob", 0)


def test_a_name_that_is_taken_is_asked_for_again(
    port: int, face: tuple[str, ...], terminals: Terminals, closing: ExitStack
) -> None:
    """RFC 1459 section 6.1: ERR_NICKNAMEINUSE is "Returned when a NICK message is processed that results in an attempt
    to change to a currently existing nickname."  https://www.rfc-editor.org/rfc/rfc1459#section-6.1
    """
    alice = closing.enter_context(Client(port)).join("bob", "#lobby")
    terminals.open("bob", "127.0.0.1", str(port), "--nick", "bob", *face, size=(100, 30))
    terminals.until("bob", "The name bob is taken")
    terminals.say("bob", "bobby")
    terminals.until("bob", "You are in #lobby with 1 other person")
    terminals.say("bob", "it is me")
    assert alice.until("it is me")[-1].startswith(":bobby!")
