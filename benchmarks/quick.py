"""Compares speed with an older commit.  ``python -m benchmarks.quick [--against COMMIT]``, in the checkout.

Measures the CPU of this checkout's server beside an earlier commit's and the floor, in turn, and prints the ratios.
Exit code: 0; 1 if it takes more than FACTOR times the CPU that it took; 2 with one sentence if it cannot be measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.failure import BenchmarkError
from benchmarks.figures import FLOOR, Results
from benchmarks.generator import Load
from benchmarks.measure import Plan, measure_flat_out
from benchmarks.parts.part import Case, run
from benchmarks.past import NoPastError, earlier_commit, subject, unpack
from benchmarks.running import running
from benchmarks.servers import Options, Server, known
from benchmarks.table import number, table
from benchmarks.verdict import FACTOR, Compared, too_slow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.figures import Figures, Key

_ROOT = Path(__file__).parent.parent
_SIZES = (100, 1000)
_NOW, _BEFORE = "now", "before"
_SECONDS = 0.8
_WITHIN = 75.0  # seconds: a slow machine does fewer rounds, so that all of it takes less than two minutes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quick", description=__doc__)
    parser.add_argument("--against", metavar="COMMIT", help="what to compare with (default: before the last change)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: 5)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="trialogue-past-") as name:
        try:
            return _compare(_trees(Path(name), options.against), options.rounds)
        except BenchmarkError as error:
            print(error, file=sys.stderr)
            return 2


def _trees(directory: Path, wanted: str | None) -> dict[str, Options]:
    """Return how to start the server of now, and that of before if there is one that runs."""
    now = {_NOW: Options()}
    try:
        commit = earlier_commit(_ROOT, wanted)
        unpack(_ROOT, commit, directory)
    except NoPastError as error:
        if wanted is not None:
            raise
        print(f"{error} Only the floor is compared.")
        return now
    before = Options(config=directory / "benchmarks" / "unlimited.toml", tree=directory)
    try:
        with running(known("ours"), before):
            print(f"Compared with {subject(_ROOT, commit)}")
    except BenchmarkError as error:
        print(f"{subject(_ROOT, commit)}: it does not run with the packages of this checkout. {error}")
        return now
    return {**now, _BEFORE: before}


def _compare(trees: Mapping[str, Options], rounds: int) -> int:
    results = Results()
    run(_cases(trees), rounds, results, _WITHIN)
    compared = [_compared(results, words) for words in dict.fromkeys(key[:-1] for key in results.of("quick"))]
    print(table(("", "now", "before", "ratio", "of rounds", "× floor"), [_row(one) for one in compared], words=1))
    slower = list(filter(None, map(too_slow, compared)))
    print("\n".join(slower) or f"No figure is over {FACTOR:g} times what it was.")
    return 1 if slower else 0


def _cases(trees: Mapping[str, Options]) -> list[Case]:
    servers = [(name, known("ours"), options) for name, options in trees.items()] + [(FLOOR, known(FLOOR), Options())]
    return [
        Case(f"{size:,} members, {name}", partial(_measured, name, server, options, size))
        for size in _SIZES
        for name, server, options in servers
    ]


def _measured(name: str, server: Server, options: Options, size: int) -> dict[Key, Figures]:
    plan = Plan(_SECONDS, Load(), options)
    joining, flat_out = measure_flat_out(server, size, plan)
    rows: dict[Key, Figures] = {
        ("quick", f"{size:,} members flat out: CPU µs per delivery", name): {"cpu": flat_out["cpu"]}
    }
    if size == max(_SIZES):  # a hundred are in too soon for a steady figure
        rows["quick", f"{size:,} come in: CPU ms for each", name] = {"cpu": joining["cpu"] * 1e3 / size}
    return rows


def _compared(results: Results, words: Key) -> Compared:
    now, before, floor = (results.all_of((*words, name), "cpu") for name in (_NOW, _BEFORE, FLOOR))
    return Compared(words[-1], now, before, floor)


def _row(one: Compared) -> list[str]:
    times = f"{one.times_floor:.2f}"
    if not one.before:
        return [one.what, number(one.now_median), "", "", "", times]
    spread = f"{min(one.ratios):.2f}–{max(one.ratios):.2f}"
    return [one.what, number(one.now_median), number(one.before_median), f"{one.ratio:.2f}", spread, times]


if __name__ == "__main__":
    sys.exit(main())
