"""Clients that mean harm, in a process of their own: ``python -m benchmarks.attackers NAME PORT TLS WEB SECONDS``

Everything is bounded: so many clients, so many seconds, loopback alone. Prints one line of JSON about what came of it.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import trio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HOUSE = 24
"""Connections from one address: below connections.per_address."""

_CHUNK = 65536

_NICE = 19
"""Attackers have machines of their own, and do not take the processor from those who measure how long they wait."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: what each attacker sends, again and again, as fast as the server lets it."""

    what: str
    clients: int
    lines: Callable[[int], Iterator[str]]
    """Yields what client number n says."""
    before: Callable[[int], list[str]] = lambda _: []
    """Returns what it says first."""
    reads: bool = True
    is_registered: bool = True
    frames: bytes = b""
    """What it sends by WebSocket, again and again, once it has registered."""


def _frame(opcode: int, payload: bytes, *, is_last: bool = True) -> bytes:
    """Return a short frame as clients send them; its mask is zeros."""
    return bytes((is_last << 7 | opcode, 0x80 | len(payload), 0, 0, 0, 0)) + payload


def _again(*lines: str) -> Callable[[int], Iterator[str]]:
    def say(_: int) -> Iterator[str]:
        while True:
            yield from lines

    return say


def _cycle(number: int) -> Iterator[str]:
    for turn in count():
        rooms = ",".join(f"#a{number}-{turn}-{place}" for place in range(20))
        yield f"JOIN {rooms}"
        yield f"PART {rooms}"


def _some(number: int, lines: Sequence[str]) -> Iterator[str]:
    yield from lines


def _guesses(number: int) -> Iterator[str]:
    for turn in count():
        yield f"OPER root guess{number}-{turn}"
        yield f"PRIVMSG NickServ :IDENTIFY owner guess{number}-{turn}"


_MASKS = ",".join("!x" for _ in range(160))
_NAMES = ",".join("#crowd" for _ in range(70))
_ABSENT = "SEARCH text=" + "everywhere" * 1 + "\\s\u2603"

_WORD = _frame(1, b"PONG x")
_PINGS = _frame(9, b"x" * 125) * 60 + _WORD
_FRAGMENTS = _frame(1, b"P", is_last=False) + _frame(0, b"", is_last=False) * 60 + _frame(0, b"ONG x")
_HALF_A_REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
_UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_FROM_ELSEWHERE = _UPGRADE[:-2] + b"Origin: https://attacker.example\r\n\r\n"

ATTACKS: dict[str, Attack] = {
    "LIST with 160 masks": Attack("5 clients", 5, _again(f"LIST {_MASKS}")),
    "LIST with 20 masks": Attack("100 clients", 100, _again("LIST " + ",".join(f"!*x{n}*y*" for n in range(20)))),
    "NAMES of a room ×70": Attack("32 clients", 32, _again(f"NAMES {_NAMES}")),
    "WHO of everybody": Attack("100 clients", 100, _again("WHO *q*x*z*", "WHO #crowd")),
    "38 × NAMES, unread": Attack("8 clients", 8, lambda n: _some(n, [f"NAMES {_NAMES}"] * 38), reads=False),
    "LIST, unread": Attack("100 clients", 100, _again("LIST", "WHO #crowd"), reads=False),
    "talk in a room of 400": Attack(
        "100 clients", 100, _again("PRIVMSG #crowd :" + "x" * 300), lambda _: ["JOIN #crowd"]
    ),
    "rooms joined and left": Attack("50 clients", 50, _cycle),
    "searches for nothing": Attack("20 × 3 clients", 60, _again(_ABSENT), lambda _: ["JOIN #history"]),
    "guesses": Attack("50 clients", 50, _guesses),
    "connections": Attack("opened and closed", 40, _again(), is_registered=False),
    "TLS that is none": Attack("opened and closed", 40, _again(), is_registered=False),
    "WebSocket from elsewhere": Attack("opened and refused", 40, _again(), is_registered=False),
    "HTTP requests that do not end": Attack("opened and held", 400, _again(), is_registered=False),
    "WebSocket pings": Attack("100 clients", 100, _again(), frames=_PINGS),
    "WebSocket fragments": Attack("100 clients", 100, _again(), frames=_FRAGMENTS),
}


