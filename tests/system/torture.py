"""Kills the server under load, and checks that what was seen is in history.  ``python -m tests.system.torture``

Several people talk in two rooms and write down what they see. The server is killed at a random moment and started
again; they come back, ask for what was said after the last message that they saw, and send again what they do not know
to be said. After some kills the history since the last reading is read, and everybody must have seen exactly that: each
message from their first one on, once, in its order. Each line that anybody sent is in it once.
"""

import argparse
import math
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path

import trio

from tests.support.process import WITHOUT_LIMITS, ServerProcess, started

ROOMS = ("#one", "#two")
_PAGE = 200
_WINDOW = 8
"""Messages that each person has under way."""
_ROUNDS_OF_A_READING = 50
"""Kills after which the history is read and compared: of a thousand kills there are two million messages."""

_FIRST = "0" * 15 + "1"
"""An id before all others."""

_KEY = "trialogue.chat/idempotency-key"

_PRESENCE = 0.8
"""How likely somebody is there between two kills: whoever is not has much to catch up with."""

_KEYS = "200000"
"""Idempotency keys that are remembered, of all guests at one address: some of them are away for many kills."""

ENVIRONMENT = WITHOUT_LIMITS | {
    "TRIALOGUE_HISTORY_PAGE": str(_PAGE),
    "TRIALOGUE_LIMITS_IDEMPOTENCY_KEYS": _KEYS,
    "TRIALOGUE_LIMITS_IDEMPOTENCY_KEYS_PER_USER": _KEYS,
}


@dataclass
class View:
    """The messages that somebody saw in one room: message ids and texts."""

    seen: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    """What came while they were catching up."""
    catching_up: bool = False
    page: int = 0


class Talker:
    """Talks as fast as their own words come back, and remembers everything."""

    def __init__(self, nick: str) -> None:
        self.nick = nick
        self.views = {room: View() for room in ROOMS}
        self.fetched = self.repeated = 0
        self.sent: list[tuple[str, str]] = []
        """Room and text of all that was sent."""
        self.says_no_more = False
        """Whether they come only until nothing of theirs is under way."""
        self.under_way: dict[str, tuple[str, str]] = {}
        """What they do not know to be said, by its key, in its order."""
        self._watchers = trio.lowlevel.ParkingLot()
        self._numbers = count()
        self._joined: set[str] = set()
        self._pages: dict[str, str] = {}
        """The rooms of batches that are being read, by reference."""

    async def live(self, port: int) -> None:
        """Come, catch up, talk; until the server is gone."""
        try:
            async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
                await stream.send_all(self._greeting())
                rest = b""
                async for chunk in stream:
                    *lines, rest = (rest + chunk).split(b"\r\n")
                    answers = [answer for line in lines for answer in self._hear(line.decode())]
                    if answers:
                        await stream.send_all("".join(f"{answer}\r\n" for answer in answers).encode())
        except (OSError, trio.BrokenResourceError):
            pass

    def _greeting(self) -> bytes:
        self._joined.clear()
        for view in self.views.values():
            view.waiting, view.catching_up, view.page = [], bool(view.seen), 0
        caps = f"batch message-tags echo-message draft/chathistory {_KEY}"
        return f"CAP REQ :{caps}\r\nNICK {self.nick}\r\nUSER t 0 * :t\r\nCAP END\r\nJOIN {','.join(ROOMS)}\r\n".encode()

    async def sees_more(self) -> None:
        """Wait for a message."""
        await self._watchers.park()

    def _hear(self, line: str) -> list[str]:
        """Take in a line and return what to say to it."""
        words = line.split(" ")
        tags = words.pop(0) if line.startswith("@") else ""
        match words:
            case [_, "PRIVMSG", room, *text]:
                return self._message(tags, words[0], room, " ".join(text)[1:])
            case [_, "366", _, room, *_]:
                self._joined.add(room)
                return [self._ask(room)] if self.views[room].catching_up else self._begin()
            case [_, "BATCH", reference, "chathistory", room]:
                self._pages[reference[1:]] = room
                return []
            case [_, "BATCH", reference]:
                return self._page_read(self._pages.pop(reference[1:]))
            case _:
                return []

    def _message(self, tags: str, source: str, room: str, text: str) -> list[str]:
        values = dict(tag.partition("=")[::2] for tag in tags[1:].split(";"))
        message, view = (values["msgid"], text), self.views[room]
        self._watchers.unpark_all()
        if "batch" in values:
            view.seen.append(message)
            view.page += 1
            self.fetched += 1
            return []
        if view.catching_up:
            view.waiting.append(message)
            return []
        if not view.seen or message[0] > view.seen[-1][0]:  # else it was said before the kill, and has been fetched
            view.seen.append(message)
        if self.under_way.pop(values.get(_KEY, ""), None) is None or not self._is_ready():
            return []
        return [self._word()] if not self.says_no_more else self._good_bye()

    def _ask(self, room: str) -> str:
        self.views[room].page = 0
        return f"CHATHISTORY AFTER {room} msgid={self.views[room].seen[-1][0]} {_PAGE}"

    def _page_read(self, room: str) -> list[str]:
        view = self.views[room]
        if view.page == _PAGE:
            return [self._ask(room)]
        last = view.seen[-1][0]
        view.seen += [message for message in view.waiting if message[0] > last]
        view.catching_up, view.waiting = False, []
        return self._begin()

    def _is_ready(self) -> bool:
        return len(self._joined) == len(ROOMS) and not any(view.catching_up for view in self.views.values())

    def _begin(self) -> list[str]:
        if not self._is_ready():
            return []
        self.repeated += len(self.under_way)
        again = [self._line(key) for key in self.under_way]
        if self.says_no_more:
            return again or self._good_bye()
        return [*again, *(self._word() for _ in range(_WINDOW - len(again)))]

    def _word(self) -> str:
        said = random.choice(ROOMS), f"{self.nick} {next(self._numbers)} {'x' * random.randrange(200)}"
        key = secrets.token_urlsafe(16)
        self.under_way[key] = said
        self.sent.append(said)
        return self._line(key)

    def _line(self, key: str) -> str:
        room, text = self.under_way[key]
        return f"@{_KEY}={key} PRIVMSG {room} :{text}"

    def _good_bye(self) -> list[str]:
        return ["QUIT"] if not self.under_way else []


