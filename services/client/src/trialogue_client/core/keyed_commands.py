"""Reactions and redactions, until the server has answered: what was on its way when the connection broke is sent again.

Only where the server knows idempotency keys; elsewhere they are sent, and that is all.
"""

from dataclasses import dataclass, field

from ircwire import Message
from trialogue_client.core.idempotency import IdempotencyKeys, Keyed
from trialogue_client.core.receipts import LABEL
from trialogue_client.core.session import Session

_AT_MOST = 100
"""Commands that wait for an answer; of more, the oldest are not sent again."""


@dataclass(slots=True, eq=False)
class KeyedCommand:
    """One command that is not answered yet."""

    message: Message
    keyed: Keyed = field(default_factory=Keyed)
    ticket: int = 0


class KeyedCommands:
    """Those that are not answered yet, oldest first."""

    def __init__(self, keys: IdempotencyKeys) -> None:
        self._keys = keys
        self._open: list[KeyedCommand] = []

    def send(self, session: Session, message: Message) -> KeyedCommand | None:
        """Send a command whose first parameter is its target; return it if it can be sent again. Raises FormatError."""
        command = KeyedCommand(message)
        if not self._send(session, command):
            session.send(message)
            return None
        self._open = [*self._open[1 - _AT_MOST :], command]
        return command

    def again(self, session: Session) -> None:
        """Send all of them on a new connection, but for those that might be done twice."""
        self._open = [one for one in self._open if self._keys.holds(session.state, one.keyed)]
        for command in self._open:
            self._send(session, command)
            session.state.receipts.sent_again([command.ticket])

    def has(self, command: KeyedCommand | None) -> bool:
        """Return whether this one is not answered yet."""
        return command in self._open

    def settle(self, ticket: int) -> None:
        """The server has answered what this ticket was given for."""
        self._open = [one for one in self._open if one.ticket != ticket]

    def _send(self, session: Session, command: KeyedCommand) -> bool:
        key = self._keys.tags(session.state, command.keyed)
        if not key:
            return False
        name, params = command.message.command, command.message.params
        command.ticket = session.state.receipts.issue(session.state.features.fold(params[0]))
        label = {"label": f"{LABEL}{command.ticket}"}
        session.send(Message(name, params, tags={**label, **key, **command.message.tags}))
        return True
