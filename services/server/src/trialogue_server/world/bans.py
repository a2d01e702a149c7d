"""Matches users with the entries of a channel's lists."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from ircwire.source import compile_masks, match
from trialogue_server.world.extended_bans import ACCOUNT, MUTE, PREFIX, parse_extban
from trialogue_server.world.modes import BAN, EXCEPT, INVEX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from trialogue_server.world.channel import Channel, ListEntry
    from trialogue_server.world.registered_channels import Akick


class BanSubject(Protocol):
    """What bans are compared with."""

    @property
    def account(self) -> str:
        """The account, or ""."""

    @property
    def masks(self) -> tuple[str, ...]:
        """Each ``nick!user@host`` of the user that anybody may know."""

    @property
    def real_masks(self) -> tuple[str, ...]:
        """The masks that only operators of the server see."""


def matches(mask: str, known: BanSubject, fold: Callable[[str], str], *, real: bool = False) -> bool:
    """Return whether the mask matches, with the host as shown, or with `real` the address as well.

    Who sees no addresses must not find them out by trying masks. Of extended bans only those of an account match: a
    mute silences and does not ban.
    """
    extban = parse_extban(mask) if mask.startswith(PREFIX) else None
    if extban is not None:
        return extban.type == ACCOUNT and bool(known.account) and match(fold(extban.about), fold(known.account))
    folded = fold(mask)
    return any(match(folded, fold(one)) for one in ((*known.masks, *known.real_masks) if real else known.masks))


def entry_matches(entry: ListEntry, user: BanSubject, fold: Callable[[str], str]) -> bool:
    """Return whether an entry of a channel's list matches the user."""
    return matches(entry.mask, user, fold, real=entry.by_operator)


def matcher(entries: Sequence[ListEntry], fold: Callable[[str], str]) -> Callable[[BanSubject], bool]:
    """Return a function that says whether one of the entries matches a user, for many users."""
    masks = [entry for entry in entries if not entry.mask.startswith(PREFIX)]
    others = [entry for entry in entries if entry.mask.startswith(PREFIX)]
    matches = compile_masks(fold(entry.mask) for entry in masks)
    real = [fold(entry.mask) for entry in masks if entry.by_operator]
    matches_real = compile_masks(real)

    def is_meant(user: BanSubject) -> bool:
        return (
            any(map(matches, map(fold, user.masks)))
            or (bool(real) and any(map(matches_real, map(fold, user.real_masks))))
            or (bool(others) and _in(others, user, fold))
        )

    return is_meant


def _in(entries: Iterable[ListEntry], user: BanSubject, fold: Callable[[str], str]) -> bool:
    return any(entry_matches(entry, user, fold) for entry in entries)


def _muted_in(entries: Iterable[ListEntry], user: BanSubject, fold: Callable[[str], str]) -> bool:
    mutes = ((parse_extban(entry.mask), entry.by_operator) for entry in entries if entry.mask.startswith(PREFIX))
    return any(
        mute is not None and mute.type == MUTE and matches(mute.about, user, fold, real=real) for mute, real in mutes
    )


def is_banned(channel: Channel, user: BanSubject, fold: Callable[[str], str], *, since: float = -math.inf) -> bool:
    """Return whether the user is on the ban list, by an entry after this Unix time, and on no exception list."""
    bans = channel.lists[BAN]
    recent = bans if since == -math.inf else [ban for ban in bans if ban.at > since]
    return _in(recent, user, fold) and not _in(channel.lists[EXCEPT], user, fold)


def akick_of(channel: Channel, user: BanSubject, fold: Callable[[str], str]) -> Akick | None:
    """Return the AKICK entry that keeps the user out of a registered channel; nobody on its access list is kept out."""
    ownership = channel.ownership
    if ownership is None or not ownership.akicks or ownership.mode_of(user.account):
        return None
    return next((one for one in ownership.akicks if matches(one.entry, user, fold, real=one.by_operator)), None)


def is_silenced(channel: Channel, user: BanSubject, fold: Callable[[str], str]) -> bool:
    """Return whether the user is banned or muted without an exception. An exception from bans is one from mutes as
    well.
    """
    bans = channel.lists[BAN]
    if not bans:
        return False
    banned, muted = _in(bans, user, fold), _muted_in(bans, user, fold)
    if not (banned or muted):
        return False
    exempt = channel.lists[EXCEPT]
    return not _in(exempt, user, fold) and (banned or not _muted_in(exempt, user, fold))


def is_invited_by_list(channel: Channel, user: BanSubject, fold: Callable[[str], str]) -> bool:
    """Return whether the user is on the invite-exception list."""
    return _in(channel.lists[INVEX], user, fold)