class Reader(Talker):
    """Reads the whole history, or that after some message of each room, and says nothing."""

    def __init__(self, nick: str, after: Mapping[str, str] | None = None) -> None:
        super().__init__(nick)
        for room, view in self.views.items():
            view.seen.append(((after or {}).get(room, _FIRST), ""))

    def _begin(self) -> list[str]:
        return ["QUIT"] if self._is_ready() else []


@dataclass
class Result:
    """What came of it. All but the first five must be 0."""

    rounds: int = 0
    messages: int = 0
    """In history."""
    sightings: int = 0
    """By anybody, live or fetched."""
    fetched: int = 0
    repeated: int = 0
    """Lines that were sent again after a kill."""
    losses: int = 0
    """Seen, and not in history; or in history, and missed by somebody who was there before and after."""
    doubles: int = 0
    disorder: int = 0
    unsaid: int = 0
    """Sent, and not in history, although it was sent again until it was answered."""

    @property
    def is_flawless(self) -> bool:
        """Whether everything that was seen is in history, once and in order."""
        return not (self.losses or self.doubles or self.disorder or self.unsaid)

    def __str__(self) -> str:
        return (
            f"{self.rounds} kills, {self.messages:,} messages in history, {self.sightings:,} sightings"
            f" ({self.fetched:,} fetched after a kill), {self.repeated:,} lines sent again: {self.losses} losses,"
            f" {self.doubles} doubles, {self.disorder} out of order, {self.unsaid} not said"
        )


async def torture(directory: Path, *, rounds: int, seconds: float, people: int = 5) -> Result:
    """Kill a server `rounds` times, or for so many seconds, and compare what everybody saw with its history."""
    talkers = [Talker(f"talker{number}") for number in range(people)]
    result, read, begin = Result(), dict[str, str](), time.monotonic()
    while True:
        goal = min(rounds, result.rounds + _ROUNDS_OF_A_READING)
        while result.rounds < goal and time.monotonic() - begin < seconds:
            durability = random.choice(["full", "process"])
            environment = ENVIRONMENT | {"TRIALOGUE_HISTORY_DURABILITY": durability}
            async with started(directory, environment=environment) as server:
                await _talk_and_die(server, talkers)
            result.rounds += 1
        await _compare(directory, talkers, result, read)
        if result.rounds < goal or result.rounds >= rounds or not result.is_flawless:
            result.fetched = sum(talker.fetched for talker in talkers)
            result.repeated = sum(talker.repeated for talker in talkers)
            return result
        sys.stderr.write(f"{result.rounds} kills in {time.monotonic() - begin:.0f} s …\n")


