"""Events of history."""

from datetime import datetime

from trialogue_client.core.events.base import Event
from trialogue_client.core.events.talk import Noticed, Said


class Missed(Event, frozen=True):
    """So many messages were said in a room, or to us by somebody, while we were not there; they follow.

    If there were `more`, these are the newest: what was told before is no longer next to them.
    """

    target: str
    count: int
    more: bool = False


class NoEarlier(Event, frozen=True):
    """There is nothing before what is shown of this conversation."""

    target: str


class Found(Event, frozen=True):
    """The answer to a search, oldest first.  https://github.com/ircv3/ircv3-specifications/pull/496"""

    wanted: str
    results: "tuple[Said | Noticed, ...]"


class Page(Event, frozen=True):
    """The messages around, before or after an old message, oldest first; none if they cannot be had."""

    target: str
    verb: str
    """AROUND, BEFORE or AFTER."""
    wanted: str
    """The id of that message."""
    results: "tuple[Said | Noticed, ...]"


class Marked(Event, frozen=True):
    """So far we have read a conversation on any of our devices; None if nobody knows.

    https://ircv3.net/specs/extensions/read-marker
    """

    target: str
    until: datetime | None


class Conversed(Event, frozen=True):
    """There is history with this room or person, its newest message of that time (CHATHISTORY TARGETS)."""

    target: str
    latest: datetime | None
