"""REGISTER and VERIFY: account registration.  https://ircv3.net/specs/extensions/account-registration"""

from trialogue_server.commands import params as p
from trialogue_server.commands.accounts.lifecycle import make_account, verify_account
from trialogue_server.commands.accounts.login import log_in
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect
from trialogue_server.world.accounts import Account
from trialogue_server.world.refused import Failed


@command("REGISTER", p.word("account"), p.word("email"), p.word("password"), phase=Phase.ANY)
def register(ctx: Context, name: str, email: str, password: str) -> Effect:
    """Make an account: "*" as account takes your nick, "*" as email gives none.

    https://ircv3.net/specs/extensions/account-registration
    """
    return make_account(ctx, _wanted_name(ctx, name), "" if email == "*" else email, password, _made)


@command("VERIFY", p.word("account"), p.word("code"), phase=Phase.ANY)
def verify(ctx: Context, name: str, code: str) -> None:
    """Finish making an account with the code that was sent by e-mail.

    https://ircv3.net/specs/extensions/account-registration
    """
    _must_be_connected(ctx, "VERIFY", name)
    verified = verify_account(ctx, name, code)
    ctx.reply.raw(f"VERIFY SUCCESS {verified.name} :Your account is ready")
    log_in(ctx, verified)


def _made(ctx: Context, account: Account) -> None:
    name = account.name
    if account.is_verified:
        ctx.reply.raw(f"REGISTER SUCCESS {name} :Your account is ready; log in with it by SASL or NickServ")
    else:
        text = f"A code was sent to {account.email}: say VERIFY {name} <code>"
        ctx.reply.raw(f"REGISTER VERIFICATION_REQUIRED {name} :{text}")


def _must_be_connected(ctx: Context, command: str, account: str) -> None:
    """Refuse before the handshake is complete, unless the settings allow it and the server has no password.

    The reply names the account as all others do: the specification's table of codes leaves it out, and clients look for
    it there.
    """
    if ctx.session.user is None and (not ctx.config.accounts.before_connect or ctx.config.server.password):
        raise Failed(command, "COMPLETE_CONNECTION_REQUIRED", p.echoed(account), text="Finish connecting first")


def _wanted_name(ctx: Context, name: str) -> str:
    _must_be_connected(ctx, "REGISTER", name)
    nick = ctx.session.nick
    if nick == "*":
        _must_not_be_refused(ctx)
        raise Failed("REGISTER", "NEED_NICK", "*", text="Choose a nick first")
    if name != "*" and ctx.world.fold(name) != ctx.world.fold(nick):
        text = "An account is named as its owner's nick: change your nick first"
        raise Failed("REGISTER", "ACCOUNT_NAME_MUST_BE_NICK", p.echoed(name), text=text)
    return nick


def _must_not_be_refused(ctx: Context) -> None:
    """Refuse to register the nick of another user that the client asked for and did not get. Raises Failed."""
    refused = ctx.session.registration.refused
    if refused and (ctx.world.user(refused) is not None or ctx.world.accounts.owner_of(refused) is not None):
        raise Failed("REGISTER", "ACCOUNT_EXISTS", refused, text="That name is somebody else's: choose another nick")
