"""Measures the most expensive line of each command.  ``python -m benchmarks.costs [--write]``

Each is said in three simulated servers of different sizes, without sockets. Prints a table of units of work (which the
server counts itself), CPU, bytes of the answer, and how much of it is done without letting anybody else have a turn;
`--write` puts it into docs/work.md. The units and bytes are the same everywhere; the CPU is this machine's, the least
of three rounds.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.table import number, table
from tests.support.irc import OPERATORS, Client, Irc
from trialogue_server.commands.table import COMMANDS
from trialogue_server.session.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_PAGE = Path(__file__).parent.parent / "docs" / "work.md"
_BEGIN, _END = "<!-- costs: made by python -m benchmarks.costs --write -->", "<!-- end of costs -->"


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a world: people, rooms, how many of the people are in each of the asker's rooms."""

    people: int
    rooms: int
    members: int
    entered: int = 100
    """Rooms that the asker is in: the default of limits.channels_per_user."""


SIZES = (Size(100, 50, 20, 50), Size(500, 500, 50), Size(2000, 3000, 200))


_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A command's most expensive line. Its words in braces are made of the world: see `World.words`."""

    text: str
    before: tuple[str, ...] = ()
    """Lines that make it so expensive."""
    is_inside: bool = True
    """Is the asker in rooms?"""
    is_registered: bool = True


_GUEST = Line("{command} x", is_inside=False, is_registered=False)
_BANS = tuple(f"MODE #room0 +{'b' * 20} {' '.join(f'*{part}{place}*!*@*' for place in range(20))}" for part in "abcde")
_SAID = ("BATCH +1 draft/multiline #crowd", *["@batch=1 PRIVMSG #crowd :" + "x" * 100] * 32)

LINES: dict[str, Line] = {
    "CAP": Line("CAP LS 302"),
    "PASS": Line("PASS secret", is_inside=False, is_registered=False),
    "NICK": Line("NICK another"),
    "USER": Line("USER x 0 * :{text}", ("NICK newcomer",), is_inside=False, is_registered=False),
    "AUTHENTICATE": Line("AUTHENTICATE PLAIN", is_inside=False, is_registered=False),
    "REGISTER": Line("REGISTER * x@example.org password", is_inside=False),
    "VERIFY": Line("VERIFY nobody 123456", is_inside=False),
    "PING": Line("PING {text}"),
    "PONG": Line("PONG {text}"),
    "QUIT": Line("QUIT :{text}"),
    "ERROR": Line("ERROR {text}"),
    "JOIN": Line("JOIN {rooms}", is_inside=False),
    "PART": Line("PART {rooms}"),
    "NAMES": Line("NAMES {twenty rooms}"),
    "LIST": Line("LIST {masks}"),
    "TOPIC": Line("TOPIC #crowd :{text}"),
    "RENAME": Line("RENAME #legacy #other", ("JOIN #legacy",)),
    "KICK": Line("KICK #crowd {twenty people}"),
    "INVITE": Line("INVITE person0 #alone"),
    "MODE": Line(
        f"MODE #listed +{'b' * 20} {' '.join(f'*f{place}*!*@*' for place in range(20))}",
        tuple(line.replace("#room0", "#listed") for line in _BANS[:4]),
    ),
    "PRIVMSG": Line("PRIVMSG {twenty rooms} :{text}", _BANS),
    "NOTICE": Line("NOTICE {twenty rooms} :{text}", _BANS),
    "TAGMSG": Line("@+typing=active TAGMSG {twenty rooms}", _BANS),
    "BATCH": Line("BATCH -1", _SAID),
    "CHATHISTORY": Line(
        "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 100"
    ),
    "SEARCH": Line("SEARCH text={text};limit=100"),
    "MARKREAD": Line("MARKREAD #crowd timestamp=2023-01-01T00:00:00.000Z"),
    "REDACT": Line("REDACT #crowd 0000000000000001 :{text}"),
    "NICKSERV": Line("NICKSERV HELP"),
    "NS": Line("NS HELP"),
    "CHANSERV": Line("CHANSERV HELP"),
    "CS": Line("CS HELP"),
    "AWAY": Line("AWAY :{text}"),
    "SETNAME": Line("SETNAME :{words}"),
    "METADATA": Line("METADATA *ALL SYNC", ("METADATA * SUB url pronouns status",)),
    "WHO": Line("WHO *{letters}*"),
    "WHOIS": Line("WHOIS asker"),
    "WHOWAS": Line("WHOWAS gone"),
    "USERHOST": Line("USERHOST person0 person1 person2 person3 person4"),
    "ISON": Line("ISON {people}"),
    "MONITOR": Line("MONITOR + {people with commas}"),
    "SILENCE": Line("SILENCE {masks with signs}"),
    "LUSERS": Line("LUSERS"),
    "MOTD": Line("MOTD"),
    "VERSION": Line("VERSION"),
    "ISUPPORT": Line("ISUPPORT"),
    "TIME": Line("TIME"),
    "INFO": Line("INFO"),
    "ADMIN": Line("ADMIN"),
    "LINKS": Line("LINKS"),
    "STATS": Line("STATS u"),
    "OPER": Line("OPER root wrong"),
    "KILL": Line("KILL person1 :{text}"),
    "WALLOPS": Line("WALLOPS :{text}"),
    "REHASH": Line("REHASH"),
    "DIE": Line("DIE"),
    "BAN": Line("BAN LIST", tuple(f"BAN ADD mask *x{place}!*@* 1h :{'x' * 100}" for place in range(100))),
    "KLINE": Line("KLINE 60 *@host.example :{text}"),
    "UNKLINE": Line("UNKLINE *@host.example"),
    "DLINE": Line("DLINE 60 192.0.2.9 :{text}"),
    "UNDLINE": Line("UNDLINE 192.0.2.9"),
    "HELP": Line("HELP"),
    "HELPOP": Line("HELPOP"),
}
"""For each command. A test fails for one that has none."""


