"""WHOWAS: a bounded memory of nicks that are gone or changed."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from ircwire.source import match


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
    """The time by the monotonic clock, in seconds."""
    is_invisible: bool = False
    """Whether only those who know the nick find it (mode i)."""


class Whowas:
    """The latest departures; a `size` of 0 remembers none."""

    __slots__ = ("_entries", "_fold")

    def __init__(self, fold: Callable[[str], str], size: int) -> None:
        self._fold = fold
        self._entries: deque[WhowasEntry] = deque(maxlen=size)

    def remember(self, departed: WhowasEntry) -> None:
        """Add a departure, and forget the oldest."""
        self._entries.append(departed)

    def resize(self, size: int) -> None:
        """Change how many are remembered."""
        self._entries = deque(self._entries, maxlen=size)

    def find(self, nick: str, *, since: float) -> list[WhowasEntry]:
        """Return the departures under this nick since a time by the monotonic clock, newest first."""
        folded = self._fold(nick)
        return [one for one in reversed(self._entries) if one.monotonic >= since and self._fold(one.nick) == folded]

    def find_like(self, mask: str, *, since: float) -> list[WhowasEntry]:
        """Return the departures under nicks that match a mask, but for users who were invisible."""
        folded = self._fold(mask)
        found = [one for one in reversed(self._entries) if one.monotonic >= since and not one.is_invisible]
        return [one for one in found if match(folded, self._fold(one.nick))]
