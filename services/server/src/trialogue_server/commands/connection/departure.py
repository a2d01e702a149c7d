"""How does a user leave the network? By QUIT, KILL, a time-out or a broken connection: all come here."""

from ircwire.framing import BODY_LIMIT
from trialogue_server.commands.core import Core
from trialogue_server.commands.operators.revoking import settle_operator
from trialogue_server.commands.people.away import settle_away
from trialogue_server.delivery.render import encode_line
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.session import Session
from trialogue_server.world.events import UserDetached, UserLeft
from trialogue_server.world.user import User


def close(session: Session, reason: str, *, cause: str = "", reply: Reply | None = None) -> None:
    """Say ERROR, send what is queued, close. The log gets `cause`, where the reason holds a user's own words.

    `reply` is that of the command which asked for it, if it was this session's: ERROR comes after it.
    """
    if reply is not None:
        reply.finish()
    line = encode_line("", f"ERROR :Closing link ({session.address}): {reason}", BODY_LIMIT)
    session.finish(line, cause or reason)


def leave(core: Core, session: Session, reason: str, now: float, reply: Reply | None = None) -> None:
    """Take a session from its user, and the user off the network if it was their last. Doing it twice does no harm."""
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
        settle_operator(core, user, now)
        if not core.registry.of(user.uid):
            core.delivery.commit(UserDetached(core.ids.next(now), now, user.uid, user.mask, user.account))
        settle_away(core, user, now)
        return
    leave_network(core, user, reason, now, reply)


def disconnect(core: Core, user: User, reason: str, now: float, reply: Reply | None = None, *, cause: str = "") -> None:
    """Take a user off the network and close all their sessions, always-on or not; the asker's may be among them."""
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
