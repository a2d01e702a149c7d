"""How many connections leave room for what else the server must open: the administrator's socket, readers, mail …

POSIX gives out the lowest descriptor that is free, so a connection with a high number says that all below are taken.
https://pubs.opengroup.org/onlinepubs/9699919799/functions/V2_chap02.html#tag_15_14
"""

import sys

RESERVE = 64
"""Descriptors that are not for connections; a quarter, where there are few."""


def first_of_reserve(reserve: int = RESERVE) -> int | None:
    """Return the first descriptor that is not for a connection; None where the system has no such limit."""
    if sys.platform == "win32":
        return None
    import resource

    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if most == resource.RLIM_INFINITY else most - min(reserve, most // 4)
