"""One thing to read, and what it depends on."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat

_REMEMBERED = 10_000
"""Message ids: more than a server plays back when we return to a room."""


class RowKind(Enum):
    """The kind of a row; each has a sign of its own, so that none depends on its colour.

    Dates and the line above what is new stand between the rows of a buffer only.
    """

    TALK = auto()
    ACTION = auto()
    NOTICE = auto()
    EVENT = auto()
    HINT = auto()
    TROUBLE = auto()
    DATE = auto()
    UNREAD = auto()
    """The line above what came while nobody looked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to read."""

    kind: RowKind
    body: str
    who: str = ""
    """Who said it; "" for what the client says itself."""
    where: str = ""
    """The room, when it is not the one that we are talking in."""
    to: str = ""
    """Whom it was told, when nobody else hears it: a nick, or "you"."""
    me: bool = False
    at: datetime | None = None
    earlier: bool = False
    """Whether it is history."""
    edited: bool = False
    """Whether the text stands in the place of an earlier one; the last row of a message says so."""
    server: str = ""
    """Where it was, when we are on several servers."""


@dataclass(slots=True)
class View:
    """The state that rows depend on."""

    chat: Chat
    target: str = ""
    """Where plain text goes to."""
    greeted: bool = False
    """Whether the hint of the first room has been shown."""
    reconnected: bool = False
    lost_by: str = ""
    """Why the connection was lost the last time; the same reason need not be read again with every attempt."""

    seen: dict[str, None] = field(default_factory=dict)
    """The ids of the last messages shown, oldest first."""

    def is_repeated(self, event: ev.Event) -> bool:
        """Return whether this is history that is on the screen already, as it was news before the connection broke."""
        if not event.msgid:
            return False
        known = event.msgid in self.seen
        self.seen[event.msgid] = None
        if len(self.seen) > _REMEMBERED:
            del self.seen[next(iter(self.seen))]
        return known and event.replayed

    def elsewhere(self, room: str) -> str:
        """Return the room's name if it is not the one that we are talking in."""
        return "" if self.chat.fold(room) == self.chat.fold(self.target) else room


def news(text: str, room: str, view: View) -> Row:
    """Return what happened in a room as a row."""
    return Row(RowKind.EVENT, text, where=view.elsewhere(room))
