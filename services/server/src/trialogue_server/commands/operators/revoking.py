"""Revokes operator rights. They belong to a session; a user is shown as operator while any of their sessions has some.

See `commands.operators.granting` for how a session gets them.
"""

from collections.abc import Iterable

from trialogue_server.commands.core import Core
from trialogue_server.config import Config
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.session import Session
from trialogue_server.world.events import OperGranted, UserModesChanged
from trialogue_server.world.modes import OPERATOR
from trialogue_server.world.user import User


def revoke_rights(core: Core, sessions: Iterable[Session], now: float, own: Reply | None = None) -> None:
    """Revoke the rights of these sessions. `own` is the reply of the session that causes it."""
    losers = [session for session in sessions if session.rights is not None]
    for session in losers:
        session.rights = None
    for user in {session.user.uid: session.user for session in losers if session.user is not None}.values():
        update_operator(core, user, now, own)


def update_operator(core: Core, user: User, now: float, own: Reply | None = None) -> None:
    """Show a user as operator while one of their sessions is one; otherwise remove the mark and tell their devices."""
    if OPERATOR not in user.modes:
        return
    sessions = list(core.registry.of(user.uid))
    stamp = core.ids.next(now), now, user.uid, user.mask, user.account
    left = next((session.rights for session in sessions if session.rights is not None), None)
    if left is not None:
        core.delivery.commit(OperGranted(*stamp, left.name, tuple(sorted(left.privileges)), left.through))
        return
    core.delivery.commit(UserModesChanged(*stamp, user.uid, user.modes.replace(OPERATOR, "")))
    for session in sessions:
        reply = own if own is not None and own.session is session else core.reply_to(session, now)
        reply.line_from(user.mask, f"MODE {user.nick} -o")


def revoke_changed(core: Core, config: Config) -> None:
    """Revoke rights whose entry in the settings has changed or is gone."""
    now = core.moment.wall
    losers = [session for session in core.registry.sessions.values() if _is_changed(session, config)]
    for session in losers:
        assert session.rights is not None
        text = f"The operator entry {session.rights.name} was changed or removed: you are no operator by it any more"
        core.reply_to(session, now).raw(f"NOTICE {session.nick} :{text}")
    revoke_rights(core, losers, now)


def _is_changed(session: Session, config: Config) -> bool:
    rights = session.rights
    if rights is None or rights.entry is None:
        return False
    return not any(
        entry == rights.entry and frozenset(config.privileges_of(entry)) == rights.privileges
        for entry in config.operators
    )
