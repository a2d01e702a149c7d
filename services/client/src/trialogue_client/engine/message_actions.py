"""Choosing one message of a conversation, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ircwire import caps
from ircwire.text import strip_formatting
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import Action, Edit, Reply
from trialogue_client.engine.entries import Entry

_MODERATORS = tuple("~&@")
_QUOTED = 26
"""Characters of a message that are enough to know which one is meant."""


class MessageAction(Enum):
    """An action that a message allows; the value is the key for it."""

    REPLY = "r"
    REACT = "plus"
    COPY = "c"
    EDIT = "e"
    REDACT = "d"


_WORDS = {
    MessageAction.REPLY: "r reply",
    MessageAction.REACT: "+ react",
    MessageAction.COPY: "c copy",
    MessageAction.EDIT: "e edit",
    MessageAction.REDACT: "d take back",
}


def deeds(entry: Entry, chat: Chat, room: str) -> list[MessageAction]:
    """Return what can be done with a message of a conversation, on this server."""
    known = entry.msgid != ""
    possible = {
        MessageAction.REPLY: not entry.me,
        MessageAction.REACT: known and chat.has(caps.MESSAGE_TAGS),
        MessageAction.COPY: True,
        MessageAction.EDIT: known and entry.me and chat.has(caps.MESSAGE_REDACTION),
        MessageAction.REDACT: known and chat.has(caps.MESSAGE_REDACTION) and (entry.me or _moderates(chat, room)),
    }
    return [deed for deed, is_possible in possible.items() if is_possible]


def _moderates(chat: Chat, room: str) -> bool:
    member = chat.session.state.rooms.member(room, chat.nick) if chat.session is not None else None
    return member is not None and member.symbols[:1] in _MODERATORS


def words(entry: Entry, chat: Chat, room: str) -> str:
    """Return the keys for a chosen message, as one line."""
    return " · ".join([*(_WORDS[deed] for deed in deeds(entry, chat, room)), "Esc back"])


def another(entries: Sequence[Entry], chosen: Entry | None, step: int, below: int) -> Entry | None:
    """Return the next message above (-1) or below (1); from none, the last one before row number `below`."""
    place = entries.index(chosen) if chosen is not None and chosen in entries else below
    while 0 <= (place := place + step) < len(entries):
        entry = entries[place]
        if entry.can_be_chosen and not (chosen is not None and entry.is_part_of(chosen)):
            return next(one for one in entries if one.is_part_of(entry)) if entry.msgid else entry
    return None


def text_of(entries: Sequence[Entry], chosen: Entry, chat: Chat) -> str:
    """Return a message as it was written, all of its lines, with its formatting; the rows say more than that."""
    remembered = chat.recall.get(chosen.msgid)
    return remembered.text if remembered else "\n".join(one.body for one in entries if one.is_part_of(chosen))


def quote(entry: Entry) -> str:
    """Return the beginning of a message, in quotation marks."""
    text = strip_formatting(entry.body)
    return f"“{text if len(text) <= _QUOTED else f'{text[:_QUOTED].rstrip()}…'}”"


@dataclass(frozen=True, slots=True)
class Intent:
    """What the next text is to be: an answer to a message, or another text in its place."""

    entry: Entry
    edits: bool = False
    draft: str = ""
    """What was being typed before, and is to be there again afterwards."""

    def words(self) -> str:
        """Return it as a line above the input."""
        if self.edits:
            return f"Instead of {quote(self.entry)} · Esc: leave it"
        return f"To {self.entry.who}: {quote(self.entry)} · Esc: answer nobody"

    def action(self, target: str, text: str) -> Action:
        """Return what is to be done with the text."""
        if self.edits:
            return Edit(target, text, self.entry.msgid)
        return Reply(target, self.entry.who, text, self.entry.msgid)
