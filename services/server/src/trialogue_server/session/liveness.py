"""Decides from times alone whether a peer is still there; the reaper asks for every session once a second."""

from enum import Enum, auto

from trialogue_server.config.schema import TimeoutsSection
from trialogue_server.session.session import Session


class Verdict(Enum):
    """What is to be done about a session."""

    FINE = auto()
    PING = auto()
    """It has been silent for long: send a PING."""
    PING_TIMEOUT = auto()
    REGISTRATION_TIMEOUT = auto()
    BATCH_TIMEOUT = auto()
    """It has left a batch open for too long."""


def judge(session: Session, limits: TimeoutsSection, now: float) -> Verdict:
    """Return what is to be done; changes nothing. `now` is by the monotonic clock."""
    if session.closing:
        return Verdict.FINE
    if session.user is None:
        late = limits.registration and now - session.expected_since >= limits.registration
        return Verdict.REGISTRATION_TIMEOUT if late else Verdict.FINE
    batch = session.multiline
    if batch is not None and limits.batch and now - batch.touched_at >= limits.batch:
        return Verdict.BATCH_TIMEOUT
    if session.pinged_at:
        late = limits.ping_timeout and now - session.pinged_at >= limits.ping_timeout
        return Verdict.PING_TIMEOUT if late else Verdict.FINE
    silent = limits.ping_interval and now - session.heard_at >= limits.ping_interval
    return Verdict.PING if silent else Verdict.FINE
