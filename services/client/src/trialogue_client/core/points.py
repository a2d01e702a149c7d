"""Keeps how far we are in each conversation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from trialogue_client.core import events as ev
from trialogue_client.core.recall import conversation

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Point:
    """One message's place in its conversation."""

    msgid: str
    at: datetime | None

    def __str__(self) -> str:
        """Return it as CHATHISTORY wants it."""
        return f"msgid={self.msgid}" if self.msgid or self.at is None else at_time(self.at)

    def is_before(self, other: "Point") -> bool:
        """Return whether it is known to be the earlier one."""
        return self.at is not None and other.at is not None and self.at < other.at


class Place(Enum):
    """Where a message that is told has its place among those that were told of its conversation.

    The server's clock may be set back, so times do not tell this.
    """

    NEXT = auto()
    """After all of them."""
    BEFORE = auto()
    """Before all of them."""
    ASIDE = auto()
    """There is a gap between it and them: what is missing is yet to be asked for."""
    BY_TIME = auto()
    """Nobody has asked for it."""


class ToldMessages:
    """The messages that were told: the first and the last of each conversation, and which they were."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self.first: dict[str, Point] = {}
        self.last: dict[str, Point] = {}
        """Both by folded name."""
        self._fold = fold
        self._shown: dict[str, str] = {}
        """The ids of the last messages that were told, oldest first, and in which conversation each was."""
        self._ours: dict[str, None] = {}
        """The ids of our own among them, also of those that history is to tell again."""

    def is_told_echo(self, event: ev.Event) -> bool:
        """Return whether it is the echo of what was sent again, and has been told already."""
        if not isinstance(event, ev.Said | ev.Noticed | ev.Tagged) or not event.me:
            return False
        return event.msgid in self._ours or not self.is_new(event)

    def is_new(self, event: ev.Event) -> bool:
        """Return whether it was not told yet."""
        return not event.msgid or event.msgid not in self._shown

    def note(self, event: ev.Event, place: Place, *, is_last: bool = True) -> None:
        """Remember that this was told; with `is_last`, it may be as far as we are now."""
        if not event.msgid or not isinstance(event, ev.Said | ev.Noticed | ev.Tagged):
            return
        key, point = self._fold(conversation(event)), Point(event.msgid, event.at)
        self._shown[event.msgid] = key
        if event.me:
            self._ours[event.msgid] = None
        for known in (self._shown, self._ours):
            if len(known) > _REMEMBERED:
                known.pop(next(iter(known)))
        if isinstance(event, ev.Tagged) or place is Place.ASIDE:
            return
        first, last = self.first.get(key), self.last.get(key)
        is_by_time = place is Place.BY_TIME
        if first is None or place is Place.BEFORE or (is_by_time and point.is_before(first)):
            self.first[key] = point
        is_newest = place is Place.NEXT or (is_by_time and last is not None and not point.is_before(last))
        if is_last and (last is None or is_newest):
            self.last[key] = point

    def move(self, old: str, new: str) -> None:
        """Take note that a conversation has another name."""
        for points in (self.first, self.last):
            point = points.pop(self._fold(old), None)
            if point is not None:
                points[self._fold(new)] = point
        was, now = self._fold(old), self._fold(new)
        self._shown = {msgid: now if where == was else where for msgid, where in self._shown.items()}

    def forget(self, name: str) -> None:
        """Nothing of this conversation was told."""
        key = self._fold(name)
        self.first.pop(key, None)
        self.last.pop(key, None)
        self._shown = {msgid: where for msgid, where in self._shown.items() if where != key}


def at_time(at: datetime) -> str:
    """Write a time as CHATHISTORY and MARKREAD do."""
    return f"timestamp={timestamp(at)}"


def timestamp(at: datetime) -> str:
    """Write a time as the protocol does.  https://ircv3.net/specs/extensions/server-time"""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
