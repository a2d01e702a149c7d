"""What happens to one session: it opens, says lines, gets results, times out, leaves and is gone.

Each function applies one kind of input. `deciding` finds the session; what is for one that is gone comes to nothing.
"""

from trialogue_server.commands.connection.departure import close, leave
from trialogue_server.commands.connection.other_protocols import refuse_tls
from trialogue_server.commands.core import Core
from trialogue_server.commands.dispatch import dispatch, handle_undecodable, refuse_too_long, resume
from trialogue_server.commands.effects import Local, Pending, ReadAside, nothing_read
from trialogue_server.commands.inputs import (
    BatchTimedOut,
    Certified,
    Closed,
    Left,
    Opened,
    Read,
    Result,
    Said,
    SaidTooMuch,
    SpokeTls,
    TimedOut,
)
from trialogue_server.commands.messages.batch import time_out
from trialogue_server.session.outbox import nowhere
from trialogue_server.session.session import Session
from trialogue_server.session.throttle import Throttle
from trialogue_server.world.moment import Moment


def opened(core: Core, entered: Opened, now: Moment) -> None:
    """Open a session. Without an outlet it is one of another node."""
    outbox = core.outlets.pop(entered.sid, None)
    throttle = Throttle(core.config.flood.rate, core.config.flood.burst, now.monotonic)
    session = Session(
        entered.sid, outbox or nowhere(), throttle, address=entered.address, secure=entered.secure, now=now.monotonic
    )
    session.nonce, session.is_here = entered.nonce, outbox is not None
    core.registry.open(session)


def certified(core: Core, session: Session, entered: Certified, now: Moment) -> None:
    """Remember the client certificate."""
    session.fingerprint = entered.fingerprint


def said(core: Core, session: Session, entered: Said, now: Moment) -> Pending | None:
    """Handle a line."""
    if session.closing:
        return None
    try:
        line = entered.line.decode()
    except UnicodeDecodeError:
        pending = handle_undecodable(core, session, entered.line, now)
    else:
        pending = dispatch(core, session, line, now)
    return pending and _wait(core, session, pending, now)


def said_too_much(core: Core, session: Session, entered: SaidTooMuch, now: Moment) -> None:
    """Answer a line over the limit."""
    if not session.closing:
        refuse_too_long(core, session, now)


def came_to(core: Core, session: Session, entered: Result | Read, now: Moment) -> Pending | None:
    """Continue the command that waits for this."""
    pending = core.pending.pop(session.sid, None)
    if pending is None:
        return None
    value = core.aside.pop(session.sid, ()) if isinstance(entered.value, ReadAside) else entered.value
    following = resume(pending, value, now)
    return following and _wait(core, session, following, now)


def _wait(core: Core, session: Session, pending: Pending, now: Moment) -> Pending | None:
    """Note what a session waits for. Of another node's, readings are passed over: they only go into replies."""
    waits: Pending | None = pending
    while waits is not None and not session.is_here and isinstance(waits.effect, Local):
        waits = resume(waits, nothing_read(waits.effect), now)
    if waits is not None:
        core.pending[session.sid] = waits
    return waits


def batch_timed_out(core: Core, session: Session, entered: BatchTimedOut, now: Moment) -> None:
    """Refuse the batch that was left open."""
    time_out(core, session, now.wall)


def spoke_tls(core: Core, session: Session, entered: SpokeTls, now: Moment) -> None:
    """Send away whoever speaks TLS on the port for plain text."""
    refuse_tls(core, session)


def timed_out(core: Core, session: Session, entered: TimedOut, now: Moment) -> None:
    """Send away whoever was silent for too long."""
    close(session, entered.reason)


def left(core: Core, session: Session, entered: Left, now: Moment) -> None:
    """Take the session off the network, and say ERROR."""
    leave(core, session, entered.reason, now.wall)
    close(session, entered.reason)


def closed(core: Core, session: Session, entered: Closed, now: Moment) -> None:
    """Forget the session of a connection that is gone."""
    forget(core, session, entered.reason, now)


def forget(core: Core, session: Session, reason: str, now: Moment) -> None:
    """Forget a session; it leaves the network, if it has not left."""
    try:
        leave(core, session, reason, now.wall)
    finally:  # whatever bug there is
        session.closing = True
        core.pending.pop(session.sid, None)
        core.aside.pop(session.sid, None)
        core.registry.close(session)
