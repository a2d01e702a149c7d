"""Breaks our server's memory for an idle connection down by where in the code it was allocated."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.failure import BenchmarkError
from benchmarks.generator import Generator
from benchmarks.parts.part import Table
from benchmarks.process import family, resident
from benchmarks.running import running
from benchmarks.servers import Server, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.figures import Figures, Key
    from benchmarks.measure import Plan
    from benchmarks.servers import Options

_WARM, _CLIENTS = 100, 1100
_WAIT_SECONDS = 30.0
_SMALLEST = 0.1  # KiB for each connection; what is less goes into the rest
_REST, _NATIVE = "other Python", "not by Python: OpenSSL, the allocator's own"

CONSISTS = Table(
    "consists", ("an idle connection of ours, by who allocated it",), (("plain KiB", "plain"), ("TLS KiB", "TLS"))
)


def consists(plans: Mapping[str, Plan]) -> dict[Key, Figures]:
    """Count a thousand idle connections' memory by the part of the code, for each link; greatest part first."""
    found = {link: _of(plan) for link, plan in plans.items()}
    places = {place for parts in found.values() for place, kib in parts.items() if kib >= _SMALLEST} - {_REST}
    rows = {place: {link: parts.get(place, 0.0) for link, parts in found.items()} for place in places}
    rows[_REST] = {link: sum(parts.values()) - sum(row[link] for row in rows.values()) for link, parts in found.items()}
    order = sorted(rows, key=lambda place: (place in (_REST, _NATIVE), place == _NATIVE, -sum(rows[place].values())))
    return {("consists", place): {"TLS": 0.0, **rows[place]} for place in order}


def _of(plan: Plan) -> dict[str, float]:
    with TemporaryDirectory(prefix="trialogue-bench-") as name:
        report = Path(name) / "allocated.json"
        server = Server("ours", sys.executable, lambda *at: _traced(report, *at))
        with running(server, plan.options) as target, Generator(target.port, [target.pid], plan.load) as generator:
            generator.connect(_WARM)
            before = _ask(target.pid, report)
            generator.connect(_CLIENTS)
            after = _ask(target.pid, report)
    grown = {place: (size - before.get(place, 0)) / 1024 / (_CLIENTS - _WARM) for place, size in after.items()}
    return {**grown, _NATIVE: _resident(plan) - sum(grown.values())}


def _traced(report: Path, port: int, directory: Path, options: Options) -> list[str]:
    return ["-m", "benchmarks.traced", str(report), *known("ours").arguments(port, directory, options)[2:]]


def _ask(pid: int, report: Path) -> dict[str, int]:
    report.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR2)
    deadline = time.monotonic() + _WAIT_SECONDS
    while not report.exists():
        if time.monotonic() > deadline:
            raise BenchmarkError("Our server did not say what its memory consists of.")
        time.sleep(0.05)
    found: dict[str, int] = json.loads(report.read_text())
    return found


def _resident(plan: Plan) -> float:
    with running(known("ours"), plan.options) as target, Generator(target.port, [target.pid], plan.load) as load:
        load.connect(_WARM)
        before = sum(map(resident, family(target.pid)))
        load.connect(_CLIENTS)
        return (sum(map(resident, family(target.pid))) - before) / 1024 / (_CLIENTS - _WARM)
