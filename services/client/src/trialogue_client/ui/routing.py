"""Which conversations is an event part of?"""

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.net.reconnect import Dialling, Lost

SERVER = ""
"""The name of the conversation with the server itself."""


def places(event: ev.Event, chat: Chat, opened: set[str], active: str) -> list[str]:
    """Return the names of the conversations in which an event is to be read.

    `opened` holds the folded names of those that are open, `active` is the one that is looked at.
    """
    match event:
        case ev.Said() | ev.Noticed():
            return [_conversation(event, chat, opened, active)]
        case ev.Joined() | ev.Parted() | ev.Kicked() | ev.TopicChanged() | ev.TopicTold():
            return [event.room]
        case ev.Quit() | ev.Renamed() | ev.AwayChanged():
            return _of_somebody(event, chat, opened, active)
        case Dialling() | ev.Registered():
            return [SERVER]
        case Lost():
            return [SERVER, active]
        case ev.Waiting():
            return []  # It stands at the end of its conversation for as long as it waits.
    return [_named(event, chat, opened) or active]


def _conversation(event: ev.Said | ev.Noticed, chat: Chat, opened: set[str], active: str) -> str:
    if not event.private:
        room = chat.session.state.features.bare_room(event.target) if chat.session else event.target
        return room if chat.fold(room) in opened else active
    other = event.target if event.me else event.who.nick
    if isinstance(event, ev.Noticed) and chat.fold(other) not in opened:
        return active if event.who.user else SERVER
    return other


def _open(name: str, chat: Chat, opened: set[str]) -> list[str]:
    return [name] if chat.fold(name) in opened else []


def _of_somebody(event: ev.Quit | ev.Renamed | ev.AwayChanged, chat: Chat, opened: set[str], active: str) -> list[str]:
    match event:
        case ev.Quit():
            return [*event.rooms, *_open(event.who.nick, chat, opened)]
        case ev.Renamed():
            return [*event.rooms, *_open(event.new, chat, opened)] or [active]
    return [active] if event.me else _open(event.nick, chat, opened)


def _named(event: ev.Event, chat: Chat, opened: set[str]) -> str:
    """Return the conversation that an answer names, if it is open."""
    named: tuple[str, ...] = ()
    match event:
        case ev.Refused():
            named = event.about
        case ev.StandardReply():
            named = event.context
        case ev.ModeChanged() | ev.NotSent():
            named = (event.target,)
        case ev.NamesListed() | ev.Invited():
            named = (event.room,)
    return next((name for name in named if chat.fold(name) in opened), "")
