"""Who comes, goes, and is called what; and their rooms."""

from dataclasses import dataclass

from ircwire.modes import ModeChange
from ircwire.source import Source
from trialogue_client.core.events.base import Event


@dataclass(frozen=True, slots=True)
class Joined(Event):
    """Somebody came into a room."""

    room: str
    who: Source
    me: bool
    account: str = ""
    realname: str = ""


@dataclass(frozen=True, slots=True)
class Parted(Event):
    """Somebody left a room."""

    room: str
    who: Source
    reason: str
    me: bool


@dataclass(frozen=True, slots=True)
class Kicked(Event):
    """Somebody was put out of a room."""

    room: str
    nick: str
    by: Source
    reason: str
    me: bool


@dataclass(frozen=True, slots=True)
class Quit(Event):
    """Somebody left the server; `rooms` are those that we shared."""

    who: Source
    reason: str
    rooms: tuple[str, ...]
    me: bool


@dataclass(frozen=True, slots=True)
class Renamed(Event):
    """Somebody changed their nick."""

    old: str
    new: str
    rooms: tuple[str, ...]
    me: bool


@dataclass(frozen=True, slots=True)
class RoomRenamed(Event):
    """A room has another name; we are in it as before.  https://ircv3.net/specs/extensions/channel-rename"""

    old: str
    new: str
    by: Source
    reason: str


@dataclass(frozen=True, slots=True)
class TopicChanged(Event):
    """Somebody changed a room's topic; "" means that it has none now."""

    room: str
    topic: str
    by: Source


@dataclass(frozen=True, slots=True)
class TopicTold(Event):
    """The server told us a room's topic."""

    room: str
    topic: str


@dataclass(frozen=True, slots=True)
class ModeChanged(Event):
    """Somebody changed modes of a room or of ourselves."""

    target: str
    by: Source
    changes: tuple[ModeChange, ...]


@dataclass(frozen=True, slots=True)
class Invited(Event):
    """Somebody was asked into a room."""

    room: str
    nick: str
    by: Source
    me: bool


@dataclass(frozen=True, slots=True)
class BlockChanged(Event):
    """The server keeps from us what somebody says to us alone, or does so no more."""

    entry: str
    """A mask, or an account as ``~account:name``."""
    on: bool


@dataclass(frozen=True, slots=True)
class BlockListed(Event):
    """Everybody whom we have blocked, as in `BlockChanged`."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwayChanged(Event):
    """Somebody went away (with a message) or came back (None)."""

    nick: str
    message: str | None
    me: bool


@dataclass(frozen=True, slots=True)
class DetailsChanged(Event):
    """Somebody's user name, host, real name or account changed; the room lists know already."""

    nick: str
    what: str


@dataclass(frozen=True, slots=True)
class NamesListed(Event):
    """Everybody in a room, as ``@alice``, ``bob``."""

    room: str
    names: tuple[str, ...]
    on_join: bool
    """The list that follows our own joining, not one that was asked for."""
