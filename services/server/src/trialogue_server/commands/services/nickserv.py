"""NickServ: making an account, logging in and out, and recovering a nick."""

from trialogue_server.commands.accounts.lifecycle import make_account, verify_account
from trialogue_server.commands.accounts.login import account_name, check_password, log_in, log_out, rename_to_guest
from trialogue_server.commands.accounts.removal import drop_account, founded_by
from trialogue_server.commands.channels.enforcement import change_nick
from trialogue_server.commands.connection.departure import disconnect
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect
from trialogue_server.commands.operators.ban_enforcement import must_not_be_banned
from trialogue_server.commands.params import echoed
from trialogue_server.commands.services.service import Request, refusal, subcommand
from trialogue_server.commands.services.set_keep import kept
from trialogue_server.delivery.render import server_time
from trialogue_server.world import policy
from trialogue_server.world.accounts import Account
from trialogue_server.world.user import User


@subcommand("REGISTER", "<password>", "[<email>]")
def register(request: Request, password: str, email: str = "") -> Effect:
    """Make an account with your nick as its name."""

    def made(_: Context, account: Account) -> None:
        if account.is_verified:
            request.say(f"Your account {account.name} is ready")
        else:
            request.say(f"A code was sent to {account.email}: say /msg NickServ VERIFY {account.name} <code>")

    return make_account(request.ctx, request.ctx.user.nick, "" if email == "*" else email, password, made)


@subcommand("VERIFY", "<account>", "<code>")
def verify(request: Request, name: str, code: str) -> None:
    """Finish making an account with the code that was sent by e-mail."""
    verified = verify_account(request.ctx, name, code)
    request.say(f"Your account {verified.name} is ready")
    log_in(request.ctx, verified)


def _log_in_with(request: Request, first: str, second: str = "") -> Effect:
    ctx = request.ctx
    if account_name(ctx):
        raise refusal(f"You are logged in as {account_name(ctx)} already; LOGOUT first")
    name, password = (first, second) if second else (ctx.user.nick, first)

    def checked(ctx: Context, account: Account | None) -> None:
        if account is None:
            raise refusal("That is not the account's password, or there is no such account")
        if not account.is_verified:
            raise refusal("Verify your e-mail address first, with VERIFY and the code that was sent to it")
        log_in(ctx, account)
        request.say(f"You are now logged in as {account.name}")

    return check_password(ctx, name, password, checked)


@subcommand("IDENTIFY", "[<account>]", "<password>")
def identify(request: Request, first: str, second: str = "") -> Effect:
    """Log in to your account; without a name, to the account whose name is your nick."""
    return _log_in_with(request, first, second)


@subcommand("LOGIN", "[<account>]", "<password>")
def login(request: Request, first: str, second: str = "") -> Effect:
    """Do the same as IDENTIFY."""
    return _log_in_with(request, first, second)


@subcommand("LOGOUT")
def logout(request: Request) -> None:
    """Log out of your account; a nick that is an account's name is lost with it."""
    account = request.account
    log_out(request.ctx, request.ctx.user)
    request.say(f"You are no longer logged in as {account.name}")


@subcommand("DROP", "<password>")
def drop(request: Request, password: str) -> Effect:
    """Delete your account, and the registration of the channels that you founded."""
    name = request.account.name

    def checked(ctx: Context, account: Account | None) -> None:
        if account is None or account.name != account_name(ctx):
            raise refusal("That is not your password; nothing was deleted")
        drop_account(ctx, account)
        request.say(f"The account {name} and everything that belonged to it were deleted")

    return check_password(request.ctx, name, password, checked)


@subcommand("INFO", "[<account>]")
def info(request: Request, name: str = "") -> None:
    """Show what is known about an account; all of it if it is yours."""
    ctx = request.ctx
    account = ctx.world.accounts.get(name) if name else request.account
    if account is None:
        raise refusal("There is no account of that name")
    request.say(f"{account.name} was registered at {server_time(account.registered_at)}")
    if account.name != account_name(ctx):
        return
    request.say(f"E-mail address: {account.email or 'none'}")
    request.say(f"Others may use the nick: {'no' if account.enforce else 'yes'}")
    request.say(f"Stays on the network without a connection: {'yes' if account.always_on else 'no'}")
    request.say(f"Direct messages are kept for: {kept(request, account.keep)}")
    request.say(f"Certificates that log in: {len(account.fingerprints)}")
    rooms = ", ".join(channel.name for channel, _ in founded_by(ctx.world, account.name))
    request.say(f"Channels: {rooms or 'none'}")


@subcommand("GHOST", "[<nick>]")
def ghost(request: Request, nick: str = "") -> None:
    """Disconnect somebody who uses your nick."""
    holder = _holder_of_own_nick(request, nick)
    disconnect(
        request.ctx.core, holder, f"The nick belongs to {request.ctx.user.nick}", request.ctx.now, request.ctx.reply
    )
    request.say(f"{holder.nick} was disconnected")


@subcommand("RECLAIM", "[<nick>]")
def reclaim(request: Request, nick: str = "") -> None:
    """Take your nick back from somebody who uses it, and go by it."""
    ctx, account = request.ctx, request.account
    policy.can_change_nick(ctx.world, ctx.user, account.name)
    holder = _holder_of_own_nick(request, nick)
    must_not_be_banned(ctx, account.name)
    rename_to_guest(ctx, holder)
    change_nick(ctx, ctx.user, account.name)
    request.say(f"You have your nick {account.name} back")


def _holder_of_own_nick(request: Request, nick: str) -> User:
    """Return who else uses the asker's nick. Raises Failed."""
    ctx, account = request.ctx, request.account
    if nick and ctx.world.fold(nick) != ctx.world.fold(account.name):
        raise refusal(f"{echoed(nick)} is not your nick: yours is {account.name}")
    holder = ctx.world.user(account.name)
    if holder is None:
        raise refusal(f"Nobody uses {account.name}: say /nick {account.name}")
    if holder is ctx.user:
        raise refusal("You have that nick yourself")
    return holder
