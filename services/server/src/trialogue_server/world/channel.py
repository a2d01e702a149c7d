"""What is a channel, and who is in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialogue_server.world.ids import IDS_PER_MILLISECOND
from trialogue_server.world.modes import CHANNEL_MODES, KEY, LIMIT, OP, PREFIXES, VOICE, rank

if TYPE_CHECKING:
    from trialogue_server.world.rooms import Ownership, RoomRecord
    from trialogue_server.world.user import User


class ListEntry(NamedTuple):
    """One mask in a ban, exception or invite-exception list."""

    mask: str
    by: str
    at: float


class Membership:
    """One user in one channel."""

    __slots__ = ("joined", "modes", "user")

    def __init__(self, user: User, modes: str, joined: int = 0) -> None:
        self.user = user
        self.joined = joined
        """The id of the event with which they entered."""
        self.modes = modes
        """Highest first: "", "v", "o" or "ov"."""

    @property
    def prefixes(self) -> str:
        """All prefixes, highest first: "@+"."""
        return "".join(PREFIXES[mode] for mode in self.modes)

    @property
    def is_op(self) -> bool:
        """Channel operator?"""
        return OP in self.modes

    @property
    def can_speak_moderated(self) -> bool:
        """Heard in a moderated channel?"""
        return OP in self.modes or VOICE in self.modes

    @property
    def rank(self) -> int:
        """0 without membership modes."""
        return rank(self.modes)


class Channel:
    """A room. Only `World.apply` changes it."""

    __slots__ = (
        "created_at",
        "flags",
        "folded",
        "invited",
        "key",
        "limit",
        "lists",
        "members",
        "metadata",
        "name",
        "ownership",
        "since",
        "topic",
        "topic_at",
        "topic_by",
        "version",
    )

    def __init__(self, name: str, folded: str, *, at: float, since: int = 0) -> None:
        self.name = name
        self.folded = folded
        self.created_at = at
        self.since = since
        """The id of the event that made it. What was said before under this name was said in another room."""
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
        self.invited: set[int] = set()
        """Uids with a standing invitation."""
        self.ownership: Ownership | None = None
        """Of a registered channel, which stays when it is empty."""
        self.version = 0
        """Changes whenever the members or their modes do; what is derived from them is kept until then."""

    def has(self, flag: str) -> bool:
        """Is this flag (i m n s t) set?"""
        return flag in self.flags

    def restore(self, record: RoomRecord) -> None:
        """Make it what was kept of it; members are not."""
        self.created_at, self.ownership = record.created_at, record.ownership
        self.since = record.since or int(record.created_at * 1000) * IDS_PER_MILLISECOND
        if record.ownership.keep_topic:
            self.topic, self.topic_by, self.topic_at = record.topic, record.topic_by, record.topic_at
        self.flags, self.key, self.limit = set(record.flags), record.key, record.limit
        self.metadata = dict(record.metadata)
        self.lists = {letter: [] for letter in CHANNEL_MODES.lists}
        for entry in record.lists:
            self.lists.setdefault(entry.letter, []).append(ListEntry(entry.mask, entry.by, entry.at))

    def mode_words(self, *, with_key: bool) -> list[str]:
        """Write flags, key and limit as RPL_CHANNELMODEIS shows them; outsiders do not see the key."""
        letters = "".join(sorted(self.flags)) + (KEY if self.key else "") + (LIMIT if self.limit else "")
        words = ["+" + letters]
        if self.key:
            words.append(self.key if with_key else "*")
        if self.limit:
            words.append(str(self.limit))
        return words
