"""The colours of the full screen. The people's are those of line mode, which can be read on light and on dark."""

import zlib

from rich.color import Color
from rich.style import Style
from textual.theme import Theme

from trialogue_client.wording.palette import HINT, NICKS, TROUBLE

DARK = Theme(
    name="trialogue-dark",
    primary="#5f87d7",
    secondary="#8787d7",
    accent="#d78700",
    foreground="#d8d8d8",
    background="#0c0c0c",
    surface="#141414",
    panel="#202020",
    boost="#262626",
    warning="#d78700",
    error="#ff5f5f",
    success="#5faf5f",
    dark=True,
)
LIGHT = Theme(
    name="trialogue-light",
    primary="#005faf",
    secondary="#5f5faf",
    accent="#af5f00",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#f6f6f6",
    panel="#e8e8e8",
    boost="#dcdcdc",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    dark=False,
)

DIM = Style(dim=True)
BOLD = Style(bold=True)
TONE_TROUBLE = Style(color=Color.from_ansi(TROUBLE))
TONE_HINT = Style(color=Color.from_ansi(HINT))

_TONES = tuple(Style(color=Color.from_ansi(number)) for number in NICKS)


def tone_of(nick: str) -> Style:
    """Return a nick's colour: the same in every room, run and client."""
    return _TONES[zlib.crc32(nick.encode()) % len(_TONES)]
