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
    """All marks; each only ever moves forward."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], float] = {}

    def get(self, identity: str, conversation: str) -> float | None:
        """Return the time of the last message read, if any is known."""
        return self._at.get((identity, conversation))

    def move(self, marker: Marker) -> None:
        """Put a mark in place. Only `World.apply` calls this."""
        self._at[marker.identity, marker.conversation] = marker.at
