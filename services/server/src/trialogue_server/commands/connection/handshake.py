"""PASS, NICK and USER: the handshake that makes a connection a user.  https://modern.ircdocs.horse/#connection-setup"""

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands import params as p
from trialogue_server.commands.accounts.guess_limit import check_secret, shared_keys
from trialogue_server.commands.accounts.login import account_name
from trialogue_server.commands.accounts.pass_login import log_in_by_pass
from trialogue_server.commands.accounts.sasl import abandon
from trialogue_server.commands.channels.enforcement import change_nick
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.connection.attach import attach
from trialogue_server.commands.connection.departure import close
from trialogue_server.commands.connection.host import host_of
from trialogue_server.commands.connection.welcome import welcome
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, VerifyPassword
from trialogue_server.commands.messages.offline_messages import deliver_offline_messages
from trialogue_server.commands.metadata.holder import apply_early_metadata
from trialogue_server.commands.operators.ban_enforcement import find_ban, must_not_be_banned, reject_banned
from trialogue_server.commands.operators.granting import grant_by_account
from trialogue_server.commands.people.presence import apply_early_away
from trialogue_server.commands.services.names import is_like_a_service
from trialogue_server.world import policy
from trialogue_server.world.events import UserRegistered
from trialogue_server.world.names import clean_username, is_nick
from trialogue_server.world.refused import Refused


@command("PASS", p.word("password"), phase=Phase.UNREGISTERED)
def pass_(ctx: Context, password: str) -> None:
    """Give the server's password, before NICK and USER; where it has none, that of your account.

    PASS <account>:<password>, or the password of the account that is called as your nick, logs in.
    https://modern.ircdocs.horse/#pass-message
    """
    ctx.session.registration.password = password


@command("NICK", p.word("nick", missing=n.ERR_NONICKNAMEGIVEN), phase=Phase.ANY)
def nick(ctx: Context, wish: str) -> Effect | None:
    """Choose the name that others see.  https://modern.ircdocs.horse/#nick-message"""
    if not is_nick(wish, size=ctx.config.limits.nick_length, utf8=ctx.config.server.utf8_names):
        raise Refused(n.ERR_ERRONEUSNICKNAME, p.echoed(wish))
    if is_like_a_service(wish):
        raise Refused(n.ERR_ERRONEUSNICKNAME, wish, text="That name is a service's, or looks like one: choose another")
    holder = ctx.world.user(wish)
    if ctx.session.user is None:
        if holder is not None and not holder.account:  # else it may be theirs: who logs in before the end is let in
            ctx.session.registration.refused = wish
            raise Refused(n.ERR_NICKNAMEINUSE, wish)
        ctx.session.registration.nick = wish
        return try_to_register(ctx)
    if holder is not None and holder is not ctx.user:
        raise Refused(n.ERR_NICKNAMEINUSE, wish)
    if wish != ctx.user.nick:
        _must_own(ctx, wish)
        must_not_be_banned(ctx, wish)
        if holder is None:  # another case of one's own nick evades no ban
            policy.can_change_nick(ctx.world, ctx.user, wish)
        change_nick(ctx, ctx.user, wish)
    return None


@command("USER", p.word("username"), p.word("mode"), p.word("unused"), p.word("realname"), phase=Phase.UNREGISTERED)
def user(ctx: Context, username: str, _mode: str, _unused: str, realname: str) -> Effect | None:
    """Say who you are: an account's name and your real one.  https://modern.ircdocs.horse/#user-message"""
    registration = ctx.session.registration
    registration.username = clean_username(username, ctx.config.limits.user_length)
    registration.realname = truncate(realname, ctx.config.limits.realname_length)
    return try_to_register(ctx)


def try_to_register(ctx: Context) -> Effect | None:
    """Register the connection as a user once the handshake is complete."""
    registration = ctx.session.registration
    if registration.negotiating or not registration.nick or not registration.username:
        return None
    abandon(ctx)
    if ctx.config.server.password:
        return _ask_password(ctx)
    if registration.password and not registration.account:
        return log_in_by_pass(ctx, _register)
    _register(ctx)
    return None


def _ask_password(ctx: Context) -> Effect | None:
    """Have the server's password checked. All users share it, so guesses are counted by address alone."""
    expected, given = ctx.config.server.password, ctx.session.registration.password
    if not given:
        _turn_away(ctx)
        return None

    def checked(ctx: Context, right: bool) -> Effect | None:
        if expected != ctx.config.server.password:  # it is another one by now
            return try_to_register(ctx)
        if right:
            _register(ctx)
        else:
            _turn_away(ctx)
        return None

    asked = VerifyPassword(expected, given, checked)
    try:
        return check_secret(ctx, asked, shared_keys(ctx, "password"), _refused, again=try_to_register)
    except Refused as refused:
        _turn_away(ctx, refused.text)
        return None


def _refused(text: str) -> Refused:
    return Refused(n.ERR_PASSWDMISMATCH, text=text)


def _turn_away(ctx: Context, text: str | None = None) -> None:
    """Say that the server's password was wrong, or `text`, and close."""
    ctx.reply.refuse(Refused(n.ERR_PASSWDMISMATCH, text=text))
    close(ctx.session, "Password incorrect", reply=ctx.reply)


def _must_own(ctx: Context, nick: str) -> None:
    """Refuse a nick that is another account's name, or looks like one on a server with names of all scripts."""
    mine, accounts = account_name(ctx), ctx.world.accounts
    owner = accounts.owner_of(nick)
    if owner is not None and owner.name != mine:
        text = "This nick belongs to an account: log in to it, or choose another"
        raise Refused(n.ERR_NICKNAMEINUSE, nick, text=text)
    alike = accounts.owners_like(nick) if owner is None and ctx.config.server.utf8_names else []
    if alike and all(one.name != mine for one in alike):
        text = f"This nick looks like {alike[0].name}, which belongs to an account: log in to it, or choose another"
        raise Refused(n.ERR_NICKNAMEINUSE, nick, text=text)


def _register(ctx: Context) -> None:
    session, registration = ctx.session, ctx.session.registration
    ban = find_ban(ctx)
    if ban is not None:
        reject_banned(ctx.core, session, ban, ctx.now, ctx.reply)
        return
    wish, registration.nick = registration.nick, ""
    registration.refused = wish
    _must_own(ctx, wish)
    holder = ctx.world.user(wish)
    if holder is not None:
        if not holder.account or holder.account != registration.account:
            raise Refused(n.ERR_NICKNAMEINUSE, wish)
        attach(ctx, holder)
        return
    registration.nick = wish
    uid = ctx.core.take_uid()
    host = host_of(ctx.core, session.address)
    mask = f"{registration.nick}!{registration.username}@{host}"
    ctx.commit(
        UserRegistered(
            ctx.core.ids.next(ctx.now),
            ctx.now,
            uid,
            mask,
            registration.account,
            registration.nick,
            registration.username,
            host,
            registration.realname,
            session.address,
            session.secure,
        )
    )
    session.user = ctx.world.users[uid]
    registration.password = ""
    ctx.core.registry.attach(session, uid)
    apply_early_away(ctx)
    apply_early_metadata(ctx)
    welcome(ctx)
    grant_by_account(ctx)
    deliver_offline_messages(ctx)
