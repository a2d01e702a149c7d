"""Recent departures of guests from channels, so that playback does not repeat what they saw. Accounts have `visits`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialogue_server.world.user import User

_AT_MOST = 1000
_WHILE = 3600.0
"""Seconds after which a guest with the same nick and address counts as somebody else."""

_Place = tuple[str, str, str]
"""Address, nick and channel."""


class GuestDepartures:
    """The recent departures. Only `World.apply` changes them."""

    def __init__(self) -> None:
        self._left: dict[_Place, tuple[int, float]] = {}
        """The id of the event with which they left, and its time by the monotonic clock."""

    def leave(self, user: User, channel: str, event_id: int, at: float) -> None:
        """Note that a guest has left a channel."""
        place = user.address, user.nick, channel
        self._left.pop(place, None)
        self._left[place] = event_id, at
        if len(self._left) > _AT_MOST:
            del self._left[next(iter(self._left))]

    def left(self, user: User, channel: str, now: float) -> int:
        """Return the id of the event with which a guest recently left a channel; 0 if there is none."""
        event_id, at = self._left.get((user.address, user.nick, channel), (0, 0.0))
        return event_id if now - at < _WHILE else 0
