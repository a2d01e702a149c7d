"""Becoming operator: which entry is theirs, and what is told when they are, or are no more.

Rights that come with an account end with the login to it; those that somebody proved by OPER are theirs until they
step down.
"""

from ircwire import numerics as n
from ircwire.source import match
from trialogue_server.commands.clock import doubt_in_words
from trialogue_server.commands.context import Context
from trialogue_server.config.schema import OperatorSection
from trialogue_server.world.events import OperatorRevoked, OperGranted, UserModesChanged
from trialogue_server.world.modes import OPERATOR
from trialogue_server.world.user import User

_ACCOUNT, _GRANT = "account", "grant"


def comes_from(ctx: Context, entry: OperatorSection) -> bool:
    """Are they connected from where this operator may come from?"""
    user, fold = ctx.user, ctx.world.fold
    hosts = (user.host, user.address)
    return any(match(fold(mask), fold(f"{user.username}@{host}")) for mask in entry.masks for host in hosts)


def may_be(ctx: Context, entry: OperatorSection) -> bool:
    """Is all of this but the password theirs: where they come from, certificate, account?"""
    user, fold = ctx.user, ctx.world.fold
    if entry.certificate and entry.certificate != ctx.session.fingerprint:
        return False
    if entry.account and (not user.account or fold(entry.account) != fold(user.account)):
        return False
    return comes_from(ctx, entry)


def grant(ctx: Context, entry: OperatorSection) -> None:
    """Make them operator by an entry of the settings."""
    through = _ACCOUNT if entry.account and not entry.password else ""
    _grant(ctx, entry.name, ctx.config.privileges_of(entry), through)


def _grant(ctx: Context, name: str, privileges: tuple[str, ...], through: str) -> None:
    """Make them operator, and tell them and the log."""
    ctx.commit(OperGranted(*ctx.stamp(), name, privileges, through))
    ctx.audit("OPER")
    for reply in ctx.replies_to(ctx.user):
        reply.numeric(n.RPL_YOUREOPER)
        reply.line_from(ctx.user.mask, f"MODE {ctx.user.nick} +o")
        if ctx.core.clock.doubt:
            reply.line_from(ctx.core.name, f"NOTICE {ctx.user.nick} :{doubt_in_words(ctx.core)}")


def grant_by_account(ctx: Context) -> None:
    """Make them operator if nothing is asked for but what they have proved by logging in."""
    if ctx.user.oper or not ctx.user.account:
        return
    entries = (one for one in ctx.config.operators if one.account and not one.password)
    entry = next((one for one in entries if may_be(ctx, one)), None)
    granted = ctx.world.grants.get(ctx.user.account)
    if entry is not None:
        grant(ctx, entry)
    elif granted is not None:
        _grant(ctx, granted.account, granted.privileges, _GRANT)


def end_with_account(ctx: Context, user: User) -> None:
    """Take from a user the rights that they had because of the account that they were logged in to until now."""
    if user.oper_through:
        _end(ctx, user)


def end_operator(ctx: Context, account: str) -> None:
    """Take back what the administrator granted to an account, from who is logged in to it as well."""
    ctx.commit(OperatorRevoked(*ctx.stamp(), account))
    for user in ctx.world.users.values():
        if user.account == account and user.oper_through == _GRANT:
            _end(ctx, user)


def _end(ctx: Context, user: User) -> None:
    ctx.commit(UserModesChanged(*ctx.stamp(), user.uid, user.modes.replace(OPERATOR, "")))
    for reply in ctx.replies_to(user):
        reply.line_from(user.mask, f"MODE {user.nick} -o")
