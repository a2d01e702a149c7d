"""Read markers: how far each identity has read each conversation."""

from collections.abc import Iterable

from msgspec import Struct

_OF_NOTHING = 500
"""Markers from which on a reader's markers in rooms that are gone are not kept."""


class Marker(Struct, frozen=True):
    """One read marker."""

    identity: str
    """The identity, as in `User.identity`."""
    conversation: str
    at: float
    """The Unix time of the last message read, in seconds; 0 removes the marker."""

    @property
    def tells(self) -> bool:
        """Whether the marker is set."""
        return self.at > 0


class Markers:
    """All read markers; each only moves forward. Only `World.apply` changes them."""

    def __init__(self) -> None:
        self._at: dict[str, dict[str, float]] = {}
        """By identity and conversation."""
        self._readers: dict[str, set[str]] = {}
        """The identities with a marker in a conversation."""
        self._about: dict[str, set[str]] = {}
        """Direct conversations with a marker, by each of the two identities."""

    def get(self, identity: str, conversation: str) -> float | None:
        """Return the time of the last message read, if any is known."""
        return self._at.get(identity, {}).get(conversation)

    def move(self, marker: Marker) -> None:
        """Set a marker, or remove it."""
        if not marker.tells:
            self._remove(marker.identity, marker.conversation)
            return
        self._at.setdefault(marker.identity, {})[marker.conversation] = marker.at
        self._readers.setdefault(marker.conversation, set()).add(marker.identity)
        for party in _parties(marker.conversation):
            self._about.setdefault(party, set()).add(marker.conversation)

    def rename(self, old: str, new: str) -> None:
        """Rename a conversation."""
        for marker in self.of(old):
            self._remove(marker.identity, old)
            self.move(Marker(marker.identity, new, marker.at))

    def later_than(self, at: float) -> list[Marker]:
        """Return the markers at times in the future."""
        return [
            Marker(identity, conversation, mark)
            for identity, marks in self._at.items()
            for conversation, mark in marks.items()
            if mark > at
        ]

    def of(self, conversation: str) -> list[Marker]:
        """Return all markers in one conversation."""
        readers = sorted(self._readers.get(conversation, ()))
        return [Marker(identity, conversation, self._at[identity][conversation]) for identity in readers]

    def end(self, conversation: str) -> list[Marker]:
        """Remove the markers of a conversation that is gone, and return them."""
        gone = self.of(conversation)
        for marker in gone:
            self._remove(marker.identity, conversation)
        return gone

    def settle(self, conversation: str) -> list[Marker]:
        """Remove the markers of a conversation that is gone and in which nothing was said, but for a few of each
        reader: whoever comes back finds them. Return the removed.
        """
        gone = [one for one in self.of(conversation) if len(self._at[one.identity]) > _OF_NOTHING]
        for marker in gone:
            self._remove(marker.identity, conversation)
        return gone

    def forget(self, identity: str) -> list[Marker]:
        """Remove the markers of an identity, and others' in direct conversations with it; return the latter."""
        for conversation in list(self._at.get(identity, ())):
            self._remove(identity, conversation)
        return [marker for conversation in sorted(self._about.get(identity, ())) for marker in self.end(conversation)]

    def _remove(self, identity: str, conversation: str) -> None:
        marks = self._at.get(identity, {})
        if marks.pop(conversation, None) is None:
            return
        if not marks:
            del self._at[identity]
        _discard(self._readers, conversation, identity)
        if conversation not in self._readers:
            for party in _parties(conversation):
                _discard(self._about, party, conversation)


def _parties(conversation: str) -> Iterable[str]:
    """Return the two identities of a direct conversation; a channel's name contains no space."""
    return conversation.split(" ") if " " in conversation else ()


def _discard(sets: dict[str, set[str]], key: str, member: str) -> None:
    found = sets.get(key, set())
    found.discard(member)
    if not found:
        sets.pop(key, None)