class Nowhere:
    """Takes what is sent to the crowd, and forgets it."""

    def send(self, data: bytes) -> None:
        """Drop the bytes."""

    def finish(self) -> None:
        """Nothing is open."""

    def kill(self, reason: str) -> None:
        """Nothing is open."""


class World:
    """A simulated server with people in rooms."""

    def __init__(self, size: Size) -> None:
        self.size = size
        limits = {"channels_per_user": 0, "metadata_subs": 0}
        self.irc = Irc(operators=OPERATORS, limits=limits, motd=("x" * 80,) * 50)
        self._askers = 0
        people = [self._person(place) for place in range(size.people)]
        for room in range(size.rooms):
            inside = people[: size.members] if room < size.entered else people[room % size.people :][:1]
            for person in inside:
                person.send(f"JOIN #room{room}")
            inside[0].send(f"TOPIC #room{room} :{'about this ' * 8}")
            self.irc.flush()
        for person in people:
            person.send("JOIN #crowd,#legacy,#listed")
        for _ in range(min(500, size.people)):
            self.irc.connect("gone").drop()
        self.irc.flush()

    def _person(self, place: int) -> Client:
        person = self.irc.connect(f"person{place}", "draft/metadata-3", "batch")
        person.session.outbox.sink = Nowhere()
        person.send(f"METADATA * SET pronouns :{'they ' * 8}")
        return person

    @property
    def rooms(self) -> list[str]:
        """The asker's rooms."""
        return [f"#room{place}" for place in range(min(self.size.rooms, self.size.entered))]

    def words(self) -> dict[str, str]:
        """What lines are made of."""
        people = [f"person{place}" for place in range(self.size.people)]
        return {
            "text": "x" * 300,
            "words": "word " * 29,
            "letters": "*".join("xyzqwv"),
            "rooms": ",".join(self.rooms[:60]),
            "twenty rooms": ",".join([*self.rooms[:19], "#crowd"]),
            "masks": ",".join(f"!*x*y*{letter}*" for letter in "abcdefghijklmnopqrst"),
            "masks with signs": ",".join(f"+{letter}*!*@*" for letter in "abcdefghijklmnopqrst"),
            "people": " ".join(people[:45]),
            "people with commas": ",".join(people[:45]),
            "twenty people": ",".join(people[-20:]),
        }

    def asker(self, line: Line) -> Client:
        """Return an operator who has come, with all that makes the line expensive."""
        self._askers += 1
        if not line.is_registered:
            asker = self.irc.open()
        else:
            caps = ("batch", "draft/multiline", "message-tags", "draft/metadata-3", "server-time", "setname")
            asker = self.irc.oper(f"asker{self._askers}", *caps, "draft/message-redaction")
            asker.session.subscriptions.clear()
        asker.session.outbox.sink = self.counted = Counted()
        if line.is_inside:
            for room in (*self.rooms, "#crowd", "#alone"):
                asker.send(f"JOIN {room}")
        asker.send(*line.before)
        self.irc.flush()
        return asker


