"""Logging in: shared by SASL, REGISTER and NickServ."""

from collections.abc import Callable
from functools import partial
from math import ceil

from msgspec.structs import replace

from ircwire import numerics as n
from trialogue_server.commands.accounts.guess_limit import check_secret, login_keys, with_device
from trialogue_server.commands.channels.enforcement import change_nick, enforce_access
from trialogue_server.commands.connection.host import host_of
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, VerifyPassword
from trialogue_server.commands.messages.offline_messages import deliver_offline_messages
from trialogue_server.commands.metadata.holder import notify_replaced
from trialogue_server.commands.operators.ban_enforcement import find_ban, reject_banned
from trialogue_server.commands.operators.granting import grant_by_account, revoke_with_account
from trialogue_server.commands.people.block_list import merge_into_account
from trialogue_server.delivery.reply import Reply
from trialogue_server.world.accounts import Account
from trialogue_server.world.events import AccountSaved, LoggedIn
from trialogue_server.world.refused import Failed
from trialogue_server.world.user import User

_GUEST = "Guest"
_GUEST_DIGITS = 9

_NOBODYS_SALT, _NOBODYS_KEY = "A" * 22, "A" * 43

Verdict = Callable[[Context, Account | None], Effect | None]
"""Continues with the account, or with None if the name or the password was wrong."""


def account_name(ctx: Context) -> str:
    """Return the name of the account that the session is logged in to, or ""."""
    user = ctx.session.user
    return user.account if user is not None else ctx.session.registration.account


def check_password(ctx: Context, name: str, password: str, then: Verdict) -> Effect:
    """Check an account's password. A wrong one is counted. Raises Failed after too many.

    A password that was right proves nothing if the account has another password by then, or is another one of that
    name.
    """
    keys, account = login_keys(ctx, name), ctx.world.accounts.get(name)

    def checked(ctx: Context, right: bool) -> Effect | None:
        found = ctx.world.accounts.get(name)
        if not right or found is None or not found.is_proved_by(account):
            return then(ctx, None)
        ctx.core.guard.succeeded(keys[0])
        return then(ctx, found)

    asked = VerifyPassword(account.credentials.argon2 if account else dummy_hash(ctx), password, checked)
    again = partial(check_password, name=name, password=password, then=then)
    return check_secret(ctx, asked, keys, _rate_limited, again=again, what="failed logins")


def dummy_hash(ctx: Context) -> str:
    """Return a hash that no password has, so that a wrong name takes as long as a wrong password."""
    cost = ctx.config.accounts
    parameters = f"m={cost.hash_memory * 1024},t={cost.hash_passes},p=1"
    return f"$argon2id$v=19${parameters}${_NOBODYS_SALT}${_NOBODYS_KEY}"


def refuse_guessing(ctx: Context, keys: tuple[str, ...]) -> None:
    """Raise Failed after too many recent wrong guesses with one of these keys."""
    wait = ctx.core.guard.wait(keys, ctx.monotonic)
    if wait:
        raise _rate_limited(f"Too many failed logins; try again in {ceil(wait)} seconds")


def _rate_limited(text: str) -> Failed:
    return Failed("AUTHENTICATE", "RATE_LIMITED", text=text)


def log_in(ctx: Context, account: Account) -> None:
    """Log the session in to the account. A session that logs in to a banned account is closed."""
    session, user = ctx.session, ctx.session.user
    ban = find_ban(ctx, account=account.name)
    if ban is not None:
        reject_banned(ctx.core, session, ban, ctx.now, ctx.reply)
        return
    session.sasl = None
    ctx.core.guard.logins += 1
    account = _remember_device(ctx, account)
    if user is None:
        session.registration.account = account.name
        username = session.registration.username or "*"
        _tell_logged_in(ctx.reply, f"{session.nick}!{username}@{host_of(ctx.core, session.address)}", account)
    elif user.account == account.name:
        _tell_logged_in(ctx.reply, user.mask, account)
        grant_by_account(ctx)
    else:
        _change_account(ctx, user, account)


def _remember_device(ctx: Context, account: Account) -> Account:
    """Remember the device, so that others' guesses do not lock it out. Returns the changed account."""
    devices = with_device(ctx, account)
    if devices == account.devices:
        return account
    account = replace(account, devices=devices)
    ctx.commit(AccountSaved(*ctx.stamp(), account))
    return account


def _change_account(ctx: Context, user: User, account: Account) -> None:
    """Give a user another account: their devices are told, and a nick that belongs to the old account is given up."""
    before, came_without, blocked = user.metadata, not user.account, user.blocks
    for reply in ctx.replies_to(user):  # first the answer to the login, then what everybody hears of it
        _tell_logged_in(reply, user.mask, account)
    ctx.commit(LoggedIn(*ctx.stamp(), account.name))
    notify_replaced(ctx, user, before, keep=came_without)
    for channel in list(user.channels.values()):
        enforce_access(ctx, user, channel)
    revoke_with_account(ctx, user)
    grant_by_account(ctx)
    owner = ctx.world.accounts.owner_of(user.nick)
    if owner is not None and owner.name != account.name:
        rename_to_guest(ctx, user)
    if came_without:
        merge_into_account(ctx, blocked)
    deliver_offline_messages(ctx)


def _tell_logged_in(reply: Reply, mask: str, account: Account) -> None:
    reply.numeric(n.RPL_LOGGEDIN, mask, account.name, f"You are now logged in as {account.name}")


def log_out(ctx: Context, user: User) -> None:
    """Log a user out: they have no account any more, and give up a nick that is an account's name."""
    before = user.metadata
    for reply in ctx.replies_to(user):
        reply.numeric(n.RPL_LOGGEDOUT, user.mask, "You are now logged out")
    ctx.commit(LoggedIn(ctx.core.ids.next(ctx.now), ctx.now, user.uid, user.mask, user.account, ""))
    notify_replaced(ctx, user, before, keep=False)
    revoke_with_account(ctx, user)
    for channel in list(user.channels.values()):  # what kept them in may have been the account
        enforce_access(ctx, user, channel)
    if ctx.world.accounts.owner_of(user.nick) is not None:
        rename_to_guest(ctx, user)


def rename_to_guest(ctx: Context, user: User) -> None:
    """Give a guest nick to a user who may not use the one they have."""
    most = 10 ** min(ctx.config.limits.nick_length - len(_GUEST), _GUEST_DIGITS)
    number = user.uid
    while ctx.world.user(nick := f"{_GUEST}{number % most}") or ctx.world.accounts.owner_of(nick):
        number += 1
    change_nick(ctx, user, nick)
