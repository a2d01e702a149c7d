"""Simulates servers and people as long as is asked for.  ``python -m tests.sim`` or ``make simulate``

A seed that fails is printed with the shortest script that fails in the same way, which can be pasted into a test. The
exit code is then 1.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections.abc import Iterator
from itertools import count
from pprint import pformat

from tests.sim import vfs
from tests.sim.coverage import Coverage
from tests.sim.play import Failure, Script, play
from tests.sim.shrink import shrink
from tests.sim.story import made_up

_AT_ONCE = 1_000_000


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", default="", help="such as 7 or 1-300 (default: new ones, which are printed)")
    parser.add_argument("--minutes", type=float, help="for how long (default: until the seeds end, or a minute)")
    parser.add_argument("--steps", type=int, default=150, help="of each seed (default: %(default)s)")
    options = parser.parse_args()
    if vfs.why_none():
        sys.stdout.write(f"not simulated: {vfs.why_none()}\n")
        return 0
    coverage, failed = Coverage(), 0
    minutes = options.minutes or (float("inf") if options.seeds else 1.0)
    end = time.monotonic() + 60 * minutes
    for seed in _seeds(options.seeds):
        if time.monotonic() > end:
            break
        script = made_up(seed, options.steps)
        failure = play(script, coverage.watch, coverage.ended)
        if failure is not None:
            failed += 1
            _tell(seed, script, failure)
    sys.stdout.write(f"{coverage}\n{failed} failures\n")
    return 1 if failed else 0


def _seeds(text: str) -> Iterator[int]:
    """Yield the seeds that are asked for."""
    if text:
        first, _, last = text.partition("-")
        yield from range(int(first), int(last or first) + 1)
        return
    first_new = secrets.randbelow(_AT_ONCE) * 1000
    sys.stdout.write(f"seeds from {first_new} on\n")
    sys.stdout.flush()
    yield from count(first_new)


def _tell(seed: int, script: Script, failure: Failure) -> None:
    sys.stdout.write(f"seed {seed} fails in step {failure.step}: {failure.text}\nshrinking …\n")
    sys.stdout.flush()
    short = shrink(script, failure)
    sys.stdout.write(f"{pformat(short, width=110)}\n{play(short)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
