"""A room that was empty still has its history, and a restart empties none: with real processes, stopped and killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.server import Server
from tests.system.test_restart import PASSWORD, log_in

pytestmark = pytest.mark.system

CAPS = "CAP REQ :batch message-tags draft/chathistory"
LINES = [f"line {number}" for number in range(1, 6)]


def read(client: Client, room: str) -> list[str]:
    """Return all that somebody may read of a room that they are in."""
    client.say(CAPS, f"CHATHISTORY LATEST {room} * 50")
    client.until(" BATCH +")
    *lines, _ = client.until(" BATCH -")
    return [line.partition(f" PRIVMSG {room} :")[2] for line in lines]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_said_is_there_after_down_and_up(tmp_path: Path, ending: signal.Signals) -> None:
    """As with ``docker compose up``, five lines, ``down``, ``up``: for their author and for a guest."""
    with (
        Server(tmp_path, "127.0.0.1", "0", flood_rate=0) as server,
        Client(server.port).join("alice", "#lobby") as alice,
    ):
        alice.say(*(f"PRIVMSG #lobby :{line}" for line in LINES))
        assert alice.is_answered()
        server.signal(ending)
        server.wait()
    with (
        Server(tmp_path, "127.0.0.1", "0", flood_rate=0) as server,
        Client(server.port).join("bob", "#lobby") as bob,
        Client(server.port).join("alice", "#lobby") as alice,
    ):
        for client in (bob, alice):
            assert read(client, "#lobby") == LINES
            client.say("NAMES #lobby")
            assert "@" not in client.until(" 353 ")[-1].rpartition(":")[2], "nobody is operator for being first"


def meet_in_a_closed_room(alice: Client, bob: Client) -> None:
    """Let two with accounts talk where nobody else can come in."""
    for client in (alice, bob):
        client.say(f"REGISTER * * {PASSWORD}")
        client.until("REGISTER SUCCESS")
        client.say("JOIN #den")
        client.until(" 366 ")
    alice.say("TOPIC #den :ours alone", "MODE #den +k secret", "PRIVMSG #den :closed words")
    bob.until("closed words")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_closed_room_is_closed_after_a_restart(tmp_path: Path, ending: signal.Signals) -> None:
    """It has its topic, key and operator, and who may read it are the same."""
    with (
        Server(tmp_path, "127.0.0.1", "0", flood_rate=0) as server,
        Client(server.port).join("alice") as alice,
        Client(server.port).join("bob") as bob,
    ):
        meet_in_a_closed_room(alice, bob)
        server.signal(ending)
        server.wait()
    with Server(tmp_path, "127.0.0.1", "0", flood_rate=0) as server, Client(server.port).join("mallory") as mallory:
        mallory.say("JOIN #den")
        mallory.until(" 475 ")
        mallory.say("JOIN #den secret")
        assert any(line.endswith(" 332 mallory #den :ours alone") for line in mallory.until(" 366 "))
        assert read(mallory, "#den") == []
        for nick, shown in (("bob", "bob"), ("alice", "@alice")):
            with log_in(server.port, nick) as client:
                client.say("JOIN #den secret")
                client.until(" 366 ")
                assert read(client, "#den") == ["closed words"]
                client.say("NAMES #den")
                assert shown in client.until(" 353 ")[-1].rpartition(":")[2].split()


def test_a_word_piped_into_an_empty_room_waits_for_whoever_comes(tmp_path: Path) -> None:
    """``echo "the backup is done" | trialogue-client …``"""
    with Server(tmp_path, "127.0.0.1", "0", flood_rate=0) as server:
        piped = subprocess.run(
            [sys.executable, "-m", "trialogue_client", "127.0.0.1", str(server.port), "--nick", "backup"],
            input=b"the backup is done\n",
            capture_output=True,
            timeout=60,
            check=False,
            env=os.environ | {name: str(tmp_path) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")},
        )
        assert piped.returncode == 0, piped
        with Client(server.port).join("alice", "#lobby") as alice:
            assert read(alice, "#lobby") == ["the backup is done"]
