"""What must be true, in plain Python: who is who, who is where, what was said, and who may read it.

It is told of every event that the store has kept, in order, and knows nothing else of the server. Where the rules leave
room (somebody who was away when a room was closed), it asks for nothing and forbids nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(r"\bw\d+z\b")
"""Each text that is said has a word of its own in it."""

_CAPITAL = re.compile(r"(?=[A-Z])")
_EPOCH = 1_000_000
_CLOSING = frozenset("iksR")


class Broken(AssertionError):  # noqa: N818 - says what happened
    """A promise was broken. The text says which."""


@dataclass
class Person:
    """One user of the network: a guest, or somebody with an account, on one connection or several."""

    nick: str
    names: list[str]
    """Who they are and were, the last first: their account's, or that of a guest, who never comes again."""

    @property
    def name(self) -> str:
        return self.names[0]


@dataclass
class Message:
    """One message that is kept."""

    id: int
    word: str
    text: str
    by: str
    uid: int
    place: str
    readers: frozenset[str] | None
    """Who may read it; None for whoever comes in."""
    due: frozenset[str] | None
    """Who must find it; None for whoever is in."""
    room: Room | None = None
    to: int = 0
    """Whom it was said to, if it was said to one person who was there."""
    is_gone: bool = False
    """Whether it was taken back, or may have ended with its place."""


@dataclass
class Room:
    """One channel."""

    name: str
    modes: set[str] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    belong: set[str] = field(default_factory=set)
    """Who came in and has not left on purpose."""
    messages: list[Message] = field(default_factory=list)
    has_bans: bool = False
    names: set[str] = field(default_factory=set)
    """What it is and was called."""
    is_registered: bool = False

    @property
    def is_closed(self) -> bool:
        return bool(self.modes & _CLOSING)


