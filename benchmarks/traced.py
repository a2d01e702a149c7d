"""Runs our server and counts what it allocates: ``python -m benchmarks.traced REPORT ARGUMENTS OF THE SERVER``.

On SIGUSR2 it writes to REPORT, as JSON, the bytes that are allocated now, by the part of the code that did it.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
import tracemalloc
from collections import defaultdict
from pathlib import Path
from types import FrameType

from trialogue_server.__main__ import main


def place(filename: str) -> str:
    """Return which part of the code a file belongs to: ``trialogue_server.session``, ``trio``."""
    path = Path(filename)
    if filename.startswith("<"):  # code that was made at run time
        return "trio" if "trio" in filename else "other Python"
    for root in ("trialogue_server", "ircwire"):
        if root in path.parts:
            inner = path.parts[path.parts.index(root) :]
            return ".".join(inner[:2]).removesuffix(".py")
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    return "other Python"


def allocated(snapshot: tracemalloc.Snapshot) -> dict[str, int]:
    """Return the bytes of *snapshot* by `place`."""
    found: dict[str, int] = defaultdict(int)
    for entry in snapshot.statistics("filename"):
        found[place(entry.traceback[0].filename)] += entry.size
    return found


def _report(path: Path) -> None:
    gc.collect()
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(allocated(tracemalloc.take_snapshot())))
    unfinished.replace(path)


if __name__ == "__main__":
    report = Path(sys.argv.pop(1))

    def on_signal(number: int, frame: FrameType | None) -> None:
        _report(report)

    signal.signal(signal.SIGUSR2, on_signal)
    tracemalloc.start()
    main()
