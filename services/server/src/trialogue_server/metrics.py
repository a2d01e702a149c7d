"""Metrics for Prometheus: read from the core when they are asked for. No name of a person or a room is in them.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from trialogue_server.commands.core import Core
from trialogue_server.net.web.http import Request, Response, sentence
from trialogue_server.obs.timing import BOUNDS, Timing
from trialogue_server.vitals import Vitals, link_of, store_sizes


class Monitoring:
    """Answers those who look after the server: /healthz, /readyz and /metrics."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals
        self._registry = CollectorRegistry()
        self._registry.register(CoreCollector(vitals))
        ProcessCollector(registry=self._registry)

    def respond(self, request: Request) -> Response:
        """Return the answer to a request. A server that answers at all is healthy."""
        match request.target.partition("?")[0]:
            case "/healthz":
                return sentence(HTTPStatus.OK, "ok")
            case "/readyz":
                reason = self._vitals.unready
                return sentence(HTTPStatus.SERVICE_UNAVAILABLE if reason else HTTPStatus.OK, reason or "ready")
            case "/metrics":
                body = generate_latest(self._registry)
                return Response(
                    HTTPStatus.OK, [("Content-Type", CONTENT_TYPE_LATEST), ("Cache-Control", "no-store")], body
                )
            case _:
                return sentence(HTTPStatus.NOT_FOUND, "There are /healthz, /readyz and /metrics.")


class CoreCollector(Collector):
    """Yields metrics of what the server knows at that moment."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        core = self._vitals.core
        yield _gauges("trialogue_build", "The version that runs.", ("version",), [((core.instance.version,), 1)])
        yield GaugeMetricFamily("trialogue_ready", "1, or 0 while a tick is held or the server stops.", self._ready())
        yield from self._people(core)
        yield from self._queues(core)
        yield from self._work(core)
        sizes = {(name,): size for name, size in store_sizes(core).items()}
        yield _gauges("trialogue_store_bytes", "The size of each file of the store.", ("file",), sizes.items())

    def _ready(self) -> int:
        return int(not self._vitals.unready)

    def _people(self, core: Core) -> Iterator[Metric]:
        world = core.world
        links = Counter((link_of(one), _phase(one.user is None)) for one in core.registry.sessions.values())
        yield _gauges("trialogue_sessions", "Connections.", ("link", "phase"), links.items())
        kinds = Counter(("account" if user.account else "guest",) for user in world.users.values())
        yield _gauges("trialogue_users", "People who are here, with an account or as guests.", ("kind",), kinds.items())
        yield GaugeMetricFamily("trialogue_channels", "Channels in memory.", len(world.channels))
        yield GaugeMetricFamily("trialogue_accounts", "Accounts.", len(world.accounts))

    def _queues(self, core: Core) -> Iterator[Metric]:
        backlogs = list(self._vitals.backlogs())
        waits = core.registry.queues.size
        yield GaugeMetricFamily("trialogue_send_queue_bytes", "Bytes that wait to be sent, of all sessions.", waits)
        text = "Sessions for which the kernel does not take everything."
        yield GaugeMetricFamily("trialogue_slow_sessions", text, len(backlogs))
        largest = max((one.size for one in backlogs), default=0)
        yield GaugeMetricFamily("trialogue_backlog_bytes_max", "The largest backlog of a session.", largest)
        oldest = max((one.age for one in backlogs), default=0.0)
        yield GaugeMetricFamily("trialogue_backlog_age_seconds_max", "The oldest backlog of a session.", oldest)

    def _work(self, core: Core) -> Iterator[Metric]:
        pulse, guard = self._vitals.pulse, core.guard
        yield CounterMetricFamily("trialogue_deliveries", "Lines that sessions were told.", core.work.deliveries)
        yield CounterMetricFamily("trialogue_delivered_bytes", "The bytes of these lines.", core.work.bytes_told)
        yield _histogram("trialogue_commit_seconds", "From the end of a tick until it is stored.", pulse.commits)
        yield _histogram("trialogue_flush_seconds", "Sending what was stored to all sessions.", pulse.flushes)
        yield _histogram("trialogue_search_seconds", "Searches.", self._vitals.control.searches)
        refusals = {(reason,): count for reason, count in self._vitals.refusals.items()}
        yield _counters("trialogue_refusals", "Connections that were refused.", ("reason",), refusals.items())
        yield CounterMetricFamily("trialogue_logins", "Sessions that logged in to an account.", guard.logins)
        checks = [(("right",), guard.right), (("wrong",), guard.wrong)]
        yield _counters("trialogue_secret_checks", "Passwords and proofs that were compared.", ("outcome",), checks)


def _phase(is_stranger: bool) -> str:
    return "handshake" if is_stranger else "registered"


def _gauges(name: str, text: str, labels: Iterable[str], values: Iterable[tuple[tuple[str, ...], int]]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=list(labels))
    for label, value in values:
        family.add_metric(label, value)
    return family


def _counters(name: str, text: str, labels: Iterable[str], values: Iterable[tuple[tuple[str, ...], int]]) -> Metric:
    family = CounterMetricFamily(name, text, labels=list(labels))
    for label, value in values:
        family.add_metric(label, value)
    return family


def _histogram(name: str, text: str, timing: Timing) -> Metric:
    buckets = list(zip([*map(str, BOUNDS), "+Inf"], accumulate(timing.counts), strict=True))
    return HistogramMetricFamily(name, text, buckets=buckets, sum_value=timing.seconds)
