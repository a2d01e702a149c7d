"""Shortens a script that fails, as far as it goes on failing in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.sim.play import Failure, Script, play

_VARYING = re.compile(r"\d+|'[^']*'|\[.*", re.DOTALL)


def alike(one: Failure, other: Failure | None) -> bool:
    """Return whether two runs fail in the same way: the same promise, whoever it was made to."""
    return other is not None and _kind(one) == _kind(other)


def _kind(failure: Failure) -> list[str]:
    return _VARYING.sub("", failure.text.partition(":")[0]).split()[1:]


def shrink(
    script: Script, failure: Failure, run: Callable[[Script], Failure | None] = play, *, tries: int = 400
) -> Script:
    """Return a script as short as can be found in so many tries. Zeller's delta debugging, from the end.

    https://doi.org/10.1109/32.988498
    """
    best = script._replace(steps=script.steps[: failure.step + 1])
    if not alike(failure, run(best)):
        return script
    size = len(best.steps) // 2
    while size and tries > 0:
        shorter, place = False, len(best.steps) - size
        while place > -size and tries > 0:
            begin = max(place, 0)
            trial = best._replace(steps=best.steps[:begin] + best.steps[place + size :])
            tries -= 1
            if alike(failure, run(trial)):
                best, shorter = trial, True
            place -= size
        if not shorter or size > 1:
            size = size // 2 if not shorter or size > 1 else 0
    return best
