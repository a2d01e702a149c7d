"""Channel records: what of a channel outlasts its members, and the ownership of registered channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from trialogue_server.world.history_limits import HistoryLimits
from trialogue_server.world.modes import OP, VOICE
from trialogue_server.world.spans import Spans

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel

ROLES = {"op": OP, "voice": VOICE}
"""The roles of an access list, with their membership modes."""


Readable = Literal["all", "joined", "none"]
"""What of a channel's history its members may read: all, what was said since they joined, or nothing."""

READABLE: tuple[Readable, ...] = get_args(Readable)


class Akick(Struct, frozen=True):
    """Somebody who may not be in a registered channel, whoever else is in it."""

    entry: str
    """A mask or, as an extended ban, an account."""
    by: str
    """The account that set it."""
    at: float
    """Unix time in seconds."""
    reason: str
    by_operator: bool = False
    """As `ListEntry.by_operator`."""


class Ownership(Struct, frozen=True):
    """What a registration adds to a channel. It is immutable: a change replaces it."""

    founder: str
    """The account's name; so are those of the access list."""
    registered_at: float
    access: tuple[tuple[str, str], ...] = ()
    """Accounts and their roles."""
    keep_topic: bool = True
    """Whether the topic outlasts the last member."""
    history: Readable = "all"
    keep_days: int = 0
    """Days for which messages are kept; 0 is as long as the server keeps them."""
    keep_messages: int = 0
    keep_bytes: int = 0
    akicks: tuple[Akick, ...] = ()
    begun: int = 0
    """The id of the registration. What was said before while the channel was closed is not for all."""

    @property
    def keep(self) -> HistoryLimits:
        """The limits of history that the founder set."""
        return HistoryLimits(self.keep_days, self.keep_messages, self.keep_bytes)

    def mode_of(self, account: str) -> str:
        """Return the membership mode that this account is entitled to, or ""."""
        if not account:
            return ""
        return OP if account == self.founder else ROLES.get(dict(self.access).get(account, ""), "")

    def with_access(self, account: str, role: str) -> Ownership:
        """Return a copy with the account in this role, or, with "", in none."""
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
    """Everything that is kept of a channel."""

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
    """As `Channel.since`; 0 in older records."""
    metadata: tuple[tuple[str, str], ...] = ()
    """Keys and values."""
    closed: Spans = ()
    """As `Channel.closed`."""
    operators: tuple[str, ...] = ()
    """As `Channel.operators`."""
    operated_since: int = 0
    """As `Channel.operated_since`."""
    speakers: tuple[str, ...] = ()
    """As `Channel.speakers`, at the time of the latest other change."""
    emptied_at: float = 0.0
    """As `Channel.emptied_at`."""
    invited: tuple[str, ...] = ()
    """The identities of `Channel.invited_accounts`."""
    invited_at: tuple[float, ...] = ()
    """The Unix time of each."""
    voices: tuple[str, ...] = ()
    """As `Channel.voices`."""


def record_of(channel: Channel, ownership: Ownership | None) -> RoomRecord:
    """Return the record of the channel as it is now, with this ownership."""
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
        tuple(channel.invited_accounts),
        tuple(channel.invited_accounts.values()),
        tuple(channel.voices),
    )
