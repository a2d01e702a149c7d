"""The reaper: judges every session by its times once a second; no session has a timer of its own."""

from collections.abc import Callable

import trio

from trialogue_server.commands.core import Core
from trialogue_server.commands.deciding import Door
from trialogue_server.commands.inputs import BatchTimedOut, TimedOut, TimePassed
from trialogue_server.obs.logs import get_logger
from trialogue_server.pulse import Pulse
from trialogue_server.session.liveness import Verdict, judge
from trialogue_server.store.base import StoreUnavailable

_PERIOD = 1.0


async def reap_forever(door: Door, pulse: Pulse, check: Callable[[], None] = lambda: None) -> None:
    """Ping silent sessions and close those that stay silent, and let time pass, until cancelled.

    `check` raises StoreUnavailable when the store is gone: that is noticed also while nobody says anything.
    """
    core, _, clock = door
    while True:
        await trio.sleep(_PERIOD)
        if pulse.is_held:
            since = clock().monotonic
            await pulse.wait_open()
            credit_pause(core, clock().monotonic - since + _PERIOD)
        else:
            reap(door)
            pass_time(door)
            _watch_store(pulse, check)
        if core.tick:
            pulse.wake()


def _watch_store(pulse: Pulse, check: Callable[[], None]) -> None:
    try:
        check()
    except StoreUnavailable:
        pulse.ask_store()


def pass_time(door: Door) -> None:
    """Have done what is due by now."""
    for said in door.decide(TimePassed(), door.clock()).lines:
        get_logger().warning("clock", said=said)


def reap(door: Door) -> None:
    """Judge every session of this node once."""
    core, decide, clock = door
    now = clock()
    for sid, session in [(sid, one) for sid, one in core.registry.sessions.items() if one.is_here]:
        match judge(session, core.config.timeouts, now.monotonic):
            case Verdict.PING:
                session.pinged_at = now.monotonic
                session.outbox.put(f"PING :{core.name}\r\n".encode())
            case Verdict.PING_TIMEOUT:
                decide(TimedOut(sid, f"Ping timeout: {int(now.monotonic - session.heard_at)} seconds"), now)
            case Verdict.REGISTRATION_TIMEOUT:
                decide(TimedOut(sid, "Registration timed out"), now)
            case Verdict.BATCH_TIMEOUT:
                decide(BatchTimedOut(sid), now)
            case Verdict.FINE:
                pass


def credit_pause(core: Core, seconds: float) -> None:
    """Do not count a time in which the server did not read as anybody's silence."""
    for session in core.registry.sessions.values():
        session.expected_since += seconds
        session.heard_at += seconds
        if session.multiline is not None:
            session.multiline.touched_at += seconds
        if session.pinged_at:
            session.pinged_at += seconds
