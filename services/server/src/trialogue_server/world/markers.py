"""How far has somebody read, in each conversation?"""

from msgspec import Struct


class Marker(Struct, frozen=True):
    """One person's mark in one conversation."""

    identity: str
    """As `User.identity` has it."""
    conversation: str
    at: float
    """Unix time of the last message read, in seconds."""


class Markers:
    """All marks; each only ever moves forward. Only `World.apply` changes them."""

    def __init__(self) -> None:
        self._at: dict[str, dict[str, float]] = {}
        """By identity and conversation."""

    def get(self, identity: str, conversation: str) -> float | None:
        """Return the time of the last message read, if any is known."""
        return self._at.get(identity, {}).get(conversation)

    def move(self, marker: Marker) -> None:
        """Put a mark in place."""
        self._at.setdefault(marker.identity, {})[marker.conversation] = marker.at

    def rename(self, old: str, new: str) -> None:
        """A conversation goes by another name."""
        for marks in self._at.values():
            if old in marks:
                marks[new] = marks.pop(old)

    def later_than(self, at: float) -> list[Marker]:
        """Return the marks at times that are still to come."""
        return [
            Marker(identity, conversation, mark)
            for identity, marks in self._at.items()
            for conversation, mark in marks.items()
            if mark > at
        ]

    def of(self, conversation: str) -> list[Marker]:
        """Return everybody's marks in one conversation."""
        return [
            Marker(identity, conversation, marks[conversation])
            for identity, marks in self._at.items()
            if conversation in marks
        ]

    def forget(self, identity: str) -> None:
        """Nobody is called so any more."""
        self._at.pop(identity, None)
