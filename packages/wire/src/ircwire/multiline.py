"""What do the lines of a multiline batch make together?  https://ircv3.net/specs/extensions/multiline

A text is held as it was composed: a tuple of lines, each a tuple of the pieces that were sent for it. Every piece but
the first of its line is sent with the concat tag.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ircwire.text import LONGEST_CHARACTER, truncate

BATCH_TYPE = "draft/multiline"
CONCAT_TAG = "draft/multiline-concat"

Lines = tuple[tuple[str, ...], ...]
"""``(("hello",), ("how is ", "everyone?"))`` is "hello\\nhow is everyone?"."""


class Limits(NamedTuple):
    """What a server takes in one batch; None is no limit."""

    max_bytes: int | None = None
    """Of the combined text, line feeds included."""
    max_lines: int | None = None


def format_limits(max_bytes: int, max_lines: int) -> str:
    """Write the capability's value; `max_lines` 0 is no limit."""
    return f"max-bytes={max_bytes}" + (f",max-lines={max_lines}" if max_lines else "")


def parse_limits(value: str) -> Limits:
    """Read the capability's value: unknown keys, and numbers that are none, are ignored."""
    tokens = dict(token.partition("=")[::2] for token in reversed(value.split(",")))
    return Limits(_number(tokens.get("max-bytes", "")), _number(tokens.get("max-lines", "")))


def _number(text: str) -> int | None:
    return int(text[:18]) if text.isascii() and text.isdigit() else None


def combine(lines: Lines) -> str:
    """Return the text that the lines make."""
    return "\n".join(map("".join, lines))


def compose(pieces: Iterable[tuple[str, bool]]) -> Lines:
    """Put pieces, each with whether it continues the one before, into lines. The first continues nothing."""
    lines: list[list[str]] = []
    for text, concat in pieces:
        if concat and lines:
            lines[-1].append(text)
        else:
            lines.append([text])
    return tuple(map(tuple, lines))


def cut(text: str, size: int) -> tuple[str, ...]:
    """Cut a line into pieces of at most `size` bytes that make it again when joined; "" is one piece.

    Between words where it can, the space at the end of the piece: shown alone, no piece starts with it.
    https://ircv3.net/specs/extensions/multiline#splitting-long-lines
    Raises ValueError if `size` is below four, which not every character fits into.
    """
    if size < LONGEST_CHARACTER:
        raise ValueError(f"no character may fit into {size} bytes")
    pieces: list[str] = []
    while len(piece := truncate(text, size)) < len(text):
        space = piece.rfind(" ")
        end = space + 1 if space > len(piece) // 2 else len(piece)
        pieces.append(text[:end])
        text = text[end:]
    return (*pieces, text)
