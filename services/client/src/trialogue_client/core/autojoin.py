"""The rooms to be in, now and after each reconnection, and their keys.  https://modern.ircdocs.horse/#key-channel-mode"""

from collections.abc import Iterable
from dataclasses import dataclass

from ircwire.casemap import Fold
from ircwire.modes import ModeChange

_KEY = "k"
_HIDDEN = frozenset({"*", "<key>"})
"""What servers write where they do not say a key."""


@dataclass(slots=True)
class _Wish:
    key: str = ""
    stays: bool = False
    """Whether we were in it, so that it is not given up for a while in which we are not let in."""
    shut: bool = False
    """Whether we have not been let in on this connection."""


class AutojoinRooms:
    """Rooms by name, found by any spelling."""

    def __init__(self, rooms: Iterable[str], fold: Fold, *, lasting: bool = False) -> None:
        """With `lasting`, these are rooms in which we were before."""
        self._fold = fold
        self._rooms = {room: _Wish(stays=lasting) for room in rooms}

    @property
    def keys(self) -> dict[str, str]:
        """The rooms with their keys; "" where none is known."""
        return {name: wish.key for name, wish in self._rooms.items()}

    @property
    def awaited(self) -> set[str]:
        """The folded names of those into which we are, or may still come."""
        return {self._fold(name) for name, wish in self._rooms.items() if not wish.shut}

    def has(self, room: str) -> bool:
        """Return whether a room is wanted."""
        return self._name(room) in self._rooms

    def key(self, room: str) -> str:
        """Return the key that is known of a room, or ""."""
        wish = self._rooms.get(self._name(room))
        return wish.key if wish is not None else ""

    def want(self, room: str, key: str) -> str:
        """Want this one last of all, and return its key: one that is known need not be said again."""
        wish = self._rooms.pop(self._name(room), _Wish())
        self._rooms[room] = _Wish(key or wish.key, stays=wish.stays)
        return key or wish.key

    def forget(self, room: str) -> None:
        """Want it no more."""
        self._rooms.pop(self._name(room), None)

    def connected(self) -> None:
        """Another connection: who was not let in may be now."""
        for wish in self._rooms.values():
            wish.shut = False

    def entered(self, room: str) -> None:
        """Note that we are in a room."""
        wish = self._rooms.setdefault(self._name(room), _Wish())
        wish.stays, wish.shut = True, False

    def refused(self, room: str, *, passing: bool) -> None:
        """We are not let in. With `passing`, a room that we were in may be like that for a while, and stays wanted."""
        wish = self._rooms.get(self._name(room))
        if wish is not None and wish.stays and passing:
            wish.shut = True
        else:
            self.forget(room)

    def shut(self, room: str) -> bool:
        """Note that it waits for its key; return whether it is wanted."""
        wish = self._rooms.get(self._name(room))
        if wish is not None:
            wish.shut = True
        return wish is not None

    def follow(self, room: str, changes: Iterable[ModeChange]) -> None:
        """Note another key, or that there is none any more."""
        wish = self._rooms.get(self._name(room))
        for change in changes:
            if wish is None or change.mode != _KEY:
                continue
            if not change.add:
                wish.key = ""
            elif change.param and change.param not in _HIDDEN:
                wish.key = change.param

    def move(self, old: str, new: str) -> None:
        """A room has another name."""
        was = self._fold(old)
        self._rooms = {new if self._fold(name) == was else name: wish for name, wish in self._rooms.items()}

    def _name(self, room: str) -> str:
        return next((name for name in self._rooms if self._fold(name) == self._fold(room)), room)
