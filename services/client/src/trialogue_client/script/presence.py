"""Keeps who came and went, as one actor saw it.

`waits for bob` must not depend on how fast the actor gets there: a bob who came and went meanwhile was there. So each
person's coming and going is kept, and every wait goes on from where the one before it stood.
"""

from collections import defaultdict

from ircwire.casemap import Fold
from trialogue_client.core import events as ev

_Key = tuple[str, str]


class Presence:
    """The comings and goings in the rooms that the actor is in."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._seen: defaultdict[_Key, list[bool]] = defaultdict(list)
        self._at: defaultdict[_Key, int] = defaultdict(int)

    def follow(self, event: ev.Event) -> None:
        """Take in one event."""
        match event:
            case ev.Joined():
                self._note(event.room, event.who.nick, here=True)
            case ev.NamesListed():
                self._listed(event.room, [name.lstrip("~&@%+") for name in event.names])
            case ev.Parted():
                self._gone(event.room, event.who.nick, me=event.me)
            case ev.Kicked():
                self._gone(event.room, event.nick, me=event.me)
            case ev.Quit():
                for room in event.rooms:
                    self._note(room, event.who.nick, here=False)
            case ev.RoomRenamed():
                self._moved(event.old, event.new)
            case ev.Renamed():
                for room in event.rooms:
                    self._note(room, event.old, here=False)
                    self._note(room, event.new, here=True)

    def _moved(self, old: str, new: str) -> None:
        """Whoever is in a room that has another name is there as before."""
        was = self._fold(old)
        for nick in [nick for (room, nick), seen in self._seen.items() if room == was and seen[-1:] == [True]]:
            self._note(new, nick, here=True)

    def reached(self, nick: str, room: str, *, present: bool) -> bool:
        """Return whether somebody was there (or not) at the last wait for them or later, and stand there."""
        key = (self._fold(room), self._fold(nick))
        if not self._seen[key]:
            return not present  # Never seen there, so not there.
        for at in range(self._at[key], len(self._seen[key])):
            if self._seen[key][at] is present:
                self._at[key] = at
                return True
        return False

    def _note(self, room: str, nick: str, *, here: bool) -> None:
        history = self._seen[self._fold(room), self._fold(nick)]
        if not history or history[-1] is not here:
            history.append(here)

    def _listed(self, room: str, nicks: list[str]) -> None:
        """Take in a full list: whoever is not on it is not there."""
        here = {self._fold(nick) for nick in nicks}
        for nick in here | {key[1] for key in self._seen if key[0] == self._fold(room)}:
            self._note(room, nick, here=nick in here)

    def _gone(self, room: str, nick: str, *, me: bool) -> None:
        """Whoever leaves a room no longer sees anybody there."""
        here = [key[1] for key in self._seen if key[0] == self._fold(room)]
        for somebody in here if me else [nick]:
            self._note(room, somebody, here=False)
