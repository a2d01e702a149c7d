"""Whose words does somebody not want? A list of their own, of accounts and masks, which only they know of.

An entry is a mask, ``nick!user@host`` with * and ?, or an account as an extended ban has it (``~account:name``). A mask
is compared with what everybody sees of the other, never with a cloaked address: a list must not find out what a cloak
hides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialogue_server.world.bans import matches
from trialogue_server.world.extended_bans import ACCOUNT, parse_extban

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialogue_server.world.user import User


class Seen(NamedTuple):
    """Somebody as everybody sees them."""

    account: str
    """Their account, or ""."""
    masks: tuple[str, ...]

    @property
    def real_masks(self) -> tuple[str, ...]:
        """Nothing beyond what everybody may know."""
        return ()


def seen(user: User) -> Seen:
    """Return what a user's entries are compared with."""
    return Seen(user.account, (user.mask,))


def is_blocked(entries: tuple[str, ...], other: Seen, fold: Callable[[str], str]) -> bool:
    """Does one of the entries mean this person?"""
    return any(matches(entry, other, fold) for entry in entries)


def blocked_account(entry: str) -> str:
    """Return the account that an entry names, or "" if it is a mask."""
    extban = parse_extban(entry)
    return extban.about if extban is not None and extban.type == ACCOUNT else ""
