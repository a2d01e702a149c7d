"""OPER, KILL, WALLOPS, REHASH and DIE.  https://modern.ircdocs.horse/#operator-messages"""

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.accounts.guess_limit import address_keys, check_secret, key_name
from trialogue_server.commands.accounts.login import dummy_hash
from trialogue_server.commands.command import command
from trialogue_server.commands.connection.departure import disconnect
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, ReloadConfig, Reloaded, StopServer, VerifyPassword
from trialogue_server.commands.operators.granting import comes_from, grant, may_be
from trialogue_server.delivery.render import encode_line
from trialogue_server.session.registry import counted_as
from trialogue_server.world.events import WallopsSent
from trialogue_server.world.refused import Refused
from trialogue_server.world.user import User


@command("OPER", p.word("name"), p.opt(p.word("password")))
def oper(ctx: Context, name: str, password: str | None) -> Effect | None:
    """Become operator; the password may be left out where your certificate or account is enough.

    https://modern.ircdocs.horse/#oper-message
    """
    entries = [one for one in ctx.config.operators if one.name == name]
    if entries and not any(comes_from(ctx, one) for one in entries):
        raise Refused(n.ERR_NOOPERHOST)
    entry = next((one for one in entries if may_be(ctx, one)), None)
    if entry is not None and not entry.password:
        grant(ctx, entry)
        return None
    if password is None:
        raise p.missing_param(n.ERR_NEEDMOREPARAMS, "OPER")
    keys = (f"operator {key_name(ctx, name)} {counted_as(ctx.session.address)}", *address_keys(ctx, "operator"))

    def checked(ctx: Context, right: bool) -> None:
        if entry is None or not right or entry not in ctx.config.operators or not may_be(ctx, entry):
            raise Refused(n.ERR_PASSWDMISMATCH)
        ctx.core.guard.succeeded(keys[0])
        grant(ctx, entry)

    asked = VerifyPassword(entry.password if entry else dummy_hash(ctx), password, checked)
    return check_secret(ctx, asked, keys, _refused, again=lambda ctx: oper.handler(ctx, name, password))


def _refused(text: str) -> Refused:
    return Refused(n.ERR_PASSWDMISMATCH, text=text)


@command("KILL", p.user(), p.opt(p.text("reason")), privilege="kill")
def kill(ctx: Context, target: User, reason: str | None) -> None:
    """Disconnect a user (operators).  https://modern.ircdocs.horse/#kill-message"""
    said = truncate(reason or "No reason given", ctx.config.limits.kick_length)
    shown = f"Killed ({ctx.user.nick} ({said}))"
    limit = ctx.config.limits.line_length
    ctx.audit("KILL", f"{target.mask} ({target.address})", said)
    for session in ctx.core.registry.of(target.uid):
        for line in (f":{ctx.user.mask} KILL {target.nick} :{said}", f":{target.mask} QUIT :{shown}"):
            session.outbox.put(encode_line("", line, limit))
    disconnect(ctx.core, target, shown, ctx.now, ctx.reply, cause="Killed")


@command("WALLOPS", p.word("text"), privilege="wallops")
def wallops(ctx: Context, text: str) -> None:
    """Send a message to all users with mode w (operators).  https://modern.ircdocs.horse/#wallops-message"""
    ctx.commit(WallopsSent(*ctx.stamp(), text))
    ctx.audit("WALLOPS")


@command("REHASH", privilege="rehash")
def rehash(ctx: Context) -> Effect:
    """Read the settings again (operators).  https://modern.ircdocs.horse/#rehash-message"""
    ctx.audit("REHASH")
    ctx.reply.numeric(n.RPL_REHASHING, "config")
    return ReloadConfig(_reloaded)


def _reloaded(ctx: Context, result: Reloaded) -> None:
    if result.error:
        ctx.reply.fail("REHASH", "INVALID_CONFIG", (), result.error)
    else:
        waiting = f", but {', '.join(result.waiting)}, which need a restart" if result.waiting else ""
        ctx.reply.note("REHASH", "RELOADED", f"The new settings are in force{waiting}")


@command("DIE", privilege="die")
def die(ctx: Context) -> Effect:
    """Shut the server down (operators).  https://www.rfc-editor.org/rfc/rfc2812#section-4.3"""
    ctx.audit("DIE")
    ctx.reply.finish()  # the answer leaves before the shutdown begins
    return StopServer(f"Shut down by {ctx.user.nick}")
