"""Reads from the kernel the children and the resident memory of a running process.

CPU time is read by the load generator itself, at the exact ends of a measured window.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB$", re.MULTILINE)


def parse_resident(status: str) -> int:
    """Return VmRSS in bytes from the text of ``/proc/PID/status``; ValueError if it has none (a kernel thread).

    https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    """
    found = _RESIDENT.search(status)
    if found is None:
        raise ValueError("no VmRSS line in the status text")
    return int(found[1]) * 1024


def parse_parent(stat: str) -> int:
    """Return the parent's pid from the text of ``/proc/PID/stat``; the command's name may contain anything.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    return int(stat.rpartition(")")[2].split()[1])


def resident(pid: int) -> int:
    """Return the resident memory, in bytes, of one process."""
    return parse_resident(Path(f"/proc/{pid}/status").read_text())


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds, user and system, that one process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return *pid* and all its descendants that run now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = parse_parent(entry.read_text())
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(entry.parent.name))
    found = [pid]
    for one in found:
        found.extend(children.get(one, ()))
    return found
