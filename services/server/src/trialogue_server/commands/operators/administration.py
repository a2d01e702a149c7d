"""Carries out the administrator's requests, for accounts, operators and bans, whether or not the server runs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from ircwire.message import parse
from trialogue_server.commands.accounts.lifecycle import change_account, end_connections
from trialogue_server.commands.accounts.removal import drop_account
from trialogue_server.commands.context import Context
from trialogue_server.commands.core import Core
from trialogue_server.commands.operators.granting import grant_by_account, revoke_grant, revoke_granted
from trialogue_server.commands.operators.server_ban import describe, impose, make_ban, read_target
from trialogue_server.commands.requests import (
    AddAccount,
    AddBan,
    AdminRequest,
    AnyRequest,
    ConfirmClock,
    DropAccount,
    GrantOperator,
    LiftBan,
    ListAccounts,
    ListBans,
    ListOperators,
    RevokeOperator,
    SetPassword,
    ShowClock,
)
from trialogue_server.commands.server.clock_doubt import confirm_clock, doubt_in_words
from trialogue_server.commands.services.names import is_like_a_service
from trialogue_server.session.outbox import nowhere
from trialogue_server.session.session import Session
from trialogue_server.session.throttle import Throttle
from trialogue_server.world import events as e
from trialogue_server.world.accounts import Account
from trialogue_server.world.moment import Moment
from trialogue_server.world.names import is_nick
from trialogue_server.world.operator_grants import OperatorGrant
from trialogue_server.world.refused import Failed
from trialogue_server.world.server_bans import ACCOUNT, KINDS, kind_of

_WHO = "administrator"


def perform(core: Core, request: AnyRequest, now: Moment) -> list[str]:
    """Carry out a request and return the lines to show. Raises Failed, whose text is for the administrator."""
    act = cast("Callable[[Context, AdminRequest], list[str]]", _ACTS[type(request)])
    return act(_context(core, None, now), request)


def _context(core: Core, session: Session | None, now: Moment) -> Context:
    """Return a context for handlers: of a session, or of the server itself."""
    if session is None:
        session = Session(0, nowhere(), Throttle(0, 1, 0.0), address="127.0.0.1", secure=True, now=0.0)
    reply = core.reply_to(session, now.wall)
    return Context(core, session, parse("ADMIN"), reply, now)


def _record(ctx: Context, action: str, target: str, reason: str = "") -> None:
    ctx.commit(e.OperatorActed(*ctx.stamp(), _WHO, action, target, reason))


def _known(ctx: Context, name: str) -> Account:
    account = ctx.world.accounts.get(name)
    if account is None:
        raise Failed(
            "ACCOUNT", "NO_SUCH_ACCOUNT", text=f"There is no account {name}: see `trialogue-server account list`"
        )
    return account


def _add_account(ctx: Context, request: AddAccount) -> list[str]:
    name = request.name
    if not is_nick(name, size=ctx.config.limits.nick_length, utf8=ctx.config.server.utf8_names):
        raise Failed("ACCOUNT", "BAD_ACCOUNT_NAME", text=f"{name} cannot be an account's name, as it cannot be a nick")
    if is_like_a_service(name):
        raise Failed("ACCOUNT", "BAD_ACCOUNT_NAME", text=f"{name} would be taken for a service of the server")
    if not request.email.isprintable() or " " in request.email:
        raise Failed("ACCOUNT", "INVALID_EMAIL", text="An e-mail address is one word, as you@example.org")
    if ctx.world.accounts.get(name) is not None:
        raise Failed("ACCOUNT", "ACCOUNT_EXISTS", text=f"There is an account {name} already")
    stamp = ctx.stamp()
    ctx.commit(e.AccountSaved(*stamp, Account(name, ctx.believed, request.credentials, request.email, since=stamp[0])))
    _record(ctx, "ACCOUNT ADD", name)
    return [f"The account {name} is ready."]


def _set_password(ctx: Context, request: SetPassword) -> list[str]:
    account = change_account(ctx, _known(ctx, request.name), credentials=request.credentials, code="")
    _record(ctx, "ACCOUNT PASSWORD", account.name)
    ended = end_connections(ctx, account)
    return [f"{account.name} has a new password.", *([f"Connections that were ended: {ended}."] if ended else [])]


def _list_accounts(ctx: Context, _request: ListAccounts) -> list[str]:
    accounts = sorted(ctx.world.accounts, key=lambda account: ctx.world.fold(account.name))
    return [f"{_date(one.registered_at)}  {one.name}  {_about(one)}".rstrip() for one in accounts] or ["None."]


def _about(account: Account) -> str:
    return " ".join(filter(None, (account.email, "" if account.is_verified else "(not verified yet)")))


def _drop_account(ctx: Context, request: DropAccount) -> list[str]:
    account = _known(ctx, request.name)
    drop_account(ctx, account)
    _record(ctx, "ACCOUNT DROP", account.name)
    return [f"The account {account.name} and everything that it owned were deleted."]


def _grant(ctx: Context, request: GrantOperator) -> list[str]:
    account = _known(ctx, request.account)
    ctx.commit(e.OperatorGranted(*ctx.stamp(), OperatorGrant(account.name, request.privileges, ctx.now)))
    _record(ctx, "OPERATOR GRANT", f"{account.name} {' '.join(request.privileges)}")
    revoke_granted(ctx, account.name)
    for session in list(ctx.core.registry.sessions.values()):
        if session.user is not None and session.user.account == account.name:
            grant_by_account(_context(ctx.core, session, ctx.moment))
    return [f"{account.name} is an operator: {', '.join(request.privileges)}."]


def _revoke(ctx: Context, request: RevokeOperator) -> list[str]:
    grant = ctx.world.grants.get(request.account)
    if grant is None:
        text = f"{request.account} was not made an operator here: see `trialogue-server operator list`"
        raise Failed("OPERATOR", "NO_SUCH_OPERATOR", text=text)
    revoke_grant(ctx, grant.account)
    _record(ctx, "OPERATOR REVOKE", grant.account)
    return [f"{grant.account} is no operator any more."]


def _list_operators(ctx: Context, _request: ListOperators) -> list[str]:
    grants = sorted(ctx.world.grants, key=lambda grant: ctx.world.fold(grant.account))
    return [f"{_date(one.at)}  {one.account}  {' '.join(one.privileges) or _LAPSED}" for one in grants] or ["None."]


_LAPSED = "(nothing: the account that an entry of the settings named was dropped, and this is the next one)"


def _list_bans(ctx: Context, _request: ListBans) -> list[str]:
    bans = [ban for ban in ctx.world.server_bans if not ban.is_over(ctx.believed)]
    return [f"{ban.kind} {ban.target}  {describe(ban)}" for ban in bans] or ["None."]


def _add_ban(ctx: Context, request: AddBan) -> list[str]:
    kind = _kind(request.kind, request.target)
    ban = make_ban(ctx, "BAN", kind, request.target, by=_WHO, seconds=request.seconds, reason=request.reason)
    if kind == ACCOUNT and ctx.world.accounts.get(ban.target) is None:
        text = f"There is no account {ban.target}; somebody without one is banned by address, or as {ban.target}!*@*"
        raise Failed("BAN", "NO_SUCH_ACCOUNT", text=text)
    _record(ctx, "BAN ADD", f"{kind} {ban.target}", ban.reason)
    return [f"The {kind} {ban.target} is banned {impose(ctx, ban)}."]


def _kind(kind: str, target: str) -> str:
    """Return the kind of a ban. Raises Failed if there is no such kind."""
    kind = kind or kind_of(target)
    if kind not in KINDS:
        raise Failed("BAN", "INVALID_KIND", text=f"A ban is one of: {', '.join(KINDS)}")
    return kind


def _lift_ban(ctx: Context, request: LiftBan) -> list[str]:
    kind = _kind(request.kind, request.target)
    target = read_target(ctx.world.server_bans, "BAN", kind, request.target)
    if ctx.world.server_bans.get(kind, target) is None:
        text = f"There is no ban of the {kind} {target}: see `trialogue-server ban list`"
        raise Failed("BAN", "NO_SUCH_BAN", text=text)
    ctx.commit(e.ServerBanLifted(*ctx.stamp(), kind, target))
    _record(ctx, "BAN DEL", f"{kind} {target}")
    return [f"The {kind} {target} is no longer banned."]


def _show_clock(ctx: Context, _request: ShowClock) -> list[str]:
    shown = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return [f"The clock says {shown}.", doubt_in_words(ctx.core) or "It is not in doubt."]


def _confirm_clock(ctx: Context, _request: ConfirmClock) -> list[str]:
    if not ctx.core.clock.doubt:
        return ["The clock is not in doubt: there is nothing to confirm."]
    ctx.moment = confirm_clock(ctx.core, ctx.moment)
    _record(ctx, "CLOCK CONFIRM", "")
    return ["The clock is confirmed: old messages are deleted again."]


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


_ACTS: dict[type[AdminRequest], Callable[[Context, Any], list[str]]] = {
    AddAccount: _add_account,
    SetPassword: _set_password,
    ListAccounts: _list_accounts,
    DropAccount: _drop_account,
    GrantOperator: _grant,
    RevokeOperator: _revoke,
    ListOperators: _list_operators,
    ListBans: _list_bans,
    AddBan: _add_ban,
    LiftBan: _lift_ban,
    ShowClock: _show_clock,
    ConfirmClock: _confirm_clock,
}
