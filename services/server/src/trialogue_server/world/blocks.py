"""Block lists: the accounts and masks that a user does not want to hear. Only the user sees the list.

An entry is a mask, ``nick!user@host`` with * and ?, or an account as an extended ban (``~account:name``). A mask is
compared with what everybody sees of a user, never with a cloaked address: a list must not find out what a cloak hides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialogue_server.world.bans import matches
from trialogue_server.world.extended_bans import ACCOUNT, parse_extban

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialogue_server.world.user import User


class PublicIdentity(NamedTuple):
    """A user as everybody sees them."""

    account: str
    """The account, or ""."""
    masks: tuple[str, ...]

    @property
    def real_masks(self) -> tuple[str, ...]:
        """Nothing: lists see no addresses."""
        return ()


def seen(user: User) -> PublicIdentity:
    """Return what entries are compared with for a user."""
    return PublicIdentity(user.account, (user.mask,))


def is_blocked(entries: tuple[str, ...], other: PublicIdentity, fold: Callable[[str], str]) -> bool:
    """Return whether one of the entries matches this person."""
    return any(matches(entry, other, fold) for entry in entries)


def blocked_account(entry: str) -> str:
    """Return the account that an entry names, or "" if it is a mask."""
    extban = parse_extban(entry)
    return extban.about if extban is not None and extban.type == ACCOUNT else ""
