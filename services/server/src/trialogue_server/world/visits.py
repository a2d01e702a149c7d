"""When was an account last in a room, so that nobody is played back what they have seen; and since when does it belong
there, so that whoever lost their connection may read what was said meanwhile?
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialogue_server.world.user import User


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


class Absent(NamedTuple):
    """Somebody who belongs to a room and is not there."""

    identity: str
    account: str
    masks: tuple[str, ...]
    """As which they were last seen there."""


class Visits:
    """The last visits of all accounts. Only `World.apply` changes them; `take` returns what is to be kept of that."""

    __slots__ = ("_left", "_masks", "_present", "_since", "fresh")

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], int] = {}
        self._since: dict[tuple[str, str], int] = {}
        self._masks: dict[tuple[str, str], str] = {}
        self._present: Counter[tuple[str, str]] = Counter()
        """How many users an account has in a room."""
        self.fresh: list[Visit] = []
        """What has changed since `take`."""

    def last_seen(self, identity: str, channel: str) -> int:
        """Return the id of the event with which the account's last visit ended; 0 if there was none."""
        return self._left.get((identity, channel), 0)

    def since(self, identity: str, channel: str) -> int:
        """Return the id of the JOIN since which the account belongs to the room; 0 if it does not."""
        return self._since.get((identity, channel), 0)

    def present(self, identity: str, channel: str) -> int:
        """Return how many users the account has in the room now."""
        return self._present[identity, channel]

    def absent(self, channel: str) -> Iterator[tuple[str, str]]:
        """Yield the identities that belong to a room and are not there, each with the mask of when they were."""
        for here in list(self._since):
            if here[1] == channel and here not in self._present:
                yield here[0], self._masks.get(here, "")

    def enter(self, user: User, channel: str, joined: int) -> None:
        """A user of an account is in a room, since the event `joined`."""
        here = user.identity, channel
        self._present[here] += 1
        if self._present[here] == 1:
            self._since.setdefault(here, joined)
            self._masks[here] = user.mask
            self._note(here, 0)

    def leave(self, user: User, channel: str, event_id: int) -> None:
        """A user of an account has gone, but not for good: their connection has."""
        here = user.identity, channel
        if here not in self._present:  # the account has just been dropped
            return
        self._present[here] -= 1
        if not self._present[here]:
            del self._present[here]
            self._left[here] = event_id
            self._masks[here] = user.mask
            self._note(here, event_id)

    def end(self, identity: str, channel: str) -> None:
        """The account does not belong to the room any more."""
        here = identity, channel
        if self._since.pop(here, 0):
            self._note(here, 0 if here in self._present else self._left.get(here, 0))

    def _note(self, here: tuple[str, str], left: int) -> None:
        self.fresh.append(Visit(*here, left, self._since.get(here, 0), self._masks.get(here, "")))

    def rename(self, old: str, new: str) -> None:
        """A room goes by another name; another that had this one is no more."""
        for identity, _ in [here for here in self._since if here[1] == new]:
            self.end(identity, new)
        for here in [here for here in {**self._left, **self._since, **self._present} if here[1] == old]:
            there, left = (here[0], new), self._left.get(here, 0)
            since = self._since.pop(here, 0)
            self._note(here, left)
            if since:
                self._since[there] = since
            if here in self._left:
                self._left[there] = self._left.pop(here)
            if here in self._masks:
                self._masks[there] = self._masks.pop(here)
            if here in self._present:
                self._present[there] = self._present.pop(here)
            self._note(there, 0 if there in self._present else left)

    def restore(self, visit: Visit) -> None:
        """Put a visit in place that was kept."""
        here = visit.identity, visit.channel
        self._left[here], self._masks[here] = visit.left, visit.mask
        if visit.since:
            self._since[here] = visit.since

    def forget(self, identity: str) -> None:
        """The account is no more."""
        for places in (self._left, self._since, self._masks, self._present):
            for key in [key for key in places if key[0] == identity]:
                del places[key]

    def take(self) -> list[Visit]:
        """Return what has changed since the last call."""
        fresh, self.fresh = self.fresh, []
        return fresh
