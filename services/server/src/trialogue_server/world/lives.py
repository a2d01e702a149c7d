"""When did the life of each room begin? Kept, so that a restart ends the life of no room that people were in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from trialogue_server.world.modes import BAN, INVITE_ONLY

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel


class Life(Struct, frozen=True):
    """What a restart would make of a room's history."""

    channel: str
    """Its folded name."""
    since: int
    """The id from which on its history is that of whoever is there; 0 if that begins anew with the next who enters."""

    @property
    def tells(self) -> bool:
        """Is there anything to be kept?"""
        return bool(self.since)


class Lives:
    """The lives of all rooms. Only `World.apply` changes them; `take` returns what is to be kept of that."""

    __slots__ = ("_since", "fresh")

    def __init__(self) -> None:
        self._since: dict[str, int] = {}
        self.fresh: list[Life] = []
        """What has changed since `take`."""

    def begun(self, channel: str) -> int:
        """Return since when a room lives that has nobody in it: 0 unless a restart has emptied it."""
        return self._since.get(channel, 0)

    def note(self, channel: Channel) -> None:
        """The room has come to be, or it is open or closed now.

        A restart takes from an unregistered room what closes it. Whoever enters an open one afterwards might as well
        have entered before; into one with a key, invitations or bans they might not.
        """
        is_closed = channel.key or channel.has(INVITE_ONLY) or channel.lists[BAN]
        self._set(channel.folded, 0 if is_closed else channel.since)

    def end(self, channel: str) -> None:
        """The last member has left."""
        self._set(channel, 0)

    def _set(self, channel: str, since: int) -> None:
        if self.begun(channel) != since:
            self.restore(Life(channel, since))
            self.fresh.append(Life(channel, since))

    def restore(self, life: Life) -> None:
        """Put in place what was kept."""
        if life.since:
            self._since[life.channel] = life.since
        else:
            self._since.pop(life.channel, None)

    def take(self) -> list[Life]:
        """Return what has changed since the last call."""
        fresh, self.fresh = self.fresh, []
        return fresh
