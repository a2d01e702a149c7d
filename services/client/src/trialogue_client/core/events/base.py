"""What every event has."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

FOUND = "search"
"""`Event.answer` of what a search has found."""


class Kind(Enum):
    """The three ways to say something."""

    TALK = "PRIVMSG"
    ACTION = "ACTION"
    NOTICE = "NOTICE"


@dataclass(frozen=True, slots=True)
class Remembered:
    """One message that was told."""

    msgid: str
    at: datetime | None
    nick: str
    text: str
    me: bool
    reply: str = ""
    """The id of the message that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The base of all events."""

    at: datetime | None = None
    """The server's time (UTC), when it tells: https://ircv3.net/specs/extensions/server-time"""
    msgid: str = ""
    """https://ircv3.net/specs/extensions/message-ids"""
    replayed: bool = False
    """Is it history, which the server tells again?  https://ircv3.net/specs/extensions/chathistory"""
    answer: str = field(default="", compare=False)
    """The label of the request of ours that it answers, or `FOUND` in the answer to a search."""
    refers_to: Remembered | None = field(default=None, compare=False)
    """The earlier message that it answers, reacts to or takes back, if that was told."""
