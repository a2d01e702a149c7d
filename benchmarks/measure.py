"""One round with one server: its rooms filled, then flat out, then paced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.generator import Generator, Load
from benchmarks.process import family
from benchmarks.running import running
from benchmarks.servers import Options

if TYPE_CHECKING:
    from benchmarks.figures import Figures
    from benchmarks.generator import Span, Talk
    from benchmarks.servers import Server


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
        paced = talking(generator.paced(plan.rate, plan.paced_seconds))
    return Round(flat_out, paced, joining)


def measure_flat_out(server: Server, members: int, plan: Plan) -> tuple[Figures, Figures]:
    """Start *server*, fill its rooms and measure them flat out; returns `arriving` and `talking`."""
    with running(server, plan.options) as target, Generator(target.port, family(target.pid), plan.load) as generator:
        joining = arriving([generator.connect(members), generator.join()])
        return joining, talking(generator.flat_out(plan.window, plan.warm_up, plan.seconds))


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
