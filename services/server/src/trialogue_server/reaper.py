"""The reaper: judges every session by its times once a second; no session has a timer of its own."""

from collections.abc import Callable

import trio

from trialogue_server.commands.connection.departure import close
from trialogue_server.commands.core import Core
from trialogue_server.commands.messages.batch import time_out
from trialogue_server.commands.server.clock_doubt import watch_clock
from trialogue_server.obs.logs import get_logger
from trialogue_server.pulse import Pulse
from trialogue_server.session.liveness import Verdict, judge
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.world.events import ServerBanLifted
from trialogue_server.world.moment import Moment

_PERIOD = 1.0


async def reap_forever(
    core: Core, pulse: Pulse, clock: Callable[[], Moment], check: Callable[[], None] = lambda: None
) -> None:
    """Ping silent sessions and close those that stay silent, until cancelled.

    `check` raises StoreUnavailable when the store is gone: that is noticed also while nobody says anything.
    """
    while True:
        await trio.sleep(_PERIOD)
        if pulse.is_held:
            since = clock().monotonic
            await pulse.wait_open()
            credit_pause(core, clock().monotonic - since + _PERIOD)
        else:
            now = clock()
            reap(core, now)
            lift_expired(core, now)
            _watch_clock(core, now)
            _watch_store(pulse, check)
        if core.tick:
            pulse.wake()


def _watch_store(pulse: Pulse, check: Callable[[], None]) -> None:
    try:
        check()
    except StoreUnavailable:
        pulse.ask_store()


def _watch_clock(core: Core, now: Moment) -> None:
    said = watch_clock(core, now)
    if said:
        get_logger().warning("clock", said=said)


def reap(core: Core, now: Moment) -> None:
    """Judge every session once."""
    core.at(now)
    for session in list(core.registry.sessions.values()):
        match judge(session, core.config.timeouts, now.monotonic):
            case Verdict.PING:
                session.pinged_at = now.monotonic
                session.outbox.put(f"PING :{core.name}\r\n".encode())
            case Verdict.PING_TIMEOUT:
                close(session, f"Ping timeout: {int(now.monotonic - session.heard_at)} seconds")
            case Verdict.REGISTRATION_TIMEOUT:
                close(session, "Registration timed out")
            case Verdict.BATCH_TIMEOUT:
                time_out(core, session, now.wall)
            case Verdict.FINE:
                pass


def lift_expired(core: Core, now: Moment) -> None:
    """Lift the server bans that have expired."""
    for ban in core.world.server_bans.expired(now.believed):
        stamp = core.ids.next(now.wall), now.wall, 0, core.name, ""
        core.delivery.commit(ServerBanLifted(*stamp, ban.kind, ban.target))


def credit_pause(core: Core, seconds: float) -> None:
    """Do not count a time in which the server did not read as anybody's silence."""
    for session in core.registry.sessions.values():
        session.opened_at += seconds
        session.heard_at += seconds
        if session.multiline is not None:
            session.multiline.touched_at += seconds
        if session.pinged_at:
            session.pinged_at += seconds
