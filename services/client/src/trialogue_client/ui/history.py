"""Older pages of a conversation, asked for when somebody scrolls up to where it begins.

https://ircv3.net/specs/extensions/chathistory
"""

from datetime import UTC

from ircwire import Message, caps
from trialogue_client.core import events as ev
from trialogue_client.ui.buffers import Buffer, Sort
from trialogue_client.ui.entries import Entry
from trialogue_client.ui.model import Model

PAGE = 50
"""Messages."""


class History:
    """The pages that are on their way: a PING follows each request, and its answer says that the page is whole."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._asked: dict[str, Buffer] = {}
        self._got: dict[str, int] = {}

    def enable(self) -> None:
        """Ask for the capability, if the server has it and we have not: only who can show pages needs it."""
        session = self._model.chat.session
        if session is not None and caps.CHATHISTORY in session.state.negotiation.offered and not self._offered():
            self._model.chat.send(Message("CAP", ["REQ", caps.CHATHISTORY]))

    def latest(self, buffer: Buffer) -> bool:
        """Ask for the newest page, of a room that we have just come into; False if that cannot be asked for."""
        return not buffer.loading and self._ask(buffer, "LATEST", "*")

    def older(self, buffer: Buffer) -> bool:
        """Ask for the page before the first row; False if there is none to ask for."""
        if buffer.loading or buffer.exhausted or buffer.sort is Sort.SERVER:
            return False
        first = buffer.oldest()
        if first is None:
            return self._ask(buffer, "LATEST", "*")
        return self._ask(buffer, "BEFORE", _point(first))

    def follow(self, event: ev.Event) -> None:
        """Take in what happened."""
        match event:
            case ev.Said() | ev.Noticed() if event.replayed:
                key = self._model.chat.fold(event.target if not event.private or event.me else event.who.nick)
                self._got[key] = self._got.get(key, 0) + 1
            case ev.Ponged() if event.token in self._asked:
                self._whole(self._asked.pop(event.token))

    def lost(self) -> None:
        """Forget what was asked for: there is no connection any more."""
        for buffer in self._asked.values():
            buffer.loading = False
        self._asked.clear()

    def _offered(self) -> bool:
        chat = self._model.chat
        return chat.online and chat.session is not None and chat.session.state.has(caps.CHATHISTORY)

    def _ask(self, buffer: Buffer, verb: str, point: str) -> bool:
        chat = self._model.chat
        if not self._offered() or chat.session is None:
            return False
        chat.send(Message("CHATHISTORY", [verb, buffer.name, point, str(PAGE)]))
        self._got.pop(chat.fold(buffer.name), None)
        self._asked[chat.session.barrier()] = buffer
        buffer.loading = True
        return True

    def _whole(self, buffer: Buffer) -> None:
        buffer.loading = False
        buffer.exhausted = not self._got.pop(self._model.chat.fold(buffer.name), 0)


def _point(entry: Entry) -> str:
    if entry.msgid:
        return f"msgid={entry.msgid}"
    return f"timestamp={entry.at.astimezone(UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"
