"""AWAY and SETNAME: what one tells the others about oneself."""

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.session.capabilities import PRE_AWAY, SETNAME
from trialogue_server.world.events import AwayChanged, RealnameChanged
from trialogue_server.world.refused import Failed, Refused

_NOT_PRESENT = "*"
"""Nobody sits in front of this connection: it is no reason to call somebody away who has another one.

https://ircv3.net/specs/extensions/pre-away#implementation-considerations
"""


@command("AWAY", p.opt(p.text("message")), phase=Phase.ANY)
def away(ctx: Context, message: str | None) -> None:
    """Go away, with a message that those who write to you get; without one, come back.

    https://modern.ircdocs.horse/#away-message and https://ircv3.net/specs/extensions/pre-away
    """
    said = truncate(message or "", ctx.config.limits.away_length)
    if ctx.session.user is not None:
        _be_away(ctx, said)
    elif ctx.session.caps & PRE_AWAY:
        ctx.session.registration.away = said
    else:
        raise Refused(n.ERR_NOTREGISTERED)
    ctx.reply.numeric(n.RPL_NOWAWAY if said else n.RPL_UNAWAY)


def keep_away(ctx: Context) -> None:
    """Let what a session said about being away before it was registered become true of its user."""
    if ctx.session.registration.away is not None:
        _be_away(ctx, ctx.session.registration.away)


def _be_away(ctx: Context, said: str) -> None:
    if said == _NOT_PRESENT and any(session is not ctx.session for session in ctx.core.registry.of(ctx.user.uid)):
        return
    if said != ctx.user.away:
        ctx.commit(AwayChanged(*ctx.stamp(), said))


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
