"""When did guests leave rooms of late, so that nobody is played back what they saw? Accounts have their visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialogue_server.world.user import User

_AT_MOST = 1000
_WHILE = 3600.0
"""Seconds after which somebody without an account who has the same nick and address counts as somebody else."""

_Place = tuple[str, str, str]
"""Address, nick and room."""


class GuestDepartures:
    """The last rooms that guests have left. Only `World.apply` changes it."""

    def __init__(self) -> None:
        self._left: dict[_Place, tuple[int, float]] = {}
        """The id of the event with which they left, and when that was by the monotonic clock."""

    def leave(self, user: User, channel: str, event_id: int, at: float) -> None:
        """A guest has left a room."""
        place = user.address, user.nick, channel
        self._left.pop(place, None)
        self._left[place] = event_id, at
        if len(self._left) > _AT_MOST:
            del self._left[next(iter(self._left))]

    def left(self, user: User, channel: str, now: float) -> int:
        """Return the id of the event with which a guest left a room of late; 0 if they did not."""
        event_id, at = self._left.get((user.address, user.nick, channel), (0, 0.0))
        return event_id if now - at < _WHILE else 0
