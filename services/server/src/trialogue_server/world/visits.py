"""When was an account last in a room? So that nobody is played back what they have seen."""

from collections import Counter

from msgspec import Struct


class Visit(Struct, frozen=True):
    """One account's last visit to one room."""

    identity: str
    """As `User.identity` has it."""
    channel: str
    """Its folded name."""
    left: int
    """The id of the event with which it ended; 0 while it lasts."""


class Visits:
    """The last visits of all accounts. Only `World.apply` changes them; `take` returns what is to be kept of that."""

    __slots__ = ("_left", "_present", "fresh")

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], int] = {}
        self._present: Counter[tuple[str, str]] = Counter()
        """How many users an account has in a room."""
        self.fresh: list[Visit] = []
        """What has changed since `take`."""

    def last_seen(self, identity: str, channel: str) -> int:
        """Return the id of the event with which the account's last visit ended; 0 if there was none."""
        return self._left.get((identity, channel), 0)

    def present(self, identity: str, channel: str) -> int:
        """Return how many users the account has in the room now."""
        return self._present[identity, channel]

    def enter(self, identity: str, channel: str) -> None:
        """A user of the account has entered."""
        self._present[identity, channel] += 1
        if self._present[identity, channel] == 1:
            self.fresh.append(Visit(identity, channel, 0))

    def leave(self, identity: str, channel: str, event_id: int) -> None:
        """A user of the account has left."""
        here = identity, channel
        if here not in self._present:  # the account has just been dropped
            return
        self._present[here] -= 1
        if not self._present[here]:
            del self._present[here]
            self._left[here] = event_id
            self.fresh.append(Visit(identity, channel, event_id))

    def rename(self, old: str, new: str) -> None:
        """A room goes by another name."""
        for identity, channel in [place for place in self._left if place[1] == old]:
            self._left[identity, new] = left = self._left.pop((identity, channel))
            self.fresh.append(Visit(identity, new, left))
        for identity, channel in [place for place in self._present if place[1] == old]:
            self._present[identity, new] = self._present.pop((identity, channel))
            self.fresh.append(Visit(identity, new, 0))

    def restore(self, visit: Visit) -> None:
        """Put a visit in place that was kept."""
        self._left[visit.identity, visit.channel] = visit.left

    def forget(self, identity: str) -> None:
        """The account is no more."""
        for places in (self._left, self._present):
            for key in [key for key in places if key[0] == identity]:
                del places[key]

    def take(self) -> list[Visit]:
        """Return what has changed since the last call."""
        fresh, self.fresh = self.fresh, []
        return fresh
