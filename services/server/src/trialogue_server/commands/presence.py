"""AWAY and SETNAME: what one tells the others about oneself."""

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.session.capabilities import SETNAME
from trialogue_server.world.events import AwayChanged, RealnameChanged
from trialogue_server.world.refused import Failed


@command("AWAY", p.opt(p.text("message")))
def away(ctx: Context, message: str | None) -> None:
    """Go away, with a message that those who write to you get; without one, come back.

    https://modern.ircdocs.horse/#away-message
    """
    said = truncate(message or "", ctx.config.limits.away_length)
    if said != ctx.user.away:
        ctx.commit(AwayChanged(*ctx.stamp(), said))
    ctx.reply.numeric(n.RPL_NOWAWAY if said else n.RPL_UNAWAY)


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
