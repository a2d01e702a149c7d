"""Collects the records that an event has made stale. `World.apply` notes them; delivery puts them into the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel
    from trialogue_server.world.markers import Marker
    from trialogue_server.world.times import Stretch
    from trialogue_server.world.visits import Visit


class StaleRecords:
    """What has changed since the records were last written."""

    __slots__ = (
        "accounts",
        "channels",
        "forgotten",
        "guests",
        "is_empty",
        "markers",
        "presences",
        "renamed",
        "stretches",
        "visits",
    )

    def __init__(self) -> None:
        self.is_empty = True
        self.accounts: list[str] = []
        """Names of accounts whose records are to be written again."""
        self.channels: dict[Channel, None] = {}
        """Channels whose records are to be written again, in the order of their changes."""
        self.forgotten: list[tuple[str, int]] = []
        """Names of channels that are gone, each with the first id of its history, which goes with it."""
        self.renamed: list[tuple[str, Channel]] = []
        """Channels that have another name, each with the name before."""
        self.markers: list[Marker] = []
        """Read markers that are removed."""
        self.guests: list[str] = []
        """Identities of guests who have left for good and had direct conversations."""
        self.presences: dict[str, None] = {}
        """Names of accounts whose presences are to be written again."""
        self.visits: list[Visit] = []
        self.stretches: list[Stretch] = []

    def note_account(self, name: str) -> None:
        """An account's record has changed by an event that does not carry it."""
        self.accounts.append(name)
        self.is_empty = False

    def note_channel(self, channel: Channel) -> None:
        """A channel's record has changed."""
        self.channels[channel] = None
        self.is_empty = False

    def note_forgotten(self, channel: Channel) -> None:
        """A channel is gone."""
        self.channels.pop(channel, None)
        self.forgotten.append((channel.name, channel.since))
        self.is_empty = False

    def note_renamed(self, before: str, channel: Channel) -> None:
        """A channel has another name."""
        self.renamed.append((before, channel))
        self.is_empty = False

    def note_markers(self, removed: list[Marker]) -> None:
        """Read markers were removed."""
        if removed:
            self.markers += removed
            self.is_empty = False

    def note_guest(self, identity: str) -> None:
        """A guest who had direct conversations has left."""
        self.guests.append(identity)
        self.is_empty = False

    def note_presence(self, account: str) -> None:
        """An always-on user has changed, or is one no more."""
        self.presences[account] = None
        self.is_empty = False

    def note_visit(self, visit: Visit) -> None:
        """An account has entered or left a channel."""
        self.visits.append(visit)
        self.is_empty = False

    def note_stretch(self, stretch: Stretch) -> None:
        """Event ids differ by another amount from the clock that people are shown."""
        self.stretches.append(stretch)
        self.is_empty = False
