"""Fits text into lines. Sizes are bytes of UTF-8; no cut falls inside a character."""

from collections.abc import Iterable

LONGEST_CHARACTER = 4
"""The most bytes of a character."""


def truncate(text: str, size: int) -> str:
    """Return the longest prefix of `text` that takes at most `size` bytes."""
    if len(text) * 4 <= size:
        return text
    start = text[: max(size, 0)]
    data = start.encode()
    return start if len(data) <= size else data[: max(size, 0)].decode(errors="ignore")


def split_text(text: str, size: int) -> list[str]:
    """Split text into pieces of at most `size` bytes, at spaces where possible.

    The concatenation of the pieces is the text, without the space at each cut that was made at one. Raises ValueError
    if `size` is below four, the size of the longest character.
    """
    if size < LONGEST_CHARACTER:
        raise ValueError(f"no character may fit into {size} bytes")
    pieces: list[str] = []
    while text:
        piece = truncate(text, size)
        if len(piece) == len(text):
            pieces.append(piece)
            break
        space = piece.rfind(" ", 1)
        if text[len(piece)] == " ":
            cut, rest = len(piece), len(piece) + 1
        elif space > len(piece) // 2:
            cut, rest = space, space + 1
        else:
            cut = rest = len(piece)
        pieces.append(text[:cut])
        text = text[rest:]
    return pieces


def pack_words(words: Iterable[str], size: int) -> list[str]:
    """Join words by spaces into as few lines of at most `size` bytes as possible. A longer word stands alone.

    One join, then one search for each line: a channel's list of names is made for everybody who joins.
    """
    data = " ".join(words).encode()
    lines: list[str] = []
    start = 0
    while len(data) - start > size:
        cut = data.rfind(b" ", start, start + size + 1)
        if cut < 0:
            cut = data.find(b" ", start)
            if cut < 0:
                break
        lines.append(data[start:cut].decode())
        start = cut + 1
    if start < len(data):
        lines.append(data[start:].decode())
    return lines


_COLOUR = "\x03"
_HEX_COLOUR = "\x04"
_TOGGLES = frozenset("\x02\x1d\x1f\x1e\x11\x16\x0f")


def strip_formatting(text: str) -> str:
    """Remove IRC formatting (bold, colours …).  https://modern.ircdocs.horse/formatting"""
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == _COLOUR:
            at = _skip_colours(text, at, "0123456789", 1, 2)
        elif char == _HEX_COLOUR:
            at = _skip_colours(text, at, "0123456789abcdefABCDEF", 6, 6)
        elif char not in _TOGGLES:
            out.append(char)
    return "".join(out)


def _skip_colours(text: str, at: int, digits: str, least: int, most: int) -> int:
    after = _skip_digits(text, at, digits, least, most)
    if after > at and text[after : after + 1] == ",":
        background = _skip_digits(text, after + 1, digits, least, most)
        if background > after + 1:
            return background
    return after


def _skip_digits(text: str, at: int, digits: str, least: int, most: int) -> int:
    end = at
    while end < len(text) and end - at < most and text[end] in digits:
        end += 1
    return end if end - at >= least else at
