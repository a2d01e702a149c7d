"""REGISTER and VERIFY: making an account.  https://ircv3.net/specs/extensions/account-registration"""

import hmac
from hashlib import sha256

from trialogue_server.commands import params as p
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, MadeCredentials, MakeCredentials, SendMail
from trialogue_server.commands.login import account_of, log_in
from trialogue_server.world.accounts import Account
from trialogue_server.world.events import AccountDropped, AccountSaved
from trialogue_server.world.names import is_nick
from trialogue_server.world.refused import Failed

LONGEST_PASSWORD = 300
"""Bytes: a longer one may not fit into a message to NickServ."""


@command("REGISTER", p.word("account"), p.word("email"), p.word("password"), phase=Phase.ANY)
def register(ctx: Context, name: str, email: str, password: str) -> Effect:
    """Make an account: "*" as account takes your nick, "*" as email gives none.

    https://ircv3.net/specs/extensions/account-registration
    """
    name = _wanted_name(ctx, name)
    _check(ctx, name, "" if email == "*" else email, password)

    def made(ctx: Context, result: MadeCredentials) -> Effect | None:
        return _save(ctx, name, "" if email == "*" else email, result)

    return MakeCredentials(password, made)


@command("VERIFY", p.word("account"), p.word("code"), phase=Phase.ANY)
def verify(ctx: Context, name: str, code: str) -> None:
    """Finish making an account with the code that was sent by e-mail.

    https://ircv3.net/specs/extensions/account-registration
    """
    _must_be_connected(ctx, "VERIFY")
    if account_of(ctx):
        raise Failed("VERIFY", "ALREADY_AUTHENTICATED", p.echoed(name), text="You are logged in already")
    account = ctx.world.accounts.get(name)
    wait = ctx.core.guard.wait((f"code {ctx.world.fold(name)}",), ctx.now)
    if wait:
        raise Failed("VERIFY", "TEMPORARILY_UNAVAILABLE", p.echoed(name), text="Too many wrong codes; try again later")
    if account is None or account.is_verified or not hmac.compare_digest(account.code, hashed_code(code)):
        ctx.core.guard.failed((f"code {ctx.world.fold(name)}",), ctx.now)
        raise Failed("VERIFY", "INVALID_CODE", p.echoed(name), text="That code is wrong or no longer valid")
    verified = Account(account.name, account.registered_at, account.credentials, account.email)
    ctx.commit(AccountSaved(*ctx.stamp(), verified))
    ctx.reply.raw(f"VERIFY SUCCESS {verified.name} :Your account is ready")
    log_in(ctx, verified)


def hashed_code(code: str) -> str:
    """Return what is kept of a verification code."""
    return sha256(code.strip().encode()).hexdigest()


def _must_be_connected(ctx: Context, name: str) -> None:
    """Before registration it is a setting, and never a way round the server's password."""
    if ctx.session.user is None and (not ctx.config.accounts.before_connect or ctx.config.server.password):
        raise Failed(name, "COMPLETE_CONNECTION_REQUIRED", text="Finish connecting first")


def _wanted_name(ctx: Context, name: str) -> str:
    _must_be_connected(ctx, "REGISTER")
    nick = ctx.session.nick
    if nick == "*":
        raise Failed("REGISTER", "NEED_NICK", "*", text="Choose a nick first")
    if name != "*" and ctx.world.fold(name) != ctx.world.fold(nick):
        text = "An account is named as its owner's nick: change your nick first"
        raise Failed("REGISTER", "ACCOUNT_NAME_MUST_BE_NICK", p.echoed(name), text=text)
    return nick


def _check(ctx: Context, name: str, email: str, password: str) -> None:
    """Refuse what can be known to be wrong before the slow part."""
    settings = ctx.config.accounts
    if account_of(ctx):
        raise Failed("REGISTER", "ALREADY_AUTHENTICATED", account_of(ctx), text="You are logged in already")
    if not settings.registration:
        text = "Accounts are made by the operators of this server: ask them"
        raise Failed("REGISTER", "TEMPORARILY_UNAVAILABLE", name, text=text)
    if not is_nick(name, size=ctx.config.limits.nick_length, utf8=ctx.config.server.utf8_names):
        raise Failed("REGISTER", "BAD_ACCOUNT_NAME", name, text="That cannot be an account's name")
    _must_be_free(ctx, name)
    if len(password) < settings.password_length:
        text = f"The password must have at least {settings.password_length} characters"
        raise Failed("REGISTER", "WEAK_PASSWORD", name, text=text)
    if len(password.encode()) > LONGEST_PASSWORD:
        text = f"The password must have at most {LONGEST_PASSWORD} bytes"
        raise Failed("REGISTER", "UNACCEPTABLE_PASSWORD", name, text=text)
    local, at, domain = email.rpartition("@")
    if (email and not (local and at and "." in domain)) or (settings.email_required and not email):
        raise Failed("REGISTER", "INVALID_EMAIL", name, text="Give an e-mail address, as you@example.org")
    _count_registration(ctx, name)


def _count_registration(ctx: Context, name: str) -> None:
    """Hashing takes a core for a while, so one address may not ask for it all the time."""
    key = (f"register {ctx.session.address}",)
    if ctx.core.guard.wait(key, ctx.now):
        text = "Too many accounts were asked for from your address; try again later"
        raise Failed("REGISTER", "TEMPORARILY_UNAVAILABLE", name, text=text)
    ctx.core.guard.failed(key, ctx.now)


def _must_be_free(ctx: Context, name: str) -> None:
    if ctx.world.accounts.get(name) is not None:
        raise Failed("REGISTER", "ACCOUNT_EXISTS", name, text="There is an account of that name already")
    holder = ctx.world.user(name)
    if holder is not None and holder is not ctx.session.user:
        raise Failed("REGISTER", "ACCOUNT_EXISTS", name, text="Somebody uses that name now")


def _save(ctx: Context, name: str, email: str, made: MadeCredentials) -> Effect | None:
    _must_be_free(ctx, name)
    by_mail = bool(email) and bool(ctx.config.mail.host)
    account = Account(name, ctx.now, made.credentials, email, hashed_code(made.code) if by_mail else "")
    ctx.commit(AccountSaved(*ctx.stamp(), account))
    if not by_mail:
        ctx.reply.raw(f"REGISTER SUCCESS {name} :Your account is ready; log in with it by SASL or NickServ")
        log_in(ctx, account)
        return None
    text = (
        f"Welcome to {ctx.config.server.network}!\n\nTo finish making your account {name}, say\n\n"
        f"    /quote VERIFY {name} {made.code}\n\nIf it was not you who asked for it, ignore this mail.\n"
    )

    def sent(ctx: Context, error: str) -> None:
        if error:
            ctx.commit(AccountDropped(*ctx.stamp(), name))
            raise Failed("REGISTER", "INVALID_EMAIL", name, text="No mail could be sent to that address")
        ctx.reply.raw(f"REGISTER VERIFICATION_REQUIRED {name} :A code was sent to {email}: say VERIFY {name} <code>")

    return SendMail(email, f"Your account on {ctx.config.server.network}", text, sent)
