"""Assigns processors: one for the load generator alone, the others for the server.

Left to itself, the scheduler at times puts both on one processor, because each wakes the other, and the same server
then measures half its rate.
"""

from __future__ import annotations

import os


def place_generator(pid: int) -> None:
    """Keep the load generator to its processor; nothing happens on a machine that has only one."""
    os.sched_setaffinity(pid, _shares()[0])


def place_server(pid: int) -> None:
    """Keep the server, and the threads that it will start, off the load generator's processor."""
    os.sched_setaffinity(pid, _shares()[1])


def _shares() -> tuple[set[int], set[int]]:
    available = sorted(os.sched_getaffinity(0))
    if len(available) == 1:
        return set(available), set(available)
    return {available[-1]}, set(available[:-1])
