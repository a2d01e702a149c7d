"""Events of messages: what is said, and whether our own messages arrive."""

from collections.abc import Mapping

from ircwire.source import Source
from trialogue_client.core.events.base import Event, Kind


class Said(Event, frozen=True):
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
    edits: str = ""
    """The id of the message in whose place its sender wants to have this one."""


class Noticed(Event, frozen=True):
    """As `Said`, for notices: what programs say, and never to be answered by a program."""

    target: str
    who: Source
    text: str
    me: bool
    private: bool


class Tagged(Event, frozen=True):
    """A message of tags only: typing, reactions.  https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message"""

    target: str
    who: Source
    tags: Mapping[str, str]
    me: bool


class Redacted(Event, frozen=True):
    """A message was taken back: nobody is to show it any more.

    https://ircv3.net/specs/extensions/message-redaction
    """

    target: str
    redacted: str
    """The id of that message."""
    by: Source
    reason: str
    me: bool


class Delivered(Event, frozen=True):
    """The server has what `Session.say` gave this ticket for."""

    ticket: int


class Undelivered(Event, frozen=True):
    """The server refused what `Session.say` gave this ticket for."""

    ticket: int
    reason: str


class LineQueued(Event, frozen=True):
    """A line was typed while it could not be sent; it goes out as soon as it can."""

    target: str
    text: str


class NotSent(Event, frozen=True):
    """A typed line did not arrive (`sure`), or we lost the connection before we could know."""

    target: str
    text: str
    reason: str
    sure: bool
