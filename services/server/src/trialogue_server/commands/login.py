"""Logging in: what SASL, REGISTER and NickServ have in common."""

from collections.abc import Callable
from math import ceil

from ircwire import numerics as n
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, VerifyPassword
from trialogue_server.session.registry import counted_as
from trialogue_server.world.accounts import Account
from trialogue_server.world.events import LoggedIn
from trialogue_server.world.refused import Failed

NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password has: a wrong name takes as long as a wrong password."""

Verdict = Callable[[Context, Account | None], Effect | None]
"""Goes on with the account, or with None where name or password were wrong."""


def account_of(ctx: Context) -> str:
    """Return the name of the account that the session is logged in to, or ""."""
    user = ctx.session.user
    return user.account if user is not None else ctx.session.registration.account


def check_password(ctx: Context, name: str, password: str, then: Verdict) -> Effect:
    """Ask whether this is the account's password; a wrong one is counted. Raises Failed if there were too many."""
    keys = _guarded(ctx, name)
    wait = ctx.core.guard.wait(keys, ctx.now)
    if wait:
        text = f"Too many failed logins; try again in {ceil(wait)} seconds"
        raise Failed("AUTHENTICATE", "RATE_LIMITED", text=text)
    account = ctx.world.accounts.get(name)

    def checked(ctx: Context, right: bool) -> Effect | None:
        if not right or account is None:
            ctx.core.guard.failed(keys, ctx.now)
            return then(ctx, None)
        ctx.core.guard.succeeded(keys[0])
        return then(ctx, ctx.world.accounts.get(name))

    return VerifyPassword(account.credentials.argon2 if account else NOBODYS_HASH, password, checked)


def count_failure(ctx: Context, name: str) -> None:
    """A login that needed no password check has failed."""
    ctx.core.guard.failed(_guarded(ctx, name), ctx.now)


def _guarded(ctx: Context, name: str) -> tuple[str, str]:
    return f"account {ctx.world.fold(name)}", f"address {counted_as(ctx.session.address)}"


def log_in(ctx: Context, account: Account) -> None:
    """The session has proved whose it is."""
    session, user = ctx.session, ctx.session.user
    if user is None:
        session.registration.account = account.name
    elif user.account != account.name:
        ctx.commit(LoggedIn(*ctx.stamp(), account.name))
    mask = user.mask if user is not None else f"{session.nick}!{session.registration.username or '*'}@{session.address}"
    ctx.reply.numeric(n.RPL_LOGGEDIN, mask, account.name, f"You are now logged in as {account.name}")


def log_out(ctx: Context) -> None:
    """The session's user is known by no account any more."""
    ctx.commit(LoggedIn(*ctx.stamp(), ""))
    ctx.reply.numeric(n.RPL_LOGGEDOUT, ctx.user.mask, "You are now logged out")
