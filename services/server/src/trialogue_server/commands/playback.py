"""What was said lately, for those who enter with a client that cannot ask for it (CHATHISTORY).

Nobody gets it twice: an account is sent only what was said since it was last in the room. Bots (mode B) get none.
"""

from collections.abc import Sequence

from trialogue_server.commands.context import Context
from trialogue_server.commands.conversation import own_room
from trialogue_server.commands.effects import ReadHistory
from trialogue_server.commands.history import send_history
from trialogue_server.session.capabilities import CHATHISTORY
from trialogue_server.store.history import Page
from trialogue_server.world.channel import Channel
from trialogue_server.world.events import Event
from trialogue_server.world.refused import Refused


def play_back(ctx: Context, channel: Channel, *, before: int) -> None:
    """Ask for what was said in a channel that the session has just entered, or come back to.

    `before` is the id of its JOIN.
    """
    most = ctx.config.history.playback
    if not most or not ctx.config.history.enabled or ctx.session.caps & CHATHISTORY or "B" in ctx.user.modes:
        return
    identity, visits = ctx.user.identity, ctx.world.visits
    if visits.present(identity, channel.folded) > 1:  # the account sees it all elsewhere
        return
    page = Page(channel.folded, after=visits.last_seen(identity, channel.folded), before=before, limit=most)
    try:
        page = own_room(ctx, channel).readable(page)
    except Refused:
        return

    def found(ctx: Context, events: Sequence[Event]) -> None:
        if events:
            send_history(ctx, channel.name, events)

    ctx.later(ReadHistory((page,), found, failure=None))
