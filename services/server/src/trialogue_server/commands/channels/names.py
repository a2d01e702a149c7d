"""NAMES: the members of a channel.  https://modern.ircdocs.horse/#names-message"""

from collections.abc import Iterable, Iterator
from itertools import islice

from ircwire import numerics as n
from ircwire.framing import BODY_LIMIT
from ircwire.text import pack_words
from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.capabilities import MULTI_PREFIX, USERHOST_IN_NAMES
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel, Membership
from trialogue_server.world.modes import SECRET


@command("NAMES", p.opt_words("channels"), cost=QUESTION, reads=True)
def names(ctx: Context, channels: list[str] | None) -> None:
    """Show who is in channels, or in all that LIST shows.  https://modern.ircdocs.horse/#names-message"""
    if channels is None:
        _send_all(ctx)
        return
    for name in channels or ["*"]:
        channel = ctx.world.channel(name)
        if channel is not None and policy.can_see(ctx.user, channel):
            send_names(ctx, ctx.reply, channel)
        else:
            ctx.reply.numeric(n.RPL_ENDOFNAMES, p.echoed(name))


def _send_all(ctx: Context) -> None:
    """Send the members of all channels that are shown to the asker.

    "If no <channel> parameter is given, a list of all channels and their occupants is returned."
    https://www.rfc-editor.org/rfc/rfc2812#section-3.2.5
    """
    world, most = ctx.world, ctx.config.limits.list_replies
    ctx.work(len(world.channels))
    seen = (one for one in world.channels.values() if policy.is_listed(world, one) and policy.can_see(ctx.user, one))
    shown = [
        (names_symbol(channel), channel.name, list(_shown_names(ctx, channel, ctx.session.caps)))
        for channel in islice(seen, most or None)
    ]
    ctx.reply.stream(_all_names(ctx, shown), len(shown))
    ctx.reply.numeric(n.RPL_ENDOFNAMES, "*")


def _all_names(ctx: Context, shown: list[tuple[str, str, list[str]]]) -> Iterator[bytes]:
    """Yield the lines of each channel; b"" where nobody is shown."""
    for symbol, name, names in shown:
        lines = pack_words(names, _room(ctx, name))
        yield b"".join(ctx.reply.made(n.RPL_NAMREPLY, symbol, name, line) for line in lines)


def _room(ctx: Context, name: str) -> int:
    """Return how many bytes of names fit a line, whatever the reader's nick."""
    limits = ctx.config.limits
    head = len(f":{ctx.core.name} {n.RPL_NAMREPLY}  = {name} :\r\n".encode())
    return min(limits.line_length, BODY_LIMIT) - head - limits.nick_length


def send_names(ctx: Context, reply: Reply, channel: Channel) -> None:
    """Send RPL_NAMREPLY, on as many lines as needed, and RPL_ENDOFNAMES."""
    shown = _shown_names(ctx, channel, reply.session.caps)
    reply.words(n.RPL_NAMREPLY, names_symbol(channel), channel.name, words=shown)
    reply.numeric(n.RPL_ENDOFNAMES, channel.name)


def packed_names(ctx: Context, channel: Channel, caps: int) -> list[str]:
    """Return the packed member list for all sessions with these capabilities, whatever their nick.

    https://modern.ircdocs.horse/#rplnamreply-353
    """
    return pack_words(_shown_names(ctx, channel, caps), _room(ctx, channel.name))


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
