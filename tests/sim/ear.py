"""Hears one connection at the client's end, line by line, and compares it with what may be said there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from ircwire import Message, parse
from tests.sim.model import TOKEN, Broken, Model
from tests.sim.model import Message as Kept

if TYPE_CHECKING:
    from tests.sim.wire import Wire

_TALK = ("PRIVMSG", "NOTICE")
_KEY = "trialogue.chat/idempotency-key"


class Ear:
    """One connection as its client hears it. Implements `wire.Listener`."""

    def __init__(self, model: Model, nick: str) -> None:
        self._model = model
        self.wire: Wire | None = None
        self.nick = nick
        self.is_registered = False
        self.rooms: set[str] = set()
        self.been_in: set[str] = set()
        self.since: dict[str, int] = {}
        """Of each room where they are, an id after which everything that is said there is heard."""
        self.words: set[str] = set()
        self.labels: dict[str, str] = {}
        """Lines that are not answered yet, by label."""
        self.caps: set[str] = set()
        self._rest_up = self._rest_down = b""
        self._live: dict[str, int] = {}
        """By room, the id of the last message that was said there."""
        self._pages: dict[str, list[int]] = {}
        self._answered: set[str] = set()
        self._uid: int | None = None
        self._first = model.key(0)
        self.began = 0
        """The id of the last message before this connection."""
        self._own: set[str] = set()
        """What they said themselves and have been sent back."""
        self.checksum = 0
        """Of all that was heard."""

    def said(self, data: bytes) -> None:
        *lines, self._rest_up = (self._rest_up + data).split(b"\r\n")
        for line in lines:
            message = parse(line.decode())
            label = message.tags.get("label", "")
            if label and {"batch", "labeled-response"} <= self.caps:
                self.labels[label] = line.decode()

    def heard(self, data: bytes) -> None:
        """Take in bytes. Raises Broken."""
        self.checksum = crc32(data, self.checksum)
        *lines, self._rest_down = (self._rest_down + data).split(b"\r\n")
        for line in lines:
            self._line(line.decode())

    def _line(self, line: str) -> None:
        tags, _, body = line.partition(" ") if line.startswith("@") else ("", "", line)
        if len(tags) + 1 > 8191 or len(body.encode()) > 510 or not line or "\n" in line:
            raise Broken(f"{self.nick} is sent a line that is no line: {line!r}")
        message = parse(line)
        self._label(message, line)
        if message.command in _TALK:
            self._talk(message, line)
        elif word := TOKEN.search(line):
            self._quoted(word[0], message, line)
        act = getattr(self, f"_on_{message.command.lower()}", None)
        if act is not None and message.tags.get("batch", "") not in self._pages:
            act(message)

    def _label(self, message: Message, line: str) -> None:
        label = message.tags.get("label", "")
        if not label:
            return
        if label in self._answered:
            raise Broken(f"the label {label} is answered twice: {line}")
        if self.labels.pop(label, None) is None:
            raise Broken(f"the label {label} was never said: {line}")
        self._answered.add(label)

    # What is said.

    def _talk(self, message: Message, line: str) -> None:
        word = TOKEN.search(message.params[-1])
        if word is None:
            return
        number = int(message.tags.get("msgid", "0"), 16)
        known = self._known(word[0], line, number)
        if _KEY in message.tags and "label" in message.tags:  # what we said ourselves, perhaps on an earlier connection
            if known.place and known.word in self._own:
                raise Broken(f"{self.nick} is sent a message twice: {line}")
            self.words.add(word[0])
            self._own.add(word[0])
            return
        self._may_hear(known, line)
        if known.place and known.uid == self.uid and "batch" in self.caps and "batch" not in message.tags:
            if known.word in self._own:
                raise Broken(f"{self.nick} is sent a message twice: {line}")
            self._own.add(known.word)
        self._model.sightings += 1
        self.words.add(word[0])
        if number and number != known.id:
            raise Broken(f"{word[0]} has another id than the one that is kept: {line}")
        batch = message.tags.get("batch", "")
        if batch in self._pages:
            if number and known.place and number not in self._pages[batch]:
                self._pages[batch].append(number)
        elif known.place and number and "batch" in self.caps and not batch:
            self._in_order(known.place, number, line)

    def _in_order(self, place: str, number: int, line: str) -> None:
        if self._live.get(place, 0) == number:
            raise Broken(f"{self.nick} is sent a message twice: {line}")
        if self._live.get(place, 0) > number:
            raise Broken(f"{self.nick} is sent a message after a later one: {line}")
        self._live[place] = number

    def _quoted(self, word: str, message: Message, line: str) -> None:
        if message.command not in ("TOPIC", "332", "BATCH", "QUIT", "ERROR", "PART", "KICK", "JOIN"):
            self._may_hear(self._known(word, line), line)

    def _known(self, word: str, line: str, number: int = 0) -> Kept:
        known = self._model.by_id.get(number)
        if known is None or known.word != word:
            known = self._model.by_word.get(word)
        if known is None:
            raise Broken(f"{self.nick} is sent what is not kept: {line}")
        return known

    def _may_hear(self, known: Kept, line: str) -> None:
        uid = self.uid
        if uid is None:
            raise Broken(f"somebody who is nobody is sent a message: {line}")
        if known.room and known.uid != uid and known.room.names.isdisjoint(self.been_in):
            raise Broken(f"{self.nick} is sent what was said in a room where they never were: {line}")
        if known.uid != uid and not self._model.may_read(uid, known):
            raise Broken(f"{self.nick} is sent what is not for them: {line}")

    @property
    def uid(self) -> int | None:
        """The user of this connection, for the model; the wire does not say it."""
        user = self.wire.session.user if self.wire is not None and self.wire.session is not None else None
        if user is not None:
            self._uid = user.uid + self._first
        return self._uid

    def has_heard_all(self) -> None:
        """Raise Broken if something was said in a room while they were there and they were not told."""
        uid = self.uid
        for message in self._model.by_id.values():
            if message.to == uid and message.id > self.began and self._must_hear(message):
                raise Broken(f"{self.nick} has not heard {message.word}")
        for room, since in self.since.items():
            known = self._model.rooms.get(room)
            for message in known.messages if known is not None else ():
                is_own = message.uid == uid and "echo-message" not in self.caps
                if message.id > since and not is_own and message.word not in self.words and not message.is_gone:
                    raise Broken(f"{self.nick} has not heard {message.word} in {room}")

    def _must_hear(self, message: Kept) -> bool:
        person = self._model.person(message.to)
        is_blocking = person is None or not self._model.blocking.isdisjoint(person.names)
        is_own = message.uid == message.to and "echo-message" not in self.caps
        return message.word not in self.words and not (message.is_gone or is_blocking or is_own)

    # What happens.

    def _on_001(self, message: Message) -> None:
        self.nick, self.is_registered = message.params[0], True
        self.began = self._model.last_id

    def _on_nick(self, message: Message) -> None:
        if self._is_me(message):
            self.nick = message.params[0]

    def _on_join(self, message: Message) -> None:
        if self._is_me(message):
            self.since.setdefault(message.params[0].lower(), self._model.last_id)
            self.rooms.add(message.params[0].lower())
            self.been_in.add(message.params[0].lower())

    def _on_part(self, message: Message) -> None:
        if self._is_me(message):
            self._out(message.params[0].lower())

    def _on_kick(self, message: Message) -> None:
        if message.params[1].lower() == self.nick.lower():
            self._out(message.params[0].lower())

    def _out(self, room: str) -> None:
        self.rooms.discard(room)
        self.since.pop(room, None)

    def _on_rename(self, message: Message) -> None:
        old, new = message.params[0].lower(), message.params[1].lower()
        self.been_in.add(new)
        if old in self.rooms:
            self.rooms.discard(old)
            self.rooms.add(new)
        for known in (self._live, self.since):
            if old in known:
                known[new] = known.pop(old)

    def _on_cap(self, message: Message) -> None:
        if message.params[1] == "ACK":
            for name in message.params[-1].split():
                (self.caps.discard if name.startswith("-") else self.caps.add)(name.lstrip("-"))

    def _on_batch(self, message: Message) -> None:
        reference = message.params[0][1:]
        if message.params[0].startswith("+"):
            if message.params[1] in ("chathistory", "draft/search"):
                self._pages[reference] = []
        elif page := self._pages.pop(reference, []):
            self._is_whole(page)

    def _is_whole(self, page: list[int]) -> None:
        """What comes in one answer is in order, and what comes of a room has no gap."""
        if page != sorted(page):
            raise Broken(f"{self.nick} is sent a page in another order than it was said: {page}")

    def _is_me(self, message: Message) -> bool:
        return (message.source or "").partition("!")[0].lower() == self.nick.lower()
