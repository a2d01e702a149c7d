"""Performs actions about an earlier message: replies, reactions, edits, redactions."""

from ircwire import Message, caps
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import Edit, History, React, Redact, Reply, Search, UsageError
from trialogue_client.core.events import Event
from trialogue_client.core.references import reaction_tags, reply_tags


def perform_about(action: History | Search | Redact | Edit | Reply | React, chat: Chat) -> list[Event]:
    """Carry it out. Raises UsageError."""
    can_wait = isinstance(action, Reply) and action.msgid != ""
    if not chat.online and not can_wait:
        raise UsageError("You are not connected, so that was not done; try it again once you are.")
    match action:
        case History() if chat.catches_up_with(action.target):
            raise UsageError(f"What was said in {action.target} is still on its way; try it again once it is here.")
        case History():
            _must(chat.history(action.target, action.count), "keeps no history that could be asked for")
        case Search():
            _must(chat.search(action.wanted), "cannot search")
        case Redact():
            chat.send_once(Message("REDACT", [action.target, _mine(action, chat)]))
        case Edit():
            chat.edit(action.target, _mine(action, chat), action.text)
        case Reply():
            return _reply(action, chat)
        case React():
            _react(action, chat)
    return []


def _mine(action: Redact | Edit, chat: Chat) -> str:
    _must(chat.has(caps.MESSAGE_REDACTION), "lets nobody take back what was said")
    mine = None if action.msgid else chat.recall.mine(action.target)
    if mine is None and not action.msgid:
        raise UsageError(f"You have said nothing in {action.target} that could be taken back.")
    return action.msgid or (mine.msgid if mine else "")


def _reply(action: Reply, chat: Chat) -> list[Event]:
    """Answer; in a room the name stands in front, for programs that know nothing of replies."""
    msgid, nick = _meant(action, chat)
    if not msgid and chat.has(caps.MESSAGE_TAGS):
        raise _not_said(action)
    text = f"{nick}: {action.text}" if chat.is_room(action.target) else action.text
    return chat.say(action.target, text, tags=reply_tags(msgid) if msgid else {})


def _react(action: React, chat: Chat) -> None:
    _must(chat.has(caps.MESSAGE_TAGS), "does not pass on reactions")
    msgid, _ = _meant(action, chat)
    if not msgid:
        raise _not_said(action)
    chat.send_once(Message("TAGMSG", [action.target], tags=reaction_tags(msgid, action.reaction)))


def _meant(action: Reply | React, chat: Chat) -> tuple[str, str]:
    """Return the id of the message that is meant ("" for none) and who said it."""
    if action.msgid:
        return action.msgid, action.nick
    said = chat.recall.last(action.target, action.nick)
    return (said.msgid, said.nick) if said else ("", action.nick)


def _not_said(action: Reply | React) -> UsageError:
    return UsageError(f"{action.nick} has said nothing in {action.target} since you are here.")


def _must(possible: bool, problem: str) -> None:
    if not possible:
        raise UsageError(f"This server {problem}.")
