"""One round: a fresh server, a room filled, flat out, paced; and the median of several rounds."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, fields

from benchmarks.generator import Generator, Load, Span, Talk
from benchmarks.process import family, resident
from benchmarks.servers import Options, Server, running

_WARM_CLIENTS = 10  # so that what a server loads at its first client is not counted as memory of the others
_SETTLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """How a round is run. *window*: messages in flight in total; *rate*: messages a second when paced."""

    seconds: float
    load: Load
    options: Options
    window: int = 64
    rate: float = 30.0

    @property
    def warm_up(self) -> float:
        """Seconds of flat-out talk before the measured window."""
        return min(0.5, self.seconds / 4)


@dataclass(frozen=True, slots=True)
class Talking:
    """Rates a second, CPU microseconds a delivery, latencies in milliseconds, busy shares of one core (1.0 = all)."""

    deliveries_per_second: float
    cpu_per_delivery: float
    p50: float
    p99: float
    max: float
    server_busy: float
    load_busy: float


@dataclass(frozen=True, slots=True)
class Joining:
    """Connect, register and join one room, all members: seconds, CPU seconds; resident bytes per idle client."""

    seconds: float
    server_cpu: float
    bytes_per_client: float


@dataclass(frozen=True, slots=True)
class Round:
    """The figures of one server with one number of members."""

    flat_out: Talking
    paced: Talking
    joining: Joining


def measure(server: Server, members: int, plan: Plan) -> Round:
    """Start *server*, fill its room with *members*, and measure them once."""
    with running(server, plan.options) as target, Generator(target.port, family(target.pid), plan.load) as generator:
        warm = generator.connect(min(_WARM_CLIENTS, members // 2))
        before = _resident_when_settled(target.pid)
        rest = generator.connect(members)
        idle = _resident_when_settled(target.pid) - before
        join = generator.join()
        flat_out = generator.flat_out(plan.window, plan.warm_up, plan.seconds)
        paced = generator.paced(plan.rate, plan.seconds)
    added = members - min(_WARM_CLIENTS, members // 2)
    return Round(_talking(flat_out), _talking(paced), _joining([warm, rest, join], idle / added))


def median(rounds: list[Round]) -> Round:
    """Return the median of each figure by itself."""
    return Round(
        Talking(*_medians([one.flat_out for one in rounds])),
        Talking(*_medians([one.paced for one in rounds])),
        Joining(*_medians([one.joining for one in rounds])),
    )


def _medians(rows: list[Talking] | list[Joining]) -> list[float]:
    return [statistics.median(getattr(row, field.name) for row in rows) for field in fields(rows[0])]


def _talking(talk: Talk) -> Talking:
    span = talk.span
    return Talking(
        deliveries_per_second=talk.deliveries / span.seconds,
        cpu_per_delivery=span.server_cpu / talk.deliveries * 1e6,
        p50=talk.p50 * 1e3,
        p99=talk.p99 * 1e3,
        max=talk.max * 1e3,
        server_busy=span.server_cpu / span.seconds,
        load_busy=span.load_cpu / span.seconds,
    )


def _joining(spans: list[Span], bytes_per_client: float) -> Joining:
    return Joining(sum(span.seconds for span in spans), sum(span.server_cpu for span in spans), bytes_per_client)


def _resident_when_settled(pid: int) -> int:
    time.sleep(_SETTLE_SECONDS)  # the server's own work after the last greeting, such as freeing buffers
    return sum(resident(one) for one in family(pid))
