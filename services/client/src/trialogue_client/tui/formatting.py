"""IRC formatting and links → styled text.  https://modern.ircdocs.horse/formatting"""

import re
from dataclasses import dataclass

from rich.color import Color
from rich.style import Style
from rich.text import Text

from trialogue_client.core.visible import bounded, visible

_PICTURES = str.maketrans({"\x02": "␂", "\x1d": "␝", "\x1f": "␟"})
_TYPED = str.maketrans({"␂": "\x02", "␝": "\x1d", "␟": "\x1f"})
BOLD_MARK, ITALIC_MARK, UNDERLINE_MARK = "␂", "␝", "␟"
"""What stands in the input where bold, italic, underlined begins or ends: Unicode's pictures of these controls."""
_TOGGLES = {"\x02": "bold", "\x1d": "italic", "\x1f": "underline", "\x1e": "strike", "\x16": "reverse"}
_CODES = re.compile(
    r"\x03(?:([0-9]{1,2})(?:,([0-9]{1,2}))?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x02\x1d\x1f\x1e\x11\x16\x0f]"
)
_LINK = re.compile(r"https?://[^\s<>\"\u00ad\u200b-\u200f\u2060-\u206f\ufeff]+")
"""It ends at what nobody sees: what a click opens is what is shown."""
_STOPS = ".,;:!?'"
_TAB = " " * 4

_COLOURS = (231, 16, 19, 34, 160, 88, 90, 166, 178, 40, 30, 37, 27, 163, 244, 250)
"""The sixteen that everybody has, as fixed colours of the 256: white, black, blue, green, red …"""
_UNREADABLE = frozenset({0, 1})
"""White and black vanish on one background or the other, unless a background comes with them."""


@dataclass(slots=True)
class _Pen:
    on: set[str]
    fore: int | None = None
    back: int | None = None
    coloured: bool = True

    def style(self) -> Style:
        visible = self.fore is not None and (self.back is not None or self.fore not in _UNREADABLE)
        fore = _colour(self.fore) if visible else None
        return Style(color=fore, bgcolor=_colour(self.back)) + Style.parse(" ".join(sorted(self.on)) or "none")

    def apply(self, code: re.Match[str]) -> None:
        mark = code[0][0]
        if mark in _TOGGLES:
            self.on ^= {_TOGGLES[mark]}
        elif mark == "\x0f":
            self.on, self.fore, self.back = set(), None, None
        elif mark == "\x03" and self.coloured:
            self.fore = int(code[1]) if code[1] else None
            self.back = int(code[2]) if code[2] else (self.back if code[1] else None)


def _colour(number: int | None) -> Color | None:
    return Color.from_ansi(_COLOURS[number]) if number is not None and number < len(_COLOURS) else None


def as_typed(body: str) -> str:
    """Return a text as it stands in the input: what cannot be typed there does not."""
    return harmless_lines(body.translate(_PICTURES))


def as_sent(text: str) -> str:
    """Return what was typed with IRC's formatting in it."""
    return text.translate(_TYPED)


def harmless(text: str) -> str:
    """Take out what could act on the terminal."""
    if text.isascii() and text.isprintable():
        return text
    return visible(text.replace("\t", _TAB))


def harmless_lines(text: str) -> str:
    """Take it out of a text of several lines."""
    return "\n".join(map(harmless, text.split("\n")))


def styled(body: str, *, coloured: bool = True) -> Text:
    """Return the text with its formatting (colours only if wanted) and links, and nothing that acts on the terminal."""
    body = bounded(body)
    text = Text(harmless(body)) if _CODES.search(body) is None else _painted(body, coloured=coloured)
    if "://" in text.plain:
        for link in _LINK.finditer(text.plain):
            address = _without_stops(link[0])
            text.stylize(Style(underline=True, link=address), link.start(), link.start() + len(address))
    return text


def _without_stops(address: str) -> str:
    """Leave out what ends a sentence or closes a bracket that was opened before the link."""
    end, unopened = len(address), address.count(")") - address.count("(")
    while address[end - 1] in _STOPS or (address[end - 1] == ")" and unopened > 0):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def _painted(body: str, *, coloured: bool) -> Text:
    text, pen, at = Text(), _Pen(set(), coloured=coloured), 0
    for code in _CODES.finditer(body):
        text.append(harmless(body[at : code.start()]), pen.style())
        pen.apply(code)
        at = code.end()
    text.append(harmless(body[at:]), pen.style())
    return text
