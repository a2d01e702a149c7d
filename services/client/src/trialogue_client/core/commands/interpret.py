"""Parses typed lines into actions, and performs those that need nothing but the chat."""

from difflib import get_close_matches

from msgspec.structs import replace

from ircwire import Message, caps
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import (
    Action,
    AskSecret,
    AwayAll,
    Block,
    Blocked,
    Edit,
    History,
    Join,
    LogIn,
    LogOut,
    Part,
    React,
    Redact,
    Register,
    Rename,
    Reply,
    Say,
    Search,
    Send,
    UsageError,
    Verify,
)
from trialogue_client.core.commands.arguments import TypedIn
from trialogue_client.core.commands.references import perform_about
from trialogue_client.core.commands.table import TABLE, find
from trialogue_client.core.events import Event
from trialogue_client.core.secrecy import ExposedError, is_secret

_FOR_PEOPLE = "That can only be typed by a person: it asks for something, or changes what the client remembers."
_NO_REGISTRATION = "This server makes no accounts in this way; ask it how with /msg NickServ HELP."
_OFFLINE = "You are not connected, so that was not sent; try it again once you are."


def interpret(line: str, place: TypedIn) -> list[Action]:
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
    """Carry out an action that only needs the chat; the others are the interface's.

    Raises UsageError, ExposedError for a secret in clear, and FormatError for what cannot stand on a line.
    """
    keep_secret(action, chat)
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
                raise UsageError(_OFFLINE)
        case AwayAll() | Block() | Blocked():
            _about_people(action, chat)
        case LogIn() | LogOut() | Register() | Verify():
            return _about_account(action, chat)
        case History() | Search() | Redact() | Edit() | Reply() | React():
            return perform_about(action, chat)
        case _:
            raise UsageError(_FOR_PEOPLE)
    return []


def prepare(question: AskSecret, chat: Chat) -> AskSecret:
    """Return a question for a password as it is to be asked on this server. Raises UsageError if there is no need."""
    if question.first is not None:
        check(question.first, chat)
    features = chat.session.state.features if chat.session is not None else None
    least = features.least_password if features is not None and question.twice else 0
    if not least:
        return question
    words = f"{question.question.rstrip(': ')} ({least} characters or more): "
    return replace(question, question=words, least=least)


def check(action: Action, chat: Chat) -> None:
    """See whether what an answer would lead to can be done at all, before anybody is asked. Raises UsageError."""
    if not chat.online:
        raise UsageError(_OFFLINE)
    if isinstance(action, Register) and not chat.has(caps.ACCOUNT_REGISTRATION):
        raise UsageError(_NO_REGISTRATION)
    keep_secret(action, chat)


def keep_secret(action: Action, chat: Chat) -> None:
    """Raise ExposedError if this would send a secret in clear and nobody has said that it may."""
    if chat.exposed and chat.online and is_secret(action):
        raise ExposedError


def _about_people(action: AwayAll | Block | Blocked, chat: Chat) -> None:
    if not chat.online:
        raise UsageError(_OFFLINE)
    if isinstance(action, AwayAll):
        chat.be_away_everywhere(action.message)
        return
    name = f" {action.name}" if isinstance(action, Block) else ""
    if not chat.can_block:
        raise UsageError(
            f"This server keeps no block list; /mute{name} keeps quiet what is said, in this client alone."
        )
    chat.send(Message("SILENCE", [f"{'+' if action.on else '-'}{action.name}"] if isinstance(action, Block) else []))


def _about_account(action: LogIn | LogOut | Register | Verify, chat: Chat) -> list[Event]:
    if not chat.online:
        raise UsageError(_OFFLINE)
    match action:
        case LogIn():
            return chat.log_in(action.account, action.password)
        case LogOut():
            chat.log_out()
        case Register() | Verify() if not chat.has(caps.ACCOUNT_REGISTRATION):
            raise UsageError(_NO_REGISTRATION)
        case Register():
            chat.register(action.email, action.password)
        case Verify():
            chat.verify(action.code)
    return []


def _command(typed: str, place: TypedIn) -> list[Action]:
    name, _, rest = typed.partition(" ")
    command = find(name)
    if command is None:
        near = get_close_matches(name.lower(), [row.name for row in TABLE], n=1)
        hint = f"Did you mean /{near[0]}? " if near else ""
        raise UsageError(f"There is no command /{name}. {hint}Type /help for all of them.")
    return command.actions(rest, place)
