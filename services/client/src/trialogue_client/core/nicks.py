"""Makes nicks that a server will take.  https://modern.ircdocs.horse/#nickname-grammar"""

import re
import unicodedata

_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9\[\]\\`_^{|}-]+")
_FALLBACK = "guest"


def plain_nick(name: str) -> str:
    """Make a nick of any name: letters without their accents, nothing that a strict server refuses."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    nick = _NOT_ALLOWED.sub("", ascii_name.partition("@")[0]).lstrip("0123456789-")
    return nick or _FALLBACK


def numbered(nick: str, number: int, longest: int) -> str:
    """Return the nick with a number at its end, cut so that the whole fits: ``bob`` → ``bob2``."""
    digits = str(number)
    return nick[: max(longest - len(digits), 1)] + digits