@dataclass(slots=True)
class Counted:
    """Counts what is sent to the asker."""

    size: int = 0

    def send(self, data: bytes) -> None:
        """Count the bytes."""
        self.size += len(data)

    def finish(self) -> None:
        """Nothing is open."""

    def kill(self, reason: str) -> None:
        """Nothing is open."""


@dataclass(slots=True)
class Cost:
    """The cost of one line."""

    units: int = 0
    told: int = 0
    answer: int = 0
    seconds: float = 0.0
    goes: list[float] = field(default_factory=list)
    """What was measured of each go: between two of them everybody else had a turn."""


Measure = "Callable[[Callable[[], object]], float]"


def seconds_of(do: Callable[[], object]) -> float:
    """Return how many seconds of a core something takes."""
    began = time.process_time()
    do()
    return time.process_time() - began


def calls_of(do: Callable[[], object]) -> float:
    """Return how many functions something calls, Python's and C's: the same on every machine."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(None)
    return float(calls)


def cost_of(world: World, name: str, measure: Callable[[Callable[[], object]], float] = seconds_of) -> Cost:
    """Say a command's most expensive line and return what it took, go by go."""
    line = LINES[name]
    asker = world.asker(line)
    text = re.sub(r"\{(.*?)\}", lambda found: world.words()[found[1]], line.text)
    irc, session, work = world.irc, asker.session, world.irc.core.work
    meter, cost = Meter(session, work), Cost()
    meter.begin()
    told, world.counted.size = work.deliveries, 0
    for go in _goes(irc, asker, text):
        cost.goes.append(measure(go))
    cost.told = work.deliveries - told
    cost.units = meter.settle(len(text), 0) - cost.told // 16 + cost.told
    cost.answer = world.counted.size
    cost.seconds = sum(cost.goes)
    return cost


def _goes(irc: Irc, asker: Client, text: str) -> Iterator[Callable[[], object]]:
    """Yield what is to be done, one go after the other."""
    pending = None

    def begin() -> None:
        nonlocal pending
        pending = asker.begin(text)

    def go_on() -> None:
        nonlocal pending
        assert pending is not None
        pending = asker.go_on(pending, irc.perform(pending.effect))

    yield begin
    while pending is not None:
        yield go_on
    while irc.core.tick:
        sends = []
        yield lambda: sends.extend(irc.core.tick.make_ready().sends)  # noqa: B023 - it is called before the next one is made
        for sink, data in sends:
            sink.send(data)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/work.md")
    options = parser.parse_args(arguments)
    costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    for size in SIZES:
        print(f"A world of {size.people:,} people and {size.rooms:,} rooms …", file=sys.stderr)
        rounds = [_round(size) for _ in range(_ROUNDS)]
        for name in COMMANDS:
            costs[name].append(_least([each[name] for each in rounds]))
    made = _table(costs)
    print(made)
    if options.write:
        page = _PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(_BEGIN)
        _PAGE.write_text(f"{before}{_BEGIN}\n\n{made}\n\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")
    return 0


def _round(size: Size) -> dict[str, Cost]:
    world = World(size)
    gc.collect()
    gc.freeze()  # a server looks through little of what is old, either: see `trialogue_server.serving`
    return {name: cost_of(world, name) for name in COMMANDS}


def _least(costs: list[Cost]) -> Cost:
    """Return a cost with the least time of each go: whatever else the machine does only adds to it."""
    return replace(
        costs[0],
        seconds=min(cost.seconds for cost in costs),
        goes=[min(times) for times in zip(*(cost.goes for cost in costs), strict=True)],
    )


def _table(costs: dict[str, list[Cost]]) -> str:
    heads = [f"{size.people:,} people, {size.rooms:,} rooms" for size in SIZES]
    rows = []
    for name, sizes in costs.items():
        units = " / ".join(f"{one.units:,}" for one in sizes)
        answers = " / ".join(number(one.answer / 1024) for one in sizes)
        cpu = " / ".join(f"{one.seconds * 1e3:.1f}" for one in sizes)
        rows.append([name, units, answers, cpu, f"{max(sizes[-1].goes) * 1e3:.1f}"])
    note = f"Each cell has the figures of three worlds: {'; '.join(heads)}."
    return f"{note}\n\n{table(('line', 'units', 'KiB answered', 'CPU ms', 'longest go, ms'), rows, words=1)}"


if __name__ == "__main__":
    sys.exit(main())
