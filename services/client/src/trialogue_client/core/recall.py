"""Remembers the messages that were shown, and finds the one that is meant.

Replies, reactions and redactions name a message by its id, people by who said it last.
"""

from bisect import insort
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec.structs import replace

from trialogue_client.core import events as ev
from trialogue_client.core.events import Remembered
from trialogue_client.core.references import reply_of

_KEPT = 500
"""Messages of one conversation."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def conversation(event: ev.Event) -> str:
    """Return the room, or the person, that a message belongs to; "" for what belongs to none."""
    match event:
        case ev.Said() | ev.Noticed():
            private, who = event.private, event.who
        case ev.Tagged() | ev.Redacted():
            who = event.who if isinstance(event, ev.Tagged) else event.by
            private = event.target[:1] not in "#&"
        case _:
            return ""
    if not private or event.me:
        return event.target
    return who.nick if who.user else ""


class Recall:
    """The messages that were shown, by conversation."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._by_id: dict[str, Remembered] = {}
        self._kept: dict[str, list[Remembered]] = {}

    def handle(self, event: ev.Event) -> list[ev.Event]:
        """Return the event together with the message that it is about."""
        match event:
            case ev.Said() | ev.Noticed() if event.msgid and event.msgid not in self._by_id:
                self._keep(event)
        about = self._by_id.get(_subject(event))
        if about is None:
            return [event]
        if isinstance(event, ev.Redacted):
            self._forget(event.redacted)
        return [replace(event, refers_to=about)]

    def get(self, msgid: str) -> Remembered | None:
        """Return the message with this id."""
        return self._by_id.get(msgid)

    def last(self, target: str, nick: str) -> Remembered | None:
        """Return what somebody said last in a conversation."""
        wanted = self._fold(nick)
        kept = reversed(self._kept.get(self._fold(target), []))
        return next((message for message in kept if self._fold(message.nick) == wanted), None)

    def mine(self, target: str) -> Remembered | None:
        """Return what we said last in a conversation, under whichever nick."""
        return next((message for message in reversed(self._kept.get(self._fold(target), [])) if message.me), None)

    def newest(self, target: str) -> Remembered | None:
        """Return the last message of a conversation."""
        kept = self._kept.get(self._fold(target))
        return kept[-1] if kept else None

    def move(self, old: str, new: str) -> None:
        """Take note that a conversation has another name."""
        kept = self._kept.pop(self._fold(old), None)
        if kept is not None:
            self._kept[self._fold(new)] = kept

    def _keep(self, event: ev.Said | ev.Noticed) -> None:
        reply = event.reply if isinstance(event, ev.Said) else ""
        message = Remembered(event.msgid, event.at, event.who.nick, event.text, event.me, reply)
        kept = self._kept.setdefault(self._fold(conversation(event)), [])
        insort(kept, message, key=lambda one: one.at or _BEGINNING)
        self._by_id[message.msgid] = message
        if len(kept) > _KEPT:
            del self._by_id[kept.pop(0).msgid]

    def _forget(self, msgid: str) -> None:
        message = self._by_id.pop(msgid, None)
        for kept in self._kept.values():
            if message in kept:
                kept.remove(message)


def _subject(event: ev.Event) -> str:
    match event:
        case ev.Said():
            return event.reply
        case ev.Tagged():
            return reply_of(event.tags)
        case ev.Redacted():
            return event.redacted
    return ""
