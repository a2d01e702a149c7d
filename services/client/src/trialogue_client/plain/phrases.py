"""Events → rows of text: what a person reads."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

from ircwire.modes import format_modes
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.net.reconnect import Dialling, Lost
from trialogue_client.plain import about
from trialogue_client.plain.replies import duration, phrase

_REMEMBERED = 10_000
"""Message ids: more than a server plays back when we return to a room."""


class Mark(Enum):
    """What kind of row it is; no meaning hangs on its colour alone."""

    TALK = auto()
    ACTION = auto()
    NOTICE = auto()
    EVENT = auto()
    HINT = auto()
    TROUBLE = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to read."""

    mark: Mark
    body: str
    who: str = ""
    """Who said it; "" for what the client says itself."""
    where: str = ""
    """The room, when it is not the one that we are talking in."""
    to: str = ""
    """Whom it was told, when nobody else hears it: a nick, or "you"."""
    me: bool = False
    at: datetime | None = None
    earlier: bool = False
    """Is it history?"""


@dataclass(slots=True)
class View:
    """What the rows depend on."""

    chat: Chat
    target: str = ""
    """Where plain text goes to."""
    greeted: bool = False
    """Has the hint of the first room been shown?"""
    reconnected: bool = False
    lost_by: str = ""
    """Why the connection was lost the last time; the same reason need not be read again with every attempt."""

    seen: dict[str, None] = field(default_factory=dict)
    """The ids of the last messages shown, oldest first."""

    def is_repeated(self, event: ev.Event) -> bool:
        """Is this history that is on the screen already, because it was news before the connection broke?"""
        if not event.msgid:
            return False
        known = event.msgid in self.seen
        self.seen[event.msgid] = None
        if len(self.seen) > _REMEMBERED:
            del self.seen[next(iter(self.seen))]
        return known and event.replayed

    def elsewhere(self, room: str) -> str:
        """Return the room's name if it is not the one that we are talking in."""
        return "" if self.chat.fold(room) == self.chat.fold(self.target) else room


def rows(event: ev.Event, view: View) -> list[Row]:
    """Return what to show for one event, often nothing."""
    make = _PHRASES.get(type(event))
    return make(event, view) if make and not view.is_repeated(event) else []


def _registered(event: ev.Registered, view: View) -> list[Row]:
    view.lost_by = ""
    return [Row(Mark.EVENT, f"Connected to {event.server} as {event.nick}.")]


def _dialling(event: Dialling, view: View) -> list[Row]:
    return [] if view.reconnected else [Row(Mark.EVENT, f"Connecting to {event.endpoint} …")]


def _lost(event: Lost, view: View) -> list[Row]:
    wait = duration(max(round(event.retry_in), 1))
    reason = event.reason.rstrip(".")
    if reason == view.lost_by:
        return [Row(Mark.TROUBLE, f"Still not connected. Next attempt in {wait}.")]
    view.lost_by = reason
    return [Row(Mark.TROUBLE, f"Not connected: {reason}. Next attempt in {wait}; what you type is kept.")]


def _taken(event: ev.NickTaken, view: View) -> list[Row]:
    return [Row(Mark.TROUBLE, f"The name {event.nick} is taken; you are still {view.chat.nick}.")] * view.chat.online


def _nick_refused(event: ev.NickRefused, view: View) -> list[Row]:
    return [Row(Mark.TROUBLE, f"The server does not allow the name {event.nick}: {event.reason}")] * view.chat.online


def _said(event: ev.Said, view: View) -> list[Row]:
    mark = Mark.ACTION if event.kind is ev.Kind.ACTION else Mark.TALK
    return _speech(mark, event, view, about.answered(event))


def _noticed(event: ev.Noticed, view: View) -> list[Row]:
    return _speech(Mark.NOTICE, event, view, event.text)


