"""A user is away when all of their connections are: what each has said is its own, and ends with it.

https://modern.ircdocs.horse/#away-message
"""

from ircwire import numerics as n
from trialogue_server.commands.core import Core
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.session import Away, Session
from trialogue_server.world.events import AwayChanged
from trialogue_server.world.user import User

NOBODY = "*"
"""Nobody sits in front of this connection: as far as others are concerned it is not there.

https://ircv3.net/specs/extensions/pre-away#implementation-considerations
"""


def be_away(core: Core, session: Session, said: str, now: float) -> None:
    """Note what a connection says of being away; "" is here. `settle_away` tells what comes of it."""
    session.away = Away(said, core.ids.next(now))


def settle_away(core: Core, user: User, now: float, reply: Reply | None = None) -> None:
    """Let a user be away or here as their connections are, and tell those connections if that is new.

    `reply` is that of the command which brought it about, which answers its own connection itself. Whoever is always on
    and has none left stays as they were.
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
    """Return what is true of all these connections: the last thing that one of them has said, or ""."""
    said = [session.away for session in sessions]
    said = [away for away in said if away.said != NOBODY] or said
    if not all(away.said for away in said):
        return ""
    return max(said, key=lambda away: away.id).said if said else ""
