"""Carrying out what is about a message that was said already."""

from ircwire import Message, caps
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import History, React, Redact, Reply, Search, UsageError
from trialogue_client.core.events import Event, Remembered
from trialogue_client.core.references import reaction_tags, reply_tags


def perform_about(action: History | Search | Redact | Reply | React, chat: Chat) -> list[Event]:
    """Carry it out. Raises UsageError."""
    if not chat.online:
        raise UsageError("You are not connected, so that was not done; try it again once you are.")
    match action:
        case History():
            _must(chat.history(action.target, action.count), "keeps no history that could be asked for")
        case Search():
            _must(chat.search(action.wanted), "cannot search")
        case Redact():
            _redact(action, chat)
        case Reply():
            return _reply(action, chat)
        case React():
            _must(chat.has(caps.MESSAGE_TAGS), "does not pass on reactions")
            tags = reaction_tags(_said(action.target, action.nick, chat).msgid, action.reaction)
            chat.send(Message("TAGMSG", [action.target], tags=tags))
    return []


def _redact(action: Redact, chat: Chat) -> None:
    _must(chat.has(caps.MESSAGE_REDACTION), "lets nobody take back what was said")
    mine = chat.recall.mine(action.target)
    if mine is None:
        raise UsageError(f"You have said nothing in {action.target} that could be taken back.")
    chat.send(Message("REDACT", [action.target, mine.msgid]))


def _reply(action: Reply, chat: Chat) -> list[Event]:
    """Answer; in a room the name stands in front, for programs that know nothing of replies."""
    said = chat.recall.last(action.target, action.nick)
    if said is None and chat.has(caps.MESSAGE_TAGS):
        said = _said(action.target, action.nick, chat)
    text = f"{said.nick if said else action.nick}: {action.text}" if chat.is_room(action.target) else action.text
    return chat.say(action.target, text, tags=reply_tags(said.msgid) if said else {})


def _said(target: str, nick: str, chat: Chat) -> Remembered:
    said = chat.recall.last(target, nick)
    if said is None:
        raise UsageError(f"{nick} has said nothing in {target} since you are here.")
    return said


def _must(possible: bool, problem: str) -> None:
    if not possible:
        raise UsageError(f"This server {problem}.")
