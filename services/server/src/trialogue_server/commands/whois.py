"""WHOIS WHOWAS USERHOST ISON: who is, or was, somebody?  https://modern.ircdocs.horse/#user-based-queries"""

from ircwire import numerics as n
from ircwire.text import pack_words
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.delivery.render import server_time
from trialogue_server.session.capabilities import MULTI_PREFIX
from trialogue_server.world import policy
from trialogue_server.world.modes import INVISIBLE
from trialogue_server.world.user import User

_USERHOST_MOST = 5
_ROOM = 400
"""Bytes of a line for a list of words."""


@command("WHOIS", p.word("target", missing=n.ERR_NONICKNAMEGIVEN), p.opt(p.word("nick")))
def whois(ctx: Context, target: str, nick: str | None) -> None:
    """Show what is known about a user.  https://modern.ircdocs.horse/#whois-message"""
    asked = nick or target
    user = ctx.world.user(asked.split(",")[0])
    if user is None:
        ctx.reply.numeric(n.ERR_NOSUCHNICK, p.echoed(asked))
    else:
        _describe(ctx, user)
    ctx.reply.numeric(n.RPL_ENDOFWHOIS, user.nick if user else p.echoed(asked))


def _describe(ctx: Context, user: User) -> None:
    reply, nick = ctx.reply, user.nick
    privileged = user is ctx.user or bool(ctx.user.oper)
    reply.numeric(n.RPL_WHOISUSER, nick, user.username, user.host, "*", user.realname)
    for line in pack_words(_channels(ctx, user), _ROOM):
        reply.numeric(n.RPL_WHOISCHANNELS, nick, line)
    reply.numeric(n.RPL_WHOISSERVER, nick, ctx.core.name, ctx.config.server.description)
    if user.away:
        reply.numeric(n.RPL_AWAY, nick, user.away)
    if user.oper:
        reply.numeric(n.RPL_WHOISOPERATOR, nick)
    if user.account:
        reply.numeric(n.RPL_WHOISACCOUNT, nick, user.account)
    if privileged:
        reply.numeric(n.RPL_WHOISACTUALLY, nick, f"{user.username}@{user.host}", user.address)
        reply.numeric(n.RPL_WHOISMODES, nick, f"is using modes +{user.modes}")
    if user.secure:
        reply.numeric(n.RPL_WHOISSECURE, nick)
    reply.numeric(n.RPL_WHOISIDLE, nick, str(int(ctx.now - user.spoke_at)), str(int(user.signon_at)))


def _channels(ctx: Context, user: User) -> list[str]:
    shown: list[str] = []
    for channel in user.channels.values():
        hidden = INVISIBLE in user.modes and ctx.user.uid not in channel.members and user is not ctx.user
        if policy.can_see(ctx.user, channel) and (not hidden or ctx.user.oper):
            prefixes = channel.members[user.uid].prefixes
            shown.append((prefixes if ctx.session.caps & MULTI_PREFIX else prefixes[:1]) + channel.name)
    return shown


@command("WHOWAS", p.word("nick", missing=n.ERR_NONICKNAMEGIVEN), p.opt(p.word("count")))
def whowas(ctx: Context, nick: str, count: str | None) -> None:
    """Show who went by a nick before.  https://modern.ircdocs.horse/#whowas-message"""
    age = ctx.config.limits.whowas_age
    found = ctx.world.whowas.find(nick, since=ctx.now - age if age else 0)
    most = int(count[:9]) if count and count.isascii() and count.isdigit() else 0
    for one in found[:most] if most else found:
        ctx.reply.numeric(n.RPL_WHOWASUSER, one.nick, one.username, one.host, "*", one.realname)
        ctx.reply.numeric(n.RPL_WHOISSERVER, one.nick, ctx.core.name, server_time(one.at))
    if not found:
        ctx.reply.numeric(n.ERR_WASNOSUCHNICK, p.echoed(nick))
    ctx.reply.numeric(n.RPL_ENDOFWHOWAS, p.echoed(nick))


@command("USERHOST", p.word("nick"), p.rest("nicks"))
def userhost(ctx: Context, nick: str, more: list[str]) -> None:
    """Show the hosts of up to five users.  https://modern.ircdocs.horse/#userhost-message"""
    shown: list[str] = []
    for name in [nick, *more][:_USERHOST_MOST]:
        user = ctx.world.user(name)
        if user is not None:
            star, sign = "*" if user.oper else "", "-" if user.away else "+"
            shown.append(f"{user.nick}{star}={sign}{user.username}@{user.host}")
    ctx.reply.numeric(n.RPL_USERHOST, " ".join(shown))


@command("ISON", p.word("nick"), p.rest("nicks"))
def ison(ctx: Context, nick: str, more: list[str]) -> None:
    """Show which of these nicks are there.  https://modern.ircdocs.horse/#ison-message"""
    asked = " ".join([nick, *more]).split(" ")
    found = [user.nick for name in asked if name and (user := ctx.world.user(name)) is not None]
    for line in pack_words(found, _ROOM) or [""]:
        ctx.reply.numeric(n.RPL_ISON, line)
