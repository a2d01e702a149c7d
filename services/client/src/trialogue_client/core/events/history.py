"""What was said before."""

from dataclasses import dataclass
from datetime import datetime

from trialogue_client.core.events.base import Event
from trialogue_client.core.events.talk import Noticed, Said


@dataclass(frozen=True, slots=True)
class Missed(Event):
    """So many messages were said in a room, or to us by somebody, while we were not there; they follow.

    If there were `more`, these are the newest: what was told before is no longer next to them.
    """

    target: str
    count: int
    more: bool = False


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
