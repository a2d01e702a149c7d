"""Multiline messages: the text of a batch, and the batch of a text.  https://ircv3.net/specs/extensions/multiline

A text is a tuple of lines, each a tuple of the pieces that were sent for it. Every piece but the first of its line is
sent with the concat tag.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ircwire.text import LONGEST_CHARACTER, truncate

BATCH_TYPE = "draft/multiline"
CONCAT_TAG = "draft/multiline-concat"

Lines = tuple[tuple[str, ...], ...]
"""``(("hello",), ("how is ", "everyone?"))`` is "hello\\nhow is everyone?"."""


class Limits(NamedTuple):
    """The limits of a server for one batch; None is no limit."""

    max_bytes: int | None = None
    """Bytes of the combined text, including line feeds."""
    max_lines: int | None = None


def format_limits(max_bytes: int, max_lines: int) -> str:
    """Return the capability's value; `max_lines` 0 is no limit."""
    return f"max-bytes={max_bytes}" + (f",max-lines={max_lines}" if max_lines else "")


def parse_limits(value: str) -> Limits:
    """Parse the capability's value; unknown keys and invalid numbers are ignored."""
    tokens = dict(token.partition("=")[::2] for token in reversed(value.split(",")))
    return Limits(_number(tokens.get("max-bytes", "")), _number(tokens.get("max-lines", "")))


def _number(text: str) -> int | None:
    return int(text[:18]) if text.isascii() and text.isdigit() else None


def combine(lines: Lines) -> str:
    """Return the text of the lines."""
    return "\n".join(map("".join, lines))


def compose(pieces: Iterable[tuple[str, bool]]) -> Lines:
    """Arrange pieces, each with whether it continues the one before, into lines. The first continues nothing."""
    lines: list[list[str]] = []
    for text, concat in pieces:
        if concat and lines:
            lines[-1].append(text)
        else:
            lines.append([text])
    return tuple(map(tuple, lines))


def cut(text: str, size: int) -> tuple[str, ...]:
    """Split a line into pieces of at most `size` bytes whose concatenation is the line; "" is one piece.

    It splits between words where possible, with the space at the end of the piece: no piece begins with it.
    https://ircv3.net/specs/extensions/multiline#splitting-long-lines

    Raises ValueError if `size` is below four, the size of the longest character.
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
