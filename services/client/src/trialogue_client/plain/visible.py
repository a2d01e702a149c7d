"""What of other people's texts may reach a terminal?

They must never move the cursor, set the title or turn the direction of writing around: the client shows a name, a link
or a line as it is, or not at all.
"""

import unicodedata

_ACTING = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Controls (ESC among them), lone surrogates, line and paragraph separators."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of all that follows. Marks of one place (U+200E, U+200F) are no harm, and letters that are
read from right to left need none of these.  https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters"""


def visible(text: str) -> str:
    """Take out what could act on the terminal; tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if char == "\t" or not (_acts(char) or char in _TURNING))


def _acts(char: str) -> bool:
    return unicodedata.category(char) in _ACTING
