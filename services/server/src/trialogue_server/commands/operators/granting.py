"""Grants operator rights to sessions.

Rights belong to a session: to the one that proved a password or showed a certificate, or to each one logged in to an
account where that is enough. Rights that come with an account end with the login; all rights end with the entry or the
grant that they rest on.
"""

from ircwire import numerics as n
from ircwire.source import match
from trialogue_server.commands.connection.host import host_of
from trialogue_server.commands.context import Context
from trialogue_server.commands.operators.revoking import revoke_rights
from trialogue_server.commands.server.clock_doubt import doubt_in_words
from trialogue_server.config.schema import OperatorSection
from trialogue_server.session.operator_rights import ACCOUNT, GRANT, Rights
from trialogue_server.world.events import OperatorGranted, OperatorRevoked, OperGranted
from trialogue_server.world.modes import OPERATOR
from trialogue_server.world.operator_grants import OperatorGrant
from trialogue_server.world.user import User


def comes_from(ctx: Context, entry: OperatorSection) -> bool:
    """Return whether the session connects from where this operator may connect from."""
    fold, address = ctx.world.fold, ctx.session.address
    hosts = (host_of(ctx.core, address), address)
    return any(match(fold(mask), fold(f"{ctx.user.username}@{host}")) for mask in entry.masks for host in hosts)


def may_be(ctx: Context, entry: OperatorSection) -> bool:
    """Return whether everything but the password matches: address, certificate, account."""
    user, fold = ctx.user, ctx.world.fold
    if entry.certificate and entry.certificate != ctx.session.fingerprint:
        return False
    if entry.account and (not user.account or fold(entry.account) != fold(user.account)):
        return False
    return comes_from(ctx, entry) and not (entry.account and is_lapsed(ctx, user.account))


def is_lapsed(ctx: Context, account: str) -> bool:
    """Return whether the entry names an account that was dropped. The next one of that name is somebody else's."""
    granted = ctx.world.grants.get(account)
    return granted is not None and not granted.privileges


def grant(ctx: Context, entry: OperatorSection) -> None:
    """Grant a session the rights of an entry of the settings."""
    privileges = ctx.config.privileges_of(entry)
    _grant(ctx, Rights(entry.name, frozenset(privileges), ACCOUNT if entry.account else "", entry))


def _grant(ctx: Context, rights: Rights) -> None:
    """Grant rights, tell the session and the log, and show the mark on the user's other devices."""
    was = OPERATOR in ctx.user.modes
    ctx.session.rights = rights
    ctx.commit(OperGranted(*ctx.stamp(), rights.name, tuple(sorted(rights.privileges)), rights.through))
    ctx.audit("OPER")
    ctx.reply.numeric(n.RPL_YOUREOPER)
    for reply in ctx.replies_to(ctx.user):
        if not was or reply.session is ctx.session:
            reply.line_from(ctx.user.mask, f"MODE {ctx.user.nick} +o")
    if ctx.core.clock.doubt:
        ctx.reply.line_from(ctx.core.name, f"NOTICE {ctx.user.nick} :{doubt_in_words(ctx.core)}")


def grant_by_account(ctx: Context) -> None:
    """Grant operator rights where logging in to the account is enough."""
    if ctx.session.rights is not None or not ctx.user.account:
        return
    entries = (one for one in ctx.config.operators if one.account and not one.password)
    entry = next((one for one in entries if may_be(ctx, one)), None)
    granted = ctx.world.grants.get(ctx.user.account)
    if entry is not None:
        grant(ctx, entry)
    elif granted is not None and granted.privileges:
        _grant(ctx, Rights(granted.account, frozenset(granted.privileges), GRANT))


def revoke_with_account(ctx: Context, user: User) -> None:
    """Revoke from a user's sessions the rights that came with the account they were logged in to."""
    through = [one for one in ctx.core.registry.of(user.uid) if one.rights is not None and one.rights.through]
    revoke_rights(ctx.core, through, ctx.now, ctx.reply)


def revoke_granted(ctx: Context, account: str) -> None:
    """Revoke from sessions what the administrator granted to their account."""
    for user in [one for one in ctx.world.users.values() if one.account == account]:
        granted = [one for one in ctx.core.registry.of(user.uid) if one.rights is not None]
        losers = [one for one in granted if one.rights is not None and one.rights.through == GRANT]
        revoke_rights(ctx.core, losers, ctx.now, ctx.reply)


def revoke_grant(ctx: Context, account: str) -> None:
    """Revoke what the administrator granted to an account, also from the sessions logged in to it."""
    ctx.commit(OperatorRevoked(*ctx.stamp(), account))
    revoke_granted(ctx, account)


def lapse_entries(ctx: Context, account: str) -> None:
    """Note that an account is about to be dropped: an entry of the settings that names it does not mean the next one.

    Kept as an empty grant until the administrator grants or revokes something else.
    """
    revoke_grant(ctx, account)
    fold = ctx.world.fold
    if any(one.account and fold(one.account) == fold(account) for one in ctx.config.operators):
        ctx.commit(OperatorGranted(*ctx.stamp(), OperatorGrant(account, (), ctx.now)))
