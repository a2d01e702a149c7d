"""NickServ SET and CERT: the settings of an account."""

import hmac
from hashlib import sha256

from trialogue_server.commands.accounts.lifecycle import (
    change_account,
    check_email,
    check_new_password,
    code_by_mail,
    code_keys,
    count_mail,
    count_request,
    end_connections,
)
from trialogue_server.commands.accounts.login import check_password
from trialogue_server.commands.connection.departure import leave_network
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, MadeCredentials, MakeCredentials
from trialogue_server.commands.services.service import Request, refusal, subcommand
from trialogue_server.commands.services.set_keep import kept, read_keep
from trialogue_server.world.accounts import Account

_SWITCH = {"ON": True, "TRUE": True, "YES": True, "OFF": False, "FALSE": False, "NO": False}
"""Words for on and off, with those that people know from other services."""

_NONE = "none"
_HEXADECIMAL = frozenset("0123456789abcdef")
_SHA256_DIGITS = 64


def read_switch(text: str) -> bool:
    """Read "on" or "off", or another word for it. Raises Failed."""
    switch = _SWITCH.get(text.upper())
    if switch is None:
        raise refusal('Say "on" or "off"')
    return switch


@subcommand("SET PASSWORD", "<old>", "<new>")
def set_password(request: Request, old: str, new: str) -> Effect:
    """Change your password. Your other connections are ended: somebody else may know the old one."""
    name = request.account.name
    check_new_password(request.ctx, name, new)

    def checked(_: Context, proved: Account | None) -> Effect:
        if proved is None:
            raise refusal("The old password is wrong; nothing was changed")

        def hashed(ctx: Context, made: MadeCredentials) -> None:
            account = request.account
            if not account.is_proved_by(proved):
                raise refusal("Your account was changed meanwhile; the password is as it is now")
            account = change_account(ctx, account, credentials=made.credentials)
            ended = end_connections(ctx, account)
            others = f"; {ended} other connection{'s' if ended > 1 else ''} of yours ended" if ended else ""
            request.say(f"Your password is changed{others}")

        return MakeCredentials(new, hashed)

    return check_password(request.ctx, name, old, checked)


@subcommand("SET ENFORCE", "on|off")
def set_enforce(request: Request, text: str) -> None:
    """Keep your nick for yourself (on), or let others use it while you are away (off)."""
    switch = read_switch(text)
    change_account(request.ctx, request.account, enforce=switch)
    request.say("Nobody else may use your nick now" if switch else "Others may use your nick now")


@subcommand("SET ALWAYS-ON", "on|off")
def set_always_on(request: Request, text: str) -> None:
    """Stay on the network, and in your channels, when your last connection goes."""
    switch = read_switch(text)
    ctx, account = request.ctx, change_account(request.ctx, request.account, always_on=switch)
    for user in list(ctx.world.users.values()) if not switch else ():
        if user.account == account.name and not user.attached:
            leave_network(ctx.core, user, "No longer always on", ctx.now, ctx.reply)
    request.say(
        "You now stay on the network when your last connection goes"
        if switch
        else "You now leave the network with your last connection"
    )


@subcommand("SET KEEP", "<number>|default", "[days|messages|KB|MB|GB]")
def set_keep(request: Request, number: str, unit: str = "") -> None:
    """Have your direct messages deleted after so many days, or the oldest when there is more than so much.

    Of what the two of a conversation want, the less is kept.
    """
    account = request.account
    wish = read_keep(request, account.keep, number, unit)
    change_account(request.ctx, account, keep=wish)
    request.say(f"Your direct messages are kept for {kept(request, wish)}")


