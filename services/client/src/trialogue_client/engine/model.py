"""Puts events into conversations, counts what is unread, and finds what is worth a bell. Nothing here knows Textual."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ircwire.text import strip_formatting
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.events.connection import DialStarted, Lost, Remark
from trialogue_client.core.mentions import is_mention
from trialogue_client.core.references import edits_of
from trialogue_client.engine import message_changes
from trialogue_client.engine.attention import is_muted
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.conversations import Conversations
from trialogue_client.engine.entries import Entry, entry_of
from trialogue_client.engine.greeting import Greeting
from trialogue_client.engine.routing import SERVER, places
from trialogue_client.engine.tallies import ReactionTallies
from trialogue_client.wording.phrases import rows
from trialogue_client.wording.rows import Row, RowKind, View


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody wants our attention."""

    who: str
    where: str
    text: str


class Model(Conversations):
    """All conversations of one network, and what events do to them.

    It is large because all of it changes the same buffers: where an event goes, what is unread, what calls.
    """

    def __init__(self, chat: Chat, highlights: Iterable[str] = ()) -> None:
        super().__init__(chat)
        self.highlights = tuple(highlights)
        self.muted: tuple[str, ...] = ()
        """Rooms and people of which nothing is counted, marked or called out."""
        self.alerts: list[Alert] = []
        self.state = "connecting"
        """One phrase on the connection, for the status line."""
        self.watched = True
        """Whether somebody looks at the active conversation."""
        self._view = View(chat)
        self._greeting = Greeting()
        self._tallies = ReactionTallies(chat.fold)
        self._older: dict[str, list[Entry]] = {}
        self._missing: dict[str, int] = {}
        """How much of what comes now was missed, by folded name."""

    def close(self, buffer: Buffer) -> None:
        """Close a conversation, and show its messages anew if they come again; the one with the server stays."""
        if buffer.sort is not BufferKind.SERVER:
            for entry in buffer.entries:
                self._view.seen.pop(entry.msgid, None)
        super().close(buffer)

    def handle(self, event: ev.Event, now: datetime) -> None:
        """Take in what happened; `now` is the local time, with its zone."""
        self._follow(event)
        if self._is_dealt_with(event):
            return
        greets = self._greeting.follow(event)
        shown = [Row(RowKind.EVENT, event.text)] if isinstance(event, Remark) else rows(event, self._view)
        if not shown:
            return
        names = [SERVER] if greets else places(event, self.chat, set(self.buffers), self.active.name)
        for buffer in dict.fromkeys(self._at(name, event) for name in names):
            self._add(buffer, event, shown, now)

    @property
    def behind(self) -> bool:
        """Whether history has come that is not in its place yet."""
        return bool(self._older)

    def settle(self) -> None:
        """Put the history that has come where it belongs; call it after each handful of events."""
        for key, entries in self._older.items():
            if key in self.buffers:
                self.buffers[key].adopt(entries)
        self._older.clear()

    def show(self, look: RowKind, lines: Iterable[str], now: datetime) -> None:
        """Show lines where the person is looking."""
        for line in "\n".join(lines).split("\n"):
            self.active.append(Entry(look, line, now))

    def ended(self, reason: str, now: datetime) -> None:
        """Take in that there is no connection any more, and that none will be tried."""
        self.state = "ended: /connect"
        for line in reason.split("\n"):
            self.buffers[SERVER].append(Entry(RowKind.TROUBLE, line, now))

    def pending(self, buffer: Buffer, now: datetime) -> list[Entry]:
        """Return the lines of our own that the server has not confirmed yet, as rows for the end."""
        session = self.chat.session
        echoes = session is not None and session.state.echoes
        key = self.chat.fold(buffer.name)
        # An edited message stands at its place as soon as the server has it, and until then nowhere else.
        said = [line for line in self.chat.lines if not edits_of(line.tags)]
        waiting = [line for line in said if self.chat.fold(line.target) == key and (echoes or not line.tickets)]
        looks = {ev.Kind.ACTION: RowKind.ACTION, ev.Kind.NOTICE: RowKind.NOTICE}
        return [
            Entry(
                looks.get(line.kind, RowKind.TALK), text, now, self.chat.nick, me=True,
                state="unsent" if line.waits else "sending",
            )
            for line in waiting
            for text in line.text.split("\n")
        ]  # fmt: skip

    def _at(self, name: str, event: ev.Event) -> Buffer:
        if isinstance(event, ev.Said | ev.Noticed | ev.Joined):
            return self.open(name)
        return self.find(name) or self.active

    def _follow(self, event: ev.Event) -> None:
        match event:
            case DialStarted():
                self.state = "connecting"
            case Lost():
                self.state = "not connected"
                self._view.reconnected = True
            case ev.Registered():
                self.state = "connected"
                for room in self.buffers.values():
                    room.here = room.sort is not BufferKind.ROOM  # Until we are in it again.
            case ev.Joined(me=True):
                self._entered(event.room)
            case ev.Parted(me=True):
                self._left(event.room)
            case ev.Kicked(me=True):
                self.open(event.room).here = False
            case ev.TopicChanged() | ev.TopicTold() if (buffer := self.find(event.room)) is not None:
                buffer.topic = event.topic
            case ev.Renamed() | ev.RoomRenamed():
                self._renamed(event)

    def _is_dealt_with(self, event: ev.Event) -> bool:
        """Return whether this changes what is shown instead of adding to it."""
        match event:
            case ev.NoEarlier():
                return True
            case ev.Missed():
                if event.more:
                    self._begin_anew(self.open(event.target))
                self._missed(self.open(event.target), event.count)
                return True
            case ev.Marked():
                self._read_elsewhere(event)
                return True
            case ev.Redacted():
                because = f": {event.reason}" if event.reason else ""
                sentence = f"(taken back by {event.by.nick}{because})"
                for place in self._places:
                    place.redact(event.redacted, sentence)
                for entries in self._older.values():
                    message_changes.redact(entries, event.redacted, sentence)
                return True
            case ev.Tagged():
                return self._reacted(event)
        return False

    @property
    def _places(self) -> list[Buffer]:
        """All rows that there are, those of long ago too."""
        return [place for one in self.buffers.values() for place in (one, one.past) if place is not None]

    def _reacted(self, event: ev.Tagged) -> bool:
        """Show a reaction below its message, once that is here; False if it is none."""
        msgid = self._tallies.take(event)
        note = self._tallies.words(msgid)
        for place in self._places if msgid else []:
            place.annotate(msgid, note)
        for entries in self._older.values() if msgid else []:
            message_changes.annotate(entries, msgid, note)
        return msgid != ""

    def note(self, entries: list[Entry]) -> list[Entry]:
        """Return the rows of a message, with the reactions to it that are known."""
        if entries and entries[-1].msgid:
            entries[-1].note = self._tallies.words(entries[-1].msgid)
        return entries

    def _left(self, room: str) -> None:
        """Close a room, unless there is a draft in it that nobody sees just now."""
        buffer = self.find(room)
        if buffer is not None and buffer is not self.active and buffer.draft:
            buffer.here = False
        elif buffer is not None:
            self.close(buffer)

    def _begin_anew(self, buffer: Buffer) -> None:
        """What comes is not next to what is here: from it one reads on backwards, page by page."""
        self._older.pop(self.chat.fold(buffer.name), None)
        buffer.begin_anew()

    def _missed(self, buffer: Buffer, count: int) -> None:
        if not self.is_muted(buffer.name):
            buffer.missed()
            self._missing[self.chat.fold(buffer.name)] = count
            buffer.unread += count if buffer is not self.active or not self.watched else 0

    def _read_elsewhere(self, event: ev.Marked) -> None:
        buffer = self.find(event.target)
        newest = buffer.newest() if buffer is not None else None
        if buffer is not None and event.until is not None and (newest is None or newest.at <= event.until):
            buffer.unread = buffer.mentions = 0

    def _entered(self, room: str) -> None:
        buffer = self.open(room)
        buffer.here = True
        wish = "" if self.chat.fold(self._wish) == self.chat.fold(room) else self._wish
        if self.active.sort is BufferKind.SERVER or wish != self._wish:
            self.switch(buffer)
            self._wish = wish
            for row in self._greeting.repeat():
                buffer.append(row)

    def _renamed(self, event: ev.Renamed | ev.RoomRenamed) -> None:
        key = self.chat.fold(event.old)
        if key in self.buffers and self.chat.fold(event.new) not in self.buffers:
            buffer = self.buffers.pop(key)
            buffer.name = event.new
            self.buffers[self.chat.fold(event.new)] = buffer

    def _add(self, buffer: Buffer, event: ev.Event, shown: list[Row], now: datetime) -> None:
        said = event if isinstance(event, ev.Said | ev.Noticed) else None
        called = said is not None and is_mention(said, self.chat.nick, self.highlights)
        mention = called and said is not None and not said.private
        shown = [self._addressed(row, buffer) for row in shown]
        entries = self.note([entry_of(row, now, event.msgid, mention=mention) for row in shown])
        if isinstance(event, ev.Said) and event.edits and self._edited(buffer, event, entries):
            return
        if event.replayed:
            self._older.setdefault(self.chat.fold(buffer.name), []).extend(entries)
            missed = said is not None and self._was_missed(buffer, said)
            if said is not None and self._waited(said):
                self._missed(buffer, 1)
                missed = True
            buffer.mentions += missed and called and (buffer is not self.active or not self.watched)
            return
        away = buffer is not self.active or not self.watched or buffer.past is not None
        quiet = said is not None and (self.is_muted(buffer.name) or self.is_muted(said.who.nick))
        if away and said is not None and not said.me and not quiet:
            buffer.mark_unread(entries[0].at)
            buffer.unread += 1
            buffer.mentions += called
        for entry in entries:
            buffer.append(entry)
        if buffer.sort is BufferKind.SERVER:
            self._greeting.note(event, entries)
        if called and away and said is not None and not quiet:
            self.alerts.append(Alert(said.who.nick, buffer.name, strip_formatting(said.text)))

    def _edited(self, buffer: Buffer, event: ev.Said, entries: list[Entry]) -> bool:
        """Show an edited message in its place; False if that is not here: then it stands where it comes."""
        coming = self._older.get(self.chat.fold(buffer.name), [])
        places = [place for place in (buffer, buffer.past) if place is not None]
        shown = [place.edit(event.edits, [replace(row) for row in entries]) for place in places]
        return any((*shown, message_changes.edit(coming, event.edits, entries)))

    def _was_missed(self, buffer: Buffer, said: ev.Said | ev.Noticed) -> bool:
        """Return whether it is one of those that were said while we were not there."""
        key = self.chat.fold(buffer.name)
        left = self._missing.get(key, 0)
        self._missing[key] = left - (left > 0 and not said.me)
        return left > 0 and not self.is_muted(said.who.nick)

    def _waited(self, said: ev.Said | ev.Noticed) -> bool:
        """Return whether somebody wrote to us alone while we were away, which the server tells by itself."""
        return said.private and not said.me and not said.answer and not self.is_muted(said.who.nick)

    def _addressed(self, row: Row, buffer: Buffer) -> Row:
        """Say of a notice whom it is for, where it does not go without saying: it opens no conversation of its own."""
        at_home = buffer.sort is BufferKind.SERVER or self.chat.fold(buffer.name) in map(
            self.chat.fold, (row.who, row.to)
        )
        if row.kind is not RowKind.NOTICE or not row.to or at_home:
            return row
        return replace(row, body=f"(to {row.to}) {row.body}")

    def is_muted(self, name: str) -> bool:
        """Return whether nothing of this room or person is to be counted or called out."""
        return is_muted(self.chat, name, self.muted)
