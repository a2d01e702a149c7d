"""Plays a script: a seed, settings, people and steps, all of them plain values. The same script is the same run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import structlog
import trio
import trio.testing
from trio._core import _run

from tests.sim.model import Broken
from tests.sim.server import simulated
from tests.sim.town import Step, Town

_MEMORY = Path("/dev/shm")


class Script(NamedTuple):
    """What is played."""

    seed: int
    """Decides the order of tasks, how bytes are cut, and how late results come."""
    settings: dict[str, Any]
    people: list[Step]
    """For each its kind ("device" or "old"), its nick, and its account or capabilities."""
    steps: list[Step]


class Failure(NamedTuple):
    """How a run ended."""

    step: int
    """The number of the step that broke a promise."""
    text: str


Watch = Callable[[int, Step, Town], None]


def play(
    script: Script, watch: Watch = lambda *_: None, ended: Callable[[Town, float], None] = lambda *_: None
) -> Failure | None:
    """Play a script, and return what was broken.

    `watch` is told of each step that was taken, and `ended` of the end and how many seconds of virtual time it was.
    """
    directory = Path(tempfile.mkdtemp(prefix="simulated-", dir=_MEMORY if _MEMORY.is_dir() else None))
    town = Town(directory, script.seed, script.settings, script.people)

    def report(_logger: Any, _method: str, event: Any) -> Any:
        if "bug" in event["event"]:
            town.fail(f"{event['event']}: {event.get('error')}\n{event.get('exception')}")
        raise structlog.DropEvent

    order = Random(f"{script.seed} order")
    try:
        with (
            patch.object(_run, "_ALLOW_DETERMINISTIC_SCHEDULING", new=True),
            patch.object(_run, "_r", order),
            simulated(town.disks, town.threads, Random(f"{script.seed} secrets"), report),
        ):
            return trio.run(_play, town, script, watch, ended, clock=trio.testing.MockClock(autojump_threshold=0.0))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


async def _play(town: Town, script: Script, watch: Watch, ended: Callable[[Town, float], None]) -> Failure | None:
    failure = None
    async with trio.open_nursery() as nursery:
        await town.start(nursery)
        for number, step in enumerate(script.steps):
            try:
                await town.take(step)
            except Broken as broken:
                failure = Failure(number, str(broken))
                break
            watch(number, step, town)
        if failure is None:
            failure = await _close(town, len(script.steps))
        ended(town, trio.current_time())
        nursery.cancel_scope.cancel()
    return failure


async def _close(town: Town, step: int) -> Failure | None:
    try:
        await town.close()
    except Broken as broken:
        return Failure(step, str(broken))
    return None
