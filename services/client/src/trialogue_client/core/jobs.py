"""One conversation of which history is on its way."""

from dataclasses import dataclass, field
from enum import Enum, auto

from trialogue_client.core import events as ev
from trialogue_client.core.points import Point

_SPARE = 4
"""What is about a message comes with it: for each, so much may come."""


class JobKind(Enum):
    """Why history is asked for."""

    MISSED = auto()
    """It was said since we were last there: the newest page of it."""
    RECENT = auto()
    """We are there for the first time: one page."""
    EARLIER = auto()
    """The person wants to read on, backwards: one page, and nothing is held back for it."""


@dataclass(slots=True)
class CatchUpJob:
    """One conversation that is being caught up with."""

    target: str
    sort: JobKind = JobKind.RECENT
    label: str = ""
    token: str = ""
    """Of the PING after the request; "" while nothing is asked for yet."""
    since: Point | None = None
    gathered: list[ev.Event] = field(default_factory=list)
    held: list[ev.Event] = field(default_factory=list)
    failed: bool = False
    count: int = 0
    """How many were asked for."""
    came: int = 0
    """How many came, with those that are not told again."""
    overdue: bool = False
    """Whether so much has been said meanwhile that nothing more is waited for."""

    @property
    def is_person(self) -> bool:
        """Whether it is with one person."""
        return self.target[:1] not in "#&"

    @property
    def is_full(self) -> bool:
        """Whether there may be more than what has come."""
        return self.overdue or max(self.came, len(self.gathered)) >= self.count > 0

    def gather(self, event: ev.Event) -> None:
        """Take in what was said before; of more than was asked for, the newest stay."""
        self.gathered.append(event)
        del self.gathered[: -_SPARE * max(self.count, 1)]


def in_order(page: list[ev.Event], held: list[ev.Event]) -> list[ev.Event]:
    """Return a page of history and what was said while it was on its way as one, in the order in which it was said.

    What is in both is returned as it was said. Both are in order; what the page does not know comes before that of it
    which was said later, and else after the page.
    """
    order = {event.msgid: number for number, event in enumerate(page) if event.msgid}
    merged: list[ev.Event] = []
    waiting: list[ev.Event] = []
    reached = 0
    for event in held:
        waiting.append(event)
        if order.get(event.msgid, -1) >= reached:
            known = order[event.msgid]
            merged += [*page[reached:known], *waiting]
            reached, waiting = known + 1, []
    return [*merged, *page[reached:], *waiting]
