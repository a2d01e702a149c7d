"""Drives the load generator ``load/ircload.c``: one command a line to it, one line of JSON back."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from benchmarks.build import compiled
from benchmarks.failure import BenchmarkError
from benchmarks.placement import place_generator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Load:
    """The load: speakers, rooms, and how the members read.

    *talkers* is per room. *capabilities*: what the members of each third request, space-separated.
    *quick_acks*: whether each read is acknowledged at once; the kernel's delayed acknowledgements make a server that
    leaves Nagle's algorithm on (InspIRCd, ngIRCd) wait, so that its rate would be the delay's and not its own.
    """

    talkers: int = 8
    rooms: int = 1
    text_bytes: int = 64
    quick_acks: bool = True
    capabilities: Sequence[str] = field(default=("", "", ""))
    tls: bool = False
    web: bool = False
    """Whether the members come by WebSocket."""


@dataclass(frozen=True, slots=True)
class Span:
    """A measured window: wall-clock seconds, and CPU seconds of the server and of the load generator."""

    seconds: float
    server_cpu: float
    load_cpu: float


@dataclass(frozen=True, slots=True)
class Talk:
    """A window of talking: messages sent, lines that the other members received, and latencies in seconds."""

    span: Span
    messages: int
    deliveries: int
    p50: float
    p99: float
    max: float


@dataclass(frozen=True, slots=True)
class Slowness:
    """The slow member: whether its stream was ended, bytes that it has read, what the room heard of its end."""

    closed: bool
    read_bytes: int
    quit_line: str


class Generator:
    """A running load generator; a context manager. Every member is connected to 127.0.0.1:*port*."""

    def __init__(self, port: int, pids: Sequence[int], load: Load) -> None:
        link = 2 if load.web else int(load.tls)
        numbers = [port, load.talkers, load.rooms, load.text_bytes, int(load.quick_acks), link, *pids]
        self._process = subprocess.Popen(
            [compiled("ircload"), *map(str, numbers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        place_generator(self._process.pid)
        for third, names in enumerate(load.capabilities):
            if names:
                self._ask(f"caps {third} {names}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def connect(self, clients: int) -> Span:
        """Connect and register clients until there are *clients* of them."""
        return _span(self._ask(f"connect {clients}"))

    def join(self) -> Span:
        """Let everyone join its room; ends when everyone has seen all who came after."""
        return _span(self._ask("join"))

    def flat_out(self, window: int, warm_up: float, seconds: float) -> Talk:
        """Keep *window* messages in flight in total and measure *seconds* of it."""
        return _talk(self._ask(f"flat {window} {warm_up} {seconds}"))

    def paced(self, rate: float, seconds: float) -> Talk:
        """Send *rate* messages a second, whatever comes back."""
        return _talk(self._ask(f"paced {rate} {seconds}"))

    def add_slow(self, rate: int) -> None:
        """Let one more member join the first room, and then read *rate* bytes a second or less; 0: nothing."""
        self._ask(f"slow {rate}")

    def remove_slow(self) -> Slowness:
        """Tell what became of the slow member, and let it leave."""
        answer = self._ask("slowness")
        return Slowness(answer["closed"], answer["read_bytes"], answer["quit"])

    def _ask(self, command: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:  # it has said why before it ended
            pass
        line = self._process.stdout.readline()
        if not line:
            raise BenchmarkError(f"The load generator ended without an answer to {command!r}.")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise BenchmarkError(f"During {command!r}: {answer['error']}")
        return answer


def _span(answer: dict[str, Any]) -> Span:
    return Span(answer["seconds"], answer["server_cpu"], answer["load_cpu"])


def _talk(answer: dict[str, Any]) -> Talk:
    if answer["missing"] or answer["short_members"] or answer["disorder"]:
        raise BenchmarkError(
            f"The server did not deliver every message once and in order: {answer['missing']} deliveries are "
            f"missing, {answer['short_members']} members lack some, {answer['disorder']} came out of order."
        )
    talk = Talk(_span(answer), answer["messages"], answer["deliveries"], answer["p50"], answer["p99"], answer["max"])
    if not talk.deliveries:
        raise BenchmarkError("No message arrived within the measured time; use more --seconds.")
    return talk
