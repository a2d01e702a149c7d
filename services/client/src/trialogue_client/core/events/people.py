"""Events of people and rooms: who comes and goes, nicks, topics, modes."""

from ircwire.modes import ModeChange
from ircwire.source import Source
from trialogue_client.core.events.base import Event


class Joined(Event, frozen=True):
    """Somebody came into a room."""

    room: str
    who: Source
    me: bool
    account: str = ""
    realname: str = ""


class Parted(Event, frozen=True):
    """Somebody left a room."""

    room: str
    who: Source
    reason: str
    me: bool


class Kicked(Event, frozen=True):
    """Somebody was put out of a room."""

    room: str
    nick: str
    by: Source
    reason: str
    me: bool


class Quit(Event, frozen=True):
    """Somebody left the server; `rooms` are those that we shared."""

    who: Source
    reason: str
    rooms: tuple[str, ...]
    me: bool


class Renamed(Event, frozen=True):
    """Somebody changed their nick."""

    old: str
    new: str
    rooms: tuple[str, ...]
    me: bool


class RoomRenamed(Event, frozen=True):
    """A room has another name; we are in it as before.  https://ircv3.net/specs/extensions/channel-rename"""

    old: str
    new: str
    by: Source
    reason: str


class TopicChanged(Event, frozen=True):
    """Somebody changed a room's topic; "" means that it has none now."""

    room: str
    topic: str
    by: Source


class TopicTold(Event, frozen=True):
    """The server told us a room's topic."""

    room: str
    topic: str


class ModeChanged(Event, frozen=True):
    """Somebody changed modes of a room or of ourselves."""

    target: str
    by: Source
    changes: tuple[ModeChange, ...]


class Invited(Event, frozen=True):
    """Somebody was asked into a room."""

    room: str
    nick: str
    by: Source
    me: bool


class BlockChanged(Event, frozen=True):
    """The server keeps from us what somebody says to us alone, or does so no more."""

    entry: str
    """A mask, or an account as ``~account:name``."""
    on: bool


class BlockListed(Event, frozen=True):
    """Everybody whom we have blocked, as in `BlockChanged`."""

    entries: tuple[str, ...]


class AwayChanged(Event, frozen=True):
    """Somebody went away (with a message) or came back (None). Of ourselves, the message says that only this device is
    away, and is "" otherwise.
    """

    nick: str
    message: str | None
    me: bool


class DetailsChanged(Event, frozen=True):
    """Somebody's user name, host, real name or account changed; the room lists know already."""

    nick: str
    what: str


class NamesListed(Event, frozen=True):
    """Everybody in a room, as ``@alice``, ``bob``."""

    room: str
    names: tuple[str, ...]
    on_join: bool
    """The list that follows our own joining, not one that was asked for."""
