"""Does a list's mask mean this user?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircwire.source import match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trialogue_server.world.channel import Channel, ListEntry
    from trialogue_server.world.user import User

from trialogue_server.world.modes import BAN, EXCEPT, INVEX


def matches(mask: str, user: User, fold: Callable[[str], str]) -> bool:
    """Does the mask match their ``nick!user@host``, with the host as shown or their real address?"""
    folded = fold(mask)
    if match(folded, fold(user.mask)):
        return True
    return user.address != user.host and match(folded, fold(f"{user.nick}!{user.username}@{user.address}"))


def _in(entries: Iterable[ListEntry], user: User, fold: Callable[[str], str]) -> bool:
    return any(matches(entry.mask, user, fold) for entry in entries)


def is_banned(channel: Channel, user: User, fold: Callable[[str], str]) -> bool:
    """On the ban list, and on no exception list?"""
    return _in(channel.lists[BAN], user, fold) and not _in(channel.lists[EXCEPT], user, fold)


def is_invited_by_list(channel: Channel, user: User, fold: Callable[[str], str]) -> bool:
    """On the invite-exception list?"""
    return _in(channel.lists[INVEX], user, fold)
