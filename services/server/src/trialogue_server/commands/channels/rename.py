"""RENAME: giving a channel another name.  https://ircv3.net/specs/extensions/channel-rename (work in progress)

Sessions with the capability see RENAME. The others see a PART and a JOIN, which differ for each of them, so they are
told here and not by the fan-out.
"""

from collections.abc import Iterator
from itertools import chain

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.channels.names import names_symbol, packed_names
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.commands.history.markread import marker_line
from trialogue_server.delivery.metadata import values_told
from trialogue_server.delivery.render import Rendering
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.capabilities import (
    CHANNEL_RENAME,
    MULTI_PREFIX,
    NO_IMPLICIT_NAMES,
    USERHOST_IN_NAMES,
)
from trialogue_server.session.session import Session
from trialogue_server.session.work import BYTES_OUT
from trialogue_server.world import policy
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import ChannelJoined, ChannelParted, ChannelRenamed
from trialogue_server.world.names import is_channel
from trialogue_server.world.refused import Failed

_TOLD = 10
"""Units of work for each session that is told by a PART and a JOIN."""


@command("RENAME", p.channel(), p.word("new name"), p.opt(p.text("reason")))
def rename(ctx: Context, channel: Channel, name: str, reason: str | None) -> None:
    """Give a channel that you are operator of (or, if it is registered, founder) another name.

    https://ircv3.net/specs/extensions/channel-rename#messages
    """
    old = channel.name
    _check(ctx, channel, name)
    said = truncate(reason or "", ctx.config.limits.kick_length)
    is_other = ctx.world.fold(name) != channel.folded
    ctx.commit(ChannelRenamed(*ctx.stamp(), old, name, said))
    if is_other:
        shown = _Shown(ctx, channel, old, said)
        for session in list(_legacy(ctx, channel)):
            _fall_back(ctx, session, shown)


def _check(ctx: Context, channel: Channel, name: str) -> None:
    policy.must_be_op(ctx.user, channel)
    limits = ctx.config.limits
    if name == channel.name or not is_channel(name, size=limits.channel_length, utf8=ctx.config.server.utf8_names):
        raise _cannot(channel, name)
    if not policy.may_rename(ctx.user, channel):
        raise _cannot(channel, name, "Only its founder may rename a registered channel")
    if channel.folded in ctx.world.permanent and ctx.world.fold(name) != channel.folded:
        raise _cannot(channel, name, "The server's settings name this channel")
    other = ctx.world.channel(name)
    if other is not None and other is not channel:
        if not policy.can_see(ctx.user, other):
            raise _cannot(channel, name)
        raise Failed(
            "RENAME", "CHANNEL_NAME_IN_USE", channel.name, name, text="There is a channel of that name already"
        )


_NO_NAME = "The channel cannot have that name: it must be another one, a channel's, and free"
"""One text for all cases, so that nobody learns which channels exist that they cannot see."""


def _cannot(channel: Channel, name: str, text: str = _NO_NAME) -> Failed:
    return Failed("RENAME", "CANNOT_RENAME", channel.name, p.echoed(name), text=text)


def _legacy(ctx: Context, channel: Channel) -> Iterator[Session]:
    """Yield the sessions in the channel that do not know RENAME."""
    for member in channel.members.values():
        for session in ctx.core.registry.of(member.user.uid):
            if not session.caps & CHANNEL_RENAME:
                yield session


class _Shown:
    """The channel at the moment of the rename, copied once for all the sessions that are shown it."""

    def __init__(self, ctx: Context, channel: Channel, old: str, reason: str) -> None:
        self.channel = channel
        self.old, self.name, self.reason = old, channel.name, reason
        self.topic, self.topic_by, self.topic_at = channel.topic, channel.topic_by, int(channel.topic_at)
        self.symbol = names_symbol(channel)
        members = ((member.user.nick, member.user.metadata) for member in channel.members.values())
        told = ((channel.name, channel.metadata), *members)
        self.metadata = [(name, dict(values)) for name, values in told if values]
        self._names: dict[int, list[str]] = {}
        ctx.work(len(channel.members))

    def names(self, ctx: Context) -> list[str]:
        """Return the lines of NAMES for sessions with the capabilities of this one."""
        caps = ctx.session.caps & (MULTI_PREFIX | USERHOST_IN_NAMES)
        if caps not in self._names:
            self._names[caps] = packed_names(ctx, self.channel)
        return self._names[caps]


def _fall_back(ctx: Context, session: Session, shown: _Shown) -> None:
    """Show the rename to a session as leaving one channel and joining another.

    https://ircv3.net/specs/extensions/channel-rename#fallback
    """
    limit = ctx.config.limits.line_length
    reply = ctx.reply if session is ctx.session else ctx.core.reply_to(session, ctx.now)
    theirs = Context(ctx.core, session, ctx.message, reply, ctx.moment)
    parted = ChannelParted(*theirs.stamp(), shown.old, shown.reason)
    joined = ChannelJoined(*theirs.stamp(), shown.name, theirs.user.realname)
    marks, marker = theirs.user.marks, marker_line(theirs, shown.channel)
    names = [] if session.caps & NO_IMPLICIT_NAMES else shown.names(theirs)
    size = sum(map(len, names))
    ctx.work(_TOLD + size // BYTES_OUT)
    events = (Rendering(event, limit, marks)(session.caps) for event in (parted, joined))
    values = values_told(reply, shown.name, shown.metadata, session.subscriptions)
    lines = chain(events, _topic(reply, shown), marker, _names(reply, shown, names), values)
    reply.stream(lines, len(names), at_once=session is ctx.session)


def _topic(reply: Reply, shown: _Shown) -> Iterator[bytes]:
    if shown.topic:
        yield reply.made(n.RPL_TOPIC, shown.name, shown.topic)
        yield reply.made(n.RPL_TOPICWHOTIME, shown.name, shown.topic_by, str(shown.topic_at))


def _names(reply: Reply, shown: _Shown, names: list[str]) -> Iterator[bytes]:
    for line in names:
        yield reply.made(n.RPL_NAMREPLY, shown.symbol, shown.name, line)
    if names:
        yield reply.made(n.RPL_ENDOFNAMES, shown.name)
