"""What of a channel outlasts its members, and, if it is registered, whose is it and who has a standing in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from trialogue_server.world.history_limits import Keep
from trialogue_server.world.modes import OP, VOICE
from trialogue_server.world.spans import Spans

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel

ROLES = {"op": OP, "voice": VOICE}
"""What an account can be on an access list, and the membership mode that comes with it."""


Readable = Literal["all", "joined", "none"]
"""What of a channel's history its members may read: all, what was said since they entered, nothing."""

READABLE: tuple[Readable, ...] = get_args(Readable)


class Akick(Struct, frozen=True):
    """Somebody who may not be in a registered channel, whoever is in it to see to that."""

    entry: str
    """A mask or, as an extended ban, an account."""
    by: str
    """An account."""
    at: float
    """Unix time in seconds."""
    reason: str
    by_operator: bool = False
    """As `ListEntry.by_operator`."""


class Ownership(Struct, frozen=True):
    """What a registration adds to a channel. A change is a new one in its place."""

    founder: str
    """The account's name, as are those of the access list."""
    registered_at: float
    access: tuple[tuple[str, str], ...] = ()
    """Account and role."""
    keep_topic: bool = True
    """The topic outlasts the last member."""
    history: Readable = "all"
    keep_days: int = 0
    """For how long what is said is kept; 0 is for as long as the server keeps it."""
    keep_messages: int = 0
    keep_bytes: int = 0
    akicks: tuple[Akick, ...] = ()
    begun: int = 0
    """The id of its registration; what was said before while the channel was closed is not for all."""

    @property
    def keep(self) -> Keep:
        """What the founder wants kept."""
        return Keep(self.keep_days, self.keep_messages, self.keep_bytes)

    def mode_of(self, account: str) -> str:
        """Return the membership mode that this account has a right to, or ""."""
        if not account:
            return ""
        return OP if account == self.founder else ROLES.get(dict(self.access).get(account, ""), "")

    def with_access(self, account: str, role: str) -> Ownership:
        """Return this with the account in that role, or, with "", in none."""
        others = tuple(entry for entry in self.access if entry[0] != account)
        return replace(self, access=(*others, (account, role)) if role else others)


class ListedMask(Struct, frozen=True):
    """One entry of a ban, exception or invite-exception list."""

    letter: str
    mask: str
    by: str
    at: float
    by_operator: bool = False
    """As `ListEntry.by_operator`."""


class RoomRecord(Struct, frozen=True):
    """All that is kept of a channel."""

    name: str
    created_at: float
    ownership: Ownership | None
    """None if it is not registered."""
    topic: str = ""
    topic_by: str = ""
    topic_at: float = 0.0
    flags: str = ""
    key: str = ""
    limit: int = 0
    lists: tuple[ListedMask, ...] = ()
    since: int = 0
    """As `Channel.since`; 0 in records from before it was kept."""
    metadata: tuple[tuple[str, str], ...] = ()
    """Keys and values."""
    closed: Spans = ()
    """As `Channel.closed`."""
    operators: tuple[str, ...] = ()
    """As `Channel.operators`."""
    operated_since: int = 0
    """As `Channel.operated_since`."""
    speakers: tuple[str, ...] = ()
    """As `Channel.speakers`, when something else of this changed last."""
    emptied_at: float = 0.0
    """As `Channel.emptied_at`."""


def record_of(channel: Channel, ownership: Ownership | None) -> RoomRecord:
    """Return what is to be kept of the channel as it is now, with this ownership."""
    keeps_topic = ownership is None or ownership.keep_topic
    topic = (channel.topic, channel.topic_by, channel.topic_at) if keeps_topic else ("", "", 0.0)
    lists = (ListedMask(letter, *entry) for letter, entries in channel.lists.items() for entry in entries)
    return RoomRecord(
        channel.name,
        channel.created_at,
        ownership,
        *topic,
        "".join(sorted(channel.flags)),
        channel.key,
        channel.limit,
        tuple(lists),
        channel.since,
        tuple(channel.metadata.items()),
        tuple(channel.closed),
        tuple(channel.operators),
        channel.operated_since,
        tuple(channel.speakers),
        channel.emptied_at,
    )
