"""NAMES: who is in a channel?  https://modern.ircdocs.horse/#names-message"""

from collections.abc import Iterator

from ircwire import numerics as n
from ircwire.framing import BODY_LIMIT
from ircwire.text import pack_words
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.session.capabilities import MULTI_PREFIX, USERHOST_IN_NAMES
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.modes import INVISIBLE, SECRET


@command("NAMES", p.opt(p.words("channels")))
def names(ctx: Context, channels: list[str] | None) -> None:
    """Show who is in channels.  https://modern.ircdocs.horse/#names-message"""
    for name in channels or ["*"]:
        channel = ctx.world.channel(name)
        if channel is not None and policy.can_see(ctx.user, channel):
            send_names(ctx, channel)
        else:
            ctx.reply.numeric(n.RPL_ENDOFNAMES, p.echoed(name))


def send_names(ctx: Context, channel: Channel) -> None:
    """Send RPL_NAMREPLY, on as many lines as it takes, and RPL_ENDOFNAMES."""
    symbol = "@" if channel.has(SECRET) else "="
    head = f":{ctx.core.name} {n.RPL_NAMREPLY} {ctx.session.nick} {symbol} {channel.name} :"
    room = (ctx.config.limits.line_length or BODY_LIMIT) - 2 - len(head.encode())
    for line in pack_words(_shown_names(ctx, channel), room):
        ctx.reply.numeric(n.RPL_NAMREPLY, symbol, channel.name, line)
    ctx.reply.numeric(n.RPL_ENDOFNAMES, channel.name)


def _shown_names(ctx: Context, channel: Channel) -> Iterator[str]:
    caps = ctx.session.caps
    inside = ctx.user.uid in channel.members
    for member in channel.members.values():
        user = member.user
        if INVISIBLE in user.modes and not inside and user is not ctx.user:
            continue
        name = user.mask if caps & USERHOST_IN_NAMES else user.nick
        if member.modes:
            prefixes = member.prefixes
            name = (prefixes if caps & MULTI_PREFIX else prefixes[0]) + name
        yield name
