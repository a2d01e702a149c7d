"""What does a message cost in the core alone?  ``python -m benchmarks.core [--against COMMIT] [--profile]``

Members of one room talk, eight messages a tick, without sockets, scheduler and store: bytes are framed, applied to the
core, charged, and taken from it as the bytes that each member would be sent. Prints microseconds of CPU for each
message, the least of many short rounds: whatever else the machine does only adds to it. With a commit, its code is
measured in turn with that of this checkout. Exit code: 0; 2 with one sentence if it cannot be measured.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import os
import pstats
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.failure import BenchmarkError
from benchmarks.past import earlier_commit, subject, unpack
from benchmarks.table import number, table
from ircwire.framing import LineFramer
from tests.support.irc import Irc
from trialogue_server.commands.deciding import apply
from trialogue_server.commands.inputs import Said
from trialogue_server.session.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialogue_server.session.outbox import Sink
    from trialogue_server.session.session import Session
    from trialogue_server.world.moment import Moment

_ROOT = Path(__file__).parent.parent
_TALKERS = 8
_TICKS = 25
"""In a round: some milliseconds."""

_SECONDS = 0.5
"""For which each case is measured in one turn of a checkout."""

_MODERN = ("message-tags", "server-time", "echo-message", "batch", "labeled-response", "account-tag")


@dataclass(frozen=True, slots=True)
class Case:
    """A room: its members, and what each of them requests."""

    name: str
    members: int
    capabilities: tuple[str, ...] = ()


CASES = (
    Case("10 members", 10),
    Case("10 members, modern clients", 10, _MODERN),
    Case("100 members", 100),
)


class Nowhere:
    """Takes what is sent, and forgets it."""

    def send(self, data: bytes) -> None:
        """Forget it."""

    def finish(self) -> None:
        """Nothing is open."""

    def kill(self, reason: str) -> None:
        """Nothing is open."""


class _Talker:
    """One connection, as far as it does not wait."""

    def __init__(self, session: Session, irc: Irc) -> None:
        self._session = session
        self._core = irc.core
        self._framer = LineFramer()
        self._meter = Meter(session, irc.core.work)

    def say(self, data: bytes, now: Moment) -> None:
        """Have the server handle what came from the socket."""
        session, meter = self._session, self._meter
        for line in self._framer.feed(data):
            assert isinstance(line, bytes), "the lines are short"
            session.throttle.take(now.monotonic)
            meter.begin()
            apply(self._core, Said(session.sid, line), now)
            meter.settle(len(line), self._core.config.flood.work)


class Room:
    """A room of a simulated server whose members talk."""

    def __init__(self, case: Case, sinks: Sequence[Sink] = ()) -> None:
        """`sinks` take what the members are sent; without them it is forgotten."""
        self._irc = irc = Irc(flood={"rate": 0})
        members = [irc.connect(f"member{place}", *case.capabilities) for place in range(case.members)]
        for member in members:
            member.send("JOIN #room")
        irc.flush()
        for member, sink in zip(members, sinks or [Nowhere()] * case.members, strict=True):
            member.session.outbox.sink = sink
        self._talkers = [_Talker(member.session, irc) for member in members[:_TALKERS]]

    def talk(self, ticks: int) -> None:
        """Let each talker say something in each tick, and send it."""
        irc, tick = self._irc, self._irc.core.tick
        said = b"PRIVMSG #room :" + b"x" * 64 + b"\r\n"
        for _ in range(ticks):
            irc.now += 0.001
            irc.monotonic += 0.001
            now = irc.reading
            for talker in self._talkers:
                talker.say(said, now)
            for sink, data in tick.make_ready().sends:
                sink.send(data)


def microseconds(case: Case, seconds: float) -> float:
    """Return what a message costs, at least."""
    room, least = Room(case), float("inf")
    room.talk(_TICKS)
    gc.collect()
    gc.freeze()
    gc.disable()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.process_time_ns()
        room.talk(_TICKS)
        least = min(least, time.process_time_ns() - began)
    gc.enable()
    return least / 1e3 / (_TICKS * _TALKERS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.core", description=__doc__)
    parser.add_argument("--against", metavar="COMMIT", help="measure its code too, in turn with this checkout's")
    parser.add_argument("--rounds", type=int, default=4, help="turns of each checkout (default: 4)")
    parser.add_argument("--profile", action="store_true", help="show where the time goes in a room of ten, and end")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.alone:
        print(json.dumps([microseconds(case, _SECONDS) for case in CASES]))
    elif options.profile:
        _profile()
    else:
        try:
            _compare(options.against, options.rounds)
        except BenchmarkError as error:
            print(error, file=sys.stderr)
            return 2
    return 0


def _compare(against: str | None, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="trialogue-past-") as name:
        trees: dict[str, Path] = {"now": _ROOT}
        if against is not None:
            commit = earlier_commit(_ROOT, against)
            unpack(_ROOT, commit, Path(name))
            trees["before"] = Path(name)
            print(f"Compared with {subject(_ROOT, commit)}")
        measured = [{which: _measured(tree) for which, tree in trees.items()} for _ in range(rounds)]
    least = {which: [min(turn[which][place] for turn in measured) for place in range(len(CASES))] for which in trees}
    rows = [
        [case.name, *(number(least[which][place]) for which in trees), *_ratio(least, place)]
        for place, case in enumerate(CASES)
    ]
    print(table(("CPU µs for each message", *trees, *(["ratio"] if against else [])), rows, words=1))


def _ratio(least: dict[str, list[float]], place: int) -> list[str]:
    return [f"{least['now'][place] / least['before'][place]:.2f}"] if "before" in least else []


def _measured(tree: Path) -> list[float]:
    """Return the figures of all cases with the code of this checkout, or another's."""
    path = os.pathsep.join(str(tree / part) for part in ("services/server/src", "packages/wire/src"))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.core", "--alone"],
        cwd=_ROOT, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BenchmarkError(f"The core of {tree} cannot be measured: {done.stderr.strip().splitlines()[-1]}")
    return [float(one) for one in json.loads(done.stdout)]


def _profile() -> None:
    room = Room(CASES[0])
    room.talk(_TICKS)
    profile = cProfile.Profile()
    profile.runcall(room.talk, 20 * _TICKS)
    pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    sys.exit(main())
