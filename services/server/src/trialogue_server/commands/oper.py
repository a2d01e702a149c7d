"""OPER KILL WALLOPS REHASH DIE: those who look after the network.  https://modern.ircdocs.horse/#operator-messages"""

from ircwire import numerics as n
from ircwire.source import match
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.command import command
from trialogue_server.commands.context import Context
from trialogue_server.commands.departure import close, leave
from trialogue_server.commands.effects import Effect, ReloadConfig, Reloaded, StopServer, VerifyPassword
from trialogue_server.config.schema import OperatorSection
from trialogue_server.delivery.render import encode_line
from trialogue_server.world.events import OperGranted, WallopsSent
from trialogue_server.world.refused import Refused
from trialogue_server.world.user import User

_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password has: a wrong name takes as long as a wrong password."""


@command("OPER", p.word("name"), p.word("password"))
def oper(ctx: Context, name: str, password: str) -> Effect | None:
    """Become operator.  https://modern.ircdocs.horse/#oper-message"""
    entry = next((one for one in ctx.config.operators if one.name == name and _may_be(ctx, one)), None)

    def checked(ctx: Context, right: bool) -> None:
        if entry is None or not right:
            raise Refused(n.ERR_PASSWDMISMATCH)
        _grant(ctx, entry)

    return VerifyPassword(entry.password if entry else _NOBODY, password, checked)


def _may_be(ctx: Context, entry: OperatorSection) -> bool:
    user, fold = ctx.user, ctx.world.fold
    hosts = (user.host, user.address)
    return any(match(fold(mask), fold(f"{user.username}@{host}")) for mask in entry.masks for host in hosts)


def _grant(ctx: Context, entry: OperatorSection) -> None:
    ctx.commit(OperGranted(*ctx.stamp(), entry.name, tuple(entry.privileges)))
    ctx.reply.numeric(n.RPL_YOUREOPER)
    ctx.reply.line_from(ctx.user.mask, f"MODE {ctx.user.nick} +o")


@command("KILL", p.user(), p.opt(p.text("reason")), privilege="kill")
def kill(ctx: Context, target: User, reason: str | None) -> None:
    """Put a user off the network (operators).  https://modern.ircdocs.horse/#kill-message"""
    said = truncate(reason or "No reason given", ctx.config.limits.kick_length)
    shown = f"Killed ({ctx.user.nick} ({said}))"
    limit = ctx.config.limits.line_length
    for session in list(ctx.core.registry.of(target.uid)):
        for line in (f":{ctx.user.mask} KILL {target.nick} :{said}", f":{target.mask} QUIT :{shown}"):
            session.outbox.put(encode_line("", line, limit))
        leave(ctx.core, session, shown, ctx.now, ctx.reply)
        close(session, shown, cause="Killed", reply=ctx.reply if session is ctx.session else None)


@command("WALLOPS", p.word("text"), privilege="wallops")
def wallops(ctx: Context, text: str) -> None:
    """Say something to all who set mode w (operators).  https://modern.ircdocs.horse/#wallops-message"""
    ctx.commit(WallopsSent(*ctx.stamp(), text))


@command("REHASH", privilege="rehash")
def rehash(ctx: Context) -> Effect:
    """Read the settings again (operators).  https://modern.ircdocs.horse/#rehash-message"""
    ctx.reply.numeric(n.RPL_REHASHING, "config")
    return ReloadConfig(_reloaded)


def _reloaded(ctx: Context, result: Reloaded) -> None:
    if result.error:
        ctx.reply.fail("REHASH", "INVALID_CONFIG", (), result.error)
    else:
        ctx.reply.note("REHASH", "RELOADED", "The new settings are in force")


@command("DIE", privilege="die")
def die(ctx: Context) -> Effect:
    """Shut the server down (operators).  https://www.rfc-editor.org/rfc/rfc2812#section-4.3"""
    return StopServer(f"Shut down by {ctx.user.nick}")
