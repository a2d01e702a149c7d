"""Channels and memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialogue_server.world.ids import IDS_PER_MILLISECOND
from trialogue_server.world.modes import CHANNEL_MODES, CLOSING, KEY, LASTING, LIMIT, OP, PREFIXES, VOICE, rank
from trialogue_server.world.times import LAST_ID
from trialogue_server.world.user import identity_of

if TYPE_CHECKING:
    from trialogue_server.world.registered_channels import Ownership, RoomRecord
    from trialogue_server.world.spans import Span
    from trialogue_server.world.user import User

_CLOSED_AT_MOST = 500
"""Periods remembered in which a channel was closed; of more the oldest two become one."""

_OPERATORS_AT_MOST = 100
_SPEAKERS_AT_MOST = 8


class ListEntry(NamedTuple):
    """One mask in a ban, exception or invite-exception list."""

    mask: str
    by: str
    at: float
    by_operator: bool = False
    """Whether an operator of the server set it, who sees addresses: it is then compared with real ones too."""


class Membership:
    """One user in one channel."""

    __slots__ = ("joined", "modes", "user")

    def __init__(self, user: User, modes: str, joined: int = 0) -> None:
        self.user = user
        self.joined = joined
        """The id of the event with which they joined."""
        self.modes = modes
        """Highest first: "", "v", "o" or "ov"."""

    @property
    def prefixes(self) -> str:
        """All prefixes, highest first: "@+"."""
        return "".join(PREFIXES[mode] for mode in self.modes)

    @property
    def is_op(self) -> bool:
        """Whether they are channel operator."""
        return OP in self.modes

    @property
    def can_speak_moderated(self) -> bool:
        """Whether they may speak in a moderated channel."""
        return OP in self.modes or VOICE in self.modes

    @property
    def rank(self) -> int:
        """The height of their membership modes; 0 without any."""
        return rank(self.modes)


class Channel:
    """A channel. Only `World.apply` changes it."""

    __slots__ = (
        "closed",
        "created_at",
        "emptied_at",
        "flags",
        "folded",
        "invited",
        "invited_accounts",
        "key",
        "last_speaker",
        "limit",
        "lists",
        "members",
        "metadata",
        "name",
        "operated_since",
        "operators",
        "ownership",
        "said",
        "since",
        "speakers",
        "topic",
        "topic_at",
        "topic_by",
        "version",
        "voices",
    )

    def __init__(self, name: str, folded: str, *, at: float, since: int = 0) -> None:
        self.name = name
        self.folded = folded
        self.created_at = at
        self.since = since
        """The id of the event that made it. Earlier messages under this name belong to another channel."""
        self.closed: list[Span] = []
        """When not everybody could join: ids from the event that closed it to the one that opened it, in order. The
        last period reaches up to `LAST_ID` while it is closed.
        """
        self.said = 0
        """The id of the latest message that is kept; 0 if there is none. After a restart it may be too high."""
        self.last_speaker = 0
        """The uid of who spoke last."""
        self.speakers: dict[str, None] = {}
        """The first few users who spoke: see `User.speaker`. "" stands for speakers before a restart."""
        self.operators: dict[str, None] = {}
        """Identities of the accounts that get operator again when they come back, in a channel that is not registered.
        """
        self.voices: dict[str, None] = {}
        """Identities of the accounts that get voice again, likewise."""
        self.operated_since = 0
        """The id from which its operators have power over others' messages. Those who take over an emptied channel are
        not those who operated it before.
        """
        self.emptied_at = 0.0
        """The Unix time when its last member left; 0 while it has members, or if only a restart removed them."""
        self.members: dict[int, Membership] = {}
        """By uid, in order of joining."""
        self.metadata: dict[str, str] = {}
        self.topic = ""
        self.topic_by = ""
        self.topic_at = 0.0
        self.flags: set[str] = set()
        self.key = ""
        self.limit = 0
        self.lists: dict[str, list[ListEntry]] = {letter: [] for letter in CHANNEL_MODES.lists}
        self.invited_accounts: dict[str, float] = {}
        """Identities of accounts with such an invitation, whether they are here or not, and its Unix time: see
        `Invitations`.
        """
        self.invited: set[int] = set()
        """Uids of users with a standing invitation of an operator."""
        self.ownership: Ownership | None = None
        """The registration; None if it is not registered."""
        self.version = 0
        """Changes with the members and their modes; what is derived from them is cached until then."""

    def has(self, flag: str) -> bool:
        """Return whether this flag (C M R i m n s t) is set."""
        return flag in self.flags

    @property
    def is_closed(self) -> bool:
        """Whether not everybody can join now, or not every member may read."""
        if self.key or not CLOSING.isdisjoint(self.flags):
            return True
        return self.ownership is not None and self.ownership.history != "all"

    @property
    def is_awaited(self) -> bool:
        """Whether a restart removed its members, who may come back. A registered channel waits for nobody."""
        return not self.members and not self.emptied_at and self.ownership is None

    def standing_of(self, account: str) -> str:
        """Return the membership mode that an account is entitled to, or ""."""
        if self.ownership is not None:
            return self.ownership.mode_of(account)
        identity = identity_of(account)
        if not account or (identity not in self.operators and identity not in self.voices):
            return ""
        return OP if identity in self.operators else VOICE

    def settle_openness(self, event_id: int) -> bool:
        """Note whether the channel is open or closed from this event on; return whether that has changed."""
        was_closed = bool(self.closed) and self.closed[-1][1] == LAST_ID
        if self.is_closed is was_closed:
            return False
        if was_closed:
            self.closed[-1] = self.closed[-1][0], event_id
        elif self.closed and self.said <= self.closed[-1][1]:  # nothing was said while it was open
            self.closed[-1] = self.closed[-1][0], LAST_ID
        else:
            self.closed.append((event_id, LAST_ID))
            if len(self.closed) > _CLOSED_AT_MOST:
                self.closed[:2] = [(self.closed[0][0], self.closed[1][1])]
        return True

    def was_closed_since(self, event_id: int) -> bool:
        """Return whether it was closed at any time from this event on."""
        return bool(self.closed) and self.closed[-1][1] >= event_id

    def hear(self, user: User) -> None:
        """Note that another user speaks than who spoke last."""
        self.last_speaker = user.uid
        if len(self.speakers) < _SPEAKERS_AT_MOST:
            self.speakers[user.speaker] = None

    def remember_operator(self, account: str) -> bool:
        """Give an account operator again when it comes back; return whether that is new."""
        identity = identity_of(account)
        if not account or self.ownership is not None or identity in self.operators:
            return False
        if len(self.operators) >= _OPERATORS_AT_MOST:
            del self.operators[next(iter(self.operators))]
        self.operators[identity] = None
        return True

    def forget_operator(self, identity: str) -> bool:
        """No longer give an account operator when it comes back; return whether it would have been given."""
        return identity in self.operators and self.operators.pop(identity) is None

    def remember_voice(self, account: str) -> bool:
        """Give an account voice again when it comes back; return whether that is new."""
        identity = identity_of(account)
        if not account or self.ownership is not None or identity in self.voices:
            return False
        if len(self.voices) >= _OPERATORS_AT_MOST:
            del self.voices[next(iter(self.voices))]
        self.voices[identity] = None
        return True

    def forget_voice(self, identity: str) -> bool:
        """No longer give an account voice when it comes back; return whether it would have been given."""
        return identity in self.voices and self.voices.pop(identity) is None

    def abandon(self, event_id: int) -> None:
        """Remove the modes that lock people out: everybody has left, and no operator could come back."""
        self.voices.clear()
        self.flags &= LASTING
        self.key, self.limit = "", 0
        for entries in self.lists.values():
            entries.clear()
        self.settle_openness(event_id)

    def has_invited(self, user: User) -> bool:
        """Return whether an operator's invitation waits for a user."""
        return user.uid in self.invited or (bool(user.account) and user.identity in self.invited_accounts)

    def restore(self, record: RoomRecord) -> None:
        """Restore it from its record; members are not in it."""
        self.created_at, self.ownership = record.created_at, record.ownership
        self.since = record.since or int(record.created_at * 1000) * IDS_PER_MILLISECOND
        self.closed, self.operated_since = list(record.closed), record.operated_since
        self.operators, self.speakers = dict.fromkeys(record.operators), dict.fromkeys(record.speakers)
        self.emptied_at, self.voices = record.emptied_at, dict.fromkeys(record.voices)
        if record.ownership is None or record.ownership.keep_topic:
            self.topic, self.topic_by, self.topic_at = record.topic, record.topic_by, record.topic_at
        self.flags, self.key, self.limit = set(record.flags), record.key, record.limit
        self.metadata = dict(record.metadata)
        self.lists = {letter: [] for letter in CHANNEL_MODES.lists}
        for entry in record.lists:
            self.lists.setdefault(entry.letter, []).append(ListEntry(entry.mask, entry.by, entry.at, entry.by_operator))

    def mode_words(self, *, with_key: bool) -> list[str]:
        """Return flags, key and limit as RPL_CHANNELMODEIS shows them; outsiders do not see the key."""
        letters = "".join(sorted(self.flags)) + (KEY if self.key else "") + (LIMIT if self.limit else "")
        words = ["+" + letters]
        if self.key:
            words.append(self.key if with_key else "*")
        if self.limit:
            words.append(str(self.limit))
        return words
