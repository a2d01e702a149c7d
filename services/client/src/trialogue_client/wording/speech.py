"""Phrases messages, now or from history, and what is about them."""

from dataclasses import replace

from trialogue_client.core import events as ev
from trialogue_client.wording import about
from trialogue_client.wording.rows import Row, RowKind, View, news


def said(event: ev.Said, view: View) -> list[Row]:
    mark = RowKind.ACTION if event.kind is ev.Kind.ACTION else RowKind.TALK
    return _speech(mark, event, view, about.answered(event))


def noticed(event: ev.Noticed, view: View) -> list[Row]:
    return _speech(RowKind.NOTICE, event, view, event.text)


def _speech(mark: RowKind, event: ev.Said | ev.Noticed, view: View, text: str) -> list[Row]:
    """Return a row for each line, so that no line can look like somebody else's."""
    where = "" if event.private else view.elsewhere(event.target)
    to = (event.target if event.me else "you") if event.private else ""
    row = Row(mark, "", event.who.nick, where, to, me=event.me, at=event.at, earlier=event.replayed)
    rows = [replace(row, body=line) for line in text.split("\n")]
    if isinstance(event, ev.Said) and event.edits:
        rows[-1] = replace(rows[-1], edited=True)
    return rows


def tagged(event: ev.Tagged, view: View) -> list[Row]:
    text = about.reacted(event)
    return [_beside(text, event.target, view)] if text else []


def redacted(event: ev.Redacted, view: View) -> list[Row]:
    return [_beside(about.redacted(event), event.target, view)]


def _beside(text: str, target: str, view: View) -> Row:
    return news(text, target, view) if view.chat.is_room(target) else Row(RowKind.EVENT, text)


def missed(event: ev.Missed, view: View) -> list[Row]:
    return [Row(RowKind.HINT, about.missed(event, room=view.chat.is_room(event.target)))]


def no_earlier(event: ev.NoEarlier, _: View) -> list[Row]:
    return [Row(RowKind.EVENT, f"Nothing was said in {event.target} before that.")]


def found(event: ev.Found, view: View) -> list[Row]:
    """Each result says where it was said, also if that is where we are."""
    found = [Row(RowKind.HINT, about.found(event))]
    for one in event.results:
        mark, where = RowKind.NOTICE if isinstance(one, ev.Noticed) else RowKind.TALK, "" if one.private else one.target
        found += [replace(row, where=where) for row in _speech(mark, one, view, one.text)]
    return found


def waiting(event: ev.LineQueued, _: View) -> list[Row]:
    return [Row(RowKind.HINT, f"Kept until we are connected: {event.text}")]


def not_sent(event: ev.NotSent, _: View) -> list[Row]:
    if event.sure:
        return [Row(RowKind.TROUBLE, f"{event.target} did not get “{event.text}”: {event.reason}")]
    return [
        Row(RowKind.TROUBLE, f"{event.target} may not have got “{event.text}”: {event.reason}. It is not sent again.")
    ]
