"""RENAME: giving a channel another name.  https://ircv3.net/specs/extensions/channel-rename (work in progress)

Sessions with the capability see RENAME. The others see a PART and a JOIN, which differ for each of them, so they are
told here and not by the fan-out.
"""

from collections.abc import Iterator

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
from trialogue_server.world.user import User

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
        for session, user in list(_legacy(ctx, channel)):
            _fall_back(ctx, session, user, shown)


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


def _legacy(ctx: Context, channel: Channel) -> Iterator[tuple[Session, User]]:
    """Yield the sessions in the channel that do not know RENAME, and whose they are."""
    for member in channel.members.values():
        for session in ctx.core.registry.of(member.user.uid):
            if not session.caps & CHANNEL_RENAME:
                yield session, member.user


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
        self.at, self.ids = ctx.now, (ctx.core.ids.next(ctx.now), ctx.core.ids.next(ctx.now))
        """Of the PART and the JOIN, which each session is shown of its own user."""
        self.limit = ctx.config.limits.line_length
        self._names: dict[int, tuple[list[str], int]] = {}
        ctx.work(len(channel.members))

    def names(self, ctx: Context, caps: int) -> tuple[list[str], int]:
        """Return the lines of NAMES for a session with these capabilities, and the units of work of sending them."""
        if caps & NO_IMPLICIT_NAMES:
            return [], 0
        caps &= MULTI_PREFIX | USERHOST_IN_NAMES
        if caps not in self._names:
            names = packed_names(ctx, self.channel, caps)
            self._names[caps] = names, sum(map(len, names)) // BYTES_OUT
        return self._names[caps]


def _fall_back(ctx: Context, session: Session, user: User, shown: _Shown) -> None:
    """Show the rename to a session as leaving one channel and joining another.

    Only what may change meanwhile is copied here, as there may be thousands of them. The lines are made when they are
    sent.  https://ircv3.net/specs/extensions/channel-rename#fallback
    """
    is_own = session is ctx.session
    reply = ctx.reply if is_own else ctx.core.reply_to(session, shown.at)
    names, units = shown.names(ctx, session.caps)
    ctx.work(_TOLD + units)
    marker = marker_line(ctx, reply, user, shown.channel)
    lines = _lines(reply, shown, (user.uid, user.mask, user.account), user.realname, user.marks, marker, names)
    reply.stream(lines, len(names), at_once=is_own)


def _lines(
    reply: Reply,
    shown: _Shown,
    who: tuple[int, str, str],
    realname: str,
    marks: str,
    marker: tuple[bytes, ...],
    names: list[str],
) -> Iterator[bytes]:
    session = reply.session
    parted = ChannelParted(shown.ids[0], shown.at, *who, shown.old, shown.reason)
    joined = ChannelJoined(shown.ids[1], shown.at, *who, shown.name, realname)
    for event in (parted, joined):
        yield Rendering(event, shown.limit, marks)(session.caps)
    yield from _topic(reply, shown)
    yield from marker
    yield from _names(reply, shown, names)
    yield from values_told(reply, shown.name, shown.metadata, session.subscriptions)


def _topic(reply: Reply, shown: _Shown) -> Iterator[bytes]:
    if shown.topic:
        yield reply.made(n.RPL_TOPIC, shown.name, shown.topic)
        yield reply.made(n.RPL_TOPICWHOTIME, shown.name, shown.topic_by, str(shown.topic_at))


def _names(reply: Reply, shown: _Shown, names: list[str]) -> Iterator[bytes]:
    for line in names:
        yield reply.made(n.RPL_NAMREPLY, shown.symbol, shown.name, line)
    if names:
        yield reply.made(n.RPL_ENDOFNAMES, shown.name)
