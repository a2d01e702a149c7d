"""Decides in which conversations an event is shown. One row for each kind; a test finds those that are missing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ircwire.numerics import RPL_AWAY
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.events.connection import CertificateChanged, DialStarted, Ended, Lost, Remark
from trialogue_client.core.recall import conversation

SERVER = ""
"""The name of the conversation with the server itself."""


@dataclass(frozen=True, slots=True)
class OpenConversations:
    """The open conversations: their folded names of the conversations, and the one that is looked at."""

    chat: Chat
    names: set[str]
    active: str

    def has(self, name: str) -> bool:
        """Return whether there is a conversation of this name."""
        return self.chat.fold(name) in self.names

    def first(self, *names: str) -> str:
        """Return the first of these that is open, or the one that is looked at."""
        return next((name for name in names if self.has(name)), self.active)

    def those(self, *names: str) -> list[str]:
        """Return those of these that are open."""
        return [name for name in names if self.has(name)]


def places(event: ev.Event, chat: Chat, opened: set[str], active: str) -> list[str]:
    """Return the names of the conversations in which an event is to be read.

    `opened` holds the folded names of those that are open, `active` is the one that is looked at.
    """
    return PLACES[type(event)](event, OpenConversations(chat, opened, active))


def _here(_: ev.Event, there: OpenConversations) -> list[str]:
    """Where one looks: it answers what was typed, or concerns everything."""
    return [there.active]


def _server(_: ev.Event, __: OpenConversations) -> list[str]:
    return [SERVER]


def _nowhere(_: ev.Event, __: OpenConversations) -> list[str]:
    """It changes what is shown, or is only between the server and us."""
    return []


def _room(event: Any, _: OpenConversations) -> list[str]:
    return [event.room]


def _said(event: ev.Said, there: OpenConversations) -> list[str]:
    return [_partner(event) if event.private else _bare_room(event, there)]


def _noticed(event: ev.Noticed, there: OpenConversations) -> list[str]:
    """A notice opens no conversation."""
    if not event.private:
        return [_bare_room(event, there)]
    other = _partner(event)
    return [other if there.has(other) else there.active if event.who.user else SERVER]


def _partner(event: ev.Said | ev.Noticed) -> str:
    return event.target if event.me else event.who.nick


def _bare_room(event: ev.Said | ev.Noticed, there: OpenConversations) -> str:
    """A room that is not open is opened: nothing shall look as if it had been said where one looks."""
    session = there.chat.session
    return session.state.features.bare_room(event.target) if session else event.target


def _about_message(event: ev.Tagged | ev.Redacted, there: OpenConversations) -> list[str]:
    """It is read where that message is."""
    return there.those(conversation(event) or event.target)


def _account(_: ev.Event, there: OpenConversations) -> list[str]:
    """With each new connection we are logged in again: that is only the server's affair."""
    return [SERVER, there.active] if there.chat.online else [SERVER]


def _lost(_: Lost, there: OpenConversations) -> list[str]:
    return [SERVER, there.active]


def _quit(event: ev.Quit, there: OpenConversations) -> list[str]:
    return [*event.rooms, *there.those(event.who.nick)]


def _renamed(event: ev.Renamed, there: OpenConversations) -> list[str]:
    return [*event.rooms, *there.those(event.new)] or [there.active]


def _new_room(event: ev.RoomRenamed, _: OpenConversations) -> list[str]:
    return [event.new]


def _away(event: ev.AwayChanged, there: OpenConversations) -> list[str]:
    return [there.active] if event.me else there.those(event.nick)


def _reply(event: ev.ServerReply, there: OpenConversations) -> list[str]:
    """Somebody who is away is so in the conversation with them."""
    return [there.first(event.params[0]) if event.code == RPL_AWAY and event.params else there.active]


def _target(event: ev.ModeChanged | ev.NotSent, there: OpenConversations) -> list[str]:
    return [there.first(event.target)]


def _asked_room(event: ev.NamesListed | ev.Invited, there: OpenConversations) -> list[str]:
    return [there.first(event.room)]


def _refused(event: ev.Refused, there: OpenConversations) -> list[str]:
    return [there.first(*event.about)]


def _standard_reply(event: ev.StandardReply, there: OpenConversations) -> list[str]:
    return [there.first(*event.context)]


PLACES: dict[type[ev.Event], Callable[[Any, OpenConversations], list[str]]] = {
    DialStarted: _server,
    Lost: _lost,
    Ended: _nowhere,
    CertificateChanged: _nowhere,
    Remark: _here,
    ev.Registered: _server,
    ev.NickTaken: _here,
    ev.NickRefused: _here,
    ev.PasswordWrong: _here,
    ev.LoggedIn: _account,
    ev.LoggedOut: _account,
    ev.LoginFailed: _here,
    ev.AccountMade: _here,
    ev.Joined: _room,
    ev.Parted: _room,
    ev.Kicked: _room,
    ev.Quit: _quit,
    ev.Renamed: _renamed,
    ev.RoomRenamed: _new_room,
    ev.Said: _said,
    ev.Noticed: _noticed,
    ev.Tagged: _about_message,
    ev.Redacted: _about_message,
    ev.Missed: _nowhere,
    ev.NoEarlier: _nowhere,
    ev.Found: _nowhere,
    ev.Page: _nowhere,
    ev.Marked: _nowhere,
    ev.Conversed: _nowhere,
    ev.TopicChanged: _room,
    ev.TopicTold: _room,
    ev.ModeChanged: _target,
    ev.Invited: _asked_room,
    ev.AwayChanged: _away,
    ev.BlockChanged: _here,
    ev.BlockListed: _here,
    ev.DetailsChanged: _nowhere,
    ev.NamesListed: _asked_room,
    ev.ServerReply: _reply,
    ev.Refused: _refused,
    ev.KeyWanted: _nowhere,
    ev.StandardReply: _standard_reply,
    ev.RightsEnded: _here,
    ev.StatusEnded: _room,
    ev.MustEncrypt: _server,
    ev.MayTrustTransport: _nowhere,
    ev.Closed: _server,
    ev.Delivered: _nowhere,
    ev.Undelivered: _nowhere,
    ev.LineQueued: _nowhere,
    ev.NotSent: _target,
    ev.Ponged: _nowhere,
    ev.CapsChanged: _nowhere,
    ev.Traced: _server,
    ev.Malformed: _server,
}
"""``LineQueued`` stands at the end of its conversation for as long as it waits, and is no row of it."""
