"""Cuts a long text into pieces that fit into a line each.  https://modern.ircdocs.horse/#message-format

What counts is the line as the server sends it on, with our own mask in front: what does not fit there is cut off
by the server without a word.
"""

import sys

from ircwire.multiline import Limits, Lines, compose, cut
from ircwire.source import Source
from ircwire.text import split_text
from trialogue_client.core.events import Kind

_LONGEST_USER = 10
_LONGEST_HOST = 63
_LEAST = 4
"""A character takes up to four bytes, so there is always progress."""


def full_mask(mask: Source) -> int:
    """Return the bytes of ``nick!user@host``; what we do not know of ourselves yet counts as long as it can be."""
    user = len(mask.user.encode()) or _LONGEST_USER
    host = len(mask.host.encode()) or _LONGEST_HOST
    return len(mask.nick.encode()) + 1 + user + 1 + host


def room_for_text(mask: Source, target: str, kind: Kind, line_length: int) -> int:
    """Return the bytes that are left for the text of one message."""
    command = "NOTICE" if kind is Kind.NOTICE else "PRIVMSG"
    wrapping = len("\x01ACTION \x01") if kind is Kind.ACTION else 0
    around = len(": ") + full_mask(mask) + len(command) + len("  :") + len(target.encode()) + wrapping + len("\r\n")
    return max(line_length - around, _LEAST)


def pieces(text: str, size: int) -> list[str]:
    """Split a text into what fits: at its line ends, then at spaces, then anywhere between characters."""
    return [piece for line in _lines(text) for piece in split_text(line, size)]


def messages(text: str, size: int, limits: Limits) -> list[Lines]:
    """Split a text into messages of several lines, each within a server's limits; none of them is blank.

    https://ircv3.net/specs/extensions/multiline
    """
    most_bytes, most_lines = limits.max_bytes or sys.maxsize, limits.max_lines or sys.maxsize
    size = max(min(size, most_bytes), _LEAST)
    filled: list[list[tuple[str, bool]]] = [[]]
    used = 0
    for line in _lines(text):
        for place, piece in enumerate(cut(line, size)):
            needed = len(piece.encode()) + (place == 0)
            if filled[-1] and (used + needed > most_bytes or len(filled[-1]) == most_lines):
                filled.append([])
            used = used + needed if filled[-1] else len(piece.encode())
            filled[-1].append((piece, place > 0))
    return [compose(pieces) for pieces in filled if any(piece for piece, _ in pieces)]


def _lines(text: str) -> list[str]:
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
