"""Measures what a few hostile clients can do to others.  ``make attack``, or ``python -m benchmarks.attack``

Starts a server with the default limits (but that this machine is exempt from none), fills it with a room of 400 and
3,000 rooms, lets twelve people talk, and has one attack after the other beside them. Prints a table over windows of ten
seconds: what others waited for their messages without and with the attack, the server's memory, and what became of the
attackers. Then it tries to get in without the proof that is asked for, and to learn what is hidden, and prints what
came of it. All of it stays on loopback, and ends by itself.

Exit code: 0; 1 if others waited for more than 50 ms (99 of 100 messages), the memory grew by more than its bound, or
somebody got in or learned something; 2 with one sentence if it cannot be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trio

from benchmarks.attackers import ATTACKS, CROWD, HOUSE, ROOMS, open_from
from benchmarks.failure import BenchmarkError
from benchmarks.intruders import ATTEMPTS, Outcome, Place, attempt, settings
from benchmarks.placement import place_generator
from benchmarks.process import cpu_seconds, resident
from benchmarks.running import running
from benchmarks.servers import Options, free_port, known
from benchmarks.table import table
from tests.support.mail import MailServer, Postbox

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 0.050
"""Seconds that 99 of 100 messages of others may take while somebody attacks."""

MEMORY = 300 * 2**20
"""Bytes by which the server's memory may grow: limits.total_send_queue, and what Python makes of it."""

_ROOT = Path(__file__).parent.parent
_SAID = 30_000
_TALKERS, _RATE = 12, 3.0
_SETTINGS = """
[connections]
exempt = []
[limits]
channels_per_user = {channels}
[flood]
rate = {rate}
[[operators]]
name = "root"
password = "a long password that nobody guesses"
"""


@dataclass(slots=True)
class Window:
    """The measurements of ten seconds."""

    waits: list[float] = field(default_factory=list)
    peak: int = 0
    cpu: float = 0.0

    def percentile(self, part: float) -> float:
        """Return how many seconds so many of the messages took at most."""
        waits = sorted(self.waits)
        return waits[min(len(waits) - 1, int(part * len(waits)))] if waits else float("inf")


class Person:
    """Somebody who means no harm."""

    def __init__(self, stream: trio.SocketStream, nick: str) -> None:
        self.stream = stream
        self.nick = nick

    @classmethod
    async def come(cls, port: int, number: int, nick: str) -> Person:
        """Connect and register."""
        stream = await open_from(f"127.2.0.{1 + number // HOUSE}", port)
        person = cls(stream, nick)
        await person.say(f"NICK {nick}", f"USER {nick} 0 * :{nick}")
        await person.until(b" 422 ", b" 376 ")
        return person

    async def say(self, *lines: str) -> None:
        """Send lines, each with its end."""
        await self.stream.send_all("".join(f"{line}\r\n" for line in lines).encode())

    async def until(self, *words: bytes) -> None:
        """Read until one of these was said."""
        seen = b""
        while not any(word in seen for word in words):
            data = await self.stream.receive_some(65536)
            if not data:
                raise BenchmarkError(f"The server has left {self.nick}: {seen[-200:]!r}")
            seen = seen[-100:] + data

    async def ignore(self) -> None:
        """Read whatever comes, for ever; PING is answered."""
        while data := await self.stream.receive_some(65536):
            if b"PING :" in data:
                await self.say("PONG :x")


