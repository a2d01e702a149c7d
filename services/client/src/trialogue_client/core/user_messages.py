"""Handles messages that come from people.  https://modern.ircdocs.horse/#client-messages"""

from collections.abc import Iterable, Iterator

from ircwire import Message, caps
from ircwire.modes import parse_modes
from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.core.references import edits_of, reply_of
from trialogue_client.core.rooms import Member
from trialogue_client.core.state import Handler, State, is_name, param, parse_time, sender

_CTCP = "\x01"
_ACTION = "ACTION"
_WHOLE = 2
"""Parameters of a message: to whom, and what."""


def _join(state: State, message: Message) -> Iterator[ev.Event]:
    who, room = sender(message), param(message, 0)
    if not is_name(room):
        return
    account = param(message, 1).removeprefix("*")
    me = state.is_me(who.nick)
    if me:
        state.rooms.entered(room)
        state.mask = who
    state.rooms.add(room, Member(who.nick, "", who.user, who.host, account, param(message, 2)))
    yield ev.Joined(room, who, me, account, param(message, 2))


def _part(state: State, message: Message) -> Iterator[ev.Event]:
    who, room = sender(message), param(message, 0)
    me = state.is_me(who.nick)
    _leave(state, room, who.nick)
    yield ev.Parted(room, who, param(message, 1), me)


def _kick(state: State, message: Message) -> Iterator[ev.Event]:
    room, nick = param(message, 0), param(message, 1)
    me = state.is_me(nick)
    _leave(state, room, nick)
    yield ev.Kicked(room, nick, sender(message), param(message, 2), me)


def _leave(state: State, room: str, nick: str) -> None:
    if state.is_me(nick):
        state.rooms.left(room)
    else:
        state.rooms.remove(room, nick)


def _quit(state: State, message: Message) -> Iterator[ev.Event]:
    who = sender(message)
    rooms = state.rooms.shared(who.nick)
    for room in rooms:
        state.rooms.remove(room, who.nick)
    yield ev.Quit(who, param(message, 0), rooms, state.is_me(who.nick))


def _nick(state: State, message: Message) -> Iterator[ev.Event]:
    old, new = sender(message).nick, param(message, 0)
    if not is_name(new):
        return
    me = state.is_me(old)
    if me:
        state.nick = new
        state.mask = state.mask._replace(nick=new)
    rooms = state.rooms.shared(old)
    state.rooms.rename(old, new)
    yield ev.Renamed(old, new, rooms, me)


def _privmsg(state: State, message: Message) -> Iterable[ev.Event]:
    if len(message.params) < _WHOLE:
        return []
    text = param(message, 1)
    kind = ev.Kind.TALK
    if text.startswith(_CTCP):
        name, _, rest = text.strip(_CTCP).partition(" ")
        if name != _ACTION:
            # Other CTCP requests ask what program we are, what time it is here …: nobody's business.
            return []
        text, kind = rest, ev.Kind.ACTION
    me, private = _relation(state, message)
    said = ev.Said(
        param(message, 0), sender(message), text, me, private, kind, reply_of(message.tags), edits_of(message.tags)
    )
    return [*([] if _is_shown(state, message, text, me=me) else [said]), *_echoed(state, message, me=me)]


def _notice(state: State, message: Message) -> Iterable[ev.Event]:
    text = param(message, 1)
    if len(message.params) < _WHOLE or text.startswith(_CTCP):
        return []
    me, private = _relation(state, message)
    noticed = ev.Noticed(param(message, 0), sender(message), text, me, private)
    return [*([] if _is_shown(state, message, text, me=me) else [noticed]), *_echoed(state, message, me=me)]


def _is_shown(state: State, message: Message, text: str, *, me: bool) -> bool:
    """Return whether it is the second copy of what we have said to ourselves."""
    if not me or not state.is_me(param(message, 0)) or state.batches.is_history(message):
        return False
    labelled = state.batches.label_of(message) != ""
    msgid, labels = message.tags.get("msgid", ""), state.has(caps.LABELED_RESPONSE)
    return state.to_self.is_second(text, msgid, echoes=state.echoes, labelled=labelled, labels=labels)


def _relation(state: State, message: Message) -> tuple[bool, bool]:
    state.away_told.pop(state.features.fold(sender(message).nick), None)
    return state.is_me(sender(message).nick), not state.features.is_room(param(message, 0))


