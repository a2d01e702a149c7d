"""Attaching: a session that has logged in becomes one more device of a user who is already on the network."""

from ircwire import numerics as n
from trialogue_server.commands.channels.join import show_channel
from trialogue_server.commands.connection.welcome import welcome
from trialogue_server.commands.context import Context
from trialogue_server.commands.history.playback import play_back
from trialogue_server.commands.messages.offline_messages import deliver_offline_messages
from trialogue_server.commands.metadata.holder import apply_early_metadata
from trialogue_server.commands.operators.granting import grant_by_account
from trialogue_server.commands.people.presence import apply_early_away
from trialogue_server.delivery.render import Rendering
from trialogue_server.world.events import ChannelJoined, UserAttached
from trialogue_server.world.user import User


def attach(ctx: Context, user: User) -> None:
    """Attach the session to the user, and show it the channels that the user is in."""
    ctx.session.user = user
    ctx.session.registration.password = ""
    ctx.core.registry.attach(ctx.session, user.uid)
    ctx.core.audience.sessions_changed()
    returns = not user.attached
    if returns:
        ctx.commit(UserAttached(*ctx.stamp(), ctx.session.address, ctx.session.secure))
    apply_early_away(ctx)
    apply_early_metadata(ctx)
    welcome(ctx)
    grant_by_account(ctx)
    if user.modes:
        ctx.reply.numeric(n.RPL_UMODEIS, f"+{user.modes}")
    if user.away:
        ctx.reply.numeric(n.RPL_NOWAWAY)
    for channel in user.channels.values():
        joined = ChannelJoined(*ctx.stamp(), channel.name, user.realname)
        ctx.reply.line(Rendering(joined, ctx.config.limits.line_length, user.marks)(ctx.session.caps))
        show_channel(ctx, ctx.reply, channel)
        if returns:
            play_back(ctx, channel, before=joined.id)
    deliver_offline_messages(ctx)
