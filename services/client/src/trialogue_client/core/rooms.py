"""Keeps who is in which room, as far as this client can see."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ircwire.modes import ModeChange
from ircwire.source import parse_source
from trialogue_client.core.features import Features


@dataclass(slots=True)
class Member:
    """One person in one room; empty fields are unknown."""

    nick: str
    symbols: str = ""
    """Their status in the room, highest first: ``@+``."""
    user: str = ""
    host: str = ""
    account: str = ""
    realname: str = ""
    away: bool = False


@dataclass(slots=True)
class Room:
    """One room that we are in. `members` is by folded nick."""

    name: str
    topic: str = ""
    members: dict[str, Member] = field(default_factory=dict)
    listed: bool = False
    """Whether the list that follows our joining has come to its end."""


class Rooms:
    """The rooms that we are in, found by any spelling of their names."""

    def __init__(self, features: Features) -> None:
        self._features = features
        self._rooms: dict[str, Room] = {}
        self._names: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def get(self, name: str) -> Room | None:
        """Return the room, or None when we are not in it."""
        return self._rooms.get(self._features.fold(name))

    def member(self, room: str, nick: str) -> Member | None:
        """Return the member, or None when either is not there."""
        there = self.get(room)
        return there.members.get(self._features.fold(nick)) if there else None

    def entered(self, name: str) -> None:
        """Note that we came into a room."""
        self._rooms[self._features.fold(name)] = Room(name)

    def left(self, name: str) -> None:
        """Note that we are out of a room."""
        self._rooms.pop(self._features.fold(name), None)

    def move(self, old: str, new: str) -> None:
        """Note a room's new name."""
        room = self._rooms.pop(self._features.fold(old), None)
        if room is not None:
            room.name = new
            self._rooms[self._features.fold(new)] = room

    def add(self, room: str, member: Member) -> None:
        """Note somebody in a room that we are in."""
        there = self.get(room)
        if there is not None:
            there.members[self._features.fold(member.nick)] = member

    def remove(self, room: str, nick: str) -> None:
        """Note that somebody is out of a room."""
        there = self.get(room)
        if there is not None:
            there.members.pop(self._features.fold(nick), None)

    def everywhere(self, nick: str) -> list[Member]:
        """Return somebody's membership in each room that we share."""
        key = self._features.fold(nick)
        return [room.members[key] for room in self if key in room.members]

    def shared(self, nick: str) -> tuple[str, ...]:
        """Return the names of the rooms that we share with somebody."""
        key = self._features.fold(nick)
        return tuple(room.name for room in self if key in room.members)

    def rename(self, old: str, new: str) -> None:
        """Note somebody's new nick in every room."""
        for room in self:
            member = room.members.pop(self._features.fold(old), None)
            if member is not None:
                member.nick = new
                room.members[self._features.fold(new)] = member

    def apply(self, room: str, change: ModeChange) -> None:
        """Note a status given or taken; other modes are not kept."""
        symbol = self._features.symbol_of(change.mode)
        member = self.member(room, change.param or "")
        if symbol and member is not None:
            held = set(member.symbols) | {symbol} if change.add else set(member.symbols) - {symbol}
            member.symbols = "".join(one for one in self._features.symbols if one in held)

    def name(self, room: str, entries: list[str]) -> None:
        """Take in one line of a NAMES list: ``@+nick[!user@host]`` …"""
        known = self._names.setdefault(self._features.fold(room), [])
        for entry in entries:
            bare = entry.lstrip(self._features.symbols)
            nick, user, host = parse_source(bare)
            symbols = entry[: len(entry) - len(bare)]
            known.append(symbols + nick)
            self._meet(room, Member(nick, symbols, user, host))

    def end_names(self, room: str) -> tuple[tuple[str, ...], bool]:
        """Return all that the NAMES list held, and whether it is the one that follows our joining."""
        there = self.get(room)
        on_join = there is not None and not there.listed
        if there is not None:
            there.listed = True
        return tuple(self._names.pop(self._features.fold(room), ())), on_join

    def _meet(self, room: str, met: Member) -> None:
        known = self.member(room, met.nick)
        if known is None:
            self.add(room, met)
        else:
            known.symbols, known.user, known.host = met.symbols, met.user or known.user, met.host or known.host
