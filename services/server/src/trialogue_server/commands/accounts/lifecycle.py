"""Making, changing and removing accounts: shared by the IRCv3 commands, NickServ and the administrator."""

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from trialogue_server.commands import params as p
from trialogue_server.commands.accounts.guess_limit import BUSY, is_busy, key_name
from trialogue_server.commands.accounts.login import account_name, log_in
from trialogue_server.commands.connection.departure import close, leave
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, MadeCredentials, MakeCredentials, SendMail
from trialogue_server.session.registry import counted_as
from trialogue_server.session.saslprep import is_usable_password
from trialogue_server.session.session import Session
from trialogue_server.world.accounts import Account
from trialogue_server.world.events import AccountDropped, AccountSaved
from trialogue_server.world.names import is_email, is_nick
from trialogue_server.world.refused import Failed

LONGEST_PASSWORD = 300
"""Bytes. A longer password may not fit into a message to NickServ."""

_CHANGED = "The account's password was changed"

Made = Callable[[Context, Account], None]
"""Reports the new account. `Account.is_verified` says whether a code was sent."""


def make_account(ctx: Context, name: str, email: str, password: str, made: Made) -> Effect:
    """Make an account and log in to it. With an e-mail address and a mail server it must be verified first.

    Raises Failed.
    """
    _check(ctx, name, email, password)

    def hashed(ctx: Context, result: MadeCredentials) -> Effect | None:
        return _save(ctx, name, email, result, made)

    return MakeCredentials(password, hashed)


def verify_account(ctx: Context, name: str, code: str) -> Account:
    """Verify an account with the code that was sent, and return it. Raises Failed."""
    if account_name(ctx):
        raise Failed("VERIFY", "ALREADY_AUTHENTICATED", p.echoed(name), text="You are logged in already")
    account, keys = _existing(ctx, name), code_keys(ctx, name)
    if ctx.core.guard.wait(keys, ctx.monotonic):
        raise Failed("VERIFY", "TEMPORARILY_UNAVAILABLE", p.echoed(name), text="Too many wrong codes; try again later")
    if account is None or account.is_verified or not hmac.compare_digest(account.code, hashed_code(code)):
        ctx.core.guard.failed(keys, ctx.monotonic)
        raise Failed("VERIFY", "INVALID_CODE", p.echoed(name), text="That code is wrong or no longer valid")
    return change_account(ctx, account, code="")


def code_keys(ctx: Context, name: str) -> tuple[str, ...]:
    """Return the keys that count a guess at a code sent by e-mail.

    Codes are short: the address counts even if it stands for many people.
    """
    about, address = key_name(ctx, name), counted_as(ctx.session.address)
    return f"code {about} {address}", f"code-from {address}", f"account code {about}"


def change_account(ctx: Context, account: Account, **changes: Any) -> Account:
    """Save the account with these fields changed, and return it."""
    changed = replace(ctx.world.accounts.get(account.name) or account, **changes)
    ctx.commit(AccountSaved(*ctx.stamp(), changed))
    return changed


def end_connections(ctx: Context, account: Account) -> int:
    """End the connections that are logged in to an account, but the asker's own. Returns how many that were."""
    others = [one for one in ctx.core.registry.sessions.values() if one is not ctx.session and not one.closing]
    ended = [one for one in others if ctx.world.fold(_account_of(one)) == ctx.world.fold(account.name)]
    for session in ended:
        leave(ctx.core, session, _CHANGED, ctx.now, ctx.reply)
        close(session, _CHANGED)
    return len(ended)


def _account_of(session: Session) -> str:
    return session.user.account if session.user is not None else session.registration.account


def hashed_code(code: str) -> str:
    """Return the hash that is kept of a verification code."""
    return sha256(code.strip().encode()).hexdigest()


def check_new_password(ctx: Context, name: str, password: str) -> None:
    """Check the length of a new password; nothing else is required of it. Raises Failed."""
    least = ctx.config.accounts.password_length
    if len(password) < least:
        raise Failed("REGISTER", "WEAK_PASSWORD", name, text=f"The password must have at least {least} characters")
    if len(password.encode()) > LONGEST_PASSWORD:
        text = f"The password must have at most {LONGEST_PASSWORD} bytes"
        raise Failed("REGISTER", "UNACCEPTABLE_PASSWORD", name, text=text)
    if not is_usable_password(password):
        text = "The password has a character that is not allowed, such as a control character"
        raise Failed("REGISTER", "UNACCEPTABLE_PASSWORD", name, text=text)


def check_email(ctx: Context, name: str, email: str) -> None:
    """Check that an e-mail address looks like one, or is missing where none is required. Raises Failed."""
    if (email and not is_email(email)) or (ctx.config.accounts.email_required and not email):
        raise Failed("REGISTER", "INVALID_EMAIL", name, text="Give an e-mail address, as you@example.org")


