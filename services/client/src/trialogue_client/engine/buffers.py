"""One conversation's rows, in the order of their times."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from heapq import merge
from itertools import chain

from trialogue_client.engine import message_changes
from trialogue_client.engine.entries import Entry
from trialogue_client.engine.message_actions import Intent
from trialogue_client.wording.rows import RowKind

LONGEST = 100_000
"""Rows that a conversation keeps; the oldest go first, in one piece, so that it happens rarely."""
_DROPPED = 10_000
_CHANGES = 10_000
"""Changes after which all is measured again, so that they need not be kept."""
_LATE = timedelta(minutes=1)
"""What comes no later than this stands where it came. Clocks differ, and some events have only the time of ours: each
message after one of those would have to be put in before it, at the cost of measuring the whole conversation again."""


class BufferKind(Enum):
    """Whom a conversation is with."""

    SERVER = auto()
    ROOM = auto()
    PERSON = auto()


@dataclass(slots=True, eq=False, weakref_slot=True)
class Buffer:
    """One conversation. `entries` are rows and the dates between them; only methods change them."""

    name: str
    sort: BufferKind
    entries: list[Entry] = field(default_factory=list)
    revision: int = 0
    """Another number whenever entries have changed otherwise than by new ones at the end."""
    changes: list[Entry] = field(default_factory=list)
    """Rows that have changed in their place since this revision began, each as often as it has."""
    unread: int = 0
    mentions: int = 0
    loading: bool = False
    """Whether an older page is on its way."""
    exhausted: bool = False
    """Whether the first row is the first there ever was, as far as the server tells."""
    trimmed: bool = False
    """Whether rows have gone that were the oldest."""
    here: bool = True
    """Whether we are in the room."""
    topic: str = ""
    draft: str = ""
    """What was typed here and not sent yet."""
    intent: Intent | None = None
    """What that is to be, if it is about a message."""
    past: "Buffer | None" = None
    """What was said long ago, while that is looked at instead."""

    _draws_line: bool = False
    """Whether the line stands above the next history."""

    @property
    def shown(self) -> "Buffer":
        """Return the rows that are looked at: these, or those of long ago."""
        return self.past or self

    def append(self, entry: Entry) -> None:
        """Add what has just happened."""
        before = self.entries[-1] if self.entries else None
        if before is not None and entry.at < before.at and not _came_in_time(entry, before):
            self.merge([entry])
            return
        if before is None or before.at.date() != entry.at.date():
            self.entries.append(_date(entry.at))
            before = None
        entry.head = not entry.continues(before)
        self.entries.append(entry)
        if len(self.entries) > LONGEST:
            del self.entries[:_DROPPED]
            self.exhausted, self.trimmed = False, True
            self.revision += 1

    def adopt(self, older: Iterable[Entry]) -> None:
        """Take in history, of which some may be here already."""
        known = {entry.msgid for entry in self.entries if entry.msgid}
        news = sorted((entry for entry in older if entry.msgid not in known), key=lambda entry: entry.at)
        draws_line, self._draws_line = self._draws_line, False
        if draws_line and news:
            news.insert(0, Entry(RowKind.UNREAD, "", news[0].at))
        self.merge(news)

    def merge(self, older: Iterable[Entry]) -> None:
        """Take in what happened before, each row at its time."""
        news = sorted(older, key=lambda entry: entry.at)
        if not news:
            return
        old = [entry for entry in self.entries if entry.kind is not RowKind.DATE]
        whole = chain(news, old) if not old or news[-1].at <= old[0].at else merge(old, news, key=lambda one: one.at)
        entries: list[Entry] = []
        before: Entry | None = None
        for entry in whole:
            if before is None or before.at.date() != entry.at.date():
                entries.append(_date(entry.at))
                before = None
            entry.head = not entry.continues(before)
            entries.append(entry)
            before = entry
        self.entries = entries
        self.revision += 1

    def mark_unread(self, now: datetime) -> None:
        """Draw the line: what comes now has not been seen. Not twice, and not at the end of nothing."""
        if self.entries and not any(entry.kind is RowKind.UNREAD for entry in self.entries[-1 - self.unread :]):
            self.unmark()
            self.entries.append(Entry(RowKind.UNREAD, "", max(now, self.entries[-1].at)))

    def begin_anew(self) -> None:
        """Hold nothing of what was said: the server tells it again."""
        self.entries = []
        self.exhausted = self.loading = self.trimmed = False
        self.revision += 1

    def missed(self) -> None:
        """Draw the line above the history that comes next: it was said while we were not there."""
        self.unmark()
        self._draws_line = True

    def redact(self, msgid: str, sentence: str) -> None:
        """Show a sentence in the place of a message, if it is here."""
        self._note_change(message_changes.redact(self.entries, msgid, sentence))

    def edit(self, msgid: str, rows: list[Entry]) -> bool:
        """Show other rows in the place of a message that was taken back; False if there is none for them."""
        changed = message_changes.edit(self.entries, msgid, rows)
        self._note_change(changed)
        return bool(changed)

    def annotate(self, msgid: str, note: str) -> None:
        """Show a note below a message, if it is here."""
        self._note_change(message_changes.annotate(self.entries, msgid, note))

    def _note_change(self, changed: list[Entry]) -> None:
        """Have the one row measured again; where rows have come or gone, all."""
        if len(changed) == 1 and len(self.changes) < _CHANGES:
            self.changes.append(changed[0])
        elif changed:
            self.changes.clear()
            self.revision += 1

    def unmark(self) -> None:
        """Take the line away."""
        kept = [entry for entry in self.entries if entry.kind is not RowKind.UNREAD]
        if len(kept) != len(self.entries):
            self.entries = kept
            self.revision += 1

    def oldest(self) -> str:
        """Return the id of the first message; "" if there is none."""
        said = (entry for entry in self.entries if entry.kind in (RowKind.TALK, RowKind.ACTION))
        return next((entry.msgid for entry in said if entry.msgid), "")

    def newest(self) -> Entry | None:
        """Return the last message."""
        talk = (RowKind.TALK, RowKind.ACTION, RowKind.NOTICE)
        return next((entry for entry in reversed(self.entries) if entry.kind in talk), None)


def _came_in_time(entry: Entry, before: Entry) -> bool:
    return before.at - entry.at < _LATE and before.at.date() == entry.at.date()


def _date(at: datetime) -> Entry:
    return Entry(RowKind.DATE, "", at.replace(hour=0, minute=0, second=0, microsecond=0))