@subcommand("SET EMAIL", "<address>", "[<code>]")
def set_email(request: Request, email: str, code: str = "") -> Effect | None:
    """Change your e-mail address, with "none" remove it; a code may be sent to it, which you then give here."""
    ctx, account = request.ctx, request.account
    email = "" if email.lower() == _NONE else email
    check_email(ctx, account.name, email)
    if email and ctx.config.mail.host:
        expected = _email_code(ctx, account, email)
        if not code:
            return _send_code(request, email, expected)
        _check_code(ctx, account, code, expected)
    change_account(ctx, account, email=email)
    request.say(f"Your e-mail address is {email} now" if email else "Your e-mail address is removed")
    return None


def _send_code(request: Request, email: str, code: str) -> Effect:
    count_request(request.ctx, "codes", "Too many codes were asked for; try again later")
    count_mail(request.ctx, request.account.name, email)

    def sent(_: Context, error: str) -> None:
        if error:
            raise refusal("No mail could be sent to that address")
        request.say(f"A code was sent to {email}: say /msg NickServ SET EMAIL {email} <code>")

    line = f"/msg NickServ SET EMAIL {email} {code}"
    return code_by_mail(request.ctx, email, f"make this the address of your account {request.account.name}", line, sent)


def _check_code(ctx: Context, account: Account, code: str, expected: str) -> None:
    keys = code_keys(ctx, account.name)
    if ctx.core.guard.wait(keys, ctx.monotonic):
        raise refusal("Too many wrong codes; try again later")
    if not hmac.compare_digest(code.encode(), expected.encode()):
        ctx.core.guard.failed(keys, ctx.monotonic)
        raise refusal("That code is wrong or no longer valid")


def _email_code(ctx: Context, account: Account, email: str) -> str:
    """Return the code that proves this address: derived, so that nothing has to be kept of who asked for what.

    It is void once the account has another address or password, or is another account of that name.
    """
    about = f"email {account.name} {account.first_id} {account.credentials.argon2} {account.email} {email}"
    digest = hmac.digest(ctx.core.instance.secret.encode(), about.encode(), sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 10**8:08}"


@subcommand("CERT ADD", "[<fingerprint>]")
def cert_add(request: Request, text: str = "") -> None:
    """Let a TLS client certificate log in: its SHA-256 fingerprint; without one that of this connection."""
    ctx, account = request.ctx, request.account
    fingerprint = _fingerprint(request, text)
    if ctx.world.accounts.by_fingerprint(fingerprint) is not None:
        raise refusal("That certificate logs in already")
    most = ctx.config.accounts.certificates
    if most and len(account.fingerprints) >= most:
        raise refusal(f"An account has at most {most} certificates: remove one with CERT DEL first")
    change_account(ctx, account, fingerprints=(*account.fingerprints, fingerprint))
    request.say(f"The certificate {fingerprint} logs in to {account.name} from now on")


@subcommand("CERT DEL", "[<fingerprint>]")
def cert_del(request: Request, text: str = "") -> None:
    """Let a certificate log in no more; without a fingerprint that of this connection."""
    account = request.account
    fingerprint = _fingerprint(request, text)
    if fingerprint not in account.fingerprints:
        raise refusal("Your account does not have that certificate: CERT LIST shows those it has")
    left = tuple(one for one in account.fingerprints if one != fingerprint)
    change_account(request.ctx, account, fingerprints=left)
    request.say(f"The certificate {fingerprint} does not log in any more")


@subcommand("CERT LIST")
def cert_list(request: Request) -> None:
    """Show the certificates that log in to your account."""
    for fingerprint in request.account.fingerprints:
        request.say(fingerprint)
    request.say(f"{len(request.account.fingerprints)} certificates")


def _fingerprint(request: Request, text: str) -> str:
    """Return the fingerprint in its canonical form. Raises Failed."""
    fingerprint = text.replace(":", "").lower() or request.ctx.session.fingerprint
    if not fingerprint:
        raise refusal("This connection shows no certificate: give the SHA-256 fingerprint of one")
    if len(fingerprint) != _SHA256_DIGITS or not set(fingerprint) <= _HEXADECIMAL:
        raise refusal("A SHA-256 fingerprint has 64 hexadecimal digits")
    return fingerprint
