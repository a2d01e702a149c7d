"""Cut connections and killed servers while programs talk: is each line said once?  ``python -m tests.system.said_once``

Clients read lines from a pipe, and one has them typed on its full screen; they say them through a proxy, which breaks
each connection after some bytes, anywhere. Now and then the server is killed instead, and started again. In the end
each line must be in history once, in its order, and each client must have ended well. Those behind pipes must have
shown each of their lines once.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import trio

from tests.support.patience import PATIENCE
from tests.support.process import ServerProcess, started
from tests.support.pseudo import Pseudo
from tests.support.running import Person
from tests.system.torture import ENVIRONMENT, ROOMS, Reader

ROOM = ROOMS[0]
_LONGEST = 9_000
"""Bytes that a connection takes at most before it breaks; what is said before one talks is about 4,000."""

_KILLS = 0.15
"""How often the server is killed instead."""

_CHUNK = 1_000
_LAST = "nothing-more"


@dataclass
class Outcome:
    """What came of it. All but the first three must be empty."""

    cuts: int = 0
    kills: int = 0
    lines: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    wrongly_shown: list[str] = field(default_factory=list)
    """Lines of their own that a client has not shown once."""
    errors: list[str] = field(default_factory=list)

    @property
    def is_flawless(self) -> bool:
        """Was the promise kept?"""
        return not (self.lost or self.doubled or self.disorder or self.wrongly_shown or self.errors)

    def __str__(self) -> str:
        return (
            f"{self.cuts} cuts and {self.kills} kills, {self.lines} lines: {len(self.lost)} lost, {len(self.doubled)}"
            f" doubled, {len(self.disorder)} out of order, {len(self.wrongly_shown)} not shown once"
            f" {self.wrongly_shown[:5] or ''}"
            f"{''.join(f'; {error}' for error in self.errors)}"
        )


class Breaker:
    """A proxy in front of a server that is killed and started again. It breaks connections for so many rounds."""

    def __init__(self, directory: Path, rounds: int, people: int) -> None:
        """It begins when so many people are there: a client whose very first connection fails ends, as it should."""
        self.left = rounds
        self._people = people
        self.outcome = Outcome()
        self._directory = directory
        self._server: ServerProcess | None = None
        self._killed = trio.Event()
        self._ready = trio.Event()

    def came(self) -> None:
        """Somebody is there."""
        self._people -= 1

    async def observe(self) -> Person:
        """Return somebody who is in the room. The server must not be killed any more."""
        await self._ready.wait()
        assert self._server is not None
        return await self._server.come("observer", ROOM)

    async def keep_server(self) -> None:
        """Run a server, and another one whenever it has been killed."""
        while True:
            async with started(self._directory, environment=ENVIRONMENT) as self._server:
                self._killed = trio.Event()
                self._ready.set()
                await self._killed.wait()
                self._ready = trio.Event()
                self._server.process.kill()

    async def serve(self, stream: trio.SocketStream) -> None:
        """Pass on what comes, until it is enough."""
        await self._ready.wait()
        assert self._server is not None
        most = [random.randrange(_LONGEST), random.randrange(3 * _LONGEST)] if self.left > 0 else [0, 0]
        is_kill = random.random() < _KILLS
        try:
            async with stream, await trio.open_tcp_stream("127.0.0.1", self._server.port) as there:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._pass, stream, there, most[0], nursery.cancel_scope)
                    nursery.start_soon(self._pass, there, stream, most[1], nursery.cancel_scope)
                if self.left > 0 and any(most):
                    self._broke(is_kill=is_kill)
        except OSError:
            pass

    async def _pass(
        self, source: trio.SocketStream, sink: trio.SocketStream, most: int, scope: trio.CancelScope
    ) -> None:
        left = most or sys.maxsize
        try:
            while left > 0 and (data := await source.receive_some(min(left, _CHUNK))):
                left -= len(data) if self._people <= 0 else 0
                await sink.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass
        scope.cancel()

    def _broke(self, *, is_kill: bool) -> None:
        self.left -= 1
        if is_kill:
            self.outcome.kills += 1
            self._killed.set()
        else:
            self.outcome.cuts += 1


@asynccontextmanager
async def _client(directory: Path, nick: str, port: int) -> AsyncIterator[trio.Process]:
    words = ["127.0.0.1", str(port), "--nick", nick, "--room", ROOM, "--show"]
    process = await trio.lowlevel.open_process(
        [sys.executable, "-m", "trialogue_client", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"TRIALOGUE_CONFIG_DIR": str(directory), "PATH": ""},
    )
    try:
        yield process
    finally:
        process.kill()
        with trio.CancelScope(shield=True):
            await process.wait()


async def _talk(breaker: Breaker, directory: Path, nick: str, port: int) -> list[str]:
    """Have a client say lines until all rounds are over; return what it was given."""
    given: list[str] = []
    shown, complaints = bytearray(), bytearray()
    async with _client(directory, nick, port) as process, trio.open_nursery() as nursery:
        assert process.stdin is not None
        nursery.start_soon(_collect, process.stdout, shown, breaker.came)
        nursery.start_soon(_collect, process.stderr, complaints, lambda: None)
        while breaker.left > 0:
            given.append(f"{nick} says {len(given)} {'x' * random.randrange(300)}")
            try:
                await process.stdin.send_all(f"{given[-1]}\n".encode())
            except trio.BrokenResourceError:  # it has ended, which is found out below
                break
            await trio.sleep(random.expovariate(20))
        await process.stdin.aclose()
        code = await process.wait()
    _judge_client(breaker.outcome, nick, given, shown.decode(), (code, complaints.decode()))
    return given


async def _type(breaker: Breaker, directory: Path, nick: str, port: int, *, begun: Callable[[], None]) -> list[str]:
    """Have lines typed on a full screen until all rounds are over; return them. `begun` is called once it is there."""
    given: list[str] = []
    with Pseudo(directory, "127.0.0.1", str(port), "--nick", nick, "--room", ROOM) as screen:
        await trio.to_thread.run_sync(screen.until, b"You are in")
        breaker.came()
        begun()
        while breaker.left > 0:
            given.append(f"{nick} says {len(given)} {'x' * random.randrange(30)}.")
            screen.type(f"{given[-1]}\r")
            await trio.sleep(random.expovariate(5))
        observer = await breaker.observe()
        given.append(f"{nick} says {_LAST}")
        screen.type(f"{given[-1]}\r")
        with trio.move_on_after(PATIENCE):
            await observer.hear(_LAST)
        screen.type("\x11")
        code = await trio.to_thread.run_sync(screen.ended)
        if code:
            breaker.outcome.errors.append(f"{nick} ended with {code}: {screen.shown[-500:]!r}")
    return given


async def _collect(stream: trio.abc.ReceiveStream | None, into: bytearray, talks: Callable[[], None]) -> None:
    """Take in what a client shows, and say so when its first words are there."""
    assert stream is not None
    async for chunk in stream:
        if b" says 0 " in into + chunk and b" says 0 " not in into:
            talks()
        into += chunk


def _judge_client(outcome: Outcome, nick: str, given: list[str], shown: str, end: tuple[int, str]) -> None:
    code, complaints = end
    if code:
        outcome.errors.append(f"{nick} ended with {code}: {complaints[-500:]}")
    if "may not have got" in complaints:
        outcome.errors.append(f"{nick} was told of a line in doubt")
    counted = Counter(re.findall(rf"{nick}\d*(?: \(earlier\))?: ({nick} says \d+)", shown))
    outcome.wrongly_shown += [f"{counted[_name(line)]} × {_name(line)}" for line in given if counted[_name(line)] != 1]


def _name(line: str) -> str:
    return " ".join(line.split(" ")[:3])


def judge_history(outcome: Outcome, history: list[str], given: list[list[str]]) -> None:
    """Compare what is in history with what each client was given."""
    counted = Counter(history)
    for lines in given:
        outcome.lines += len(lines)
        outcome.lost += [line for line in lines if not counted[line]]
        outcome.doubled += [line for line in lines if counted[line] > 1]
        theirs = [line for line in history if line in set(lines)]
        outcome.disorder += [line for line, there in zip(theirs, lines, strict=False) if line != there][:1]


async def say_under_cuts(directory: Path, *, rounds: int, people: int = 2) -> Outcome:
    """Have clients talk while connections are cut and the server is killed, and see what came of it."""
    breaker, given = Breaker(directory / "data", rounds, people), list[list[str]]()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(breaker.keep_server)
        listener, *_ = await nursery.start(partial(trio.serve_tcp, breaker.serve, 0, host="127.0.0.1"))
        port = listener.socket.getsockname()[1]

        async def talk(number: int, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
            nick, home = f"talker{number}", directory / f"settings{number}"
            home.mkdir()
            act = partial(_type, begun=task_status.started) if number == 0 else _talk
            given.append(await act(breaker, home, nick, port))

        async with trio.open_nursery() as talking:
            await talking.start(talk, 0)
            for number in range(1, people):
                talking.start_soon(talk, number)
        nursery.cancel_scope.cancel()
    reader = Reader("reader")
    async with started(directory / "data", environment=ENVIRONMENT) as server:
        await reader.live(server.port)
    judge_history(breaker.outcome, [text for _, text in reader.views[ROOM].seen[1:]], given)
    return breaker.outcome


def main() -> int:
    """Run what the command line asks for; the exit code is 1 if the promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.system.said_once", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="cuts and kills (default: %(default)s)")
    parser.add_argument("--people", type=int, default=3, help="who talk (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trialogue-said-once-") as directory:
        outcome = trio.run(lambda: say_under_cuts(Path(directory), rounds=options.rounds, people=options.people))
    sys.stdout.write(f"{outcome}\n")
    return 0 if outcome.is_flawless else 1


if __name__ == "__main__":
    sys.exit(main())
