"""Edits messages.

IRCv3 has no settled specification of editing, so a message is taken back and the new text is said, as another message.
Only once the server has taken the old one back: if it does not, both would stand there.
https://ircv3.net/specs/extensions/message-redaction
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ircwire import Message
from trialogue_client.core import events as ev
from trialogue_client.core.keyed_commands import KeyedCommand, KeyedCommands
from trialogue_client.core.session import Session

_LOST = "the connection was lost before the old message was taken back"


@dataclass(frozen=True, slots=True)
class PendingEdit:
    """One message that is to be taken back, and what is to be said then."""

    target: str
    msgid: str
    text: str
    tags: Mapping[str, str]
    token: str
    """Of the PING after the REDACT: its answer means that the server has decided."""
    command: KeyedCommand | None = None
    """The REDACT, if it can be sent again."""


class Edits:
    """The edits that are on their way, oldest first."""

    def __init__(self, say: Callable[[PendingEdit], Iterable[ev.Event]], commands: KeyedCommands) -> None:
        """`say` says the new text, once the server has taken the old one back."""
        self._say = say
        self._commands = commands
        self._open: list[PendingEdit] = []

    def begin(self, session: Session, target: str, msgid: str, text: str, tags: Mapping[str, str]) -> None:
        """Ask the server to take a message back."""
        command = self._commands.send(session, Message("REDACT", [target, msgid]))
        self._open.append(PendingEdit(target, msgid, text, tags, session.barrier(), command))

    def handle(self, event: ev.Event) -> Iterator[ev.Event]:
        """Return the event, and what comes of saying the new text, or that it comes to nothing."""
        yield event
        match event:
            case ev.Redacted() if (edit := self._of(event.redacted)) is not None:
                self._open.remove(edit)
                yield from self._say(edit)
            case ev.StandardReply(severity="FAIL", command="REDACT") if self._open:
                edit = next((found for word in event.context if (found := self._of(word))), self._open[0])
                self._open.remove(edit)
                yield _not_sent(edit, event.text)
            case ev.Ponged() if self._open and event.token == self._open[0].token:
                yield from self._say(self._open.pop(0))  # Taken back in silence: the server echoes nothing.

    def lost(self) -> list[ev.Event]:
        """Return what is not going to be said: there is no connection any more."""
        return self._give_up([edit for edit in self._open if not self._commands.has(edit.command)])

    def again(self, session: Session) -> list[ev.Event]:
        """Go on with what was sent again on a new connection; return what is not going to be said."""
        gone = self.lost()
        self._open = [replace(edit, token=session.barrier()) for edit in self._open]
        return gone

    def _give_up(self, gone: list[PendingEdit]) -> list[ev.Event]:
        self._open = [edit for edit in self._open if edit not in gone]
        return [_not_sent(edit, _LOST) for edit in gone]

    def _of(self, msgid: str) -> PendingEdit | None:
        return next((edit for edit in self._open if edit.msgid == msgid), None)


def _not_sent(edit: PendingEdit, reason: str) -> ev.NotSent:
    return ev.NotSent(edit.target, edit.text, reason.rstrip("."), sure=True)