class Talk:
    """People who talk, and how long each message takes to each of the others."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = people
        self.window = Window()

    async def go_on(self) -> None:
        """Talk until cancelled."""
        async with trio.open_nursery() as nursery:
            for place, person in enumerate(self.people):
                nursery.start_soon(self._listen, person)
                nursery.start_soon(self._speak, person, place / len(self.people) / _RATE)

    async def _speak(self, person: Person, delay: float) -> None:
        await trio.sleep(delay)
        while True:
            await person.say(f"PRIVMSG #talk :at {trio.current_time()}")
            await trio.sleep(1 / _RATE)

    async def _listen(self, person: Person) -> None:
        rest = b""
        while data := await person.stream.receive_some(65536):
            now = trio.current_time()
            *lines, rest = (rest + data).split(b"\r\n")
            for line in lines:
                if b" PRIVMSG #talk :at " in line:
                    self.window.waits.append(now - float(line.rpartition(b" ")[2]))
                elif line.startswith(b"PING"):
                    await person.say("PONG :x")


async def _fill(port: int, nursery: trio.Nursery) -> list[Person]:
    """Fill the server, and return those who will talk."""
    command = [sys.executable, "-m", "benchmarks.attackers", "crowd", str(port), "0"]
    nursery.start_soon(partial(trio.run_process, command, cwd=_ROOT, check=False))
    storyteller = await Person.come(port, 0, "storyteller")
    await storyteller.say("JOIN #history,#crowd")
    await storyteller.until(f":person{CROWD - 1}!".encode())
    for begin in range(0, _SAID, 500):
        await storyteller.say(*[f"PRIVMSG #history :this is everywhere {begin + place}" for place in range(500)])
        await storyteller.say(f"PING said{begin}")
        await storyteller.until(b"said%d" % begin)
    await storyteller.say("CAP REQ :draft/search", "SEARCH text=nowhere", "PING found")  # the index catches up with it
    await storyteller.until(b"found")
    talkers = [await Person.come(port, HOUSE + number, f"talker{number}") for number in range(_TALKERS)]
    for talker in talkers:
        await talker.say("JOIN #talk", "PING joined")
        await talker.until(b"joined")
    nursery.start_soon(storyteller.ignore)
    return talkers


async def _watch(pid: int, talk: Talk, seconds: float) -> Window:
    """Return what happens within so many seconds."""
    talk.window = window = Window()
    before = cpu_seconds(pid)
    with trio.move_on_after(seconds):
        while True:
            window.peak = max(window.peak, resident(pid))
            await trio.sleep(0.1)
    window.cpu = (cpu_seconds(pid) - before) / seconds
    return window


async def _attacked(name: str, ports: tuple[int, int, int], pid: int, talk: Talk, seconds: float) -> tuple[Window, str]:
    command = [sys.executable, "-m", "benchmarks.attackers", name, *map(str, ports), str(seconds + 2)]
    async with trio.open_nursery() as nursery:
        run = partial(trio.run_process, command, capture_stdout=True, check=False, cwd=_ROOT)
        said: list[subprocess.CompletedProcess[bytes]] = []

        async def attack() -> None:
            said.append(await run())

        nursery.start_soon(attack)
        await trio.sleep(2)  # they connect
        window = await _watch(pid, talk, seconds)
    return window, _what_came(said[0], seconds + 2)


def _what_came(done: subprocess.CompletedProcess[bytes], seconds: float) -> str:
    if done.returncode:
        raise BenchmarkError(f"The attackers failed, with code {done.returncode}.")
    report = json.loads(done.stdout)
    ends = ", ".join(f"{number} × {reason}" for reason, number in report["ends"].items())
    read = report["read"] / seconds / 2**20
    return f"took {report['lines'] / seconds:,.0f} lines/s, answered {read:.1f} MiB/s" + (
        f"; ended {ends}" if ends else ""
    )


async def _measure(
    ports: tuple[int, int, int], pid: int, config: Path, names: Sequence[str], seconds: float
) -> list[list[str]]:
    rows: list[list[str]] = []
    async with trio.open_nursery() as nursery:
        print(f"Filling a server with {CROWD} people, {ROOMS:,} rooms, {_SAID:,} messages …", file=sys.stderr)
        talk = Talk(await _fill(ports[0], nursery))
        await trio.Path(config).write_text(_SETTINGS.format(channels=100, rate=5), encoding="utf-8")
        os.kill(pid, signal.SIGHUP)
        nursery.start_soon(talk.go_on)
        await trio.sleep(3)
        rows.append(_row("nobody", await _watch(pid, talk, seconds), ""))
        for name in names:
            window, came = await _attacked(name, ports, pid, talk, seconds)
            rows.append(_row(f"{name}, {ATTACKS[name].what}", window, came))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
            await trio.sleep(3)
        nursery.cancel_scope.cancel()
    return rows


def _row(name: str, window: Window, came: str) -> list[str]:
    return [
        name,
        f"{window.percentile(0.5) * 1e3:.0f}",
        f"{window.percentile(0.99) * 1e3:.0f}",
        f"{window.peak / 2**20:.0f}",
        f"{window.cpu * 100:.0f}%",
        came,
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attack", description=__doc__)
    parser.add_argument("--only", metavar="WORDS", default="", help="attacks with these words in their names")
    parser.add_argument("--tree", type=Path, help="another checkout whose server is attacked")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each window (default: 10)")
    options = parser.parse_args(arguments)
    wanted = options.only.lower()
    attacks = [name for name in ATTACKS if wanted in name.lower()]
    attempts = [name for name in ATTEMPTS if wanted in name.lower()]
    try:
        with tempfile.TemporaryDirectory(prefix="trialogue-attack-") as directory:
            config = Path(directory) / "server.toml"
            rows = _run(config, attacks, options.tree, options.seconds) if attacks else []
            outcomes = _attempt_all(config, attempts, options.tree)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 2
    if rows:
        heading = ("attack", "others' p50, ms", "p99, ms", "MiB at most", "CPU", "what the server did")
        print(table(heading, rows, words=1))
    if outcomes:
        told = [[name, outcome.tried, str(outcome)] for name, outcome in outcomes.items()]
        print(table(("attempt", "what was tried", "what came of it"), told, words=3))
    return 0 if _is_kept(rows) and all(outcome.is_harmless for outcome in outcomes.values()) else 1


def _is_kept(rows: list[list[str]]) -> bool:
    """Whether delays and memory stayed within the promised limits."""
    if not rows:
        return True
    before = int(rows[0][3])
    return all(float(row[2]) <= PATIENCE * 1e3 and int(row[3]) - before <= MEMORY >> 20 for row in rows[1:])


def _attempt_all(config: Path, names: Sequence[str], tree: Path | None) -> dict[str, Outcome]:
    """Make each attempt on a server of its own."""
    outcomes: dict[str, Outcome] = {}
    postbox = Postbox()
    mail = MailServer(postbox, hostname="127.0.0.1", port=0)
    if names:
        mail.start()
    try:
        for name in names:
            config.write_text(settings(name, mail.port), encoding="utf-8")
            with running(known("ours"), Options(config=config, settings={"LOG_LEVEL": "warning"}, tree=tree)) as server:
                outcomes[name] = trio.run(attempt, name, Place(server.port, postbox))
            print(f"{name}: {outcomes[name]}", file=sys.stderr, flush=True)
    finally:
        if names:
            mail.stop()
    return outcomes


def _run(config: Path, names: Sequence[str], tree: Path | None, seconds: float) -> list[list[str]]:
    config.write_text(_SETTINGS.format(channels=0, rate=0), encoding="utf-8")
    tls_port, web_port = free_port(), free_port()
    settings = {
        "TLS_ENABLED": "true",
        "TLS_PORT": str(tls_port),
        "WEB_PORT": str(web_port),
        "LOG_LEVEL": "warning",
    }
    options = Options(config=config, settings=settings, tree=tree)
    with running(known("ours"), options) as server:
        place_generator(0)  # those who talk and the attackers would be on other machines than the server
        return trio.run(_measure, (server.port, tls_port, web_port), server.pid, config, names, seconds)


if __name__ == "__main__":
    sys.exit(main())
