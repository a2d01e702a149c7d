"""PASS as a login: old clients know no other, and NickServ comes after everybody has seen them as a guest.

Where the server has no password of its own, ``PASS account:password`` logs in, and so does the password of the account
that the nick is. A wrong one counts as a guess; whoever gave it comes in all the same, as a guest.
"""

from collections.abc import Callable

from trialogue_server.commands.accounts.login import check_password, log_in
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, intercept
from trialogue_server.world.accounts import Account
from trialogue_server.world.refused import Failed


def log_in_by_pass(ctx: Context, go_on: Callable[[Context], None]) -> Effect | None:
    """Log in by what was given, if an account can be meant by it; then go on, logged in or not."""
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
    """Return account and password. A password may have a colon in it; what can mean no account is no login."""
    name, colon, password = given.partition(":")
    nick = ctx.session.registration.nick
    if colon and password and ctx.world.accounts.get(name) is not None:
        return name, password
    if ctx.world.accounts.get(nick) is not None:
        return nick, given
    return (name, password) if colon and name and password else None


def _attempt(ctx: Context, act: Callable[[], Effect | None], go_on: Callable[[Context], None]) -> Effect | None:
    """Go on as a guest also where no more guesses are allowed now, which may turn out later."""
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
