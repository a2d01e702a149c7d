"""What `trialogue-server status` shows: how the server is, and who is slow and why."""

from collections import Counter
from collections.abc import Iterator

from trialogue_server.commands.requests import ShowStatus
from trialogue_server.obs.timing import Timing
from trialogue_server.session.capabilities import BIT
from trialogue_server.session.session import Session
from trialogue_server.vitals import Vitals, link_of, store_sizes
from trialogue_server.world.moment import Moment

_MOST_SHOWN = 30
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def status_lines(vitals: Vitals, request: ShowStatus, now: Moment) -> Iterator[str]:
    """Yield the lines to show."""
    core = vitals.core
    reason = vitals.unready
    up = _duration(now.wall - core.instance.started_at)
    yield f"{core.name}: {core.instance.version}, up {up}, {f'NOT READY: {reason}' if reason else 'ready'}"
    for label, value in _figures(vitals):
        yield f"  {label:<11} {value}"
    yield from _clients(vitals, request, now)


def _figures(vitals: Vitals) -> Iterator[tuple[str, str]]:
    core, pulse, guard = vitals.core, vitals.pulse, vitals.core.guard
    sessions, users = core.registry.sessions.values(), core.world.users.values()
    links = Counter(map(link_of, sessions))
    kinds = f" ({_listed(links)})" if links else ""
    yield "sessions", f"{len(sessions):,}{kinds}; in the handshake: {core.registry.unregistered:,}"
    accounts = sum(bool(user.account) for user in users)
    yield (
        "people",
        f"{len(users):,}, of whom {accounts:,} are logged in; most sessions at once: {core.registry.most_sessions:,}",
    )
    yield "rooms", f"{len(core.world.channels):,}"
    yield "waiting", f"{_bytes(core.registry.queues.size)} to be sent"
    yield "delivered", f"{core.work.deliveries:,} lines, {_bytes(core.work.bytes_told)}"
    yield "commits", _timing(pulse.commits)
    yield "flushes", _timing(pulse.flushes)
    yield "searches", _timing(vitals.control.searches)
    yield "logins", f"{guard.logins:,}; secrets that were wrong: {guard.wrong:,}"
    yield "refused", _listed(vitals.refusals) or "nobody"
    yield "store", ", ".join(f"{name} {_bytes(size)}" for name, size in store_sizes(core).items()) or "in memory"


def _clients(vitals: Vitals, request: ShowStatus, now: Moment) -> Iterator[str]:
    """Yield a line for each session that is slow, the largest backlog first, and for those of the nick asked for."""
    backlogs = {one.session.sid: one for one in vitals.backlogs()}
    fold, wanted = vitals.core.world.fold, vitals.core.world.fold(request.nick)
    shown = [
        session
        for session in vitals.core.registry.sessions.values()
        if session.sid in backlogs
        or session.throttle.wait(now.monotonic) > 1.0
        or (wanted and fold(session.nick) == wanted)
    ]
    shown.sort(key=lambda one: -(backlogs[one.sid].size if one.sid in backlogs else 0))
    yield ""
    yield "Slow clients:" if shown else "No client is slow."
    for session in shown[:_MOST_SHOWN]:
        one = backlogs.get(session.sid)
        waits = f"{_bytes(one.size)} wait for it since {_duration(one.age)}" if one else "nothing waits for it"
        yield f"  {session.nick} ({link_of(session)}, {session.address}): {waits}; {_manners(session, now)}"
    if len(shown) > _MOST_SHOWN:
        yield f"  … and {len(shown) - _MOST_SHOWN:,} more"


def _manners(session: Session, now: Moment) -> str:
    """Return how fast it sends, when it was heard, and what it can read."""
    wait = session.throttle.wait(now.monotonic)
    throttle = f"its next line is read in {wait:.1f} s" if wait else "not throttled"
    heard = f"heard {_duration(now.monotonic - session.heard_at)} ago"
    names = " ".join(name for name, bit in BIT.items() if session.caps & bit)
    return f"{throttle}; {heard}; capabilities: {names or 'none'}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def _timing(timing: Timing) -> str:
    return f"{timing.count:,}, {timing.mean * 1000:.2f} ms each" if timing.count else "none"


def _bytes(size: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} GiB"


def _duration(seconds: float) -> str:
    for name, length in _UNITS:
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {name}"
    return f"{seconds:.0f} s"
