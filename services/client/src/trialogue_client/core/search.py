"""Searches history.  https://github.com/ircv3/ircv3-specifications/pull/496"""

from dataclasses import dataclass

from ircwire import Message, caps
from ircwire.tags import escape
from trialogue_client.core import events as ev
from trialogue_client.core.session import Session


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for; "" as `nick` or `room` stands for any."""

    words: str
    nick: str = ""
    room: str = ""

    def __str__(self) -> str:
        by = f" from {self.nick}" if self.nick else ""
        return f"{self.words}{by}{f' in {self.room}' if self.room else ''}".strip()


class Searches:
    """The searches that are on their way, oldest first; a server answers them in this order."""

    def __init__(self) -> None:
        self._asked: list[tuple[str, SearchQuery]] = []
        self._found: list[ev.Said | ev.Noticed] = []

    def ask(self, session: Session, wanted: SearchQuery) -> bool:
        """Ask the server; False if it cannot search."""
        if not (session.state.has(caps.SEARCH) or session.state.has(caps.SOJU_SEARCH)):
            return False
        attributes = {"text": wanted.words, "from": wanted.nick, "in": wanted.room}
        words = ";".join(f"{name}={escape(value)}" for name, value in attributes.items() if value)
        session.send(Message("SEARCH", [words]))
        self._asked.append((session.barrier(), wanted))
        return True

    def handle(self, event: ev.Event) -> list[ev.Event]:
        """Return what is to be told: the event, or what was found once all of it has come."""
        if event.answer == ev.FOUND:
            if isinstance(event, ev.Said | ev.Noticed):
                self._found.append(event)
            return []
        if isinstance(event, ev.Ponged) and self._asked and event.token == self._asked[0][0]:
            _, wanted = self._asked.pop(0)
            found, self._found = tuple(self._found), []
            return [ev.Found(str(wanted), found), event]
        if isinstance(event, ev.StandardReply) and event.command == "SEARCH" and self._asked:
            self._asked.pop(0)  # The refusal says enough.
        return [event]

    def forget(self) -> None:
        """There is no connection any more that could answer."""
        self._asked.clear()
        self._found.clear()