def _speech(mark: Mark, event: ev.Said | ev.Noticed, view: View, text: str) -> list[Row]:
    """Return a row for each line, so that no line can look like somebody else's."""
    where = "" if event.private else view.elsewhere(event.target)
    to = (event.target if event.me else "you") if event.private else ""
    row = Row(mark, "", event.who.nick, where, to, me=event.me, at=event.at, earlier=event.replayed)
    return [replace(row, body=line) for line in text.split("\n")]


def _tagged(event: ev.Tagged, view: View) -> list[Row]:
    text = about.reacted(event)
    return [_beside(text, event.target, view)] if text else []


def _redacted(event: ev.Redacted, view: View) -> list[Row]:
    return [_beside(about.redacted(event), event.target, view)]


def _beside(text: str, target: str, view: View) -> Row:
    return _news(text, target, view) if view.chat.is_room(target) else Row(Mark.EVENT, text)


def _missed(event: ev.Missed, view: View) -> list[Row]:
    return [Row(Mark.HINT, about.missed(event, room=view.chat.is_room(event.target)))]


def _no_earlier(event: ev.NoEarlier, _: View) -> list[Row]:
    return [Row(Mark.EVENT, f"Nothing was said in {event.target} before that.")]


def _found(event: ev.Found, view: View) -> list[Row]:
    """Each result says where it was said, also if that is where we are."""
    found = [Row(Mark.HINT, about.found(event))]
    for one in event.results:
        mark, where = Mark.NOTICE if isinstance(one, ev.Noticed) else Mark.TALK, "" if one.private else one.target
        found += [replace(row, where=where) for row in _speech(mark, one, view, one.text)]
    return found


def _logged_in(event: ev.LoggedIn, _: View) -> list[Row]:
    return [Row(Mark.EVENT, f"You are logged in as {event.account}.")]


def _logged_out(event: ev.LoggedOut, _: View) -> list[Row]:
    return [Row(Mark.EVENT, f"You are logged out{f' of {event.account}' if event.account else ''}.")]


def _login_failed(event: ev.LoginFailed, view: View) -> list[Row]:
    """Before we are online, the failure ends the connection, and is told there."""
    return [Row(Mark.TROUBLE, f"{event.reason}.")] * view.chat.online


def _account_made(event: ev.AccountMade, _: View) -> list[Row]:
    return [Row(Mark.HINT, about.account_made(event))]


def _joined(event: ev.Joined, view: View) -> list[Row]:
    return [] if event.me else [_news(f"{event.who.nick} came in", event.room, view)]


def _parted(event: ev.Parted, view: View) -> list[Row]:
    if event.me:
        return [Row(Mark.EVENT, f"You left {event.room}.")]
    return [_news(f"{event.who.nick} left{_because(event.reason)}", event.room, view)]


def _kicked(event: ev.Kicked, view: View) -> list[Row]:
    if event.me:
        text = f"{event.by.nick} put you out of {event.room}{_because(event.reason)}. To go back: /join {event.room}"
        return [Row(Mark.TROUBLE, text)]
    return [_news(f"{event.by.nick} put {event.nick} out{_because(event.reason)}", event.room, view)]


def _quit(event: ev.Quit, _: View) -> list[Row]:
    return [Row(Mark.EVENT, f"{event.who.nick} has gone{_because(event.reason)}")] * (not event.me)


def _renamed(event: ev.Renamed, _: View) -> list[Row]:
    return [Row(Mark.EVENT, f"{'You are' if event.me else f'{event.old} is'} now {event.new}")]


def _names(event: ev.NamesListed, view: View) -> list[Row]:
    others = len(
        [name for name in event.names if view.chat.fold(name.lstrip("~&@%+")) != view.chat.fold(view.chat.nick)]
    )
    if not event.on_join:
        return [Row(Mark.EVENT, f"In {event.room}: {', '.join(event.names) or 'nobody'}")]
    company = "nobody else yet" if others == 0 else "1 other person" if others == 1 else f"{others} other people"
    if view.greeted:
        return [Row(Mark.HINT, f"You are {'back ' if view.reconnected else ''}in {event.room} with {company}.")]
    view.greeted = True
    return [Row(Mark.HINT, f"You are in {event.room} with {company}. Type to talk, /help for commands.")]


