"""Our status in rooms (operator, voice), which some servers give back after a reconnection, and some do not."""

from ircwire.casemap import Fold
from trialogue_client.core.rooms import Rooms


class RoomStatuses:
    """The symbols that we had in each room when the connection was lost."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._held: dict[str, str] = {}

    def disconnected(self, rooms: Rooms, nick: str) -> None:
        """Note what we had."""
        for room in rooms:
            member = rooms.member(room.name, nick)
            if member is not None and room.listed:
                self._held[self._fold(room.name)] = member.symbols

    def forget(self, room: str) -> None:
        """We have left a room, or were put out of it."""
        self._held.pop(self._fold(room), None)

    def lost(self, room: str, symbols: str) -> str:
        """Return the symbols that we had in a room, have not now that we are in it again, and are told of once."""
        held = self._held.pop(self._fold(room), "")
        return "".join(symbol for symbol in held if symbol not in symbols)
