"""NAMES: the members of a channel.  https://modern.ircdocs.horse/#names-message"""

from collections.abc import Iterable

from ircwire import numerics as n
from ircwire.framing import BODY_LIMIT
from ircwire.text import pack_words
from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.session.capabilities import MULTI_PREFIX, USERHOST_IN_NAMES
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel, Membership
from trialogue_server.world.modes import SECRET


@command("NAMES", p.opt_words("channels"), cost=QUESTION)
def names(ctx: Context, channels: list[str] | None) -> None:
    """Show who is in channels.  https://modern.ircdocs.horse/#names-message"""
    for name in channels or ["*"]:
        channel = ctx.world.channel(name)
        if channel is not None and policy.can_see(ctx.user, channel):
            send_names(ctx, channel)
        else:
            ctx.reply.numeric(n.RPL_ENDOFNAMES, p.echoed(name))


def send_names(ctx: Context, channel: Channel) -> None:
    """Send RPL_NAMREPLY, on as many lines as needed, and RPL_ENDOFNAMES."""
    ctx.reply.words(
        n.RPL_NAMREPLY, names_symbol(channel), channel.name, words=_shown_names(ctx, channel, ctx.session.caps)
    )
    ctx.reply.numeric(n.RPL_ENDOFNAMES, channel.name)


def packed_names(ctx: Context, channel: Channel, caps: int) -> list[str]:
    """Return the packed member list for all sessions with these capabilities, whatever their nick.

    https://modern.ircdocs.horse/#rplnamreply-353
    """
    limits = ctx.config.limits
    head = len(f":{ctx.core.name} {n.RPL_NAMREPLY}  = {channel.name} :\r\n".encode())
    return pack_words(_shown_names(ctx, channel, caps), min(limits.line_length, BODY_LIMIT) - head - limits.nick_length)


def names_symbol(channel: Channel) -> str:
    """Return the symbol of RPL_NAMREPLY, which says whether the channel is secret."""
    return "@" if channel.has(SECRET) else "="


def _shown_names(ctx: Context, channel: Channel, caps: int) -> Iterable[str]:
    ctx.work(len(channel.members) // 8)
    members: Iterable[Membership] = channel.members.values()
    if ctx.user.uid not in channel.members:
        members = [member for member in members if policy.can_see_membership(ctx.user, member.user, channel)]
    if caps & USERHOST_IN_NAMES:
        return [_prefix(member, caps) + member.user.mask for member in members]
    return [_prefix(member, caps) + member.user.nick if member.modes else member.user.nick for member in members]


def _prefix(member: Membership, caps: int) -> str:
    return member.prefixes if caps & MULTI_PREFIX else member.prefixes[:1]
