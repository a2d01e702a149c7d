"""The tick: everything that was decided since the last flush. It holds the journal, and the outboxes with something in
them.
"""

from typing import NamedTuple

from trialogue_server.delivery.audience import Groups
from trialogue_server.session.outbox import DirtyOutboxes, Sink
from trialogue_server.world.events import Event, Posted


class ReadyTick(NamedTuple):
    """A tick that is ready to be committed and then flushed."""

    journal: list[Event]
    sends: list[tuple[Sink, bytes]]
    """For each session that is sent something, its sink and one piece of bytes."""
    units: int = 0
    """Units of work (see `session.work`) of the pieces of long replies."""


class Tick:
    """Gathers; `make_ready` hands over what was gathered and starts the next tick."""

    __slots__ = ("bugs", "dirty", "journal", "touched")

    def __init__(self) -> None:
        self.journal: list[Event] = []
        self.dirty = DirtyOutboxes()
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

    @property
    def has_talk(self) -> bool:
        """Whether somebody has said something."""
        return any(issubclass(kind, Posted) for kind in set(map(type, self.journal)))

    def make_ready(self, units: float = 0.0) -> ReadyTick:
        """Return what was gathered, and forget it.

        Pieces of long answers are made until they have taken so many units of work, and one in any case.
        """
        journal, self.journal = self.journal, []
        dirty = self.dirty
        for groups in self.touched:
            dirty.update(groups.outboxes)
            groups.end_runs()
        self.touched.clear()
        sends = [(outbox.sink, data) for outbox in dirty if (data := outbox.data_to_send())]
        dirty.clear()
        if not dirty.streaming:
            return ReadyTick(journal, sends)
        pieces, spent = self._pieces(units)
        return ReadyTick(journal, sends + pieces, spent)

    def _pieces(self, most: float) -> tuple[list[tuple[Sink, bytes]], int]:
        """Make the next pieces of long answers, one for each session, for as many as their turn comes."""
        streaming, spent = self.dirty.streaming, 0
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
            spent += units
            if spent >= most:
                break
        return [(sink, data) for sink, data in sends if data], spent

    def forget(self) -> None:
        """Let go of all that nobody may see any more."""
        self.make_ready()
        for outbox in list(self.dirty.streaming):
            outbox.forget()
