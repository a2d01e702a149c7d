"""Playback: recent messages for clients that join and cannot ask for history (CHATHISTORY).

Nothing is played back twice: an account is sent what was said since its last visit, and so is a guest who comes back
soon. Bots (mode B) get no playback. Clients without server-time are told the time in the text, in NOTICEs, which
programs do not answer, and are told where the playback ends.
"""

from collections.abc import Sequence

from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import ReadHistory
from trialogue_server.commands.history.chathistory import send_history, with_corrected_time
from trialogue_server.commands.history.conversation import member_conversation
from trialogue_server.delivery.timestamped import with_timestamp
from trialogue_server.session.capabilities import CHATHISTORY, SERVER_TIME
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import Event, MessagePosted, MultilinePosted
from trialogue_server.world.history import Page, is_passing
from trialogue_server.world.refused import Refused


def play_back(ctx: Context, channel: Channel, *, before: int) -> None:
    """Ask for the playback of a channel that the session has just joined, or come back to.

    `before` is the id of its JOIN.
    """
    most = ctx.config.history.playback
    if not most or not ctx.config.history.enabled or ctx.session.caps & CHATHISTORY or "B" in ctx.user.modes:
        return
    if ctx.world.visits.present(ctx.user.identity, channel.folded) > 1:  # the account sees it all elsewhere
        return
    last_seen = _last_seen(ctx, channel)
    if channel.said <= last_seen:  # as in most rooms that are made, and after most short absences
        return
    page = Page(channel.folded, after=last_seen, before=before, limit=most)
    try:
        page = member_conversation(ctx, channel).readable(page)
    except Refused:
        return

    def found(ctx: Context, events: Sequence[Event]) -> None:
        messages = [event for event in events if isinstance(event, (MessagePosted, MultilinePosted))]
        said = [event for event in messages if not is_passing(event)]
        if said and ctx.session.caps & SERVER_TIME:
            send_history(ctx, channel.name, said)
        elif said:
            limit = ctx.config.limits.line_length
            timed = [with_timestamp(with_corrected_time(ctx, event), ctx.now, limit) for event in said]
            send_history(ctx, channel.name, timed)
            ctx.reply.raw(f"NOTICE {channel.name} :That was said before you came; what comes now is new")

    ctx.later(ReadHistory((page,), found, failure=None))


def _last_seen(ctx: Context, channel: Channel) -> int:
    """Return the id of the last event that the user can have seen in a channel, as far as it is known."""
    user, world = ctx.user, ctx.world
    if user.account:
        return world.visits.last_seen(user.identity, channel.folded)
    return world.lately.left(user, channel.folded, world.monotonic)
