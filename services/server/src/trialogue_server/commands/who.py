"""WHO, with the WHOX fields.  https://modern.ircdocs.horse/#who-message and https://ircv3.net/specs/extensions/whox"""

from collections.abc import Iterator

from ircwire import numerics as n
from ircwire.source import match
from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.whois import visible_channels
from trialogue_server.session.capabilities import MULTI_PREFIX
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.modes import BOT, INVISIBLE, OPERATOR
from trialogue_server.world.names import shown_host
from trialogue_server.world.user import User

_TOKEN_SIZE = 3
_COMPARED = 5
"""Units for each user who is compared with a mask."""


@command("WHO", p.opt(p.word("mask")), p.opt(p.word("options")), cost=QUESTION)
def who(ctx: Context, mask: str | None, options: str | None) -> None:
    """Show the users in a channel or those who match a mask.

    Options: "o" operators only; "%tcuihsnfdlaor,token" chooses the fields.
    https://modern.ircdocs.horse/#who-message
    """
    flags, _, rest = (options or "").partition("%")
    fields, _, token = rest.partition(",")
    shown = 0
    limit = ctx.config.limits.who_replies
    for user, channel in _found(ctx, mask or "*"):
        if "o" in flags and OPERATOR not in user.modes:
            continue
        if limit and shown >= limit:
            break
        _send(ctx, user, channel, fields if "%" in (options or "") else None, token if _is_token(token) else "0")
        shown += 1
    ctx.reply.numeric(n.RPL_ENDOFWHO, p.echoed(mask or "*"))


def _found(ctx: Context, mask: str) -> Iterator[tuple[User, Channel | None]]:
    if mask.startswith("#"):
        channel = ctx.world.channel(mask)
        if channel is not None and policy.can_see(ctx.user, channel):
            for member in channel.members.values():
                if policy.can_see_membership(ctx.user, member.user, channel):
                    yield member.user, channel
        return
    exact = ctx.world.user(mask)
    if exact is not None:
        yield exact, None
        return
    folded = "*" if mask == "0" else ctx.world.fold(mask)
    ctx.work(_COMPARED * len(ctx.world.users))
    for user in ctx.world.users.values():
        if _may_see(ctx, user) and _matches(ctx, folded, user):
            yield user, None


def _may_see(ctx: Context, user: User) -> bool:
    return user is ctx.user or INVISIBLE not in user.modes or ctx.world.share_channel(ctx.user, user)


def _matches(ctx: Context, folded: str, user: User) -> bool:
    fold = ctx.world.fold
    return any(match(folded, fold(text)) for text in (user.nick, user.mask, user.username, user.host, user.realname))


def _is_token(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _TOKEN_SIZE


def _send(ctx: Context, user: User, channel: Channel | None, fields: str | None, token: str) -> None:
    channel = channel or next(visible_channels(ctx.user, user), None)
    name = channel.name if channel else "*"
    status = _status(ctx, user, channel)
    server = ctx.core.name
    if fields is None:
        ctx.reply.numeric(
            n.RPL_WHOREPLY, name, user.username, user.host, server, user.nick, status, f"0 {user.realname}"
        )
        return
    values = {  # in the order in which RPL_WHOSPCRPL has them, whatever the order of asking
        "t": token,
        "c": name,
        "u": user.username,
        "i": _address(ctx, user),
        "h": user.host,
        "s": server,
        "n": user.nick,
        "f": status,
        "d": "0",
        "l": str(int(ctx.monotonic - user.spoke_at)),
        "a": user.account or "0",
        "o": "n/a",
        "r": user.realname,
    }
    shown = [value for field, value in values.items() if field in fields]
    ctx.reply.raw(" ".join([n.RPL_WHOSPCRPL, ctx.session.nick, *shown[:-1], *(f":{last}" for last in shown[-1:])]))


def _address(ctx: Context, user: User) -> str:
    """The real address is for its owner and for operators."""
    return shown_host(user.address) if user is ctx.user or ctx.operator else "255.255.255.255"


def _status(ctx: Context, user: User, channel: Channel | None) -> str:
    status = ("G" if user.away else "H") + ("*" if OPERATOR in user.modes else "") + (BOT if BOT in user.modes else "")
    member = channel.members.get(user.uid) if channel else None
    if member is None:
        return status
    return status + (member.prefixes if ctx.session.caps & MULTI_PREFIX else member.prefixes[:1])
