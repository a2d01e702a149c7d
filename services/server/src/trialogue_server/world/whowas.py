"""Who was here? A bounded memory of nicks that are gone or changed."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple


class WhowasEntry(NamedTuple):
    """A user as they were when they left, or changed nick."""

    nick: str
    username: str
    host: str
    realname: str
    account: str
    at: float
    """Unix time in seconds."""
    monotonic: float
    """When, by the monotonic clock."""


class Whowas:
    """The last departures; `size` 0 remembers none."""

    __slots__ = ("_entries", "_fold")

    def __init__(self, fold: Callable[[str], str], size: int) -> None:
        self._fold = fold
        self._entries: deque[WhowasEntry] = deque(maxlen=size)

    def remember(self, departed: WhowasEntry) -> None:
        """Add a departure; the oldest is forgotten for it."""
        self._entries.append(departed)

    def resize(self, size: int) -> None:
        """Remember so many from now on."""
        self._entries = deque(self._entries, maxlen=size)

    def find(self, nick: str, *, since: float) -> list[WhowasEntry]:
        """Return the departures under this nick since then, by the monotonic clock, newest first."""
        folded = self._fold(nick)
        return [one for one in reversed(self._entries) if one.monotonic >= since and self._fold(one.nick) == folded]
