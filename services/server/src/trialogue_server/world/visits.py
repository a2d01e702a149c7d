"""Visits: when accounts were in channels, so that playback repeats nothing, and since when they belong there, so that
an account that lost its connection may read what was said meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from trialogue_server.world.spans import Spans
from trialogue_server.world.times import LAST_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialogue_server.world.channel import Channel
    from trialogue_server.world.user import User


_SPANS_AT_MOST = 50
"""Periods in a closed channel that are remembered for an account; of more the oldest go."""


class Visit(Struct, frozen=True):
    """One account's last visit to one channel."""

    identity: str
    """The identity, as in `User.identity`."""
    channel: str
    """The channel's folded name."""
    left: int
    """The id of the event that ended it; 0 while it lasts."""
    since: int = 0
    """The id of the JOIN with which they first came; 0 if they parted, were kicked or were banned since."""
    mask: str = ""
    """The mask that they had there last, for bans."""
    was: Spans = ()
    """Earlier periods in the channel while it was closed: from the JOIN to the event that ended it."""
    inside: int = 0
    """As `since`, but they were not in while they were away and the channel was closed; 0 is as `since`."""
    shut_out: int = 0
    """The id of the event that closed the channel while they were away; 0 if none has."""

    @property
    def tells(self) -> bool:
        """Whether there is anything to be kept."""
        return bool(self.left or self.since or self.mask or self.was)


class Absent(NamedTuple):
    """An account that belongs to a channel and is not there."""

    identity: str
    account: str
    masks: tuple[str, ...]
    """The masks that they had there last."""

    @property
    def real_masks(self) -> tuple[str, ...]:
        """Nothing: absent accounts have no known address."""
        return ()


@dataclass(slots=True)
class _Stay:
    """What is known of one account and one channel; as in `Visit`, but `left` is of the visit before this one."""

    left: int = 0
    since: int = 0
    mask: str = ""
    was: Spans = ()
    inside: int = 0
    shut_out: int = 0
    present: int = 0
    """The number of the account's users in the channel."""

    @property
    def last(self) -> int:
        """The last id that they were in for, if the channel was closed while they were away; 0 if not."""
        return max(0, self.shut_out - 1)


_NONE = _Stay()


class Visits:
    """The last visits of all accounts. Only `World.apply` changes them; `note` is called with each that has changed."""

    __slots__ = ("_note_visit", "_stays")

    def __init__(self, note: Callable[[Visit], None]) -> None:
        self._note_visit = note
        self._stays: dict[str, dict[str, _Stay]] = {}
        """By channel and identity."""

    def _stay(self, identity: str, channel: str) -> _Stay:
        return self._stays.get(channel, {}).get(identity, _NONE)

    def last_seen(self, identity: str, channel: str) -> int:
        """Return the id of the event with which the account's last visit ended; 0 if there was none."""
        return self._stay(identity, channel).left

    def since(self, identity: str, channel: str) -> int:
        """Return the id of the JOIN since which the account belongs to the channel; 0 if it does not."""
        return self._stay(identity, channel).since

    def spans(self, identity: str, channel: str) -> Spans:
        """Return when the account was in the channel, as far as that is remembered.

        An account that lost its connection is in, until the channel is closed.
        """
        stay = self._stay(identity, channel)
        return (*stay.was, (stay.inside, stay.last or LAST_ID)) if stay.since else stay.was

    def may_return(self, identity: str, channel: str) -> bool:
        """Return whether the account belongs to the channel, and the channel was not closed while it was away."""
        stay = self._stay(identity, channel)
        return bool(stay.since) and not stay.shut_out

    def mask(self, identity: str, channel: str) -> str:
        """Return the mask that the account had in the channel last; "" if it never was there."""
        return self._stay(identity, channel).mask

    def present(self, identity: str, channel: str) -> int:
        """Return how many users of the account are in the channel now."""
        return self._stay(identity, channel).present

    def absent(self, channel: str) -> Iterator[tuple[str, str]]:
        """Yield the identities that belong to a channel and are not there, each with its last mask."""
        for identity, stay in self._stays.get(channel, {}).items():
            if stay.since and not stay.present:
                yield identity, stay.mask

    def enter(self, user: User, channel: str, joined: int) -> None:
        """Note that a user of an account is in a channel, since the event `joined`."""
        stay = self._stays.setdefault(channel, {}).setdefault(user.identity, _Stay())
        stay.present += 1
        if stay.present == 1:
            if stay.shut_out:
                self._leave_behind(stay, stay.last)
            stay.since, stay.inside = stay.since or joined, stay.inside or joined
            stay.mask = user.mask
            self._note(user.identity, channel, stay)

    def leave(self, user: User, channel: str, event_id: int) -> None:
        """Note that a user of an account has left, but not for good: they lost their connection."""
        stay = self._stay(user.identity, channel)
        if not stay.present:  # the account has just been dropped
            return
        stay.present -= 1
        if not stay.present:
            stay.left, stay.mask = event_id, user.mask
            self._note(user.identity, channel, stay)

    def end(self, identity: str, channel: Channel, event_id: int) -> None:
        """End the account's membership with this event.

        What was said there while the channel was closed stays readable for the account.
        """
        stay = self._stay(identity, channel.folded)
        if not stay.since:
            return
        if channel.was_closed_since(stay.inside) and channel.said >= stay.inside:
            self._leave_behind(stay, stay.last or event_id)
        stay.since = stay.inside = stay.shut_out = 0
        self._note(identity, channel.folded, stay)

    def shut_out(self, channel: Channel, event_id: int) -> None:
        """Note that the channel is closed, also to those who are away.

        Always-on users are in it, with a connection or without.
        """
        inside = {member.user.identity for member in channel.members.values()}
        for identity, stay in self._stays.get(channel.folded, {}).items():
            if stay.since and not stay.shut_out and identity not in inside:
                stay.shut_out = event_id
                self._note(identity, channel.folded, stay)

    def _leave_behind(self, stay: _Stay, event_id: int) -> None:
        stay.was = (*stay.was, (stay.inside, event_id))[-_SPANS_AT_MOST:]
        stay.inside = stay.shut_out = 0

    def end_all(self, channel: str) -> None:
        """Forget the visits of a channel that is gone: another of this name is for other people."""
        for identity in self._stays.pop(channel, ()):
            self._note_visit(Visit(identity, channel, 0))

    def rename(self, old: str, new: str) -> None:
        """Rename a channel; another that had this name is gone."""
        self.end_all(new)
        moved = self._stays.get(old, {})
        self.end_all(old)
        self._stays[new] = moved
        for identity, stay in moved.items():
            self._note(identity, new, stay)

    def _note(self, identity: str, channel: str, stay: _Stay) -> None:
        left = 0 if stay.present else stay.left
        since, inside = stay.since, stay.inside if stay.inside != stay.since else 0
        self._note_visit(Visit(identity, channel, left, since, stay.mask, stay.was, inside, stay.shut_out))

    def restore(self, visit: Visit) -> None:
        """Restore a visit from its record."""
        inside = visit.inside or visit.since
        stay = _Stay(visit.left, visit.since, visit.mask, visit.was, inside, visit.shut_out)
        self._stays.setdefault(visit.channel, {})[visit.identity] = stay

    def forget(self, identity: str) -> None:
        """Forget the visits of an account that is gone."""
        for stays in self._stays.values():
            stays.pop(identity, None)
