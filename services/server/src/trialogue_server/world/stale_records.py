"""Which records have an event made stale? `World.apply` notes them, and whoever writes the journal takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel
    from trialogue_server.world.markers import Marker


class Taken(NamedTuple):
    """What has changed since the last time."""

    channels: list[Channel]
    """Whose records are to be made anew."""
    forgotten: list[tuple[str, int]]
    """Names of channels that are no more, with the id from which on what was kept of them goes too."""
    markers: list[Marker]
    """Marks that are taken away."""
    guests: list[str]
    """Identities that nobody has any more."""


class Changed:
    """Gathers until `take`."""

    __slots__ = ("_channels", "_forgotten", "_guests", "_markers", "fresh")

    def __init__(self) -> None:
        self.fresh = False
        """Is there anything to be taken?"""
        self._channels: dict[Channel, None] = {}
        self._forgotten: list[tuple[str, int]] = []
        self._markers: list[Marker] = []
        self._guests: list[str] = []

    def note(self, channel: Channel) -> None:
        """What is kept of a channel has changed."""
        self._channels[channel] = None
        self.fresh = True

    def forget(self, channel: Channel) -> None:
        """A channel is no more."""
        self._channels.pop(channel, None)
        self._forgotten.append((channel.name, channel.since))
        self.fresh = True

    def end(self, markers: list[Marker]) -> None:
        """Marks were taken away."""
        self._markers += markers
        self.fresh |= bool(markers)

    def leave(self, guest: str) -> None:
        """Somebody without an account has gone who has spoken with one other in private."""
        self._guests.append(guest)
        self.fresh = True

    def take(self) -> Taken:
        """Return what was gathered, and forget it."""
        taken = Taken(list(self._channels), self._forgotten, self._markers, self._guests)
        self._channels, self._forgotten, self._markers, self._guests = {}, [], [], []
        self.fresh = False
        return taken
