"""Recovers our nick from somebody else who has it: most often our own connection that broke a minute ago.

https://ircv3.net/specs/extensions/monitor
"""

from collections.abc import Callable

from ircwire import Message
from trialogue_client.core import events as ev
from trialogue_client.core.session import Session

_ONLINE, _OFFLINE = "730", "731"


class NickRecovery:
    """Takes our nick back as soon as it is free."""

    def __init__(self, nick: str, fold: Callable[[str], str]) -> None:
        self.nick = nick
        """The one that we want."""
        self._fold = fold
        self._waits = self._watches = False
        self._session: Session | None = None

    def connected(self, session: Session) -> None:
        """Begin a new connection."""
        self._session = session

    def handle(self, event: ev.Event) -> list[ev.Event]:
        """Return the event, unless it answers a question of ours."""
        session = self._session
        if session is None:
            return [event]
        match event:
            case ev.Registered():
                self._waits, self._watches = not self._is_wanted(event.nick), False
            case ev.ServerReply(code="005") if self._waits and session.state.features.monitors and not self._watches:
                self._watches = True
                session.send(Message("MONITOR", ["+", self.nick]))
            case ev.ServerReply(code=code) if self._waits and code in (_ONLINE, _OFFLINE) and self._names(event):
                if code == _OFFLINE:
                    session.send(Message("NICK", [self.nick]))
                return []
            case ev.Renamed(me=True):
                self._mine(event.new, session)
            case ev.Quit() if self._waits and self._is_wanted(event.who.nick):
                session.send(Message("NICK", [self.nick]))
            case ev.Renamed() if self._waits and self._is_wanted(event.old):
                session.send(Message("NICK", [self.nick]))
        return [event]

    def _mine(self, nick: str, session: Session) -> None:
        if self._watches:
            session.send(Message("MONITOR", ["-", self.nick]))
        self._waits = self._watches = False
        self.nick = nick

    def _is_wanted(self, nick: str) -> bool:
        return self._fold(nick) == self._fold(self.nick)

    def _names(self, event: ev.ServerReply) -> bool:
        return event.params != () and all(
            self._is_wanted(target.partition("!")[0]) for target in event.params[-1].split(",")
        )
