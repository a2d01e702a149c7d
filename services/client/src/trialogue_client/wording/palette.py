"""The colours of names: only such as can be read on a white background and on a black one alike.

They are numbers of the terminals' 256-colour palette: its first sixteen are whatever the person's theme makes of
them, the others are fixed, so their contrast can be known (a test computes it).
"""

import os
import zlib
from collections.abc import Mapping

NICKS = (27, 28, 29, 30, 31, 32, 63, 64, 67, 97, 98, 99, 100, 129, 130, 131, 132, 133, 134, 161, 162, 163, 164, 166)
TROUBLE = 160
HINT = 31

RESET = "\x1b[0m"
BOLD = "\x1b[1m"
DIM = "\x1b[2m"


def colour(number: int) -> str:
    """Return the escape sequence that begins a colour."""
    return f"\x1b[38;5;{number}m"


def colour_of(nick: str) -> str:
    """Return a nick's colour: the same in every room, run and client."""
    return colour(NICKS[zlib.crc32(nick.encode()) % len(NICKS)])


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Does this terminal show colours, and does the person want them?  https://no-color.org"""
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR") or term == "dumb":
        return False
    return (
        "256" in term or "COLORTERM" in environment or "WT_SESSION" in environment or term in ("xterm", "xterm-kitty")
    )