def _echoed(state: State, message: Message, *, me: bool) -> list[ev.Event]:
    batches = state.batches
    if not me or not state.echoes or batches.label_of(message) or batches.is_history(message):
        return []
    ticket = state.receipts.by_target(state.features.fold(param(message, 0)))
    return [] if ticket is None else [ev.Delivered(ticket)]


def _tagmsg(state: State, message: Message) -> Iterator[ev.Event]:
    who = sender(message)
    yield ev.Tagged(param(message, 0), who, message.tags, state.is_me(who.nick))


def _redact(state: State, message: Message) -> Iterator[ev.Event]:
    who = sender(message)
    if param(message, 1):
        yield ev.Redacted(param(message, 0), param(message, 1), who, param(message, 2), state.is_me(who.nick))


def _markread(_: State, message: Message) -> Iterator[ev.Event]:
    yield ev.Marked(param(message, 0), parse_time(param(message, 1).removeprefix("timestamp=")))


def _chathistory(_: State, message: Message) -> Iterator[ev.Event]:
    if param(message, 0) == "TARGETS" and is_name(param(message, 1)):
        yield ev.Conversed(param(message, 1), parse_time(param(message, 2)))


def _room_renamed(state: State, message: Message) -> Iterator[ev.Event]:
    old, new = param(message, 0), param(message, 1)
    if is_name(new):
        state.rooms.move(old, new)
        yield ev.RoomRenamed(old, new, sender(message), param(message, 2))


def _topic(state: State, message: Message) -> Iterator[ev.Event]:
    name, topic = param(message, 0), param(message, 1)
    room = state.rooms.get(name)
    if room is not None:
        room.topic = topic
    yield ev.TopicChanged(name, topic, sender(message))


def _mode(state: State, message: Message) -> Iterator[ev.Event]:
    target = param(message, 0)
    changes = parse_modes(param(message, 1), message.params[2:], state.features.kinds)
    for change in changes:
        state.rooms.apply(target, change)
    yield ev.ModeChanged(target, sender(message), tuple(changes))


def _invite(state: State, message: Message) -> Iterator[ev.Event]:
    nick = param(message, 0)
    yield ev.Invited(param(message, 1), nick, sender(message), state.is_me(nick))


def _silence(state: State, message: Message) -> Iterator[ev.Event]:
    sign, entry = param(message, 0)[:1], param(message, 0)[1:]
    if entry and sign in "+-":
        yield ev.BlockChanged(entry, on=sign == "+")


def _away(state: State, message: Message) -> Iterator[ev.Event]:
    who = sender(message)
    gone = bool(message.params)
    state.away_told.pop(state.features.fold(who.nick), None)
    for member in state.rooms.everywhere(who.nick):
        member.away = gone
    me = state.is_me(who.nick)
    if me and state.away_by_number is gone:
        state.away_by_number = None
        return
    if me:
        state.away_by_push = gone
    said = "" if me else param(message, 0)  # of ourselves, a message says that another device is here: see `numerics`
    yield ev.AwayChanged(who.nick, said if gone else None, me)


def _account(state: State, message: Message) -> Iterator[ev.Event]:
    who = sender(message)
    for member in state.rooms.everywhere(who.nick):
        member.account = param(message, 0).removeprefix("*")
    yield ev.DetailsChanged(who.nick, "account")


def _chghost(state: State, message: Message) -> Iterator[ev.Event]:
    who = sender(message)
    user, host = param(message, 0), param(message, 1)
    for member in state.rooms.everywhere(who.nick):
        member.user, member.host = user, host
    if state.is_me(who.nick):
        state.mask = Source(state.nick, user, host)
    yield ev.DetailsChanged(who.nick, "host")


def _setname(state: State, message: Message) -> Iterator[ev.Event]:
    who = sender(message)
    for member in state.rooms.everywhere(who.nick):
        member.realname = param(message, 0)
    yield ev.DetailsChanged(who.nick, "realname")


HANDLERS: dict[str, Handler] = {
    "JOIN": _join,
    "PART": _part,
    "KICK": _kick,
    "QUIT": _quit,
    "NICK": _nick,
    "PRIVMSG": _privmsg,
    "NOTICE": _notice,
    "TAGMSG": _tagmsg,
    "REDACT": _redact,
    "RENAME": _room_renamed,
    "MARKREAD": _markread,
    "CHATHISTORY": _chathistory,
    "TOPIC": _topic,
    "MODE": _mode,
    "INVITE": _invite,
    "AWAY": _away,
    "SILENCE": _silence,
    "ACCOUNT": _account,
    "CHGHOST": _chghost,
    "SETNAME": _setname,
}
