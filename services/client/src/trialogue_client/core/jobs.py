"""One conversation of which history is on its way."""

from dataclasses import dataclass, field
from enum import Enum, auto

from trialogue_client.core import events as ev
from trialogue_client.core.points import Point


class Sort(Enum):
    """Why something is asked for."""

    MISSED = auto()
    """It was said since we were last there: all of it is wanted."""
    RECENT = auto()
    """We are there for the first time: one page."""
    EARLIER = auto()
    """The person wants to read on, backwards: one page, and nothing is held back for it."""


@dataclass(slots=True)
class Job:
    """One conversation that is being caught up with."""

    target: str
    sort: Sort = Sort.RECENT
    label: str = ""
    token: str = ""
    """Of the PING after the request; "" while nothing is asked for yet."""
    since: Point | None = None
    gathered: list[ev.Event] = field(default_factory=list)
    held: list[ev.Event] = field(default_factory=list)
    failed: bool = False

    @property
    def is_person(self) -> bool:
        """Is it with one person?"""
        return self.target[:1] not in "#&"

    @property
    def newest(self) -> str:
        """Return the id of the newest message that has come; "" for none."""
        return next((event.msgid for event in reversed(self.gathered) if event.msgid), "")
