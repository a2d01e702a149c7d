"""A message to somebody who is not here, from our client and from a plain one: it waits, and is told once, in both."""

from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.pseudo import Pseudo
from tests.system.conftest import Stage

pytestmark = pytest.mark.system

PASSWORD = "correct-horse"
ABSENT = "not here; they will read it when they come back"


def register(stage: Stage, port: int, nick: str) -> None:
    """Have an account made whose owner goes at once."""
    client = plain(stage, port, nick)
    client.say(f"NS REGISTER {PASSWORD}")
    client.until("is ready")
    client.say("QUIT")
    client.rest()


def plain(stage: Stage, port: int, nick: str) -> Client:
    """Return a client that knows nothing of IRCv3."""
    client = stage.connect(port)
    client.say(f"NICK {nick}", f"USER {nick} 0 * :{nick}")
    client.until(" 422 ")
    return client


def ours(tmp_path: Path, port: int, nick: str) -> Pseudo:
    """Return our client, logged in."""
    directory = tmp_path / nick
    directory.mkdir(exist_ok=True)
    words = ("127.0.0.1", str(port), "--plain", "--nick", nick, "--account", nick)
    return Pseudo(directory, *words, environment={"TRIALOGUE_PASSWORD": PASSWORD, "LANG": "C.UTF-8"})


def test_our_client_writes_and_reads(stage: Stage, tmp_path: Path) -> None:
    port = stage.serve().port
    for nick in ("alice", "bob"):
        register(stage, port, nick)
    with ours(tmp_path, port, "alice") as alice:
        alice.until(b"You are in #lobby")
        alice.type("/msg bob the tulips are out\n")
        alice.until(f"bob is {ABSENT}".encode())
        alice.type("/msg nobody hello\n")
        alice.until(b"did not get")
    guest = plain(stage, port, "passerby")
    guest.say("PRIVMSG bob :I was at your door")
    guest.until(ABSENT)
    guest.say("QUIT")
    guest.rest()
    with ours(tmp_path, port, "bob") as bob:
        bob.until(b"alice to you (earlier): the tulips are out")
        bob.until(b"passerby to you (earlier): I was at your door")
        bob.type("/quit\n")
        assert bob.ended() == 0
    old = plain(stage, port, "bobby")
    old.say(f"NS IDENTIFY bob {PASSWORD}", "PING over")
    assert not any("tulips" in line or "door" in line for line in old.until("over")), "it was told already"


def test_a_plain_client_writes_and_reads(stage: Stage, tmp_path: Path) -> None:
    port = stage.serve().port
    for nick in ("alice", "bob"):
        register(stage, port, nick)
    alice = plain(stage, port, "guest")
    alice.say(f"NS IDENTIFY alice {PASSWORD}", "PRIVMSG bob :the tulips are out")
    assert alice.until(" 301 ")[-1].endswith(f" 301 guest bob :{ABSENT}")
    bob = plain(stage, port, "bobby")
    bob.say(f"NS IDENTIFY bob {PASSWORD}")
    (told,) = [line for line in bob.until("that is all") if "tulips" in line]
    assert told.startswith(":guest!guest@127.0.0.1 NOTICE bobby :[")
    assert told.endswith(" UTC] the tulips are out")
    bob.say("NS BLOCK alice")
    bob.until("alice is blocked")
    alice.say("PRIVMSG bob :do you hear me?", "INVITE bobby #x", "PING done")
    alice.until("done")
    bob.say("PING over")
    assert bob.until("over")[:-1] == []
    with ours(tmp_path, port, "bob") as client:
        client.until(b"You are in #lobby")
        client.type("/blocked\n")
        client.until(b"You have blocked alice.")
        client.type("/unblock alice\n")
        client.until(b"alice is not blocked any more")
        bob.until("on all of your devices")
        alice.say("PRIVMSG bob :and now?")
        client.until(b"and now?")
        assert b"do you hear me" not in client.shown