class Model:
    """The whole server as it should be."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.gone: dict[int, Person] = {}
        self.rooms: dict[str, Room] = {}
        self.direct: dict[frozenset[str], list[Message]] = {}
        self.by_id: dict[int, Message] = {}
        self.by_word: dict[str, Message] = {}
        self.accounts: set[str] = set()
        self.always_on: set[str] = set()
        self.blocking: set[str] = set()
        """Who has ever blocked anybody."""
        self.sightings = 0
        """Messages that anybody was sent, live or later."""
        self.last_id = self.last_event = 0
        """The greatest id of a message, and of any event."""
        self.epoch = 0

    def restarted(self) -> None:
        """Nobody is connected any more."""
        self.epoch += 1
        self.gone |= self.people
        self.people = {}
        for room in self.rooms.values():
            room.members.clear()

    def stays(self, uid: int, nick: str, account: str, rooms: list[str]) -> None:
        """Note a user who is always on, and so is there after a restart. Raises Broken."""
        if account.lower() not in self.always_on:
            raise Broken(f"{nick} is there after a restart, and is not always on")
        self.people[self.key(uid)] = Person(nick, [account.lower()])
        for name in rooms:
            if account.lower() not in self.room(name).belong:
                raise Broken(f"{nick} is in {name} after a restart, and was not before")
            self.room(name).members.add(self.key(uid))

    def apply(self, event: Any) -> None:
        """Take in one event that is kept. Raises Broken."""
        self.last_event = max(self.last_event, event.id)
        act = getattr(self, _CAPITAL.sub("_", type(event).__name__).lower(), None)
        if act is not None:
            act(event, self.key(event.uid))

    def key(self, uid: int) -> int:
        """Return the number of a user of this server: the next one begins anew with 1."""
        return uid + self.epoch * _EPOCH

    def person(self, uid: int) -> Person | None:
        """Return who this is or was."""
        return self.people.get(uid) or self.gone.get(uid)

    def room(self, name: str) -> Room:
        """Return the room of this name."""
        return self.rooms.setdefault(name.lower(), Room(name, names={name.lower()}))

    def by_nick(self, nick: str) -> int | None:
        """Return whose nick this is."""
        return next((uid for uid, one in self.people.items() if one.nick.lower() == nick.lower()), None)

    # People.

    def _user_registered(self, event: Any, uid: int) -> None:
        self._take(uid, event.nick)
        name = event.account.lower() or f"~{uid}"
        self.people[uid] = Person(event.nick, [name])

    def _nick_changed(self, event: Any, uid: int) -> None:
        self._take(uid, event.nick)
        self.people[uid].nick = event.nick

    def _take(self, uid: int, nick: str) -> None:
        if self.by_nick(nick) not in (None, uid):
            raise Broken(f"two people have the nick {nick}")

    def _logged_in(self, event: Any, uid: int) -> None:
        person = self.people.get(uid)
        if event.name and event.name.lower() not in self.accounts:
            raise Broken(f"somebody is logged in to {event.name}, which is no account")
        if person is not None:
            before = person.name
            person.names.insert(0, event.name.lower() or f"~{uid}")
            for room in [room for room in self.rooms.values() if uid in room.members]:
                room.belong.add(person.name)
                for message in room.messages:  # they were there, under another name
                    if message.readers is not None and before in message.readers:
                        message.readers |= {person.name}

    def _user_left(self, event: Any, uid: int) -> None:
        person = self.people.pop(uid, None)
        if person is not None:
            self.gone[uid] = person
        for room in self.rooms.values():
            room.members.discard(uid)

    def _blocks_changed(self, event: Any, uid: int) -> None:
        self.blocking.add(self.people[uid].name)

    def _account_saved(self, event: Any, uid: int) -> None:
        if event.record.blocks:
            self.blocking.add(event.record.name.lower())
        self.accounts.add(event.record.name.lower())
        (self.always_on.add if event.record.always_on else self.always_on.discard)(event.record.name.lower())

    def _account_dropped(self, event: Any, uid: int) -> None:
        self.accounts.discard(event.name.lower())
        for names, messages in self.direct.items():
            if event.name.lower() in names:
                _forget(messages, 0)

    # Rooms.

    def _channel_joined(self, event: Any, uid: int) -> None:
        room = self.room(event.channel)
        person = self.people[uid]
        if uid in room.members:
            raise Broken(f"{person.nick} joins {room.name} twice")
        if not room.members and event.modes:
            room.modes = set(event.modes)
        room.members.add(uid)
        room.belong.add(person.name)

    def _channel_parted(self, event: Any, uid: int) -> None:
        self._out(event.channel, uid)

    def _kicked(self, event: Any, uid: int) -> None:
        self._out(event.channel, self.key(event.target))

    def _out(self, channel: str, uid: int) -> None:
        room, person = self.room(channel), self.person(uid)
        if uid not in room.members:
            raise Broken(f"{uid} leaves {channel} and was not there")
        room.members.discard(uid)
        room.belong -= set(person.names if person else ())

    def _modes_changed(self, event: Any, uid: int) -> None:
        room = self.room(event.channel)
        for add, letter, _ in event.changes:
            was_closed = room.is_closed
            (room.modes.add if add else room.modes.discard)(letter)
            room.has_bans |= letter == "b"
            if add and room.is_closed and (letter == "k" or not was_closed):  # whoever is away is shut out
                room.belong = {self.people[one].name for one in room.members}

    def _channel_renamed(self, event: Any, uid: int) -> None:
        if event.channel.lower() != event.name.lower():
            room = self.rooms.pop(event.channel.lower())
            if before := self.rooms.get(event.name.lower()):
                _forget(before.messages, 0)
            self.rooms[event.name.lower()] = room
            for message in room.messages:
                message.place = event.name.lower()
        self.rooms[event.name.lower()].name = event.name
        self.rooms[event.name.lower()].names.add(event.name.lower())

    def _channel_saved(self, event: Any, uid: int) -> None:
        self.room(event.record.name).is_registered = event.record.ownership is not None

    def _channel_dropped(self, event: Any, uid: int) -> None:
        self.room(event.name).is_registered = False

    def _channel_forgotten(self, event: Any, uid: int) -> None:
        room = self.rooms.pop(event.name.lower(), None)
        if room is not None:
            _forget(room.messages, event.since)

    # What is said.

    def _message_posted(self, event: Any, uid: int) -> None:
        word = TOKEN.search(event.text)
        if word is None or event.command == "TAGMSG":
            return
        self._said(event, uid, word[0], event.text)

    def _multiline_posted(self, event: Any, uid: int) -> None:
        word = TOKEN.search(event.text)
        if word is not None:
            self._said(event, uid, word[0], event.text)

    def _said(self, event: Any, uid: int, word: str, text: str) -> None:
        if event.id <= self.last_id:
            raise Broken(f"{word} has an id that is not greater than all before")
        self.last_id = event.id
        by = self.people[uid].name
        before = self.by_word.get(word)
        if before is not None and (before.by == by or before.by.startswith("~")):  # an account's key is for it alone
            raise Broken(f"{word} was said once and is kept twice")
        message = (
            self._to_room(event, uid, word, text, by) if event.channel else self._to_person(event, uid, word, text, by)
        )
        self.by_word[word] = self.by_id[event.id] = message

    def _to_room(self, event: Any, uid: int, word: str, text: str, by: str) -> Message:
        room = self.room(event.channel)
        if uid not in room.members and "n" in room.modes:
            raise Broken(f"{word} was said in {room.name} by somebody who is not there")
        present = frozenset(self.people[one].name for one in room.members)
        closed = room.is_closed and not room.is_registered
        readers = present | room.belong | {by} if closed else None
        due = present if closed else None
        message = Message(event.id, word, text, by, uid, room.name.lower(), readers, due, room)
        room.messages.append(message)
        return message

    def _to_person(self, event: Any, uid: int, word: str, text: str, by: str) -> Message:
        other = self.people.get(self.key(event.to))
        names = frozenset((by, other.name if other else event.target.lower()))
        to = self.key(event.to) if event.to else 0
        message = Message(event.id, word, text, by, uid, "", names, names, to=to)
        self.direct.setdefault(names, []).append(message)
        return message

    def _message_redacted(self, event: Any, uid: int) -> None:
        if event.redacted in self.by_id:
            self.by_id[event.redacted].is_gone = True

    # Questions.

    def may_read(self, uid: int, message: Message) -> bool:
        """Return whether a user may see a message; whether they are in its room is asked elsewhere."""
        person = self.person(uid)
        return message.readers is None or (person is not None and not message.readers.isdisjoint(person.names))

    def must_read(self, uid: int, message: Message) -> bool:
        """Return whether a user who reads on must find a message."""
        person = self.people.get(uid)
        room = self.rooms.get(message.place)
        if message.is_gone or person is None or (room is not None and room.has_bans):
            return False
        return message.due is None or person.name in message.due


def _forget(messages: list[Message], since: int) -> None:
    for message in messages:
        if message.id >= since:
            message.is_gone = True
