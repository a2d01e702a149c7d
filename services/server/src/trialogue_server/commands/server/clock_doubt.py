"""Acts when the clock comes into doubt, and when it is right again; see `world.clock_watch`."""

from trialogue_server.commands.core import Core
from trialogue_server.world.events import MarkerMoved, StretchNoted
from trialogue_server.world.markers import Marker
from trialogue_server.world.moment import Moment
from trialogue_server.world.times import Stretch

_RIGHT_AGAIN = (
    "The clock is right again: old messages are deleted, and the times of what was said meanwhile are corrected"
)
_HOUR, _DAY = 3600, 24 * 3600


def doubt_in_words(core: Core) -> str:
    """Return what operators and the administrator are told about the clock, or ""."""
    if not core.clock.doubt:
        return ""
    return (
        f"The clock is {_duration(core.clock.doubt)} ahead of where it should be: nothing is deleted for its age and no"
        " ban ends until it is set right, or the administrator says `trialogue-server clock confirm`"
    )


def watch_clock(core: Core, now: Moment) -> str:
    """Tell operators of a doubt that is new or over, and correct what has a wrong time.

    Called about once a second. Returns what is new, or "".
    """
    if core.clock.doubt:
        if core.has_told_of_clock:
            return ""
        core.has_told_of_clock = True
        return _tell(core, now, doubt_in_words(core))
    doubted = core.world.times.doubted
    if doubted:
        _put_right(core, now, doubted[-1])
    if not (doubted or core.has_told_of_clock):
        return ""
    core.has_told_of_clock = False
    return _tell(core, now, _RIGHT_AGAIN)


def confirm_clock(core: Core, now: Moment) -> Moment:
    """Confirm the clock: what was said while it was in doubt has the right time. Returns the moment without doubt."""
    core.clock.confirm(now)
    believed = now._replace(doubt=0.0)
    core.at(believed)
    _note(core, believed, core.world.times.confirmed())
    core.has_told_of_clock = False
    _tell(core, believed, "The administrator has confirmed the clock: old messages are deleted again")
    return believed


def _put_right(core: Core, now: Moment, latest: Stretch) -> None:
    """Give what was said the time that the monotonic clock knows, and move read markers with it."""
    residual = core.clock.residual
    _note(core, now, core.world.times.corrected(residual))
    for marker in core.world.markers.later_than(now.wall):
        at = min(marker.at - latest.doubt / 1000 + residual, now.wall)
        moved = MarkerMoved(*_stamp(core, now), "", Marker(marker.identity, marker.conversation, at))
        core.world.apply(moved)
        core.tick.journal.append(moved)  # it is the same place, so nobody is told


def _note(core: Core, now: Moment, stretches: list[Stretch]) -> None:
    for stretch in stretches:
        core.delivery.commit(StretchNoted(*_stamp(core, now), stretch))


def _stamp(core: Core, now: Moment) -> tuple[int, float, int, str, str]:
    return core.ids.next(now.wall), now.wall, 0, core.name, ""


def _tell(core: Core, now: Moment, text: str) -> str:
    """Tell every operator, and return the text."""
    for session in core.registry.sessions.values():
        if session.user is not None and session.rights is not None:
            reply = core.reply_to(session, now.wall)
            reply.line_from(core.name, f"NOTICE {session.user.nick} :{text}")
            reply.finish()
    return text


def _duration(seconds: float) -> str:
    return f"{seconds / _DAY:.0f} days" if seconds >= 2 * _DAY else f"{seconds / _HOUR:.0f} hours"
