"""Sources and masks.  https://modern.ircdocs.horse/#source"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

_REMEMBERED = 2048
"""Cached masks: a channel's bans are compared with everybody who speaks in it."""


class Source(NamedTuple):
    """A message's source in parts; missing parts are ""."""

    nick: str
    user: str = ""
    host: str = ""

    def __str__(self) -> str:
        user = f"!{self.user}" if self.user else ""
        host = f"@{self.host}" if self.host else ""
        return f"{self.nick}{user}{host}"


def parse_source(source: str) -> Source:
    """Split ``nick[!user][@host]``; a server's name is returned as the nick."""
    rest, _, host = source.partition("@")
    nick, _, user = rest.partition("!")
    return Source(nick, user, host)


def complete_mask(mask: str) -> str:
    """Complete a mask with "*": ``bob`` → ``bob!*@*``, ``*@host`` → ``*!*@host``."""
    if "!" in mask:
        nick, _, rest = mask.partition("!")
        user, _, host = rest.partition("@")
    elif "@" in mask:
        nick = ""
        user, _, host = mask.partition("@")
    else:
        nick, user, host = mask, "", ""
    return f"{nick or '*'}!{user or '*'}@{host or '*'}"


def match(mask: str, text: str) -> bool:
    r"""Return whether the glob `mask` matches all of `text`: ``*`` any run, ``?`` one character; ``\*`` and ``\?``
    literal.

    Any other backslash is itself, since it may stand in a nick.  https://modern.ircdocs.horse/#wildcard-expressions

    Masks come from strangers, and none takes long: see `_compiled`. The caller folds the case of both.
    """
    return _compiled(mask)(text) is not None


def compile_masks(masks: Iterable[str]) -> Callable[[str], bool]:
    """Return a function that says whether one of the masks matches a text: `match` for many texts."""
    compiled = [_compiled(mask) for mask in masks]
    return lambda text: any(matches(text) is not None for matches in compiled)


@lru_cache(maxsize=_REMEMBERED)
def _compiled(mask: str) -> Callable[[str], re.Match[str] | None]:
    """Return a function that matches the mask.

    The text between two stars is matched where it occurs first, and never again (an atomic group): a later place could
    only leave less for the rest. So there are at most len(mask) × len(text) steps; a backtracking expression could take
    for ever.
    """
    first, *others = _between_stars(mask)
    if not others:
        return re.compile(first, re.DOTALL).fullmatch
    *inner, last = others
    searches = "".join(f"(?>.*?{part})" for part in inner if part)
    return re.compile(f"{first}{searches}.*{last}", re.DOTALL).fullmatch


def _between_stars(mask: str) -> list[str]:
    """Return what stands before, between and after the stars, each as a regular expression."""
    parts: list[list[str]] = [[]]
    escaped = False
    for char in mask:
        if escaped and char in "*?":
            parts[-1][-1] = re.escape(char)
        elif char == "*":
            parts.append([])
        else:
            parts[-1].append("." if char == "?" else re.escape(char))
        escaped = char == "\\"
    return list(map("".join, parts))
