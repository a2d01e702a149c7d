"""When was an account last in a room, so that nobody is played back what they have seen; and since when does it belong
there, so that whoever lost their connection may read what was said meanwhile?
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
"""Times that an account is remembered to have been in a room that was closed; of more the oldest go."""


class Visit(Struct, frozen=True):
    """One account's last visit to one room."""

    identity: str
    """As `User.identity` has it."""
    channel: str
    """Its folded name."""
    left: int
    """The id of the event with which it ended; 0 while it lasts."""
    since: int = 0
    """The id of the JOIN with which they first came; 0 if they parted, were kicked or were banned since."""
    mask: str = ""
    """As which they were last seen there, for bans."""
    was: Spans = ()
    """When they were in before, as far as the room was closed then: from the JOIN to what ended it."""
    inside: int = 0
    """As `since`, but that they were not in while they were away and the room was closed; 0 is as `since`."""
    shut_out: int = 0
    """The id of the event that closed the room while they were away; 0 if none has."""

    @property
    def tells(self) -> bool:
        """Is there anything to be kept?"""
        return bool(self.left or self.since or self.mask or self.was)


class Absent(NamedTuple):
    """Somebody who belongs to a room and is not there."""

    identity: str
    account: str
    masks: tuple[str, ...]
    """As which they were last seen there."""

    @property
    def real_masks(self) -> tuple[str, ...]:
        """Nothing beyond what everybody may know."""
        return ()


@dataclass(slots=True)
class _Stay:
    """What is known of one account and one room; as in `Visit`, but that `left` is of the visit before this one."""

    left: int = 0
    since: int = 0
    mask: str = ""
    was: Spans = ()
    inside: int = 0
    shut_out: int = 0
    present: int = 0
    """How many users the account has there."""

    @property
    def last(self) -> int:
        """The last id that they were in for, if the room was closed while they were away; 0 if not."""
        return max(0, self.shut_out - 1)


_NONE = _Stay()


class Visits:
    """The last visits of all accounts. Only `World.apply` changes them; `note` is called with each that has changed."""

    __slots__ = ("_note_visit", "_stays")

    def __init__(self, note: Callable[[Visit], None]) -> None:
        self._note_visit = note
        self._stays: dict[str, dict[str, _Stay]] = {}
        """By room and identity."""

    def _stay(self, identity: str, channel: str) -> _Stay:
        return self._stays.get(channel, {}).get(identity, _NONE)

    def last_seen(self, identity: str, channel: str) -> int:
        """Return the id of the event with which the account's last visit ended; 0 if there was none."""
        return self._stay(identity, channel).left

    def since(self, identity: str, channel: str) -> int:
        """Return the id of the JOIN since which the account belongs to the room; 0 if it does not."""
        return self._stay(identity, channel).since

    def spans(self, identity: str, channel: str) -> Spans:
        """Return when the account was in the room, as far as that is remembered.

        Who has lost the connection is in, until the room is closed meanwhile.
        """
        stay = self._stay(identity, channel)
        return (*stay.was, (stay.inside, stay.last or LAST_ID)) if stay.since else stay.was

    def may_return(self, identity: str, channel: str) -> bool:
        """Return whether the account belongs to the room, which has not been closed while it was away."""
        stay = self._stay(identity, channel)
        return bool(stay.since) and not stay.shut_out

    def mask(self, identity: str, channel: str) -> str:
        """Return as which the account was last seen in the room; "" if it never was."""
        return self._stay(identity, channel).mask

    def present(self, identity: str, channel: str) -> int:
        """Return how many users the account has in the room now."""
        return self._stay(identity, channel).present

    def absent(self, channel: str) -> Iterator[tuple[str, str]]:
        """Yield the identities that belong to a room and are not there, each with the mask of when they were."""
        for identity, stay in self._stays.get(channel, {}).items():
            if stay.since and not stay.present:
                yield identity, stay.mask

    def enter(self, user: User, channel: str, joined: int) -> None:
        """A user of an account is in a room, since the event `joined`."""
        stay = self._stays.setdefault(channel, {}).setdefault(user.identity, _Stay())
        stay.present += 1
        if stay.present == 1:
            if stay.shut_out:
                self._leave_behind(stay, stay.last)
            stay.since, stay.inside = stay.since or joined, stay.inside or joined
            stay.mask = user.mask
            self._note(user.identity, channel, stay)

    def leave(self, user: User, channel: str, event_id: int) -> None:
        """A user of an account has gone, but not for good: their connection has."""
        stay = self._stay(user.identity, channel)
        if not stay.present:  # the account has just been dropped
            return
        stay.present -= 1
        if not stay.present:
            stay.left, stay.mask = event_id, user.mask
            self._note(user.identity, channel, stay)

    def end(self, identity: str, channel: Channel, event_id: int) -> None:
        """With this event the account does not belong to the room any more.

        What was said there while the room was closed stays readable for it; where nothing was, nothing is remembered.
        """
        stay = self._stay(identity, channel.folded)
        if not stay.since:
            return
        if channel.was_closed_since(stay.inside) and channel.said >= stay.inside:
            self._leave_behind(stay, stay.last or event_id)
        stay.since = stay.inside = stay.shut_out = 0
        self._note(identity, channel.folded, stay)

    def shut_out(self, channel: Channel, event_id: int) -> None:
        """With this event the room is closed, or closed otherwise: to those who are away as well.

        Who is always on is there, with a connection or without.
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
        """The room is no more: whoever makes another of this name makes it for other people."""
        for identity in self._stays.pop(channel, ()):
            self._note_visit(Visit(identity, channel, 0))

    def rename(self, old: str, new: str) -> None:
        """A room goes by another name; another that had this one is no more."""
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
        """Put a visit in place that was kept."""
        inside = visit.inside or visit.since
        stay = _Stay(visit.left, visit.since, visit.mask, visit.was, inside, visit.shut_out)
        self._stays.setdefault(visit.channel, {})[visit.identity] = stay

    def forget(self, identity: str) -> None:
        """The account is no more."""
        for stays in self._stays.values():
            stays.pop(identity, None)
