"""Handles numeric replies.  https://modern.ircdocs.horse/#numerics"""

from collections.abc import Iterator

from ircwire import Message
from ircwire import numerics as num
from ircwire.source import parse_source
from trialogue_client.core import accounts
from trialogue_client.core import events as ev
from trialogue_client.core.receipts import LABEL
from trialogue_client.core.state import Handler, State, param, sender

_OTHERS_HERE = "This device is away"
"""So our server begins to say that another device of ours is here, and we with it."""
_HOSTHIDDEN = "396"
_NICKCOLLISION = "436"
_UNAVAILRESOURCE = "437"
_ODD_ERRORS = frozenset({num.ERR_INVALIDMODEPARAM, num.ERR_INVALIDKEY, "691", "697", "723", "734", "926"})
_NO_ERRORS = frozenset({num.ERR_NOMOTD})
_NO_CAP = frozenset({num.ERR_UNKNOWNCOMMAND, num.ERR_NOTREGISTERED})
_UNDELIVERABLE = frozenset(
    {
        num.ERR_NOSUCHNICK,
        num.ERR_NOSUCHSERVER,
        num.ERR_NOSUCHCHANNEL,
        num.ERR_CANNOTSENDTOCHAN,
        num.ERR_TOOMANYTARGETS,
        "408",  # ERR_NOCOLORSONCHAN
        "413",  # ERR_NOTOPLEVEL
        "414",  # ERR_WILDTOPLEVEL
        "415",  # ERR_BADMASK
        "477",  # ERR_NEEDREGGEDNICK
        "531",  # ERR_CANTSENDTOUSER
        "716",  # RPL_TARGUMODEG
    }
)


def handle(state: State, message: Message) -> Iterator[ev.Event]:
    """Take in one numeric reply."""
    handler = _HANDLERS.get(message.command)
    if handler is not None:
        yield from handler(state, message)
    elif is_error(message.command):
        yield from _refused(state, message)
    else:
        yield ev.ServerReply(message.command, tuple(message.params[1:]))


def is_error(code: str) -> bool:
    """Return whether this numeric says that something was not done."""
    return (code[0] in "45" and code not in _NO_ERRORS) or code in _ODD_ERRORS


def _refused(state: State, message: Message) -> Iterator[ev.Event]:
    about = tuple(message.params[1:-1])
    if not state.registered and message.command in _NO_CAP and about in (("CAP",), ()):
        return  # A server that knows no capabilities says so like this, and we never needed any.
    text = param(message, -1)
    ticket = _ticket(state, message)
    yield ev.Refused(message.command, about, text, ticket is not None)
    if ticket is not None:
        yield ev.Undelivered(ticket, text)


def _ticket(state: State, message: Message) -> int | None:
    label = state.batches.label_of(message)
    if label:
        return state.receipts.by_label(label)
    if message.command in _UNDELIVERABLE and len(message.params) > 2:
        return state.receipts.by_target(state.features.fold(message.params[1]))
    return None


def _welcome(state: State, message: Message) -> Iterator[ev.Event]:
    state.nick = param(message, 0) or state.nick
    state.registered = True
    state.negotiation.registered()
    last = param(message, -1).rpartition(" ")[2]
    state.mask = parse_source(last) if "!" in last and "@" in last else state.mask._replace(nick=state.nick)
    yield ev.Registered(state.nick, sender(message).nick)
    yield from accounts.unasked(state)


def _isupport(state: State, message: Message) -> Iterator[ev.Event]:
    state.features.update(message.params[1:-1])
    yield ev.ServerReply(message.command, tuple(message.params[1:]))


def _topic(state: State, message: Message) -> Iterator[ev.Event]:
    name = param(message, 1)
    topic = param(message, 2) if message.command == num.RPL_TOPIC else ""
    room = state.rooms.get(name)
    if room is not None:
        room.topic = topic
    yield ev.TopicTold(name, topic)


def _names(state: State, message: Message) -> Iterator[ev.Event]:
    state.rooms.name(param(message, 2), param(message, 3).split())
    yield from ()


def _names_end(state: State, message: Message) -> Iterator[ev.Event]:
    names, on_join = state.rooms.end_names(param(message, 1))
    yield ev.NamesListed(param(message, 1), names, on_join)


def _nick_taken(_: State, message: Message) -> Iterator[ev.Event]:
    yield ev.NickTaken(param(message, 1), param(message, -1))


def _unavailable(state: State, message: Message) -> Iterator[ev.Event]:
    if state.features.is_room(param(message, 1)):
        yield from _refused(state, message)
    else:
        yield ev.NickTaken(param(message, 1), param(message, -1))


def _nick_refused(_: State, message: Message) -> Iterator[ev.Event]:
    yield ev.NickRefused(param(message, 1) if len(message.params) > 2 else "", param(message, -1))


def _password(state: State, message: Message) -> Iterator[ev.Event]:
    """Wrong is the server's own password; later on, it is one of those that OPER takes."""
    if state.registered:
        yield from _refused(state, message)
    else:
        yield ev.PasswordWrong(param(message, -1))


def _my_away(state: State, message: Message) -> Iterator[ev.Event]:
    gone = message.command == num.RPL_NOWAWAY
    if state.away_by_push is gone:
        state.away_by_push = None
        return
    state.away_by_number = gone
    told = param(message, -1) if param(message, -1).startswith(_OTHERS_HERE) else ""
    yield ev.AwayChanged(state.nick, told if message.command == num.RPL_NOWAWAY else None, me=True)


def _away(state: State, message: Message) -> Iterator[ev.Event]:
    """A server says it with each message to them: once is enough, until they are heard again."""
    nick, text = param(message, 1), param(message, -1)
    ours = state.batches.label_of(message).startswith(LABEL)
    key = state.features.fold(nick)
    if not ours or state.away_told.get(key) != text:
        yield ev.ServerReply(message.command, tuple(message.params[1:]))
    if ours:
        state.away_told[key] = text


def _blocked(state: State, message: Message) -> Iterator[ev.Event]:
    state.blocked.append(message.params[2] if len(message.params) > 2 else "")  # on some servers more follows
    yield from ()


def _blocked_end(state: State, _: Message) -> Iterator[ev.Event]:
    entries, state.blocked = tuple(filter(None, state.blocked)), []
    yield ev.BlockListed(entries)


def _my_host(state: State, message: Message) -> Iterator[ev.Event]:
    user, _, host = param(message, 1).rpartition("@")
    state.mask = state.mask._replace(host=host, user=user or state.mask.user)
    yield ev.DetailsChanged(state.nick, "host")


_HANDLERS: dict[str, Handler] = {
    **accounts.NUMERICS,
    num.RPL_WELCOME: _welcome,
    num.RPL_ISUPPORT: _isupport,
    num.RPL_TOPIC: _topic,
    num.RPL_NOTOPIC: _topic,
    num.RPL_NAMREPLY: _names,
    num.RPL_ENDOFNAMES: _names_end,
    num.ERR_NICKNAMEINUSE: _nick_taken,
    _NICKCOLLISION: _nick_taken,
    _UNAVAILRESOURCE: _unavailable,
    num.ERR_ERRONEUSNICKNAME: _nick_refused,
    num.ERR_NONICKNAMEGIVEN: _nick_refused,
    num.ERR_PASSWDMISMATCH: _password,
    num.RPL_AWAY: _away,
    num.RPL_SILELIST: _blocked,
    num.RPL_ENDOFSILELIST: _blocked_end,
    num.RPL_UNAWAY: _my_away,
    num.RPL_NOWAWAY: _my_away,
    _HOSTHIDDEN: _my_host,
}
