"""JOIN and PART: entering and leaving channels."""

from math import ceil

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.accounts.guess_limit import shared_keys
from trialogue_server.commands.channels.enforcement import give_access_mode
from trialogue_server.commands.channels.names import send_names
from trialogue_server.commands.channels.topic import send_topic
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect
from trialogue_server.commands.history.markread import send_marker
from trialogue_server.commands.history.playback import play_back
from trialogue_server.delivery.metadata import send_values
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.capabilities import NO_IMPLICIT_NAMES, knows_metadata
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import ChannelJoined, ChannelParted
from trialogue_server.world.modes import OP
from trialogue_server.world.names import is_channel
from trialogue_server.world.refused import Refused


@command("JOIN", p.word("channels"), p.opt(p.text("keys")), cost=QUESTION)
def join(ctx: Context, names: str, keys: str | None) -> Effect | None:
    """Enter channels, each made if there is none; "JOIN 0" leaves all.  https://modern.ircdocs.horse/#join-message"""
    if names == "0":
        return ctx.attempt_in_turns(lambda channel: _part(ctx, channel, ""), list(ctx.user.channels.values()))
    given = (keys or "").split(",")
    places = enumerate(names.split(","))  # an empty element counts: each key stands where its channel does
    pairs = [(name, given[place] if place < len(given) else "") for place, name in places if name]
    if not pairs:
        raise p.missing_param(n.ERR_NEEDMOREPARAMS, "JOIN")
    once = {ctx.world.fold(name): (name, key) for name, key in reversed(pairs)}
    return ctx.attempt_in_turns(lambda pair: join_one(ctx, *pair), list(reversed(once.values())))


_COMPARED = 2
"""Units of work for each list entry that a joining or speaking user is compared with."""


def join_one(ctx: Context, name: str, key: str) -> None:
    """Join one channel. Raises Refused."""
    user, limits = ctx.user, ctx.config.limits
    channel = ctx.world.channel(name)
    if channel is None:
        if not is_channel(name, size=limits.channel_length, utf8=ctx.config.server.utf8_names):
            raise Refused(n.ERR_NOSUCHCHANNEL, p.echoed(name))
    elif user.uid in channel.members:
        return
    if limits.channels_per_user and len(user.channels) >= limits.channels_per_user:
        raise Refused(n.ERR_TOOMANYCHANNELS, name)
    shown, modes, prefix = name, ctx.config.channels.default_modes, OP
    if channel is not None:
        ctx.work(_COMPARED * sum(map(len, channel.lists.values())))
        _may_enter(ctx, channel, key)
        shown, modes = channel.name, ""
        prefix = OP if policy.takes_over(ctx.world, channel) else ""
    entry = ChannelJoined(*ctx.stamp(), shown, user.realname, prefix, modes, user.away)
    ctx.commit(entry)
    joined = ctx.world.channels[ctx.world.fold(name)]
    give_access_mode(ctx, user, joined)
    for reply in ctx.replies_to(user):
        show_channel(ctx, reply, joined)
    play_back(ctx, joined, before=entry.id)


def _may_enter(ctx: Context, channel: Channel, key: str) -> None:
    """Check that the asker may join, and count wrong keys. Raises Refused."""
    if not (channel.key and key):
        policy.can_join(ctx.world, ctx.user, channel, key)
        return
    guard, keys = ctx.core.guard, shared_keys(ctx, f"key {channel.folded}")
    wait = guard.wait(keys, ctx.monotonic)
    if wait:
        text = f"Too many wrong keys; try again in {ceil(wait)} seconds"
        raise Refused(n.ERR_BADCHANNELKEY, channel.name, text=text)
    try:
        policy.can_join(ctx.world, ctx.user, channel, key)
    except Refused as refused:
        if refused.numeric == n.ERR_BADCHANNELKEY:
            guard.failed(keys, ctx.monotonic)
        raise


def show_channel(ctx: Context, reply: Reply, channel: Channel) -> None:
    """Send what a device of the asker is shown on joining: the topic, the members, and metadata."""
    if channel.topic:
        send_topic(reply, channel)
    send_marker(ctx, reply, channel)
    if not reply.session.caps & NO_IMPLICIT_NAMES:
        send_names(ctx, reply, channel)
    if knows_metadata(reply.session.caps):
        members = ((member.user.nick, member.user.metadata) for member in channel.members.values())
        holdings = [(channel.name, channel.metadata), *members]
        send_values(reply, channel.name, holdings, reply.session.subscriptions)


@command("PART", p.words("channels", most=p.channels), p.opt(p.text("reason")))
def part(ctx: Context, names: list[str], reason: str | None) -> Effect | None:
    """Leave channels.  https://modern.ircdocs.horse/#part-message"""
    said = truncate(reason or "", ctx.config.limits.quit_length)
    return ctx.attempt_in_turns(lambda name: _part(ctx, p.read_channel(ctx, name), said), names)


def _part(ctx: Context, channel: Channel, reason: str) -> None:
    policy.member(ctx.user, channel)
    ctx.commit(ChannelParted(*ctx.stamp(), channel.name, reason))
