"""Who has gone silent? Once a second every session is judged by its times; nobody has a timer of their own."""

from collections.abc import Callable

import trio

from trialogue_server.commands.core import Core
from trialogue_server.commands.departure import close, leave
from trialogue_server.delivery.pulse import Pulse
from trialogue_server.session.liveness import Verdict, judge
from trialogue_server.session.session import Session

_PERIOD = 1.0


async def reap_forever(core: Core, pulse: Pulse, clock: Callable[[], float]) -> None:
    """Ping the silent and end those who stay silent, until cancelled."""
    while True:
        await trio.sleep(_PERIOD)
        reap(core, clock())
        if core.tick:
            pulse.wake()


def reap(core: Core, now: float) -> None:
    """Judge every session once."""
    for session in list(core.registry.sessions.values()):
        match judge(session, core.config.timeouts, now):
            case Verdict.PING:
                session.pinged_at = now
                session.outbox.put(f"PING :{core.name}\r\n".encode())
            case Verdict.PING_TIMEOUT:
                _end(core, session, f"Ping timeout: {int(now - session.heard_at)} seconds", now)
            case Verdict.REGISTRATION_TIMEOUT:
                _end(core, session, "Registration timed out", now)
            case Verdict.FINE:
                pass


def _end(core: Core, session: Session, reason: str, now: float) -> None:
    leave(core, session, reason, now)
    close(session, reason)
