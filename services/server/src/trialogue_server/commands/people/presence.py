"""AWAY and SETNAME: what users say about themselves."""

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.people.away import set_session_away, update_away
from trialogue_server.session.capabilities import PRE_AWAY, SETNAME
from trialogue_server.world.events import RealnameChanged
from trialogue_server.world.refused import Failed, Refused

_OTHERS_HERE = (
    "This device is away, but others of yours are not, so you are not shown as away: "
    "/msg NickServ AWAY <message> is for all"
)


@command("AWAY", p.opt(p.text("message")), phase=Phase.ANY)
def away(ctx: Context, message: str | None) -> None:
    """Go away, with a message that those who write to you get; without one, come back.

    It is about this connection: others see you as away when all of yours are. NickServ AWAY is for all of them.
    https://modern.ircdocs.horse/#away-message and https://ircv3.net/specs/extensions/pre-away
    """
    said = truncate(message or "", ctx.config.limits.away_length)
    if ctx.session.user is not None:
        set_session_away(ctx.core, ctx.session, said, ctx.now)
        update_away(ctx.core, ctx.user, ctx.now, ctx.reply)
    elif ctx.session.caps & PRE_AWAY:
        ctx.session.registration.away = said
    else:
        raise Refused(n.ERR_NOTREGISTERED)
    if said and ctx.session.user is not None and not ctx.user.away:
        ctx.reply.raw(f"{n.RPL_NOWAWAY} {ctx.user.nick} :{_OTHERS_HERE}")
    else:
        ctx.reply.numeric(n.RPL_NOWAWAY if said else n.RPL_UNAWAY)


def apply_early_away(ctx: Context) -> None:
    """Apply what a session said about being away before the handshake; otherwise it is here."""
    said = ctx.session.registration.away
    if said is not None:
        set_session_away(ctx.core, ctx.session, said, ctx.now)
    update_away(ctx.core, ctx.user, ctx.now, ctx.reply)


@command("SETNAME", p.text("realname"))
def setname(ctx: Context, realname: str) -> None:
    """Change your real name.  https://ircv3.net/specs/extensions/setname"""
    size = ctx.config.limits.realname_length
    if not ctx.session.caps & SETNAME:  # no answer may be given, so what does not fit is cut as it is with USER
        realname = truncate(realname, size)
        if not realname.strip():
            return
    if not realname.strip() or len(realname.encode()) > size:
        raise Failed("SETNAME", "INVALID_REALNAME", text=f"The real name must have 1 to {size} bytes")
    ctx.commit(RealnameChanged(*ctx.stamp(), realname))