def _topic_changed(event: ev.TopicChanged, view: View) -> list[Row]:
    change = f"set the topic: {event.topic}" if event.topic else "removed the topic"
    return [_news(f"{event.by.nick} {change}", event.room, view)]


def _topic_told(event: ev.TopicTold, _: View) -> list[Row]:
    return [Row(Mark.EVENT, f"Topic of {event.room}: {event.topic}" if event.topic else f"{event.room} has no topic.")]


def _mode(event: ev.ModeChanged, view: View) -> list[Row]:
    if not view.chat.is_room(event.target):
        return []
    return [_news(f"{event.by.nick} set {' '.join(format_modes(event.changes))}", event.target, view)]


def _invited(event: ev.Invited, _: View) -> list[Row]:
    if event.me:
        return [Row(Mark.HINT, f"{event.by.nick} asks you into {event.room}: type /join {event.room}")]
    return [Row(Mark.EVENT, f"{event.by.nick} asked {event.nick} into {event.room}")]


def _away(event: ev.AwayChanged, _: View) -> list[Row]:
    if event.me:
        return [Row(Mark.EVENT, "You are back." if event.message is None else "You are shown as away.")]
    return [Row(Mark.EVENT, f"{event.nick} is {'back' if event.message is None else f'away: {event.message}'}")]


def _reply(event: ev.ServerReply, _: View) -> list[Row]:
    text = phrase(event.code, event.params)
    return [Row(Mark.EVENT, text)] if text else []


def _refused(event: ev.Refused, _: View) -> list[Row]:
    return [] if event.message else [Row(Mark.TROUBLE, ": ".join((*event.about, event.text)))]


def _standard_reply(event: ev.StandardReply, _: View) -> list[Row]:
    mark = Mark.TROUBLE if event.severity == "FAIL" else Mark.EVENT
    return [Row(mark, event.text)]


def _waiting(event: ev.Waiting, _: View) -> list[Row]:
    return [Row(Mark.HINT, f"Kept until we are connected: {event.text}")]


def _not_sent(event: ev.NotSent, _: View) -> list[Row]:
    if event.sure:
        return [Row(Mark.TROUBLE, f"{event.target} did not get “{event.text}”: {event.reason}")]
    return [Row(Mark.TROUBLE, f"{event.target} may not have got “{event.text}”: {event.reason}. It is not sent again.")]


def _news(text: str, room: str, view: View) -> Row:
    return Row(Mark.EVENT, text, where=view.elsewhere(room))


def _because(reason: str) -> str:
    """Return the reason in brackets; servers put "Quit: " before what a person said, which may be nothing."""
    reason = reason.removeprefix("Quit:").strip()
    return f" ({reason})" if reason else ""


_PHRASES: dict[type[ev.Event], Callable[[Any, View], list[Row]]] = {
    Dialling: _dialling,
    Lost: _lost,
    ev.Registered: _registered,
    ev.NickTaken: _taken,
    ev.NickRefused: _nick_refused,
    ev.Said: _said,
    ev.Noticed: _noticed,
    ev.Tagged: _tagged,
    ev.Redacted: _redacted,
    ev.Missed: _missed,
    ev.NoEarlier: _no_earlier,
    ev.Found: _found,
    ev.LoggedIn: _logged_in,
    ev.LoggedOut: _logged_out,
    ev.LoginFailed: _login_failed,
    ev.AccountMade: _account_made,
    ev.Joined: _joined,
    ev.Parted: _parted,
    ev.Kicked: _kicked,
    ev.Quit: _quit,
    ev.Renamed: _renamed,
    ev.NamesListed: _names,
    ev.TopicChanged: _topic_changed,
    ev.TopicTold: _topic_told,
    ev.ModeChanged: _mode,
    ev.Invited: _invited,
    ev.AwayChanged: _away,
    ev.ServerReply: _reply,
    ev.Refused: _refused,
    ev.StandardReply: _standard_reply,
    ev.Waiting: _waiting,
    ev.NotSent: _not_sent,
}
