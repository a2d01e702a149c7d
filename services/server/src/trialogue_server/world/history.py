"""History: which events are kept, in which conversation, and the queries that read them."""

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
"""An id greater than every other."""

HISTORY: dict[type[Event], bool] = {
    MessagePosted: True,
    MultilinePosted: True,
    ChannelJoined: False,
    ChannelParted: False,
    Kicked: False,
    TopicChanged: False,
    ModesChanged: False,
}
"""The events that are kept, and whether each may be a message: see `is_message`."""

KeptEvent = MessagePosted | MultilinePosted | ChannelJoined | ChannelParted | Kicked | TopicChanged | ModesChanged
"""The same as one type."""

_TYPING = "+typing"

_UNHEARD = "\n"
"""Stands for the party that does not get a message; no identity contains it."""


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
    """The ids that the asker may read."""
    own: str = ""
    """Another conversation that is part of this one for the asker: the messages that the other party blocked."""


class Query(NamedTuple):
    """A search: all words, in some of these conversations, between two ids."""

    words: tuple[str, ...]
    conversations: tuple[str, ...]
    sender: str = ""
    """A folded nick, or "" for anybody's."""
    after: int = 0
    before: int = LAST
    limit: int = 50
    spans: tuple[tuple[str, Spans], ...] = ()
    """Conversations that the asker may read only in part, with those parts."""
    asker: str = ""
    """Who searches: searches of one asker take turns with those of others."""


class Found(list[Event]):
    """The messages found, in order."""

    cut: int | None = None
    """The id before which the search was cut short; 0 if it was cut short everywhere, None if it was complete."""


class Target(NamedTuple):
    """A conversation, and the id of its latest message that the asker may read."""

    conversation: str
    last_id: int


def between(one: str, other: str) -> str:
    """Return the name of a direct conversation. Identities contain no space, so no channel has such a name."""
    return " ".join(sorted((one, other)))


def unheard(conversation: str, sender: str) -> str:
    """Return the name under which the blocked part of a direct conversation is kept, for its sender alone."""
    one, _, other = conversation.partition(" ")
    return f"{conversation}{_UNHEARD}" if one == sender and other != sender else f"{_UNHEARD}{conversation}"


def is_unheard(conversation: str) -> bool:
    """Return whether the conversation is kept for its sender alone."""
    return _UNHEARD in conversation


def heard(conversation: str) -> str:
    """Return the direct conversation that a blocked part belongs to."""
    return conversation.strip(_UNHEARD)


def parties_of(conversation: str) -> list[str]:
    """Return the identities that may read a direct conversation; none for a channel."""
    names = conversation.split(" ") if " " in conversation else []
    return [name for name in names if _UNHEARD not in name]


def is_passing(event: Event) -> bool:
    """Return whether an event is of the moment only, such as a typing notification or a CTCP query.

    A reaction is not: it belongs to a message.
    """
    if type(event) is not MessagePosted:
        return type(event) is TagsPassed
    if event.command != "TAGMSG":
        return event.text[:1] == CTCP and is_ctcp(event.text)
    return all(tag.partition("=")[0] in ("", _TYPING) for tag in event.tags.split(";"))


def is_message(event: Event) -> bool:
    """Return whether an event is a message, so that it is counted, found, and shown to clients that want no other
    events.
    """
    return HISTORY[type(event)] and not (type(event) is MessagePosted and event.command == "TAGMSG")


def conversation_of(event: Event, fold: Callable[[str], str]) -> str:
    """Return the conversation of an event, or "" if it belongs to none."""
    if type(event) is MessagePosted or type(event) is MultilinePosted:  # isinstance is slow for structs of another type
        if event.status or is_passing(event):
            return ""
        return fold(event.channel) if event.channel else event.between
    channel: str = getattr(event, "channel", "")
    return fold(channel)
