"""Becoming operator: which entry is theirs, and what is told when they are."""

from ircwire import numerics as n
from ircwire.source import match
from trialogue_server.commands.context import Context
from trialogue_server.config.schema import OperatorSection
from trialogue_server.world.events import OperGranted


def may_be(ctx: Context, entry: OperatorSection) -> bool:
    """Is all of this but the password theirs: where they come from, certificate, account?"""
    user, fold = ctx.user, ctx.world.fold
    if entry.certificate and entry.certificate != ctx.session.fingerprint:
        return False
    if entry.account and (not user.account or fold(entry.account) != fold(user.account)):
        return False
    hosts = (user.host, user.address)
    return any(match(fold(mask), fold(f"{user.username}@{host}")) for mask in entry.masks for host in hosts)


def grant(ctx: Context, entry: OperatorSection) -> None:
    """Make them operator, and tell them and the log."""
    ctx.commit(OperGranted(*ctx.stamp(), entry.name, tuple(ctx.config.privileges_of(entry))))
    ctx.audit("OPER")
    ctx.reply.numeric(n.RPL_YOUREOPER)
    ctx.reply.line_from(ctx.user.mask, f"MODE {ctx.user.nick} +o")


def grant_by_account(ctx: Context) -> None:
    """Make them operator if an entry asks for nothing but what they have proved by logging in."""
    if ctx.user.oper or not ctx.user.account:
        return
    entries = (one for one in ctx.config.operators if one.account and not one.password)
    entry = next((one for one in entries if may_be(ctx, one)), None)
    if entry is not None:
        grant(ctx, entry)
