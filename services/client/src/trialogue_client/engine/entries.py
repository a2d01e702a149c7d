"""One row of a conversation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from sys import intern

from trialogue_client.wording.rows import Row, RowKind

GROUP = timedelta(minutes=5)
"""Rows of one person that follow each other closer than this are shown under one name."""


_SAID = (RowKind.TALK, RowKind.ACTION, RowKind.NOTICE)


@dataclass(slots=True, eq=False)
class Entry:
    """One row, compared by identity. `body` has the sender's IRC formatting in it, and no line feeds."""

    kind: RowKind
    body: str
    at: datetime
    who: str = ""
    me: bool = False
    earlier: bool = False
    msgid: str = ""
    mention: bool = False
    state: str = ""
    """What is still to come of a line of our own: "sending", "unsent"; or what has become of it since: "edited",
    "gone"; "" for nothing special.
    """
    note: str = ""
    """What stands below it: the reactions to the message of which this is the last row."""
    head: bool = True
    """Whether the name is shown; if not, this is one more row under the same name."""

    @property
    def can_be_chosen(self) -> bool:
        """Whether one can do something with it: answer, copy."""
        return self.kind in _SAID

    def is_part_of(self, other: "Entry") -> bool:
        """Return whether both belong to one message."""
        return self is other or (self.msgid != "" and self.msgid == other.msgid)

    def continues(self, before: "Entry | None") -> bool:
        """Return whether this row belongs under the name of the row before it."""
        return (
            before is not None
            and self.kind is before.kind is RowKind.TALK
            and self.who == before.who
            and self.at - before.at < GROUP
        )


def entry_of(row: Row, now: datetime, msgid: str = "", *, mention: bool = False) -> Entry:
    """Make an entry of a row of text; times become local ones."""
    at = row.at.astimezone(now.tzinfo) if row.at else now
    who = intern(row.who)  # Of 100,000 rows many are by the same few people.
    state = "edited" if row.edited else ""
    return Entry(row.kind, row.body, at, who, row.me, row.earlier, msgid, mention, state)
