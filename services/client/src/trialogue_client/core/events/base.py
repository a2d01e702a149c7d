"""The fields of every event."""

from datetime import datetime
from enum import Enum
from typing import Any

from msgspec import Struct

FOUND = "search"
"""`Event.answer` of what a search has found."""

_NOT_COMPARED = frozenset({"answer", "refers_to"})


class Kind(Enum):
    """The three ways to say something."""

    TALK = "PRIVMSG"
    ACTION = "ACTION"
    NOTICE = "NOTICE"


class Remembered(Struct, frozen=True):
    """One message that was told."""

    msgid: str
    at: datetime | None
    nick: str
    text: str
    me: bool
    reply: str = ""
    """The id of the message that it answers."""


class Event(Struct, frozen=True, kw_only=True):
    """The base of all events."""

    at: datetime | None = None
    """The server's time (UTC), when it tells: https://ircv3.net/specs/extensions/server-time"""
    msgid: str = ""
    """https://ircv3.net/specs/extensions/message-ids"""
    replayed: bool = False
    """Is it history, which the server tells again?  https://ircv3.net/specs/extensions/chathistory"""
    answer: str = ""
    """The label of the request of ours that it answers, or `FOUND` in the answer to a search."""
    refers_to: Remembered | None = None
    """The earlier message that it answers, reacts to or takes back, if that was told."""

    def __eq__(self, other: object) -> bool:
        """Compare everything but which request it answers, and the message that it refers to."""
        return isinstance(other, Event) and type(self) is type(other) and self._compared() == other._compared()

    def __hash__(self) -> int:
        """Return a hash of what is compared."""
        return hash((type(self), self._compared()))

    def _compared(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name not in _NOT_COMPARED)
