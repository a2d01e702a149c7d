"""The welcome: what a client is sent when the handshake is complete.  https://modern.ircdocs.horse/#rplwelcome-001"""

from datetime import UTC, datetime

from ircwire import numerics as n
from trialogue_server.commands.channels.join import join_one
from trialogue_server.commands.context import Context
from trialogue_server.commands.metadata.holder import send_own_metadata
from trialogue_server.commands.server.isupport import send_isupport
from trialogue_server.world.modes import CHANNEL_MODES, INVISIBLE, OPERATOR, USER_MODES


def welcome(ctx: Context) -> None:
    """Send 001 to 005, the counts and the message of the day; then join the channels of `channels.autojoin`."""
    reply, core, user = ctx.reply, ctx.core, ctx.user
    started = datetime.fromtimestamp(core.instance.started_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    kinds = CHANNEL_MODES
    with_param = kinds.lists + kinds.always + kinds.when_set + kinds.prefixes
    reply.numeric(n.RPL_WELCOME, f"Welcome to the {ctx.config.server.network} network, {user.mask}")
    reply.numeric(n.RPL_YOURHOST, f"Your host is {core.name}, running version {core.instance.version}")
    reply.numeric(n.RPL_CREATED, f"This server was started {started}")
    reply.raw(
        f"{n.RPL_MYINFO} {user.nick} {core.name} {core.instance.version} {USER_MODES} "
        f"{''.join(sorted(with_param + kinds.never))} {''.join(sorted(with_param))}"
    )
    send_isupport(ctx)
    send_counts(ctx)
    send_own_metadata(ctx)
    send_motd(ctx)
    ctx.attempt(lambda name: join_one(ctx, name, ""), ctx.config.channels.autojoin)


def send_counts(ctx: Context) -> None:
    """Send the numerics of LUSERS. Rooms with mode s are counted for nobody.

    https://modern.ircdocs.horse/#lusers-message
    """
    world, registry, reply = ctx.world, ctx.core.registry, ctx.reply
    users = len(world.users)
    invisible, operators = world.with_mode[INVISIBLE], world.with_mode[OPERATOR]
    most = world.most_users
    reply.numeric(n.RPL_LUSERCLIENT, f"There are {users - invisible} users and {invisible} invisible on 1 servers")
    reply.numeric(n.RPL_LUSEROP, str(operators))
    reply.numeric(n.RPL_LUSERUNKNOWN, str(registry.unregistered))
    reply.numeric(n.RPL_LUSERCHANNELS, str(len(world.channels) - len(world.emptied) - len(world.hidden)))
    reply.numeric(n.RPL_LUSERME, f"I have {users} clients and 0 servers")
    reply.numeric(n.RPL_LOCALUSERS, str(users), str(most), f"Current local users {users}, max {most}")
    reply.numeric(n.RPL_GLOBALUSERS, str(users), str(most), f"Current global users {users}, max {most}")


def send_motd(ctx: Context) -> None:
    """Send the message of the day.  https://modern.ircdocs.horse/#motd-message"""
    if not ctx.core.motd:
        ctx.reply.numeric(n.ERR_NOMOTD)
        return
    ctx.reply.numeric(n.RPL_MOTDSTART, f"- {ctx.core.name} Message of the day -")
    lines = (piece for line in ctx.core.motd for piece in ctx.reply.wrapped(n.RPL_MOTD, line, mark="- "))
    ctx.reply.stream(lines, len(ctx.core.motd))
    ctx.reply.numeric(n.RPL_ENDOFMOTD)
