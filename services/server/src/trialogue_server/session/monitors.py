"""Monitor lists: which sessions are notified when a nick comes and goes.  https://ircv3.net/specs/extensions/monitor"""

from collections.abc import Iterable

from trialogue_server.session.session import Session


class Monitors:
    """The nicks that sessions monitor, indexed from both sides by folded nick."""

    __slots__ = ("_watchers",)

    def __init__(self) -> None:
        self._watchers: dict[str, dict[int, Session]] = {}

    def add(self, session: Session, folded: str, nick: str) -> None:
        """Add a nick to a session's list, as it was written."""
        session.monitored[folded] = nick
        self._watchers.setdefault(folded, {})[session.sid] = session

    def remove(self, session: Session, folded: str) -> None:
        """Remove a nick; doing so twice is harmless."""
        if session.monitored.pop(folded, None) is None:
            return
        watchers = self._watchers[folded]
        del watchers[session.sid]
        if not watchers:
            del self._watchers[folded]

    def clear(self, session: Session) -> None:
        """Clear a session's list."""
        for folded in list(session.monitored):
            self.remove(session, folded)

    def of(self, folded: str) -> Iterable[Session]:
        """Return the sessions that monitor a nick."""
        watchers = self._watchers.get(folded)
        return watchers.values() if watchers else ()
