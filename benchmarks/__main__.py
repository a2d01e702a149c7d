"""The whole programme: ``python -m benchmarks [--only PARTS] [--write docs]``, from the top of the checkout."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.failure import BenchmarkError
from benchmarks.figures import Results
from benchmarks.machine import machine
from benchmarks.page import write
from benchmarks.parts.idle import IDLE
from benchmarks.parts.part import Part, Setting, run
from benchmarks.parts.rooms import JOINS, ROOMS
from benchmarks.parts.slow import SLOW
from benchmarks.parts.small import SMALL
from benchmarks.parts.variants import HISTORY, MIXED, TLS, WEB
from benchmarks.report import charts, report
from benchmarks.servers import Options, Server, known

if TYPE_CHECKING:
    from collections.abc import Sequence

_PARTS = (ROOMS, JOINS, MIXED, TLS, WEB, HISTORY, SMALL, IDLE, SLOW)
_NAMES = tuple(part.name for part in _PARTS)
_PEERS = ("inspircd", "ngircd")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit code: 0, or 2 with one sentence that says what to do."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--only", type=_words, default=list(_NAMES), metavar="PARTS",
        help=f"comma-separated: {', '.join(_NAMES)} (default: all)")  # fmt: skip
    add("--write", type=Path, metavar="DIRECTORY", help="also put it into performance.md there, with charts")
    add("--server", type=_words, metavar="NAMES",
        help="comma-separated: ours, inspircd, ngircd, floor (default: all that are installed)")  # fmt: skip
    add("--seconds", type=float, help="length of each flat-out window; paced ones are three times as long (default: 1)")
    add("--rounds", type=int, help="rounds; the median is printed (default: 3)")
    add("--quick", action="store_true", help="one round of half a second, where nothing else is said")
    add("--most", type=int, default=1_000_000, metavar="CLIENTS", help="leave out what needs more clients than that")
    add("--acks", choices=("quick", "kernel"), default="quick",
        help="kernel: delayed acknowledgements, which stall the peers (default: quick)")  # fmt: skip
    add("--config", type=Path, default=Options().config, help="settings of our server (default: %(default)s)")
    return parser


def _words(text: str) -> list[str]:
    return text.split(",")


def _run(options: argparse.Namespace) -> None:
    unknown = set(options.only) - set(_NAMES)
    if unknown:
        raise BenchmarkError(f"There is no part {', '.join(sorted(unknown))}; choose from {', '.join(_NAMES)}.")
    setting, results, began = _setting(options), Results(), time.monotonic()
    parts = [part for part in _PARTS if part.name in setting.parts]
    for part in parts:
        run(part.cases(setting), setting.rounds, results)
    for part in parts:
        _show(part, results, options.write)
    print(f"\n{machine(setting)}")
    if options.write is not None and setting.parts == frozenset(_NAMES):
        write(options.write, "machine", machine(setting), {})
    print(f"It took {(time.monotonic() - began) / 60:.1f} minutes.", file=sys.stderr)


def _show(part: Part, results: Results, directory: Path | None) -> None:
    text = report(part, results)
    if not text:
        return
    print(f"\n## {part.title}\n\n{text}")
    if directory is not None:
        write(directory, part.name, text, charts(part, results))


def _setting(options: argparse.Namespace) -> Setting:
    return Setting(
        servers=_servers(options.server),
        parts=frozenset(options.only),
        seconds=options.seconds or (0.5 if options.quick else 1.0),
        rounds=options.rounds or (1 if options.quick else 3),
        most=options.most,
        quick_acks=options.acks == "quick",
        config=options.config.resolve(),
    )


def _servers(names: Sequence[str] | None) -> list[Server]:
    servers = [known(name) for name in names or ("ours", *_PEERS, "floor")]
    missing = [server.name for server in servers if server.program is None]
    if missing:
        print(
            f"{' and '.join(missing)} cannot be measured, as not installed "
            f"(Debian: apt-get install {' '.join(missing)}); the rest is.",
            file=sys.stderr,
        )
    return [server for server in servers if server.program is not None]


if __name__ == "__main__":
    sys.exit(main())
