"""Extended bans: list entries that mean something other than a mask.

``~account:name`` (``~a:name``) matches users logged in to that account, on every list; * and ? may stand in the name.
``~mute:mask`` (``~m:mask``) lets matching users join and keeps them silent; on the exception list it lets
them speak. The mask of a mute may be an account's: ``~m:~a:name``.
https://ircv3.net/specs/extensions/account-extban and https://modern.ircdocs.horse/#extban-parameter
"""

from functools import lru_cache
from typing import NamedTuple

from ircwire.source import complete_mask
from trialogue_server.world.modes import BAN, EXCEPT

PREFIX = "~"
ACCOUNT, MUTE = "account", "mute"
NAMES = {"a": ACCOUNT, "account": ACCOUNT, "m": MUTE, "mute": MUTE}
"""The ways in which clients may write each type."""

LETTERS = "".join(sorted(name for name in NAMES if len(name) == 1))

_REMEMBERED = 4096
"""Cached entries: each new one is compared with all that are on a list."""


class Extban(NamedTuple):
    """One extended ban: its type and its value."""

    type: str
    about: str


def account_entry(account: str) -> str:
    """Return the entry that matches users logged in to this account."""
    return f"{PREFIX}{ACCOUNT}:{account}"


def parse_extban(entry: str) -> Extban | None:
    """Read an entry; None if it is a mask, or of an unknown type."""
    if not entry.startswith(PREFIX):
        return None
    name, colon, about = entry[1:].partition(":")
    found = NAMES.get(name.lower())
    return Extban(found, about) if found is not None and colon else None


def is_unknown_extban(entry: str) -> bool:
    """Return whether it is written as an extended ban of an unknown type. A mask has no colon before "!" and "@"."""
    name, colon, _ = entry.partition(":")
    return entry.startswith(PREFIX) and bool(colon) and name[1:].isalpha() and parse_extban(entry) is None


def complete_entry(entry: str) -> str:
    """Return an entry in the form in which it is kept: masks with all their parts, extended bans as written."""
    extban = parse_extban(entry)
    if extban is None:
        return complete_mask(entry)
    head = entry[: len(entry) - len(extban.about)]
    return head + (complete_entry(extban.about) if extban.type == MUTE else extban.about)


@lru_cache(maxsize=_REMEMBERED)
def same_entry(entry: str) -> str:
    """Return what all ways to write one entry have in common; the caller folds the case."""
    extban = parse_extban(entry)
    if extban is None:
        return complete_mask(entry)
    about = same_entry(extban.about) if extban.type == MUTE else extban.about
    return f"{PREFIX}{extban.type}:{about}"


def is_usable_entry(entry: str, mode: str) -> bool:
    """Return whether this entry may stand on the list of this mode."""
    extban = parse_extban(entry)
    if extban is None:
        return not is_unknown_extban(entry)
    if extban.type == MUTE:
        inner = parse_extban(extban.about)
        nested = inner is not None and (inner.type == MUTE or not inner.about)
        return mode in (BAN, EXCEPT) and bool(extban.about) and not nested and not is_unknown_extban(extban.about)
    return bool(extban.about)
