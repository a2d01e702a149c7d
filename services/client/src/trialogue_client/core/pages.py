"""Pages of history around a message of long ago, to be looked at by themselves.

https://ircv3.net/specs/extensions/chathistory
"""

from dataclasses import dataclass, field

from ircwire import Message, caps
from trialogue_client.core import events as ev
from trialogue_client.core.points import Point, at_time
from trialogue_client.core.recall import conversation
from trialogue_client.core.session import Session

_LABEL = "p"


@dataclass(slots=True)
class _Page:
    target: str
    verb: str
    wanted: str
    label: str
    session: Session
    token: str
    gathered: list[ev.Said | ev.Noticed] = field(default_factory=list)


class Pages:
    """The pages that are on their way, oldest first."""

    def __init__(self) -> None:
        self._asked: list[_Page] = []
        self._number = 0

    def ask(self, session: Session, target: str, verb: str, point: Point, count: int) -> bool:
        """Ask for what was said AROUND, BEFORE or AFTER a message; False if the server cannot tell."""
        if not all(map(session.state.has, (caps.CHATHISTORY, caps.BATCH, caps.LABELED_RESPONSE))):
            return False
        by_id = session.state.features.names_by_id
        if not by_id and point.at is None:
            return False
        self._number += 1
        label = f"{_LABEL}{self._number}"
        named = f"msgid={point.msgid}" if by_id or point.at is None else at_time(point.at)
        words = [verb, target, named, str(count)]
        session.send(Message("CHATHISTORY", words, tags={"label": label}))
        self._asked.append(_Page(target, verb, point.msgid, label, session, session.barrier()))
        return True

    def handle(self, event: ev.Event) -> list[ev.Event]:
        """Return what is to be told: the event, nothing while a page comes, or the page once it is whole."""
        page = next((one for one in self._asked if one.label == event.answer), None) if event.answer else None
        if page is not None:
            if isinstance(event, ev.Said | ev.Noticed) and conversation(event):
                page.gathered.append(event)
            return []  # A refusal leaves the page empty, which tells enough; reactions are not looked at here.
        if isinstance(event, ev.Ponged) and self._asked and event.token == self._asked[0].token:
            page = self._asked.pop(0)
            page.session.state.batches.counted.pop(page.label, 0)
            return [ev.Page(page.target, page.verb, page.wanted, tuple(page.gathered)), event]
        return [event]

    def forget(self) -> list[ev.Event]:
        """There is no connection any more that could answer: what was asked for comes empty."""
        gone, self._asked = self._asked, []
        return [ev.Page(page.target, page.verb, page.wanted, ()) for page in gone]
