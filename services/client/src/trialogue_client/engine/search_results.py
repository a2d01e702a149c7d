"""What a search has found, as rows: each can be chosen, and leads to where it was said."""

from datetime import datetime

from trialogue_client.core import events as ev
from trialogue_client.core.recall import conversation
from trialogue_client.engine.entries import Entry, EntryKind


def found(event: ev.Found, heading: str, now: datetime) -> list[Entry]:
    """Return the rows. They stand where it was asked for, not at their own time, which is a part of the text."""
    return [Entry(EntryKind.HINT, heading, now), *(row for one in event.results for row in _rows(one, now))]


def _rows(one: ev.Said | ev.Noticed, now: datetime) -> list[Entry]:
    at = f"{one.at.astimezone(now.tzinfo):%d %b %Y %H:%M} " if one.at else ""
    where = conversation(one)
    label = f"{at}{'' if one.private else f'{one.target} '}{one.who.nick}: "
    return [Entry(EntryKind.HINT, label + line, now, msgid=one.msgid, where=where) for line in one.text.split("\n")]
