"""Completes half-typed lines, and explains their commands, by one table: core/commands/table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ircwire.casemap import unicode_fold
from trialogue_client.core import emoji
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.arguments import Command
from trialogue_client.core.commands.table import TABLE, find

_WITH_ROOM = ("#", "&")


@dataclass(frozen=True, slots=True)
class Completion:
    """From `start` on, the text up to the cursor may become one of these."""

    start: int
    choices: tuple[str, ...]


def others_in(chat: Chat, conversation: str) -> list[str]:
    """Return the nicks of the others in a room, or of the one with whom a direct conversation is, by the alphabet."""
    if conversation and not chat.is_room(conversation):
        present = [conversation]
    else:
        room = chat.session.state.rooms.get(conversation) if chat.session is not None else None
        present = sorted((one.nick for one in room.members.values()), key=str.casefold) if room is not None else []
    return [nick for nick in present if chat.fold(nick) != chat.fold(chat.nick)]


def complete(text: str, nicks: Sequence[str], rooms: Sequence[str]) -> Completion:
    """Return what the text in front of the cursor may become; `nicks` with the likeliest first."""
    start = max(text.rfind(" "), text.rfind("\n")) + 1
    word = text[start:]
    if text.startswith("/") and start == 0:
        return Completion(0, tuple(f"/{row.name} " for row in _begun(word)))
    if word[:1] in _WITH_ROOM:
        return Completion(start, tuple(f"{name} " for name in _like(word, rooms)))
    if part := emoji.typed(word):
        return Completion(start, tuple(f"{sign} " for _, sign in emoji.find(part)))
    ending = ": " if start == 0 else " "
    return Completion(start, tuple(nick + ending for nick in _like(word.removeprefix("@"), nicks)) if word else ())


def explain(text: str) -> str:
    """Return one line on the command or the emoji that is being typed; "" for what is neither."""
    if part := emoji.typed(re.split(r"\s", text)[-1]):
        return "  ".join(["Tab:", *(f"{sign} :{name}" for name, sign in emoji.find(part))]).removesuffix("Tab:")
    if not text.startswith("/") or text.startswith("//") or "\n" in text:
        return ""
    word, _, rest = text.partition(" ")
    begun = _begun(word)
    command = find(word) if word != "/" else None
    if command is not None and (rest or len(begun) <= 1 or command.name == word[1:].lower()):
        return f"{command.usage} — {command.help}"
    if not begun:
        return f"There is no command {word}. /help shows all of them, // begins a line with a slash"
    return "Tab: " + "  ".join(f"/{row.name}" for row in begun)


def _begun(word: str) -> list[Command]:
    return [row for row in TABLE if row.name.startswith(word[1:].lower())]


def _like(word: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if unicode_fold(name).startswith(unicode_fold(word))]
