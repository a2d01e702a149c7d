"""Departures: QUIT, KILL, a time-out or a broken connection all take a user off the network here."""

from ircwire.framing import BODY_LIMIT
from trialogue_server.commands.core import Core
from trialogue_server.commands.operators.revoking import update_operator
from trialogue_server.commands.people.away import update_away
from trialogue_server.delivery.render import encode_line
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.session import Session
from trialogue_server.world.events import UserDetached, UserLeft
from trialogue_server.world.user import User


def close(session: Session, reason: str, *, cause: str = "", reply: Reply | None = None) -> None:
    """Send ERROR and what is queued, then close. The log gets `cause` where the reason holds a user's own words.

    `reply` is the reply of the command that asked for it, if it is this session's: ERROR follows it.
    """
    if reply is not None:
        reply.finish()
    line = encode_line("", f"ERROR :Closing link ({session.address}): {reason}", BODY_LIMIT)
    session.finish(line, cause or reason)


def leave(core: Core, session: Session, reason: str, now: float, reply: Reply | None = None) -> None:
    """Detach a session from its user, and take the user off the network with the last one. Calling it twice is
    harmless.
    """
    user = session.user
    if user is None or user.uid not in core.world.users:
        return
    core.registry.detach(session)
    session.rights = None
    if core.stopping:
        return
    account = core.world.accounts.get(user.account) if user.account else None
    if core.registry.of(user.uid) or (account is not None and account.always_on):
        core.audience.sessions_changed()
        update_operator(core, user, now)
        if not core.registry.of(user.uid):
            core.delivery.commit(UserDetached(core.ids.next(now), now, user.uid, user.mask, user.account))
        update_away(core, user, now)
        return
    leave_network(core, user, reason, now, reply)


def disconnect(core: Core, user: User, reason: str, now: float, reply: Reply | None = None, *, cause: str = "") -> None:
    """Take a user off the network and close all their sessions, always-on or not. The asker's may be among them."""
    sessions = list(core.registry.of(user.uid))
    for session in sessions:
        core.registry.detach(session)
    leave_network(core, user, reason, now, reply)
    for session in sessions:
        close(session, reason, cause=cause, reply=reply if reply is not None and reply.session is session else None)


def leave_network(core: Core, user: User, reason: str, now: float, reply: Reply | None = None) -> None:
    """Take a user off the network, whatever sessions they have."""
    core.delivery.commit(
        UserLeft(core.ids.next(now), now, user.uid, user.mask, user.account, reason, user.marks),
        reply,
    )
