"""What has been decided since the last flush: the journal to be committed, and the outboxes with something in them."""

from typing import NamedTuple

from trialogue_server.delivery.audience import Groups
from trialogue_server.session.outbox import Outbox, Sink
from trialogue_server.world.events import Event


class Taken(NamedTuple):
    """One tick, ready to be committed and then flushed."""

    journal: list[Event]
    sends: list[tuple[Sink, bytes]]
    """What becomes of it for each session that is told of it: one piece."""


class Tick:
    """Gathers; `take` hands over and starts the next one."""

    __slots__ = ("dirty", "journal", "touched")

    def __init__(self) -> None:
        self.journal: list[Event] = []
        self.dirty: set[Outbox] = set()
        """Outboxes that were put into one by one."""
        self.touched: set[Groups] = set()
        """Groups that were appended to: cheaper for each message than marking every member's outbox."""

    def __bool__(self) -> bool:
        return bool(self.journal or self.dirty or self.touched)

    def take(self) -> Taken:
        """Return what was gathered, and forget it."""
        journal, self.journal = self.journal, []
        dirty = self.dirty
        for groups in self.touched:
            dirty.update(groups.outboxes)
            groups.end_runs()
        self.touched.clear()
        sends = [(outbox.sink, data) for outbox in dirty if (data := outbox.take())]
        dirty.clear()
        return Taken(journal, sends)
