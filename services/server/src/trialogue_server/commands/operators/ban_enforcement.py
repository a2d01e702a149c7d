"""Enforces server bans: on registering, on logging in, and when a ban is set."""

from ircwire import numerics as n
from ircwire.framing import BODY_LIMIT
from trialogue_server.commands.connection.departure import close, leave, leave_network
from trialogue_server.commands.connection.host import host_of
from trialogue_server.commands.context import Context
from trialogue_server.commands.core import Core
from trialogue_server.delivery.render import encode_line
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.session import Session
from trialogue_server.world.events import ServerBanLifted
from trialogue_server.world.moment import Moment
from trialogue_server.world.refused import Refused
from trialogue_server.world.server_bans import ServerBan, Visitor, matcher
from trialogue_server.world.user import User


def visitor(core: Core, session: Session, *, account: str | None = None, nick: str | None = None) -> Visitor:
    """Return what bans are compared with: what the session has sent so far, or the account or nick that it is about to
    get.
    """
    user, told = session.user, session.registration
    if user is None:
        found = Visitor(session.address, told.account, told.nick, told.username, host_of(core, session.address))
    else:
        found = Visitor(session.address, user.account, user.nick, user.username, user.host)
    if account is nick is None:
        return found
    return found._replace(
        account=found.account if account is None else account, nick=found.nick if nick is None else nick
    )


def _visitor(user: User) -> Visitor:
    """Return what bans are compared with, for a user who is there without a connection."""
    return Visitor(user.address, user.account, user.nick, user.username, user.host)


def find_ban(ctx: Context, *, account: str | None = None, nick: str | None = None) -> ServerBan | None:
    """Return the ban that matches the asking session, if there is one."""
    return ctx.world.server_bans.find(visitor(ctx.core, ctx.session, account=account, nick=nick), ctx.believed)


def must_not_be_banned(ctx: Context, nick: str) -> None:
    """Refuse a nick under which the user would be banned. Raises Refused."""
    ban = find_ban(ctx, nick=nick)
    if ban is not None:
        raise Refused(n.ERR_ERRONEUSNICKNAME, nick, text=f"You would be banned from this server: {ban.reason}")


def reject_banned(core: Core, session: Session, ban: ServerBan, now: float, reply: Reply | None = None) -> None:
    """Send 465 and ERROR, and take the session off the network.  https://modern.ircdocs.horse/#erryourebannedcreep-465

    `reply` is the reply of the command that caused it, if it was this session's.
    """
    line = banned_line(core, session.nick, ban)
    if reply is not None:
        reply.line(line)
    else:
        session.outbox.put(line)
    leave(core, session, "Banned", now)
    close(session, "Banned from this server", cause="Banned", reply=reply)


def banned_line(core: Core, nick: str, ban: ServerBan) -> bytes:
    """Return the line that tells a client that it is banned, before ERROR."""
    text = f":{core.name} {n.ERR_YOUREBANNEDCREEP} {nick} :You are banned from this server: {ban.reason}"
    return encode_line("", text, BODY_LIMIT)


def close_banned(core: Core, ban: ServerBan, now: Moment) -> int:
    """Close the sessions that match a new ban; returns how many."""
    is_meant = matcher(ban, core.world.fold)
    meant = [one for one in core.registry.sessions.values() if not one.closing and is_meant(visitor(core, one))]
    for session in meant:
        reject_banned(core, session, ban, now.wall)
    for user in list(core.world.users.values()):  # those who are there without a connection
        if not core.registry.of(user.uid) and is_meant(_visitor(user)):
            leave_network(core, user, "Banned", now.wall)
    return len(meant)


def lift_expired(core: Core, now: Moment) -> None:
    """Lift the server bans that have expired."""
    for ban in core.world.server_bans.expired(now.believed):
        stamp = core.ids.next(now.wall), now.wall, 0, core.name, ""
        core.delivery.commit(ServerBanLifted(*stamp, ban.kind, ban.target))
