"""Every typed line, until the server has confirmed it.

A text that needs several messages is as many lines here, and only so much is on its way at once: what has not been sent
can still be stopped. A line that could not be sent goes out with the next connection. So does one that was on its way
when the connection broke, where the server knows idempotency keys; elsewhere it is reported and never sent twice,
because nobody can know whether it arrived.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ircwire import FormatError
from trialogue_client.core import events as ev
from trialogue_client.core.idempotency import IdempotencyKeys, Keyed
from trialogue_client.core.references import edits_of
from trialogue_client.core.session import Session

WINDOW = 20
"""Lines on their way at once. A server that takes five a second, as ours does in the long run, has them in four."""


@dataclass(slots=True, eq=False)
class TypedLine:
    """One typed line that is not confirmed yet."""

    target: str
    text: str
    kind: ev.Kind
    tickets: set[int] = field(default_factory=set)
    """What it is made of, once it is on its way; empty while it waits."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Client-only tags: which message it answers."""
    keyed: Keyed = field(default_factory=Keyed)
    in_doubt: bool = False
    """Whether it was on its way when the connection broke, and will be sent again."""

    @property
    def height(self) -> int:
        """Return of how many lines it is on the wire, more or less."""
        return self.text.count("\n") + 1

    @property
    def waits(self) -> bool:
        """Whether none of it is sent yet."""
        return not self.tickets and not self.in_doubt


class PendingLines:
    """The lines that are not confirmed yet, oldest first."""

    def __init__(self, keys: IdempotencyKeys) -> None:
        self._keys = keys
        self.all: list[TypedLine] = []

    def send(self, session: Session, awaited: set[str]) -> list[ev.Event]:
        """Send those that are not on their way, except for rooms (`awaited`, folded) that we are on our way into."""
        fold, events = session.state.features.fold, list[ev.Event]()
        for whole in [line for line in self.all if not line.tickets]:
            if fold(whole.target) in awaited and session.state.rooms.get(whole.target) is None:
                continue
            if whole.in_doubt and not self._may_repeat(whole, session):
                events.append(self._give_up(whole))
                continue
            for line in [whole] if whole.in_doubt else self._split(whole, session):
                flying = sum(one.height for one in self.all if one.tickets)
                if flying and flying + line.height > WINDOW:
                    return events
                events += self._send(line, session)
        return events

    def stop(self, is_meant: Callable[[str], bool]) -> list[TypedLine]:
        """Forget, and return, the lines for a conversation that have not been sent."""
        stopped = [line for line in self.all if line.waits and is_meant(line.target)]
        self.all = [line for line in self.all if line not in stopped]
        return stopped

    def settle(self, ticket: int) -> None:
        """The server has what this ticket was given for."""
        line = self._of(ticket)
        if line is not None:
            line.tickets.discard(ticket)
            if not line.tickets:
                self.all.remove(line)

    def fail(self, event: ev.Undelivered) -> Iterator[ev.Event]:
        """The server has refused what this ticket was given for."""
        line = self._of(event.ticket)
        if line is not None:
            self.all.remove(line)
            yield ev.NotSent(line.target, line.text, event.reason, sure=True)

    def drop(self, session: Session, room: str, reason: str) -> Iterator[ev.Event]:
        """We are not let into a room, so what waits for it cannot be said."""
        fold = session.state.features.fold
        for line in [line for line in self.all if line.waits and fold(line.target) == fold(room)]:
            self.all.remove(line)
            yield ev.NotSent(line.target, line.text, reason, sure=True)

    def lost(self) -> list[ev.Event]:
        """There is no connection any more: keep those that wait or can be sent again; return those that cannot, and may
        have arrived or not.
        """
        for line in self.all:
            if line.tickets and line.keyed.key:
                line.tickets, line.in_doubt = set(), True
        return [self._give_up(line) for line in [line for line in self.all if line.tickets]]

    def _give_up(self, line: TypedLine) -> ev.Event:
        self.all.remove(line)
        return ev.NotSent(line.target, line.text, "the connection was lost", sure=False)

    def _may_repeat(self, line: TypedLine, session: Session) -> bool:
        is_one = len(session.parts(line.target, line.text, line.kind)) <= 1  # else, as of a longer nick, it is another
        return is_one and self._keys.holds(session.state, line.keyed)

    def _of(self, ticket: int) -> TypedLine | None:
        return next((line for line in self.all if ticket in line.tickets), None)

    def _split(self, line: TypedLine, session: Session) -> list[TypedLine]:
        """Have a line for each message that it takes."""
        parts = session.parts(line.target, line.text, line.kind)
        if len(parts) <= 1:
            return [line]
        lines = [
            TypedLine(line.target, part, line.kind, tags=line.tags if at == 0 else {}) for at, part in enumerate(parts)
        ]
        place = self.all.index(line)
        self.all[place : place + 1] = lines
        return lines

    def _send(self, line: TypedLine, session: Session) -> list[ev.Event]:
        tags = {**line.tags, **self._keys.tags(session.state, line.keyed)}
        try:
            tickets = session.say(line.target, line.text, line.kind, tags)
        except FormatError:
            self.all.remove(line)
            return [ev.NotSent(line.target, line.text, "that is not a name", sure=True)]
        if line.in_doubt:
            session.state.receipts.sent_again(tickets)
        line.tickets, line.in_doubt = set(tickets), False
        if not line.tickets:
            self.all.remove(line)
        return [] if session.state.echoes or not line.tickets else [_own(line, session)]


def _own(line: TypedLine, session: Session) -> ev.Event:
    """Return the event that the server would have sent us if it had echo-message."""
    mask, private = session.state.mask, not session.state.features.is_room(line.target)
    if line.kind is ev.Kind.NOTICE:
        return ev.Noticed(line.target, mask, line.text, me=True, private=private)
    return ev.Said(
        line.target, mask, line.text, me=True, private=private, kind=line.kind, edits=edits_of(line.tags)
    )  # fmt: skip
