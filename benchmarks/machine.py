"""Says on what the figures were measured."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.parts.part import Setting

_VERSION = re.compile(r"\d+\.\d[\w.]*")


def machine(setting: Setting) -> str:
    """Return a sentence on the machine, the versions and the rounds; each comes from the machine itself."""
    versions = [f"{name} {version}" for name in ("InspIRCd", "ngIRCd") if (version := _version(setting, name.lower()))]
    return (
        f"Measured on {dt.datetime.now(dt.UTC):%d %B %Y} on {_processor()} ({os.cpu_count()} processors), "
        f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}"
        f"{''.join(f', {each}' for each in versions)}. Medians of {setting.rounds} rounds of "
        f"{setting.seconds:g} s flat out and {setting.seconds * 3:g} s paced; what takes over half a minute is "
        "measured once."
    )


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return re.sub(r"\s+", " ", found[1]) if found else platform.machine()


def _version(setting: Setting, name: str) -> str | None:
    server = next(iter(setting.chosen(name)), None)
    if server is None or server.program is None:
        return None
    said = subprocess.run([server.program, "--version"], capture_output=True, text=True, check=False).stdout
    found = _VERSION.search(said)
    return found[0] if found else None
