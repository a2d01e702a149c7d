"""Away status. Each connection has its own message; a user is away while all of their connections are.

https://modern.ircdocs.horse/#away-message
"""

from ircwire import numerics as n
from trialogue_server.commands.core import Core
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.session import Away, Session
from trialogue_server.world.events import AwayChanged
from trialogue_server.world.user import User

NOBODY = "*"
"""The away message of a connection with nobody in front of it: to others it does not exist.

https://ircv3.net/specs/extensions/pre-away#implementation-considerations
"""


def set_session_away(core: Core, session: Session, said: str, now: float) -> None:
    """Note the away message of a connection; "" is here. `update_away` applies it to the user."""
    session.away = Away(said, core.ids.next(now))


def update_away(core: Core, user: User, now: float, reply: Reply | None = None) -> None:
    """Set a user's away status by their connections, and tell those connections if it has changed.

    `reply` is the reply of the command that caused it, which answers its own connection itself. An always-on user
    without connections stays as they were.
    """
    sessions = list(core.registry.of(user.uid))
    message = _common(sessions)
    if not sessions or message == user.away:
        return
    core.delivery.commit(
        AwayChanged(core.ids.next(now), now, user.uid, user.mask, user.account, message),
        reply,
    )
    for session in sessions:
        if reply is None or session is not reply.session:
            told = core.reply_to(session, now)
            told.numeric(n.RPL_NOWAWAY if message else n.RPL_UNAWAY)


def _common(sessions: list[Session]) -> str:
    """Return the away message common to all these connections: the latest one, or ""."""
    said = [session.away for session in sessions]
    said = [away for away in said if away.said != NOBODY] or said
    if not all(away.said for away in said):
        return ""
    return max(said, key=lambda away: away.id).said if said else ""
