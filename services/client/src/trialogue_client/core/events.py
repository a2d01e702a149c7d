"""What happened, as seen by one client: the vocabulary that every interface shows.

Names of rooms and people are as the server wrote them. `me` says that it is about ourselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from ircwire.modes import ModeChange
from ircwire.source import Source

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


@dataclass(frozen=True, slots=True)
class Registered(Event):
    """The server has taken us in under this nick."""

    nick: str
    server: str


@dataclass(frozen=True, slots=True)
class NickTaken(Event):
    """Somebody else has the nick that we asked for."""

    nick: str
    reason: str


@dataclass(frozen=True, slots=True)
class NickRefused(Event):
    """The server does not allow the nick that we asked for."""

    nick: str
    reason: str


@dataclass(frozen=True, slots=True)
class PasswordWrong(Event):
    """The server wants a password, and not the one that we gave."""

    reason: str


@dataclass(frozen=True, slots=True)
class LoggedIn(Event):
    """The server knows us by this account."""

    account: str


@dataclass(frozen=True, slots=True)
class LoggedOut(Event):
    """The server knows us by no account any more."""

    account: str


@dataclass(frozen=True, slots=True)
class LoginFailed(Event):
    """We could not log in; `reason` is one sentence, without a full stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class AccountMade(Event):
    """We have an account; or, unless it is `ready`, will have one when we say the code that was sent by e-mail.

    https://ircv3.net/specs/extensions/account-registration
    """

    account: str
    ready: bool
    text: str


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
class Said(Event):
    """Somebody talked, in a room or to us alone; with `me`, we did (and `target` is whom we told)."""

    target: str
    who: Source
    text: str
    """May be several lines, with line feeds between."""
    me: bool
    private: bool
    kind: Kind = Kind.TALK
    reply: str = ""
    """The id of the message that this one answers.  https://ircv3.net/specs/client-tags/reply"""


@dataclass(frozen=True, slots=True)
class Noticed(Event):
    """As `Said`, for notices: what programs say, and never to be answered by a program."""

    target: str
    who: Source
    text: str
    me: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Tagged(Event):
    """A message of tags only: typing, reactions.  https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message"""

    target: str
    who: Source
    tags: Mapping[str, str]
    me: bool


@dataclass(frozen=True, slots=True)
class Redacted(Event):
    """A message was taken back: nobody is to show it any more.

    https://ircv3.net/specs/extensions/message-redaction
    """

    target: str
    redacted: str
    """The id of that message."""
    by: Source
    reason: str
    me: bool


@dataclass(frozen=True, slots=True)
class Missed(Event):
    """So many messages were said in a room, or to us by somebody, while we were not there; they follow."""

    target: str
    count: int


@dataclass(frozen=True, slots=True)
class NoEarlier(Event):
    """There is nothing before what is shown of this conversation."""

    target: str


@dataclass(frozen=True, slots=True)
class Found(Event):
    """The answer to a search, oldest first.  https://github.com/ircv3/ircv3-specifications/pull/496"""

    wanted: str
    results: "tuple[Said | Noticed, ...]"


@dataclass(frozen=True, slots=True)
class Page(Event):
    """What was said around, before or after a message of long ago, oldest first; nothing if it cannot be had."""

    target: str
    verb: str
    """AROUND, BEFORE or AFTER."""
    wanted: str
    """The id of that message."""
    results: "tuple[Said | Noticed, ...]"


@dataclass(frozen=True, slots=True)
class Marked(Event):
    """So far we have read a conversation on any of our devices; None if nobody knows.

    https://ircv3.net/specs/extensions/read-marker
    """

    target: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Conversed(Event):
    """There is history with this room or person, its newest message of that time (CHATHISTORY TARGETS)."""

    target: str
    latest: datetime | None


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


@dataclass(frozen=True, slots=True)
class ServerReply(Event):
    """Any other numeric reply. `params` come without our own nick."""

    code: str
    params: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """A numeric error: the server did not do what was asked. `about` is what the error names (a room, a nick …)."""

    code: str
    about: tuple[str, ...]
    text: str
    message: bool = False
    """Is it about something that we said? Then an `Undelivered` follows, which tells what."""


@dataclass(frozen=True, slots=True)
class StandardReply(Event):
    """FAIL, WARN or NOTE.  https://ircv3.net/specs/extensions/standard-replies"""

    severity: str
    command: str
    code: str
    context: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Closed(Event):
    """The server said that it closes the connection, and why (ERROR)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Delivered(Event):
    """The server has what `Session.say` gave this ticket for."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Undelivered(Event):
    """The server refused what `Session.say` gave this ticket for."""

    ticket: int
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting(Event):
    """A line was typed while it could not be sent; it goes out as soon as it can."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class NotSent(Event):
    """A typed line did not arrive (`sure`), or we lost the connection before we could know."""

    target: str
    text: str
    reason: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Ponged(Event):
    """The server has handled everything that was sent before `Session.barrier` gave this token."""

    token: str


@dataclass(frozen=True, slots=True)
class CapsChanged(Event):
    """Capabilities came (or, with `on` False, went) after registration."""

    names: tuple[str, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class Traced(Event):
    """One line as it came over the wire, before the events that it means; only from a session that traces."""

    line: str


@dataclass(frozen=True, slots=True)
class Malformed(Event):
    """The server sent what is no IRC message."""

    problem: str = field(default="")
