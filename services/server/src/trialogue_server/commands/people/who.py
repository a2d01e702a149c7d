"""WHO and WHOX.  https://modern.ircdocs.horse/#who-message and https://ircv3.net/specs/extensions/whox"""

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import NamedTuple

from ircwire import numerics as n
from ircwire.source import match
from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.people.whois import visible_channels
from trialogue_server.session.capabilities import MULTI_PREFIX
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.modes import BOT, INVISIBLE, OPERATOR
from trialogue_server.world.names import shown_host
from trialogue_server.world.user import User

_TOKEN_SIZE = 3
_COMPARED = 5
"""Units of work for each user who is compared with a mask."""


@command("WHO", p.opt(p.word("mask")), p.opt(p.word("options")), cost=QUESTION, reads=True)
def who(ctx: Context, mask: str | None, options: str | None) -> None:
    """Show the users in a channel or those who match a mask.

    Options: "o" operators only; "%tcuihsnfdlaor,token" chooses the fields.
    https://modern.ircdocs.horse/#who-message
    """
    flags, _, rest = (options or "").partition("%")
    fields, _, token = rest.partition(",")
    wish = _Query(fields if "%" in (options or "") else None, token if _is_token(token) else "0", "o" in flags)
    found = _found(ctx, mask or "*")
    ctx.reply.stream(_lines(ctx, found, wish), found.size, weight=_COMPARED if found.mask else 1)
    ctx.reply.numeric(n.RPL_ENDOFWHO, p.echoed(mask or "*"))


class _Query(NamedTuple):
    fields: str | None
    """The WHOX fields, or None for the reply of plain WHO."""
    token: str
    only_operators: bool


class _Row(NamedTuple):
    """A user at the moment of WHO: the reply may be read much later."""

    user: User
    nick: str
    username: str
    host: str
    realname: str
    account: str
    away: str
    modes: str
    channel: Channel | None
    prefixes: str


def _seen(users: list[User], channel: Channel | None = None, prefixes: Iterable[str] = repeat("")) -> Iterator[_Row]:
    """Return copies. They are made column by column, and rows when they are read: see `commands.channels.listing`."""
    names = [one.nick for one in users], [one.username for one in users], [one.host for one in users]
    more = [one.realname for one in users], [one.account for one in users], [one.away for one in users]
    return map(_Row, users, *names, *more, [one.modes for one in users], repeat(channel), prefixes)


class _Found(NamedTuple):
    seen: Iterator[_Row]
    size: int
    mask: str = ""
    """The mask that each user is compared with; "" for none."""


def _found(ctx: Context, mask: str) -> _Found:
    """Return the users who may match."""
    if mask.startswith("#"):
        channel = ctx.world.channel(mask)
        if channel is None or not policy.can_see(ctx.user, channel):
            return _Found(iter(()), 0)
        members = list(channel.members.values())
        ctx.work(len(members))
        if ctx.user.uid not in channel.members:
            members = [one for one in members if policy.can_see_membership(ctx.user, one.user, channel)]
        prefixes = [one.prefixes if one.modes else "" for one in members]
        return _Found(_seen([one.user for one in members], channel, prefixes), len(members))
    exact = ctx.world.user(mask)
    if exact is not None:
        return _Found(_seen([exact]), 1)
    users = list(ctx.world.users.values())
    ctx.work(_COMPARED * len(users))
    return _Found(_seen(users), len(users), "*" if mask == "0" else ctx.world.fold(mask))


def _lines(ctx: Context, found: _Found, wish: _Query) -> Iterator[bytes]:
    """Yield a line for each user who matches, b"" for others."""
    shown, most = 0, ctx.config.limits.who_replies
    for one in found.seen:
        meant = not found.mask or (_may_see(ctx, one.user) and _matches(ctx, found.mask, one))
        if not meant or (wish.only_operators and OPERATOR not in one.modes):
            yield b""
            continue
        yield _line(ctx, one, wish)
        shown += 1
        if shown == most:
            return


def _may_see(ctx: Context, user: User) -> bool:
    return user is ctx.user or INVISIBLE not in user.modes or ctx.world.share_channel(ctx.user, user)


def _matches(ctx: Context, folded: str, one: _Row) -> bool:
    if folded == "*":
        return True
    fold, mask = ctx.world.fold, f"{one.nick}!{one.username}@{one.host}"
    return any(match(folded, fold(text)) for text in (one.nick, mask, one.username, one.host, one.realname))


def _is_token(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _TOKEN_SIZE


def _line(ctx: Context, one: _Row, wish: _Query) -> bytes:
    channel, prefixes = one.channel, one.prefixes
    if channel is None:
        channel = next(visible_channels(ctx.user, one.user), None)
        member = channel.members.get(one.user.uid) if channel else None
        prefixes = member.prefixes if member else ""
    name = channel.name if channel else "*"
    status, server = _status(ctx, one, prefixes), ctx.core.name
    if wish.fields is None:
        return ctx.reply.made(
            n.RPL_WHOREPLY, name, one.username, one.host, server, one.nick, status, f"0 {one.realname}"
        )
    values = {  # in the order in which RPL_WHOSPCRPL has them, whatever the order of asking
        "t": wish.token,
        "c": name,
        "u": one.username,
        "i": _address(ctx, one.user),
        "h": one.host,
        "s": server,
        "n": one.nick,
        "f": status,
        "d": "0",
        "l": str(int(ctx.monotonic - one.user.spoke_at)),
        "a": one.account or "0",
        "o": "n/a",
        "r": one.realname,
    }
    shown = [value for field, value in values.items() if field in wish.fields]
    words = [n.RPL_WHOSPCRPL, ctx.reply.nick, *shown[:-1], *(f":{last}" for last in shown[-1:])]
    return ctx.reply.made_raw(" ".join(words))


def _address(ctx: Context, user: User) -> str:
    """Return the real address, for its owner and for operators."""
    is_known = user.address and (user is ctx.user or ctx.operator)
    return shown_host(user.address) if is_known else "255.255.255.255"


def _status(ctx: Context, one: _Row, prefixes: str) -> str:
    status = ("G" if one.away else "H") + ("*" if OPERATOR in one.modes else "") + (BOT if BOT in one.modes else "")
    return status + (prefixes if ctx.session.caps & MULTI_PREFIX else prefixes[:1])
