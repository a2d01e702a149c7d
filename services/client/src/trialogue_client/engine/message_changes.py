"""Messages that change in their place: taken back, edited, reacted to.

Each of these returns the rows that have changed: one, whose place is the same, or more, where rows have come or gone.
"""

from itertools import islice

from trialogue_client.engine.entries import Entry
from trialogue_client.wording.rows import RowKind

_FAR = 20_000
"""Rows that are looked through, from the last one on: people react to what was said lately."""


def redact(entries: list[Entry], msgid: str, sentence: str) -> list[Entry]:
    """Have one row with a sentence instead of a message."""
    places = _places(entries, msgid)
    if not places:
        return []
    first, rest = entries[places[0]], places[1:]
    first.body, first.kind, first.mention = sentence, RowKind.EVENT, False
    first.state, first.note = "gone", ""
    gone = [entries[place] for place in rest]
    if rest:
        entries[rest[0] : rest[-1] + 1] = [one for one in entries[rest[0] : rest[-1] + 1] if one.msgid != msgid]
    return [first, *gone]


def edit(entries: list[Entry], msgid: str, rows: list[Entry]) -> list[Entry]:
    """Have other rows, by the same person, in the place of a message that they have taken back."""
    places = _places(entries, msgid)
    if not places or not rows:
        return []
    first = entries[places[0]]
    if first.state != "gone" or first.who != rows[0].who:
        return []
    new, *more = rows
    first.kind, first.body, first.msgid, first.mention = new.kind, new.body, new.msgid, new.mention
    first.state, first.note = new.state, new.note
    for row in more:
        row.at, row.head = first.at, False
    entries[places[0] + 1 : places[0] + 1] = more
    return [first, *more]


def annotate(entries: list[Entry], msgid: str, note: str) -> list[Entry]:
    """Have a note below the last row of a message."""
    last = next((one for one in islice(reversed(entries), _FAR) if one.msgid == msgid), None)
    if last is None or last.state == "gone" or last.note == note:
        return []
    last.note = note
    return [last]


def _places(entries: list[Entry], msgid: str) -> list[int]:
    return [place for place, entry in enumerate(entries) if entry.msgid == msgid]
