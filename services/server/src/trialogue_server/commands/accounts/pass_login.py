"""PASS as a login. Old clients know no other way, and NickServ comes after everybody has seen them as a guest.

If the server has no password, ``PASS account:password`` logs in, and so does the password of the account whose name is
the nick. A wrong password counts as a guess; the client still enters, as a guest.
"""

from collections.abc import Callable

from trialogue_server.commands.accounts.login import check_password, log_in
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, intercept
from trialogue_server.world.accounts import Account
from trialogue_server.world.refused import Failed


def log_in_by_pass(ctx: Context, go_on: Callable[[Context], None]) -> Effect | None:
    """Log in with the password given, if it can mean an account; then continue, logged in or not."""
    given, ctx.session.registration.password = ctx.session.registration.password, ""
    meant = _meant(ctx, given)
    if meant is None:
        go_on(ctx)
        return None
    name, password = meant

    def checked(ctx: Context, account: Account | None) -> None:
        if account is None:
            _tell(ctx, f"The password that you gave (PASS) is not that of the account {name}")
        elif not account.is_verified:
            _tell(ctx, "Verify your e-mail address first, with VERIFY and the code that was sent to it")
        else:
            log_in(ctx, account)
        if not ctx.session.closing:  # whoever is banned was sent away
            go_on(ctx)

    return _attempt(ctx, lambda: check_password(ctx, name, password, checked), go_on)


def _meant(ctx: Context, given: str) -> tuple[str, str] | None:
    """Return account and password, or None if no account can be meant. A password may contain a colon."""
    name, colon, password = given.partition(":")
    nick = ctx.session.registration.nick
    if colon and password and ctx.world.accounts.get(name) is not None:
        return name, password
    if ctx.world.accounts.get(nick) is not None:
        return nick, given
    return (name, password) if colon and name and password else None


def _attempt(ctx: Context, act: Callable[[], Effect | None], go_on: Callable[[Context], None]) -> Effect | None:
    """Continue as a guest where no more guesses are allowed, which may turn out later."""
    try:
        effect = act()
    except Failed as failed:
        _tell(ctx, failed.text)
        go_on(ctx)
        return None
    if effect is None:
        return None
    return intercept(effect, lambda ctx, rest: _attempt(ctx, lambda: rest(ctx), go_on))


def _tell(ctx: Context, text: str) -> None:
    ctx.reply.raw(f"NOTICE {ctx.session.nick} :{text}. You are here without an account")
