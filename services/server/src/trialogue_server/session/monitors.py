"""Who wants to know when somebody comes and goes?  https://ircv3.net/specs/extensions/monitor"""

from collections.abc import Iterable

from trialogue_server.session.session import Session


class Monitors:
    """Which sessions watch which nicks, found from both sides. Nicks are found by their folded form."""

    __slots__ = ("_watchers",)

    def __init__(self) -> None:
        self._watchers: dict[str, dict[int, Session]] = {}

    def add(self, session: Session, folded: str, nick: str) -> None:
        """Let a session watch a nick, which is listed as it was given."""
        session.monitored[folded] = nick
        self._watchers.setdefault(folded, {})[session.sid] = session

    def remove(self, session: Session, folded: str) -> None:
        """End it; doing so twice does no harm."""
        if session.monitored.pop(folded, None) is None:
            return
        watchers = self._watchers[folded]
        del watchers[session.sid]
        if not watchers:
            del self._watchers[folded]

    def clear(self, session: Session) -> None:
        """Let a session watch nobody."""
        for folded in list(session.monitored):
            self.remove(session, folded)

    def of(self, folded: str) -> Iterable[Session]:
        """Return the sessions that watch a nick."""
        watchers = self._watchers.get(folded)
        return watchers.values() if watchers else ()
