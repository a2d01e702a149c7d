"""One round with one server: its rooms filled, then flat out, then paced."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.generator import Generator, Load
from benchmarks.process import cpu_seconds, family
from benchmarks.running import running
from benchmarks.servers import Options

if TYPE_CHECKING:
    from benchmarks.figures import Figures
    from benchmarks.generator import Span, Talk
    from benchmarks.servers import Server


_LOOK_SECONDS, _QUIET_LOOKS, _IDLE_SHARE, _LONGEST_AFTERWARDS = 0.5, 5, 0.03, 15.0
"""When a server counts as having nothing left to do: ours looks each second whether there is something to index."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The parameters of a round. *window*: messages in flight in total; *rate*: messages a second when paced."""

    seconds: float
    load: Load
    options: Options
    window: int = 64
    rate: float = 30.0

    @property
    def warm_up(self) -> float:
        """Seconds of flat-out talk before the measured window."""
        return min(0.5, self.seconds / 2)

    @property
    def paced_seconds(self) -> float:
        """A paced second has few messages, so there are more of them than of flat-out ones."""
        return self.seconds * 3


@dataclass(frozen=True, slots=True)
class Round:
    """The figures of one server: `talking` twice, and `arriving`."""

    flat_out: Figures
    paced: Figures
    joining: Figures


def measure(server: Server, members: int, plan: Plan) -> Round:
    """Start *server*, fill its rooms with *members*, and measure them once."""
    with running(server, plan.options) as target, Generator(target.port, family(target.pid), plan.load) as generator:
        joining = arriving([generator.connect(members), generator.join()])
        flat_out = talking(generator.flat_out(plan.window, plan.warm_up, plan.seconds))
        leave_alone(target.pid)
        paced = talking(generator.paced(plan.rate, plan.paced_seconds))
    return Round(flat_out, paced, joining)


def measure_flat_out(server: Server, members: int, plan: Plan) -> tuple[Figures, Figures]:
    """Start *server*, fill its rooms and measure them flat out; returns `arriving` and `talking`."""
    with running(server, plan.options) as target, Generator(target.port, family(target.pid), plan.load) as generator:
        joining = arriving([generator.connect(members), generator.join()])
        return joining, talking(generator.flat_out(plan.window, plan.warm_up, plan.seconds))


def leave_alone(pid: int) -> None:
    """Wait until a server has done what it put off while it was busy (ours indexes for search), but not for ever."""
    quiet, used, deadline = 0, _used(pid), time.monotonic() + _LONGEST_AFTERWARDS
    while quiet < _QUIET_LOOKS and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
        before, used = used, _used(pid)
        quiet = quiet + 1 if used - before <= _IDLE_SHARE * _LOOK_SECONDS else 0


def _used(pid: int) -> float:
    return sum(map(cpu_seconds, family(pid)))


def measure_joining(server: Server, members: int, plan: Plan) -> Figures:
    """Start *server* and let *members* connect, register and join; see `arriving`."""
    with running(server, plan.options) as target, Generator(target.port, family(target.pid), plan.load) as generator:
        return arriving([generator.connect(members), generator.join()])


def talking(talk: Talk) -> Figures:
    """Return rate (deliveries/s), cpu (µs a delivery), p50, p99, max (ms); busy, load (shares of one core)."""
    return {
        "rate": talk.deliveries / talk.span.seconds,
        "cpu": talk.span.server_cpu / talk.deliveries * 1e6,
        "p50": talk.p50 * 1e3,
        "p99": talk.p99 * 1e3,
        "max": talk.max * 1e3,
        **_shares([talk.span]),
    }


def arriving(spans: list[Span]) -> Figures:
    """Return seconds and cpu (seconds of the server) of all *spans*; busy, load (shares of one core)."""
    cpu = sum(span.server_cpu for span in spans)
    return {"seconds": sum(span.seconds for span in spans), "cpu": cpu, **_shares(spans)}


def _shares(spans: list[Span]) -> Figures:
    seconds = sum(span.seconds for span in spans)
    return {
        "busy": sum(span.server_cpu for span in spans) / seconds,
        "load": sum(span.load_cpu for span in spans) / seconds,
    }
