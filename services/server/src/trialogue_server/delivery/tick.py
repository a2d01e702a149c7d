"""What has been decided since the last flush: the journal to be committed, and the outboxes with something in them."""

from typing import NamedTuple

from trialogue_server.delivery.audience import Groups
from trialogue_server.session.outbox import Marked, Sink
from trialogue_server.world.events import Event

_AT_ONCE = 2_000
"""Units of work (see `session.work`) that long answers take in one tick."""


class ReadyTick(NamedTuple):
    """One tick, ready to be committed and then flushed."""

    journal: list[Event]
    sends: list[tuple[Sink, bytes]]
    """What becomes of it for each session that is told of it: one piece."""


class Tick:
    """Gathers; `take` hands over and starts the next one."""

    __slots__ = ("bugs", "dirty", "journal", "touched")

    def __init__(self) -> None:
        self.journal: list[Event] = []
        self.dirty = Marked()
        """Outboxes that were put into one by one."""
        self.touched: set[Groups] = set()
        """Groups that were appended to: cheaper for each message than marking every member's outbox."""

        self.bugs: list[Exception] = []
        """What went wrong while a long answer was made. That session has ended."""

    def __bool__(self) -> bool:
        if self.journal or self.dirty or self.touched:
            return True
        streaming = self.dirty.streaming
        return bool(streaming) and any(outbox.is_read for outbox in streaming)

    def take(self) -> ReadyTick:
        """Return what was gathered, and forget it."""
        journal, self.journal = self.journal, []
        dirty = self.dirty
        for groups in self.touched:
            dirty.update(groups.outboxes)
            groups.end_runs()
        self.touched.clear()
        sends = [(outbox.sink, data) for outbox in dirty if (data := outbox.take())]
        dirty.clear()
        if dirty.streaming:
            sends += self._pieces()
        return ReadyTick(journal, sends)

    def _pieces(self) -> list[tuple[Sink, bytes]]:
        """Make the next pieces of long answers, one for each session, for as many as their turn comes."""
        streaming, left = self.dirty.streaming, _AT_ONCE
        sends: list[tuple[Sink, bytes]] = []
        for outbox in [one for one in streaming if one.is_read]:
            del streaming[outbox]
            try:
                data, units = outbox.pull()
            except Exception as bug:  # ours, and no reason for anybody else to go
                self.bugs.append(bug)
                outbox.close()
                outbox.sink.kill("Internal error")
                continue
            if outbox.is_streaming:
                streaming[outbox] = None
            sends.append((outbox.sink, data))
            left -= units
            if left <= 0:
                break
        return [(sink, data) for sink, data in sends if data]

    def forget(self) -> None:
        """Let go of all that nobody may see any more."""
        self.take()
        for outbox in list(self.dirty.streaming):
            outbox.forget()
