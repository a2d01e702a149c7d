"""Whatever a hundred ask at once: nothing takes long between two passes of the scheduler, and who talks is heard soon.

Calls of functions are what is counted, Python's and C's, as in `test_costs`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from tests.server.test_costs import IN_ONE_GO
from tests.support.live import Live

if TYPE_CHECKING:
    from tests.support.live import Peer

ATTACKERS, CROWD = 100, 60

IN_ONE_PASS = 5 * IN_ONE_GO // 2
"""Calls: what may be decided, one line that began before that was reached, and a flush."""

SOON = 12
"""Passes until what is said has been decided, stored and sent, while the most expensive things are asked for."""


class Calls(trio.abc.Instrument):
    """Counts calls between two passes."""

    def __init__(self) -> None:
        self.passes = [0]

    def before_io_wait(self, timeout: float) -> None:
        """Begin a new pass."""
        self.passes.append(0)

    def __call__(self, _frame: object, event: str, _argument: object) -> None:
        """Count; the interpreter calls it."""
        self.passes[-1] += event in ("call", "c_call")


class FirstSending(trio.abc.Instrument):
    """Notes in which pass of the scheduler a peer was sent certain words."""

    def __init__(self, peer: Peer, words: bytes) -> None:
        self._peer, self._words = peer, words
        self._passes = 0
        self.heard: int | None = None

    def before_io_wait(self, timeout: float) -> None:
        """Note the pass, once the words are sent."""
        self._passes += 1
        if self.heard is None and self._words in self._peer.transport.sent:
            self.heard = self._passes


@pytest.fixture
async def live(nursery: trio.Nursery) -> Live:
    live = Live(nursery, flood={"rate": 0}, limits={"channels_per_user": 0})
    for number in range(CROWD):
        rooms = ",".join(f"#room{number}-{place}" for place in range(5))
        live.connect().say(f"NICK person{number}", "USER x 0 * :x", f"JOIN {rooms},#crowd")
        await wait_all_tasks_blocked()
    return live


async def come(live: Live, nick: str, *lines: str) -> Peer:
    peer = live.connect()
    peer.say(f"NICK {nick}", "USER x 0 * :x", *lines)
    await peer.hear()
    return peer


MASKS = ",".join(f"!*x{number}*y*" for number in range(10))
ROOMS = ",".join(f"#room{number}-0" for number in range(20))


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        ((), ("WHO *q*x*z*", "WHO #crowd")),
        ((), (f"LIST {MASKS}", "LIST")),
        ((), (f"NAMES #crowd,{ROOMS}",)),
        (("JOIN #crowd",), ("PRIVMSG #crowd :" + "x" * 300,)),
        ((f"JOIN {ROOMS}",), (f"PRIVMSG {ROOMS} :hello", "NICK {nick}x")),
        ((), (f"JOIN {ROOMS}", f"PART {ROOMS}")),
        (("JOIN #crowd",), ("QUIT",)),
    ],
    ids=["WHO", "LIST", "NAMES", "talk", "many rooms", "JOIN and PART", "QUIT"],
)
async def test_a_hundred_hold_up_nobody(live: Live, before: tuple[str, ...], lines: tuple[str, ...]) -> None:
    alice, bob = await come(live, "alice", "JOIN #talk"), await come(live, "bob", "JOIN #talk")
    attackers = [await come(live, f"mallory{number}", *before) for number in range(ATTACKERS)]
    for number, attacker in enumerate(attackers):
        attacker.say(*[line.format(nick=f"mal{number}{turn}") for turn in range(2) for line in lines])
    alice.say("PRIVMSG #talk :is anybody there?")
    calls, listening = Calls(), FirstSending(bob, b"is anybody there?")
    trio.lowlevel.add_instrument(calls)
    trio.lowlevel.add_instrument(listening)
    sys.setprofile(calls)
    try:
        await wait_all_tasks_blocked()
    finally:
        sys.setprofile(None)
        trio.lowlevel.remove_instrument(calls)
        trio.lowlevel.remove_instrument(listening)
    assert max(calls.passes) < IN_ONE_PASS
    assert listening.heard is not None
    assert listening.heard <= SOON
