"""Thousands of real connections: nobody waits for the slowest, and nobody takes the others along when they go."""

import socket

import pytest

from tests.support.client import Client
from tests.support.crowd import Crowd
from tests.support.server import allow_open_files
from tests.system.conftest import Stage

pytestmark = [pytest.mark.system, pytest.mark.usefixtures("_many_open_files")]

SEND_QUEUE = 65_536
WINDOW = 4096
MEBIBYTE = 1 << 20
TEXT = "x" * 400


BATCH = 20
BATCHES = 500
"""After so many, 4 MB, nobody's kernel takes any more."""


@pytest.fixture(scope="module")
def _many_open_files() -> None:
    if not allow_open_files(2500):
        pytest.skip("needs 2,500 open files: raise the hard limit (ulimit -Hn)")


def say_some(speaker: Client, channel: str) -> None:
    """Say a few lines, and wait until the server has dealt with them."""
    speaker.say(*[f"PRIVMSG {channel} :{TEXT}"] * BATCH)
    assert speaker.is_answered()


def test_nobody_waits_for_the_one_of_a_thousand_who_never_reads(stage: Stage) -> None:
    server = stage.serve(flood_rate=0, limits_send_queue=SEND_QUEUE)
    with Crowd(server.port, 997) as crowd:
        crowd.join("#room")
        stage.connect(server.port, window=WINDOW).join("deaf", "#room")
        speaker, witness = [stage.connect(server.port).join(nick, "#room") for nick in ("speaker", "witness")]
        before = server.memory
        for _ in range(BATCHES):
            crowd.listen_for(b" PRIVMSG #room :")
            say_some(speaker, "#room")
            crowd.wait(lambda: all(member.heard == BATCH for member in crowd.members))  # for whom nobody else waits
            if server.logged("disconnected"):
                break
        assert server.wait_for("disconnected")["reason"] == "SendQ exceeded"
        witness.until(":deaf!deaf@127.0.0.1 QUIT :SendQ exceeded")
        assert server.memory - before < 16 * MEBIBYTE
        assert len(server.logged("disconnected")) == 1, "nobody else was cut"


def test_two_thousand_are_cut_at_once(stage: Stage) -> None:
    """Everybody's departure is news for all the others, who are just going too."""
    server = stage.serve(flood_rate=0)
    alice, bob = [stage.connect(server.port).join(nick, "#room") for nick in ("alice", "bob")]
    with Crowd(server.port, 2000) as crowd:
        crowd.join("#room")
        alice.say("PING before")
        alice.until("before")
        before = server.memory
        crowd.reset()
        heard = 0
        while heard < 2000:
            heard += " QUIT :Connection lost" in alice.next_line()
        assert server.memory - before < 100 * MEBIBYTE
    alice.say("PRIVMSG #room :still here")
    bob.until("alice@127.0.0.1 PRIVMSG #room :still here")


def test_two_thousand_send_queues_overflow_at_once(stage: Stage) -> None:
    server = stage.serve(flood_rate=0, limits_send_queue=SEND_QUEUE)
    alice, bob = [stage.connect(server.port).join(nick, "#room") for nick in ("alice", "bob")]
    with Crowd(server.port, 2000, window=WINDOW) as crowd:
        crowd.join("#room")
        alice.say("PING before")
        alice.until("before")
        crowd.deafen(*crowd.members)
        before = server.memory
        for _ in range(BATCHES):
            say_some(bob, "#room")
            if len(server.logged("disconnected", reason="SendQ exceeded")) == 2000:
                break
        heard = 0
        while heard < 2000:
            heard += " QUIT :SendQ exceeded" in alice.next_line()
        assert server.memory - before < 2 * 2000 * SEND_QUEUE
    alice.say("PRIVMSG #room :still here")
    bob.until("alice@127.0.0.1 PRIVMSG #room :still here")


def test_peers_that_half_close_and_never_read(stage: Stage) -> None:
    server = stage.serve(flood_rate=0, timeouts_flush=1)
    alice, bob = [stage.connect(server.port).join(nick, "#room") for nick in ("alice", "bob")]
    with Crowd(server.port, 50, window=WINDOW) as crowd:
        crowd.join("#room")
        alice.say("PING before")
        alice.until("before")
        crowd.deafen(*crowd.members)
        for _ in range(40):
            say_some(bob, "#room")
        for member in crowd.members:
            member.sock.shutdown(socket.SHUT_WR)
        assert alice.is_answered()
        server.wait_for("disconnected", count=50, reason="Connection closed")
    assert bob.is_answered()
