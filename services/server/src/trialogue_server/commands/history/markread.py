"""MARKREAD: read markers, shared by all devices of an account.  https://ircv3.net/specs/extensions/read-marker"""

from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.history.conversation import find_conversation, parse_time
from trialogue_server.delivery.render import server_time
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.capabilities import READ_MARKER
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import MarkerMoved
from trialogue_server.world.markers import Marker
from trialogue_server.world.names import is_channel, is_nick
from trialogue_server.world.refused import Failed
from trialogue_server.world.user import User

_CLOCKS_DIFFER = 60.0
"""Seconds by which clocks commonly differ."""


@command("MARKREAD", p.opt(p.word("target")), p.opt(p.word("timestamp")), cost=QUESTION)
def markread(ctx: Context, target: str | None, timestamp: str | None) -> None:
    """Show, or with timestamp=… set, how far you have read in a channel or with somebody.

    https://ircv3.net/specs/extensions/read-marker
    """
    if target is None:
        raise Failed("MARKREAD", "NEED_MORE_PARAMS", text="Missing parameters")
    found = find_conversation(ctx, target)
    if found is None:  # nothing can have been read there; whether there is such a place is not for the asker to know
        if timestamp is None and _may_be_one(ctx, target):
            ctx.reply.raw(_line(p.echoed(target), None))
            return
        raise Failed("MARKREAD", "INVALID_PARAMS", p.echoed(target), text="There is no such conversation of yours")
    conversation, shown = found.name, found.shown
    known = _known(ctx, ctx.user, conversation)
    if timestamp is not None:
        wish = parse_time(timestamp.removeprefix("timestamp=")) if timestamp.startswith("timestamp=") else None
        if wish is None:
            raise Failed("MARKREAD", "INVALID_PARAMS", p.echoed(timestamp), text="Not a time")
        at = min(wish, ctx.now)
        if known is None or at > known:
            _move(ctx, conversation, shown, at)
            return
    ctx.reply.raw(_line(shown, known))


def _may_be_one(ctx: Context, target: str) -> bool:
    """Return whether a channel or a person can have this name."""
    limits, utf8 = ctx.config.limits, ctx.config.server.utf8_names
    return is_channel(target, size=limits.channel_length, utf8=utf8) or is_nick(
        target, size=limits.nick_length, utf8=utf8
    )


def send_marker(ctx: Context, reply: Reply, channel: Channel) -> None:
    """Send the asker's read marker of a channel to a session that has joined it, if it wants read markers."""
    for line in marker_line(ctx, reply, ctx.user, channel):
        reply.line(line)


def marker_line(ctx: Context, reply: Reply, user: User, channel: Channel) -> tuple[bytes, ...]:
    """Return the line with a user's read marker of a channel, if the session wants read markers."""
    if not reply.session.caps & READ_MARKER:
        return ()
    return (reply.made_raw(_line(channel.name, _known(ctx, user, channel.folded))),)


def _known(ctx: Context, user: User, conversation: str) -> float | None:
    """Return a user's read marker. A time in the future is ignored: the clock was wrong then."""
    known = ctx.world.markers.get(user.identity, conversation)
    return known if known is not None and known <= ctx.now + _CLOCKS_DIFFER else None


def _move(ctx: Context, conversation: str, shown: str, at: float) -> None:
    event_id, now, _, server, _ = ctx.server_stamp()
    marker = Marker(ctx.user.identity, conversation, at)
    ctx.commit(MarkerMoved(event_id, now, ctx.user.uid, server, ctx.user.account, shown, marker))
    if not ctx.session.caps & READ_MARKER:
        ctx.reply.raw(_line(shown, at))


def _line(shown: str, at: float | None) -> str:
    return f"MARKREAD {shown} {'*' if at is None else f'timestamp={server_time(at)}'}"