class Report:
    """The result of one attack."""

    def __init__(self) -> None:
        self.lines = 0
        self.read = 0
        self.ends: Counter[str] = Counter()

    def dump(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps({"lines": self.lines, "read": self.read, "ends": dict(self.ends)})


def address(number: int) -> str:
    """Return the source address of client number n: a house each."""
    return f"127.1.{number // HOUSE // 250}.{1 + number // HOUSE % 250}"


async def open_from(source: str, port: int) -> trio.SocketStream:
    """Connect to this machine from one of its many loopback addresses."""
    sock = trio.socket.socket()
    await sock.bind((source, 0))
    await sock.connect(("127.0.0.1", port))
    return trio.SocketStream(sock)


async def _client(attack: Attack, number: int, port: int, report: Report) -> None:
    stream = await open_from(address(number), port)
    nick = f"mallory{number}"
    hello = ["CAP REQ :draft/search", f"NICK {nick}", f"USER {nick} 0 * :x", "CAP END", *attack.before(number)]
    await stream.send_all("".join(f"{line}\r\n" for line in hello).encode())
    try:
        async with trio.open_nursery() as nursery:
            if attack.reads:
                nursery.start_soon(_read, stream, report)
            for line in attack.lines(number):
                await stream.send_all(f"{line}\r\n".encode())
                report.lines += 1
            await trio.sleep_forever()
    except* (trio.BrokenResourceError, trio.ClosedResourceError):
        report.ends["cut off"] += 1


async def _web_client(attack: Attack, number: int, port: int, report: Report) -> None:
    stream = await open_from(address(number), port)
    nick = f"mallory{number}".encode()
    try:
        await stream.send_all(_UPGRADE)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += await stream.receive_some(_CHUNK) or b"\r\n\r\n"
        await stream.send_all(_frame(1, b"NICK " + nick) + _frame(1, b"USER x 0 * :" + nick))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_read, stream, report)
            while True:
                await stream.send_all(attack.frames)
                report.lines += 1
    except* (trio.BrokenResourceError, trio.ClosedResourceError):
        report.ends["cut off"] += 1


async def _read(stream: trio.SocketStream, report: Report) -> None:
    while data := await stream.receive_some(_CHUNK):
        report.read += len(data)
        if b"ERROR :" in data:
            report.ends[data.partition(b"ERROR :")[2].partition(b"\r\n")[0].decode(errors="replace")[-60:]] += 1
    raise trio.BrokenResourceError


async def _come_and_go(port: int, number: int, data: bytes, report: Report) -> None:
    while True:
        try:
            async with await open_from(address(number), port) as stream:
                await stream.send_all(data)
                with trio.move_on_after(1):
                    await stream.receive_some(_CHUNK)
            report.lines += 1
        except OSError:
            await trio.sleep(0.01)
        except trio.BrokenResourceError:
            report.lines += 1


_COMING: dict[str, tuple[int, bytes]] = {
    "connections": (0, b"NICK x\r\nQUIT\r\n"),
    "TLS that is none": (1, b"not a handshake\r\n" * 3),
    "WebSocket from elsewhere": (2, _FROM_ELSEWHERE),
    "HTTP requests that do not end": (2, _HALF_A_REQUEST),
}
"""What those say who come and go, and at which of the three ports."""


async def _attack(name: str, ports: Sequence[int], seconds: float) -> Report:
    attack, report = ATTACKS[name], Report()
    with trio.move_on_after(seconds):
        async with trio.open_nursery() as nursery:
            for number in range(attack.clients):
                if attack.frames:
                    nursery.start_soon(_web_client, attack, number, ports[2], report)
                elif attack.is_registered:
                    nursery.start_soon(_client, attack, number, ports[0], report)
                else:
                    place, data = _COMING[name]
                    nursery.start_soon(_come_and_go, ports[place], number, data, report)
    return report


CROWD, ROOMS = 400, 3000
"""People who do nothing but be there, and the rooms that they have made."""


async def _be_a_crowd(port: int) -> None:
    """Fill a server, and read whatever comes until cancelled. A process of its own: it is much that a room reads."""
    async with trio.open_nursery() as nursery:
        for number in range(CROWD):
            stream = await open_from(f"127.3.0.{1 + number // HOUSE}", port)
            rooms = ",".join(f"#room{number}-{place}" for place in range(-(-ROOMS // CROWD)))
            hello = f"NICK person{number}\r\nUSER person{number} 0 * :x\r\nJOIN {rooms},#crowd\r\n"
            await stream.send_all(hello.encode())
            nursery.start_soon(_answer_pings, stream)


async def _answer_pings(stream: trio.SocketStream) -> None:
    while data := await stream.receive_some(_CHUNK):
        if b"PING :" in data:
            await stream.send_all(b"PONG :x\r\n")


def main(arguments: Sequence[str]) -> int:
    """Run the attackers until they are stopped, and print a report."""
    name, *ports, seconds = arguments
    if name == "crowd":
        trio.run(_be_a_crowd, int(ports[0]))
    os.nice(_NICE)
    print(trio.run(_attack, name, [int(port) for port in ports], float(seconds)).dump())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
