"""KICK and INVITE: removing users from a channel, and letting them in."""

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect
from trialogue_server.commands.messages.direct import has_blocked
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import Invited, Kicked
from trialogue_server.world.refused import Refused
from trialogue_server.world.user import User


@command("KICK", p.word("channels"), p.word("nicks"), p.opt(p.text("reason")))
def kick(ctx: Context, channel_list: str, nick_list: str, reason: str | None) -> Effect | None:
    """Put users out of a channel that you are operator of.  https://modern.ircdocs.horse/#kick-message"""
    channels, nicks = [list(filter(None, text.split(","))) for text in (channel_list, nick_list)]
    if not channels or not nicks:
        raise p.missing_param(n.ERR_NEEDMOREPARAMS, "KICK")
    if len(channels) == 1:
        channels = channels * len(nicks)
    if len(channels) != len(nicks):
        raise Refused(n.ERR_NEEDMOREPARAMS, "KICK", text="Give one channel, or as many channels as nicks")
    pairs = p.bounded(ctx, list(zip(channels, nicks, strict=True)))
    said = truncate(reason or ctx.user.nick, ctx.config.limits.kick_length)
    return ctx.attempt_in_turns(lambda pair: _kick(ctx, *pair, said), pairs)


def _kick(ctx: Context, name: str, nick: str, reason: str) -> None:
    channel = p.read_channel(ctx, name)
    policy.must_be_op(ctx.user, channel)
    target = p.read_user(ctx, nick)
    if target.uid not in channel.members:
        raise Refused(n.ERR_USERNOTINCHANNEL, target.nick, channel.name)
    ctx.commit(Kicked(*ctx.stamp(), channel.name, target.uid, target.nick, reason))


@command("INVITE", p.opt(p.user()), p.opt(p.channel()))
def invite(ctx: Context, target: User | None, channel: Channel | None) -> None:
    """Invite somebody to a channel; without parameters, show your own invitations.

    An operator's invitation lets them in whatever modes close it, until they enter or a ban that means them is set.

    https://modern.ircdocs.horse/#invite-message
    """
    if target is None:
        _list_invitations(ctx)
        return
    if channel is None:
        raise Refused(n.ERR_NEEDMOREPARAMS, "INVITE")
    policy.can_invite(ctx.user, channel)
    if target.uid in channel.members:
        raise Refused(n.ERR_USERONCHANNEL, target.nick, channel.name)
    opens, most = policy.invitation_opens(ctx.user, channel), ctx.config.limits.list_entries
    if opens and most and policy.invitations_with(channel, target) > most:
        text = f"{most} invitations to the channel wait to be used"
        raise Refused(n.ERR_BANLISTFULL, channel.name, target.nick, text=text)
    ctx.reply.raw(f"{n.RPL_INVITING} {ctx.user.nick} {target.nick} {channel.name}")
    if target.away:
        ctx.reply.numeric(n.RPL_AWAY, target.nick, target.away)
    hidden = has_blocked(ctx, target.blocks, target.identity)
    ctx.commit(Invited(*ctx.stamp(), channel.name, target.uid, target.nick, hidden, opens))


def _list_invitations(ctx: Context) -> None:
    accounts = ctx.world.invitations.of(ctx.user.identity) if ctx.user.account else []
    for name in sorted({channel.name for channel in (*ctx.user.invited, *accounts)}):
        ctx.reply.raw(f"{n.RPL_INVITELIST} {ctx.user.nick} {name}")
    ctx.reply.numeric(n.RPL_ENDOFINVITELIST)
