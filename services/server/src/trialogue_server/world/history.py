"""Which events are history, of which conversation, and how are they asked for?"""

from collections.abc import Callable
from typing import NamedTuple

from trialogue_server.world.ctcp import CTCP, is_ctcp
from trialogue_server.world.events import (
    ChannelJoined,
    ChannelParted,
    Event,
    Kicked,
    MessagePosted,
    ModesChanged,
    MultilinePosted,
    TagsPassed,
    TopicChanged,
)
from trialogue_server.world.spans import EVERYTHING, Spans
from trialogue_server.world.times import LAST_ID
from trialogue_server.world.times import first_id_at as first_id_at

LAST = LAST_ID
"""Greater than every id."""

HISTORY: dict[type[Event], bool] = {
    MessagePosted: True,
    MultilinePosted: True,
    ChannelJoined: False,
    ChannelParted: False,
    Kicked: False,
    TopicChanged: False,
    ModesChanged: False,
}
"""What is kept of a conversation, and whether it may be something that was said: see `is_message`."""

_TYPING = "+typing"

_UNHEARD = "\n"
"""Stands beside the one who does not get it, where no identity can."""


class Page(NamedTuple):
    """A part of one conversation: ids between `after` and `before`, both excluded.

    At most `limit` events; the first ones where `oldest_first`, else the last ones. They come in order either way.
    """

    conversation: str
    after: int = 0
    before: int = LAST
    limit: int = 50
    oldest_first: bool = False
    only_messages: bool = True
    spans: Spans = EVERYTHING
    """The ids that may be read."""
    own: str = ""
    """Another conversation that is shown as part of this one: what the other of the two did not get."""


class Query(NamedTuple):
    """What is looked for: all words, in some of these conversations, between two ids."""

    words: tuple[str, ...]
    conversations: tuple[str, ...]
    sender: str = ""
    """A folded nick, or "" for anybody's."""
    after: int = 0
    before: int = LAST
    limit: int = 50
    spans: tuple[tuple[str, Spans], ...] = ()
    """Conversations of which not everything may be read, and what may."""
    asker: str = ""
    """Who looks for it: whoever they are, their searches take turns with those of others as one."""


class Found(list[Event]):
    """What was found, in order."""

    cut: int | None = None
    """The id before which something may have been missed, as to look for it would have taken too long: 0 if that is
    all, None if it is nothing.
    """


class Target(NamedTuple):
    """A conversation, and the id of what was last said in it that may be read."""

    conversation: str
    last_id: int


def between(one: str, other: str) -> str:
    """Return the name of two people's conversation. Identities hold no space, so no room is called so."""
    return " ".join(sorted((one, other)))


def unheard(conversation: str, sender: str) -> str:
    """Return the name under which somebody's part of a conversation is kept that the other of the two does not get.

    The other has blocked them. It is among the conversations of the sender and of nobody else.
    """
    one, _, other = conversation.partition(" ")
    return f"{conversation}{_UNHEARD}" if one == sender and other != sender else f"{_UNHEARD}{conversation}"


def is_unheard(conversation: str) -> bool:
    """Is it kept for its sender alone?"""
    return _UNHEARD in conversation


def heard(conversation: str) -> str:
    """Return the conversation of the two that this one belongs to."""
    return conversation.strip(_UNHEARD)


def parties_of(conversation: str) -> list[str]:
    """Return the identities who may read a direct conversation; none of a room."""
    names = conversation.split(" ") if " " in conversation else []
    return [name for name in names if _UNHEARD not in name]


def is_passing(event: Event) -> bool:
    """Is it of its moment only, such as that somebody is typing, or a question to a program?

    A reaction is not: it belongs to what was said.
    """
    if type(event) is not MessagePosted:
        return type(event) is TagsPassed
    if event.command != "TAGMSG":
        return event.text[:1] == CTCP and is_ctcp(event.text)
    return all(tag.partition("=")[0] in ("", _TYPING) for tag in event.tags.split(";"))


def is_message(event: Event) -> bool:
    """Was something said by it, so that it counts, is found, and is shown to those who want no other events?"""
    return HISTORY[type(event)] and not (type(event) is MessagePosted and event.command == "TAGMSG")


def conversation_of(event: Event, fold: Callable[[str], str]) -> str:
    """Return the conversation that an event belongs to, or "" if it belongs to none."""
    if type(event) is MessagePosted or type(event) is MultilinePosted:  # isinstance is slow for structs of another type
        if event.status or is_passing(event):
            return ""
        return fold(event.channel) if event.channel else event.between
    channel: str = getattr(event, "channel", "")
    return fold(channel)
