"""A part of the programme: its columns, and how its rounds are run."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.figures import Figures, Key, Results
    from benchmarks.servers import Server

ONCE_SECONDS = 30.0
"""A case that takes longer is measured in the first round only."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the command line chose. *parts* are the names of those that are run; *most*: no more clients than that."""

    servers: Sequence[Server]
    parts: frozenset[str]
    seconds: float
    rounds: int
    most: int
    quick_acks: bool
    config: Path

    def chosen(self, *names: str) -> list[Server]:
        """Return those of the servers that have one of these names."""
        return [server for server in self.servers if server.name in names]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure: *run* starts a server, and returns the rows that it found. *rounds*: at most so many."""

    name: str
    run: Callable[[], Mapping[Key, Figures]]
    rounds: int = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the rows whose key begins with *name*. *columns*: heading and name of a figure; shares are in %."""

    name: str
    words: Sequence[str]
    columns: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A bar chart of one figure. *words* begins the keys of its rows: then comes the group, *rest*, and the server."""

    file: str
    title: str
    words: Key
    figure: str
    rest: Key = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """*over* divided by *under*, each a row's key and a figure, or *over* alone, is to be at most *most*."""

    what: str
    most: float
    over: tuple[Key, str]
    under: tuple[Key, str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the programme. *text* says what is done, beyond the names of the columns."""

    name: str
    title: str
    text: str
    cases: Callable[[Setting], Sequence[Case]]
    tables: Sequence[Table]
    plots: Sequence[Plot] = ()
    goals: Sequence[Goal] = ()


def run(cases: Sequence[Case], rounds: int, results: Results, within: float = math.inf) -> None:
    """Run all cases in turn, and all again for each round, so that a change of the machine's speed meets them all.

    *within*: after so many seconds, no further round begins.
    """
    slow: set[str] = set()
    first = time.monotonic()
    for turn in range(rounds):
        if time.monotonic() - first > within:
            break
        for case in cases[::-1] if turn % 2 else cases:
            if turn >= case.rounds or case.name in slow:
                continue
            print(f"round {turn + 1} of {rounds}: {case.name}", file=sys.stderr, flush=True)
            began = time.monotonic()
            results.add(case.run())
            if time.monotonic() - began > ONCE_SECONDS:
                slow.add(case.name)
