"""WHOIS, WHOWAS, USERHOST and ISON.  https://modern.ircdocs.horse/#user-based-queries"""

from collections.abc import Iterator

from ircwire import numerics as n
from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.server.queries import must_be_us
from trialogue_server.commands.services.service import Service
from trialogue_server.commands.services.table import find_service
from trialogue_server.delivery.metadata import VISIBLE_TO_ALL
from trialogue_server.delivery.render import server_time
from trialogue_server.session.capabilities import MULTI_PREFIX, knows_metadata
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.modes import BOT
from trialogue_server.world.names import shown_host
from trialogue_server.world.user import User
from trialogue_server.world.whowas import WhowasEntry


@command("WHOIS", p.word("target", missing=n.ERR_NONICKNAMEGIVEN), p.opt(p.word("nick")), cost=QUESTION, reads=True)
def whois(ctx: Context, target: str, nick: str | None) -> None:
    """Show what is known about a user.  https://modern.ircdocs.horse/#whois-message"""
    if nick is not None:
        must_be_us(ctx, target)
    asked = nick or target
    first = asked.split(",")[0]
    user = ctx.world.user(first)
    service = find_service(ctx, first)
    if user is not None:
        _describe(ctx, user)
    elif service is not None:
        _describe_service(ctx, service)
    else:
        ctx.reply.numeric(n.ERR_NOSUCHNICK, p.echoed(first))
    ctx.reply.numeric(n.RPL_ENDOFWHOIS, p.echoed(asked))


_KEYS_FOR_PEOPLE = ("display-name", "pronouns", "status", "homepage", "location")
"""Metadata that people can read.  https://ircv3.net/registry#metadata"""


def _describe_metadata(ctx: Context, user: User) -> None:
    for key in _KEYS_FOR_PEOPLE if knows_metadata(ctx.session.caps) else ():
        if key in user.metadata:
            ctx.reply.numeric(n.RPL_WHOISKEYVALUE, user.nick, key, VISIBLE_TO_ALL, user.metadata[key])


def _describe_service(ctx: Context, service: Service) -> None:
    name, server = service.name, ctx.core.name
    ctx.reply.numeric(n.RPL_WHOISUSER, name, name, server, "*", f"Service: {service.purpose}")
    ctx.reply.numeric(n.RPL_WHOISSERVER, name, server, ctx.config.server.description)


def _describe(ctx: Context, user: User) -> None:
    reply, nick = ctx.reply, user.nick
    privileged = user is ctx.user or bool(ctx.operator)
    reply.numeric(n.RPL_WHOISUSER, nick, user.username, user.host, "*", user.realname)
    reply.words(n.RPL_WHOISCHANNELS, nick, words=_channels(ctx, user))
    reply.numeric(n.RPL_WHOISSERVER, nick, ctx.core.name, ctx.config.server.description)
    if user.away:
        reply.numeric(n.RPL_AWAY, nick, user.away)
    if user.oper:
        reply.numeric(n.RPL_WHOISOPERATOR, nick)
    if BOT in user.modes:
        reply.numeric(n.RPL_WHOISBOT, nick, f"is a bot on {ctx.config.server.network}")
    _describe_metadata(ctx, user)
    if user.account:
        reply.numeric(n.RPL_WHOISACCOUNT, nick, user.account)
    if privileged:
        if user.address:
            reply.numeric(n.RPL_WHOISACTUALLY, nick, f"{user.username}@{user.host}", shown_host(user.address))
        for fingerprint in dict.fromkeys(one.fingerprint for one in ctx.core.registry.of(user.uid) if one.fingerprint):
            reply.numeric(n.RPL_WHOISCERTFP, nick, f"has client certificate fingerprint {fingerprint}")
        reply.numeric(n.RPL_WHOISMODES, nick, f"is using modes +{user.modes}")
    if user.secure:
        reply.numeric(n.RPL_WHOISSECURE, nick)
    reply.numeric(n.RPL_WHOISIDLE, nick, str(int(ctx.monotonic - user.spoke_at)), str(int(user.signon_at)))


def visible_channels(asker: User, user: User) -> Iterator[Channel]:
    """Yield the channels of a user in which the asker may see them."""
    return (channel for channel in user.channels.values() if policy.can_see_membership(asker, user, channel))


def _channels(ctx: Context, user: User) -> Iterator[str]:
    for channel in visible_channels(ctx.user, user):
        prefixes = channel.members[user.uid].prefixes
        yield (prefixes if ctx.session.caps & MULTI_PREFIX else prefixes[:1]) + channel.name


_WILD = frozenset("*?")


@command("WHOWAS", p.word("nick", missing=n.ERR_NONICKNAMEGIVEN), p.opt(p.word("count")), cost=QUESTION, reads=True)
def whowas(ctx: Context, nick: str, count: str | None) -> None:
    """Show who went by a nick before, or by nicks that match a mask.  https://modern.ircdocs.horse/#whowas-message"""
    age, entries, is_mask = ctx.config.limits.whowas_age, ctx.config.limits.whowas_entries, not _WILD.isdisjoint(nick)
    ctx.work(entries if is_mask else entries // 4)
    find = ctx.world.whowas.find_like if is_mask else ctx.world.whowas.find
    found = find(nick, since=ctx.monotonic - age if age else float("-inf"))
    most = int(count[:9]) if count and count.isascii() and count.isdigit() else 0
    shown = found[:most] if most else found
    ctx.reply.stream((_departed(ctx, one) for one in shown), len(shown))
    if not found:
        ctx.reply.numeric(n.ERR_WASNOSUCHNICK, p.echoed(nick))
    ctx.reply.numeric(n.RPL_ENDOFWHOWAS, p.echoed(nick))


def _departed(ctx: Context, one: WhowasEntry) -> bytes:
    made = ctx.reply.made(n.RPL_WHOWASUSER, one.nick, one.username, one.host, "*", one.realname)
    return made + ctx.reply.made(n.RPL_WHOISSERVER, one.nick, ctx.core.name, server_time(one.at))


@command("USERHOST", p.word("nick"), p.rest("nicks"), cost=QUESTION, reads=True)
def userhost(ctx: Context, nick: str, more: list[str]) -> None:
    """Show the hosts of up to five users.  https://modern.ircdocs.horse/#userhost-message"""
    shown: list[str] = []
    for name in p.distinct(ctx, [nick, *more])[: p.USERHOST_MOST]:
        user = ctx.world.user(name)
        if user is not None:
            star, sign = "*" if user.oper else "", "-" if user.away else "+"
            shown.append(f"{user.nick}{star}={sign}{user.username}@{user.host}")
    _send_words(ctx, n.RPL_USERHOST, shown)


@command("ISON", p.word("nick"), p.rest("nicks"), cost=QUESTION, reads=True)
def ison(ctx: Context, nick: str, more: list[str]) -> None:
    """Show which of these nicks are there.  https://modern.ircdocs.horse/#ison-message"""
    asked = p.distinct(ctx, " ".join([nick, *more]).split(" "))
    found = [user.nick for name in asked if (user := ctx.world.user(name)) is not None]
    _send_words(ctx, n.RPL_ISON, found)


def _send_words(ctx: Context, numeric: str, words: list[str]) -> None:
    """Send at least one line: the client waits for it."""
    if words:
        ctx.reply.words(numeric, words=words)
    else:
        ctx.reply.numeric(numeric, "")
