"""Removes from other people's texts what must not reach a terminal, a pipe, a title, a notification or a report.

They must never move the cursor, set the title, turn the direction of writing around, hide something or grow over other
lines: the client shows a name, a link or a line as it is, or not at all.
"""

import re
import unicodedata

_ACTING = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Controls (ESC among them), lone surrogates, line and paragraph separators."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of all that follows. Marks of one place (U+200E, U+200F) are no harm, and letters that are
read from right to left need none of these.  https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters"""
_HIDING = frozenset(map(chr, (*range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC))))
"""Formats that nobody should use any more, and annotations."""
_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f)|[\U000e0000-\U000e007f]")
"""Invisible letters. They are only at home in the flags of regions.
https://www.unicode.org/reports/tr51/#valid-emoji-tag-sequences"""
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 8
"""On one letter: more than any language has."""
_SEQUENCE = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)"
"""Colours, titles and other sequences of a terminal.  https://invisible-island.net/xterm/ctlseqs/ctlseqs.html"""
_CONTROLS = re.compile(_SEQUENCE + r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Sequences, and control characters but for tabs and ends of lines."""
_UNSAID = re.compile(_SEQUENCE + r"|[\x00\x01\x05-\x08\x0b\x0c\x0e\x10\x12-\x15\x17-\x1c\x7f-\x9f]")
"""Sequences, and control characters but for tabs, ends of lines and the codes of IRC's formatting.

https://modern.ircdocs.horse/formatting
"""


def without_controls(pasted: str) -> str:
    """Take out what acts on a terminal, and what nobody sees, of a text that was pasted."""
    return _CONTROLS.sub("", pasted)


def sayable(piped: str) -> str:
    """Take out of a line of a program's output what acts on a terminal, or would ask other programs (CTCP)."""
    return piped if piped.isprintable() else _UNSAID.sub("", piped)


def visible(text: str) -> str:
    """Take out what could act on the terminal; tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in bounded(text) if char == "\t" or not _acts(char))


def bounded(text: str) -> str:
    """Take out invisible letters, and marks of which there are too many on one letter; controls stay."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for char in _TAGS.sub(lambda found: found[1] or "", text):
        kind = unicodedata.category(char)
        if kind in _MARKS:
            marks += 1
        elif kind not in _ACTING and kind != "Cf":
            marks = 0
        if marks <= _MOST_MARKS or kind not in _MARKS:
            kept.append(char)
    return "".join(kept)


def visible_lines(text: str) -> str:
    """Take out of each line of a text what could act on the terminal."""
    return "\n".join(map(visible, text.split("\n")))


def _acts(char: str) -> bool:
    return char in _TURNING or char in _HIDING or unicodedata.category(char) in _ACTING
