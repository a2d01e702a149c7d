"""A typed line → what it asks for; and, for most of it, carrying that out."""

from difflib import get_close_matches

from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import Action, Join, Part, Rename, Say, Send, UsageError
from trialogue_client.core.commands.arguments import Place
from trialogue_client.core.commands.table import TABLE, find
from trialogue_client.core.events import Event


def interpret(line: str, place: Place) -> list[Action]:
    """Return what one typed line asks for. Raises UsageError, with a sentence for the person who typed it."""
    if line.startswith("/") and not line.startswith("//"):
        return _command(line[1:], place)
    text = line[1:] if line.startswith("//") else line
    if not text.strip():
        return []
    if not place.target:
        raise UsageError("You are not in a room, so nobody would hear that: come into one with /join #room.")
    return [Say(place.target, text)]


def perform(action: Action, chat: Chat) -> list[Event]:
    """Carry out an action that only needs the chat; Show and Leave are the interface's.

    Raises UsageError, and FormatError for what cannot stand on a line.
    """
    match action:
        case Say():
            return chat.say(action.target, action.text, action.kind)
        case Join():
            chat.join(action.room, action.key)
        case Part():
            chat.part(action.room, action.reason)
        case Rename():
            chat.rename(action.nick)
        case Send():
            if not chat.send(action.message):
                raise UsageError("You are not connected, so that was not sent; try it again once you are.")
        case _:
            raise AssertionError(action)
    return []


def _command(typed: str, place: Place) -> list[Action]:
    name, _, rest = typed.partition(" ")
    command = find(name)
    if command is None:
        near = get_close_matches(name.lower(), [row.name for row in TABLE], n=1)
        hint = f"Did you mean /{near[0]}? " if near else ""
        raise UsageError(f"There is no command /{name}. {hint}Type /help for all of them.")
    return command.actions(rest, place)