async def _compare(directory: Path, talkers: list[Talker], result: Result, read: dict[str, str]) -> None:
    """Read what was said since the one who is furthest behind saw something, and compare; forget all but the last.

    The first reading is of all: what was stored just before the first kill nobody may have seen. `read` is the last
    message of each room that was read before.
    """
    views = {room: [talker.views[room] for talker in talkers] for room in ROOMS}
    begins = {room: _just_before(views[room]) if room in read else _FIRST for room in ROOMS}
    async with started(directory, environment=ENVIRONMENT) as server:
        for talker in talkers:
            await _say_the_rest(talker, server.port)
        reader = Reader("reader", begins)
        await reader.live(server.port)
    for room in ROOMS:
        history = reader.views[room].seen[1:]
        result.unsaid += len(
            {text for talker in talkers for where, text in talker.sent if where == room} - _texts(history)
        )
        _judge(result, history, [view.seen for view in views[room]])
        result.messages -= sum(msgid <= read.get(room, "") for msgid, _ in history)
        if history:
            read[room] = history[-1][0]
        for view in views[room]:
            del view.seen[:-1]
    for talker in talkers:
        talker.sent.clear()


async def _say_the_rest(talker: Talker, port: int) -> None:
    """Have somebody come once more, for what they do not know to be said."""
    talker.says_no_more = True
    await talker.live(port)
    talker.says_no_more = False


def _texts(history: list[tuple[str, str]]) -> set[str]:
    return {text for _, text in history}


def _just_before(views: list[View]) -> str:
    """Return an id that comes before all that any of them saw, or may have missed."""
    firsts = [view.seen[0][0] for view in views if view.seen]
    return f"{int(min(firsts), 16) - 1:016x}" if firsts else _FIRST


async def _talk_and_die(server: ServerProcess, talkers: list[Talker]) -> None:
    async with trio.open_nursery() as nursery:
        for talker in talkers:
            if random.random() < _PRESENCE:
                nursery.start_soon(talker.live, server.port)
        await trio.sleep(random.uniform(0.0, 0.7))  # a random moment, which is what this is about
        server.process.kill()


def _judge(result: Result, history: list[tuple[str, str]], views: list[list[tuple[str, str]]]) -> None:
    place = {message: number for number, message in enumerate(history)}
    result.messages += len(history)
    result.doubles += len(history) - len({msgid for msgid, _ in history}) + len(history) - len({t for _, t in history})
    for seen in views:
        result.sightings += len(seen)
        result.doubles += len(seen) - len(set(seen))
        result.losses += sum(message not in place for message in seen)
        places = [place[message] for message in seen if message in place]
        result.disorder += sum(one > other for one, other in pairwise(places))
        if places:
            result.losses += len(set(range(min(places), max(places) + 1)) - set(places))


def main() -> int:
    """Run what the command line asks for; the exit code is 1 if the promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.system.torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=sys.maxsize, help="kills (default: as many as fit)")
    parser.add_argument("--seconds", type=float, help="for how long (default: 600, or until all rounds are done)")
    parser.add_argument("--people", type=int, default=5, help="who talk (default: %(default)s)")
    options = parser.parse_args()
    usual = 600.0 if options.rounds == sys.maxsize else math.inf
    seconds = usual if options.seconds is None else options.seconds
    with tempfile.TemporaryDirectory(prefix="trialogue-torture-") as directory:
        result = trio.run(
            lambda: torture(Path(directory), rounds=options.rounds, seconds=seconds, people=options.people)
        )
    sys.stdout.write(f"{result}\n")
    return 0 if result.is_flawless else 1


if __name__ == "__main__":
    sys.exit(main())