def count_request(ctx: Context, what: str, text: str) -> None:
    """Count a request that hashes a password or sends mail: each address may make a limited number. Raises Failed."""
    if is_busy(ctx):
        raise Failed("REGISTER", "TEMPORARILY_UNAVAILABLE", ctx.session.nick, text=BUSY)
    _count(ctx, (f"{what} {counted_as(ctx.session.address)}",), text)


def count_mail(ctx: Context, account: str, email: str) -> None:
    """Count an e-mail, for its recipient and for the account, whoever asks for it. Raises Failed."""
    keys = (f"mail to {email.lower()}", f"mail for {ctx.world.fold(account)}")
    _count(ctx, keys, "Too many codes were sent to that address, or for that account; try again later")


def _count(ctx: Context, keys: tuple[str, ...], text: str) -> None:
    if ctx.core.guard.wait(keys, ctx.monotonic):
        raise Failed("REGISTER", "TEMPORARILY_UNAVAILABLE", ctx.session.nick, text=text)
    ctx.core.guard.failed(keys, ctx.monotonic)


def _check(ctx: Context, name: str, email: str, password: str) -> None:
    """Refuse what is known to be wrong before the slow part."""
    if account_name(ctx):
        raise Failed("REGISTER", "ALREADY_AUTHENTICATED", account_name(ctx), text="You are logged in already")
    if not ctx.config.accounts.registration:
        text = "Accounts are made by the operators of this server: ask them"
        raise Failed("REGISTER", "TEMPORARILY_UNAVAILABLE", name, text=text)
    if not is_nick(name, size=ctx.config.limits.nick_length, utf8=ctx.config.server.utf8_names):
        raise Failed("REGISTER", "BAD_ACCOUNT_NAME", name, text="That cannot be an account's name")
    _must_be_free(ctx, name)
    check_new_password(ctx, name, password)
    check_email(ctx, name, email)
    count_request(ctx, "register", "Too many accounts were asked for from your address; try again later")
    if email and ctx.config.mail.host:
        count_mail(ctx, name, email)


def _must_be_free(ctx: Context, name: str) -> None:
    if _existing(ctx, name) is not None:
        raise Failed("REGISTER", "ACCOUNT_EXISTS", name, text="There is an account of that name already")
    if ctx.config.server.utf8_names and ctx.world.accounts.owners_like(name):
        raise Failed("REGISTER", "ACCOUNT_EXISTS", name, text="That name looks like the one of another account")
    holder = ctx.world.user(name)
    if holder is not None and holder is not ctx.session.user:
        raise Failed("REGISTER", "ACCOUNT_EXISTS", name, text="Somebody uses that name now")


def _existing(ctx: Context, name: str) -> Account | None:
    """Return the account, unless it was never verified within the time allowed."""
    account = ctx.world.accounts.get(name)
    within = ctx.config.accounts.verify_within
    return None if account is None or account.is_void(ctx.believed, within) else account


def _save(ctx: Context, name: str, email: str, result: MadeCredentials, made: Made) -> Effect | None:
    _must_be_free(ctx, name)
    void = ctx.world.accounts.get(name)
    if void is not None:  # its record has its own spelling of the name, and would be there beside the new one
        ctx.commit(AccountDropped(*ctx.stamp(), void.name))
    by_mail = bool(email) and bool(ctx.config.mail.host)
    stamp = ctx.stamp()
    code = hashed_code(result.code) if by_mail else ""
    account = Account(name, ctx.believed, result.credentials, email, code, since=stamp[0])
    ctx.commit(AccountSaved(*stamp, account))
    if not by_mail:
        made(ctx, account)
        log_in(ctx, account)
        return None

    def sent(ctx: Context, error: str) -> None:
        if error:
            if ctx.world.accounts.get(name) == account:  # and has not become somebody's meanwhile
                ctx.commit(AccountDropped(*ctx.stamp(), name))
            raise Failed("REGISTER", "INVALID_EMAIL", name, text="No mail could be sent to that address")
        made(ctx, account)

    return code_by_mail(ctx, email, f"finish making your account {name}", f"/quote VERIFY {name} {result.code}", sent)


def code_by_mail(ctx: Context, email: str, aim: str, line: str, sent: Callable[[Context, str], None]) -> SendMail:
    """Return the e-mail that tells which line with a code to send back."""
    network = ctx.config.server.network
    text = f"Welcome to {network}!\n\nTo {aim}, say\n\n    {line}\n\nIf you did not ask for it, ignore this mail.\n"
    return SendMail(email, f"Your account on {network}", text, sent)
