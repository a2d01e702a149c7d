"""MARKREAD: how far one has read, the same on all of one's devices.  https://ircv3.net/specs/extensions/read-marker"""

from trialogue_server.commands import params as p
from trialogue_server.commands.command import QUESTION, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.history.conversation import find_conversation, parse_time
from trialogue_server.delivery.render import server_time
from trialogue_server.session.capabilities import READ_MARKER
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import MarkerMoved
from trialogue_server.world.markers import Marker
from trialogue_server.world.names import is_channel, is_nick
from trialogue_server.world.refused import Failed

_CLOCKS_DIFFER = 60.0
"""Seconds by which a clock is corrected all the time."""


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
    known = _known(ctx, conversation)
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
    """Could a room or a person be called so?"""
    limits, utf8 = ctx.config.limits, ctx.config.server.utf8_names
    return is_channel(target, size=limits.channel_length, utf8=utf8) or is_nick(
        target, size=limits.nick_length, utf8=utf8
    )


def send_marker(ctx: Context, channel: Channel) -> None:
    """Tell a session that has entered a channel how far its user has read there, if it wants to know."""
    for line in marker_line(ctx, channel):
        ctx.reply.line(line)


def marker_line(ctx: Context, channel: Channel) -> tuple[bytes, ...]:
    """Return the line that tells a session how far its user has read in a channel, if it wants to know."""
    if not ctx.session.caps & READ_MARKER:
        return ()
    return (ctx.reply.made_raw(_line(channel.name, _known(ctx, channel.folded))),)


def _known(ctx: Context, conversation: str) -> float | None:
    """Return how far the asker has read; a time that is still to come says nothing, as the clock was wrong then."""
    known = ctx.world.markers.get(ctx.user.identity, conversation)
    return known if known is not None and known <= ctx.now + _CLOCKS_DIFFER else None


def _move(ctx: Context, conversation: str, shown: str, at: float) -> None:
    event_id, now, _, server, _ = ctx.server_stamp()
    marker = Marker(ctx.user.identity, conversation, at)
    ctx.commit(MarkerMoved(event_id, now, ctx.user.uid, server, ctx.user.account, shown, marker))
    if not ctx.session.caps & READ_MARKER:
        ctx.reply.raw(_line(shown, at))


def _line(shown: str, at: float | None) -> str:
    return f"MARKREAD {shown} {'*' if at is None else f'timestamp={server_time(at)}'}"
