"""File descriptors that are reserved for other things than connections: the administrator's socket, readers, mail …

POSIX gives out the lowest free descriptor, so a connection with a high number means that all below are taken.
https://pubs.opengroup.org/onlinepubs/9699919799/functions/V2_chap02.html#tag_15_14
"""

import sys

RESERVE = 64
"""Descriptors that are not for connections; a quarter, if there are few."""


def first_of_reserve(reserve: int = RESERVE) -> int | None:
    """Return the first descriptor that is not for a connection; None on systems without such a limit."""
    if sys.platform == "win32":
        return None
    import resource

    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if most == resource.RLIM_INFINITY else most - min(reserve, most // 4)
