"""The command line: ``python -m benchmarks [floor | silent] [options]``, from the top of the checkout."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.failure import BenchmarkError
from benchmarks.generator import Load
from benchmarks.measure import Plan, measure, median
from benchmarks.report import report
from benchmarks.servers import Options, Server, known
from benchmarks.silent import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Round

_MIXED = (
    "",
    "message-tags server-time echo-message",
    (
        "account-notify account-tag away-notify batch cap-notify chghost echo-message extended-join invite-notify "
        "labeled-response message-tags multi-prefix server-time setname standard-replies userhost-in-names"
    ),
)


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
    add("what", nargs="?", choices=("table", "floor", "silent"), default="table",
        help="table: rates, CPU, latency, joining, memory; floor: the same as multiples of what the system calls "
        "alone cost; silent: one member of the room never reads (default: table)")  # fmt: skip
    add("--server", type=_names, metavar="NAMES",
        help="comma-separated: ours, inspircd, ngircd, floor (default: ours and the installed peers)")  # fmt: skip
    add("--members", type=_numbers, metavar="COUNTS", help="room sizes, comma-separated (default: 100,1000)")
    add("--seconds", type=float, help="length of each measured window (default: 1.5)")
    add("--rounds", type=int, help="rounds; the median is printed (default: 3)")
    add("--quick", action="store_true", help="one round of half a second, where nothing else is said")
    add("--talkers", type=int, default=8, help="members of each room who talk (default: 8)")
    add("--rooms", type=int, default=1, help="share the members among this many rooms (default: 1)")
    add("--capabilities", choices=("plain", "mixed"), default="plain",
        help="mixed: a third plain, a third tags, time and echo, a third everything (default: plain)")  # fmt: skip
    add("--acks", choices=("quick", "kernel"), default="quick",
        help="kernel: delayed acknowledgements, which stall the peers (default: quick)")  # fmt: skip
    add("--config", type=Path, default=Options().config, help="settings of our server (default: %(default)s)")
    return parser


def _names(text: str) -> list[str]:
    return text.split(",")


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _run(options: argparse.Namespace) -> None:
    seconds = options.seconds or (0.5 if options.quick else 1.5)
    rounds = options.rounds or (1 if options.quick else 3)
    mixed = options.capabilities == "mixed"
    load = Load(options.talkers, options.rooms, 64, options.acks == "quick", _MIXED if mixed else ("", "", ""))
    plan = Plan(seconds, load, Options(options.config.resolve(), mixed))
    if options.what == "silent":
        print(silent(_servers(options)[0], (options.members or [1000])[0], plan))
    else:
        print(report(_figures(_servers(options), options.members or [100, 1000], rounds, plan)))


def _servers(options: argparse.Namespace) -> list[Server]:
    names = options.server or ["ours", "inspircd", "ngircd"]
    servers = [known(name) for name in [*names, *(["floor"] if options.what == "floor" else [])]]
    return servers if options.server else [server for server in servers if server.program or server.name == "ours"]


def _figures(servers: list[Server], counts: list[int], rounds: int, plan: Plan) -> dict[tuple[int, str], Round]:
    gathered: dict[tuple[int, str], list[Round]] = defaultdict(list)
    for turn in range(rounds):
        for members in counts:
            for server in servers:  # side by side, so that a change of the machine's speed meets them all
                print(f"round {turn + 1} of {rounds}: {members:,} members on {server.name}", file=sys.stderr)
                gathered[members, server.name].append(measure(server, members, plan))
    return {key: median(found) for key, found in gathered.items()}


if __name__ == "__main__":
    sys.exit(main())
