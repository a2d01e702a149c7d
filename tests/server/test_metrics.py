"""Health, readiness, metrics and status: what those who look after a server are told."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import trio
from prometheus_client.parser import text_string_to_metric_families

from tests.support.irc import Irc
from tests.support.live import Live
from tests.support.running import RunningServer, running
from tests.support.store import ManualStore
from tests.support.web import Answer, Browser, socket_person
from trialogue_server.commands.requests import ShowStatus
from trialogue_server.control import Control
from trialogue_server.metrics import Monitoring
from trialogue_server.net.web.http import Request
from trialogue_server.obs.timing import BOUNDS, Timing
from trialogue_server.pulse import Pulse
from trialogue_server.status import status_lines
from trialogue_server.store.memory import MemoryStore
from trialogue_server.vitals import Vitals

METRIC = r"(?:trialogue|process)_\w+"


async def ask(server: RunningServer, target: str) -> Answer:
    stream = await trio.open_tcp_stream(*server.metrics)
    async with stream:
        return await Browser(stream, server.metrics[1]).get(target)


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Parse metrics by the official parser."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for sample in family.samples:
            found[sample.name, frozenset(sample.labels.items())] = sample.value
    return found


def value(found: dict[tuple[str, frozenset[tuple[str, str]]], float], name: str, **labels: str) -> float:
    return found[f"trialogue_{name}", frozenset(labels.items())]


def vitals_of(live: Live) -> Vitals:
    control = Control(live.door, MemoryStore(), lambda: (live.core.config, ()), None)
    return Vitals(live.core, live.pulse, control, Counter())


async def test_metrics_are_read_by_the_official_parser(tmp_path: Path) -> None:
    async with running(tmp_path, connections={"per_address": 2, "exempt": ()}) as server:
        alice = await socket_person(server, "alice")
        await alice.say("JOIN #hidden")
        await alice.hear("366")
        bob = await server.connect()
        await bob.register("bob")
        await bob.say("JOIN #hidden", "PRIVMSG #hidden :hello")
        await alice.hear("PRIVMSG")
        refused = await server.connect()
        assert (await refused.line()).startswith("ERROR")
        assert (await Browser(await server.browse(), 1).get(host="attacker.example")).status == 421
        answer = await ask(server, "/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        found = samples(answer.body.decode())
    assert value(found, "ready") == 1
    assert value(found, "sessions", link="websocket", phase="registered") == 1
    assert value(found, "sessions", link="plain", phase="registered") == 1
    assert value(found, "users", kind="guest") == 2
    assert value(found, "channels") == 1
    assert value(found, "deliveries_total") > 2
    assert value(found, "refusals_total", reason="Too many connections from your address") == 1
    assert value(found, "refusals_total", reason="HTTP 421") == 1
    assert value(found, "commit_seconds_count") > 0
    assert value(found, "flush_seconds_bucket", le="+Inf") == value(found, "flush_seconds_count") > 0
    assert found["process_open_fds", frozenset()] > 0


async def test_metrics_name_nobody(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        zaphod = await socket_person(server, "zaphod")
        await zaphod.say("JOIN #heartofgold", "PRIVMSG #heartofgold :dontpanic")
        await zaphod.hear("366")
        text = (await ask(server, "/metrics")).body.decode()
    assert not any(word in text for word in ("zaphod", "heartofgold", "dontpanic", "127.0.0.1"))


async def test_a_server_that_answers_is_healthy_and_ready(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        for target, text in (("/healthz", b"ok\n"), ("/readyz", b"ready\n")):
            answer = await ask(server, target)
            assert (answer.status, answer.body) == (200, text)
        assert (await ask(server, "/")).status == 404


async def test_who_says_nothing_or_no_http_keeps_nobody_from_the_metrics(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        silent = [await trio.open_tcp_stream(*server.metrics) for _ in range(3)]
        await silent[0].send_all(b"NICK a\r\n\r\n")
        assert (await ask(server, "/healthz")).status == 200
        for stream in silent:
            await stream.aclose()
        assert (await ask(server, "/metrics?x=1")).status == 200


async def test_a_server_whose_tick_is_held_is_not_ready(nursery: trio.Nursery, autojump_clock: Any) -> None:
    store = ManualStore()
    live = Live(nursery, store)
    vitals = vitals_of(live)
    monitoring = Monitoring(vitals)
    alice = await live.join("alice")
    assert monitoring.respond(Request("GET", "/readyz", {})).status == 200
    store.fail("the disk is full")
    await alice.ask("JOIN #room")
    answer = monitoring.respond(Request("GET", "/readyz", {}))
    assert answer.status == 503
    assert answer.body == b"nothing can be stored, so nothing is sent: the disk is full\n"
    assert value(samples(monitoring.respond(Request("GET", "/metrics", {})).body.decode()), "ready") == 0
    assert "NOT READY: nothing can be stored" in next(status_lines(vitals, ShowStatus(), live.clock()))
    nursery.cancel_scope.cancel()


def test_a_server_that_stops_is_not_ready() -> None:
    irc = Irc()
    control = Control(irc.door, MemoryStore(), lambda: (irc.core.config, ()), None)
    pulse = Pulse(irc.core.tick, MemoryStore(), patience=lambda: 1.0, report=lambda *_: None)
    monitoring = Monitoring(Vitals(irc.core, pulse, control, Counter()))
    control.stop("Server shutting down")
    answer = monitoring.respond(Request("GET", "/readyz", {}))
    assert (answer.status, answer.body) == (503, b"stopping: Server shutting down\n")
    assert monitoring.respond(Request("GET", "/healthz", {})).status == 200


async def test_a_reader_that_stalls_is_named_with_its_bytes_and_their_age(
    nursery: trio.Nursery, autojump_clock: Any
) -> None:
    live = Live(nursery, flood={"rate": 0})
    vitals = vitals_of(live)
    stalled, alice = await live.join("stalled", "#room"), await live.join("alice", "#room")
    stalled.say("CAP REQ :server-time echo-message")
    await stalled.hear()
    assert list(status_lines(vitals, ShowStatus(), live.clock()))[-1] == "No client is slow."
    stalled.transport.room = 0
    alice.say("PRIVMSG #room :" + "x" * 300)
    await alice.hear()
    await trio.sleep(4)
    alice.say("PRIVMSG #room :" + "y" * 300)
    await alice.hear()
    [backlog] = vitals.backlogs()
    assert backlog.session.nick == "stalled"
    assert backlog.size > 600
    assert 4 <= backlog.age < 5
    [line] = list(status_lines(vitals, ShowStatus(), live.clock()))[-1:]
    assert line.startswith("  stalled (plain, 127.0.0.1): ")
    assert " bytes wait for it since 4 s; not throttled; heard 4 s ago" in line
    assert line.endswith("capabilities: echo-message server-time")
    found = samples(Monitoring(vitals).respond(Request("GET", "/metrics", {})).body.decode())
    assert value(found, "slow_sessions") == 1
    assert value(found, "backlog_bytes_max") == backlog.size
    assert value(found, "backlog_age_seconds_max") == backlog.age
    stalled.transport.make_room()
    await alice.hear()
    assert not list(vitals.backlogs())
    nursery.cancel_scope.cancel()


async def test_who_is_throttled_and_who_is_asked_for_is_shown(nursery: trio.Nursery, autojump_clock: Any) -> None:
    live = Live(nursery, flood={"rate": 1, "burst": 4})
    vitals = vitals_of(live)
    await live.join("bob")
    alice = await live.join("alice")
    alice.say(*["PING :x"] * 20)
    await alice.hear()
    lines = list(status_lines(vitals, ShowStatus("BOB"), live.clock()))
    [throttled] = [line for line in lines if line.startswith("  alice ")]
    assert "nothing waits for it; its next line is read in " in throttled
    assert any(line.startswith("  bob (plain, ") for line in lines)
    nursery.cancel_scope.cancel()


@pytest.mark.parametrize(("seconds", "bucket"), [(0.0, 0), (0.0001, 0), (0.00011, 1), (3.0, 9), (60.0, len(BOUNDS))])
def test_a_duration_is_counted_in_the_first_bucket_that_holds_it(seconds: float, bucket: int) -> None:
    """ "le" is "less or equal".  https://prometheus.io/docs/instrumenting/exposition_formats/#histograms-and-summaries"""
    timing = Timing()
    timing.note(seconds)
    assert timing.counts.index(1) == bucket
    assert (timing.count, timing.mean) == (1, seconds)


async def test_logins_and_wrong_secrets_are_counted(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        alice = await server.connect()
        await alice.register("alice")
        await alice.say("PRIVMSG NickServ :REGISTER long-enough-password")
        await alice.hear("900")
        bob = await server.connect()
        await bob.register("bob")
        await bob.say("PRIVMSG NickServ :IDENTIFY alice wrong-password")
        await bob.hear("NOTICE")
        guard = server.core.guard
        assert (guard.logins, guard.right, guard.wrong) == (1, 0, 1)


async def test_the_dashboard_asks_for_metrics_that_there_are(tmp_path: Path) -> None:
    """Where the tests are without the rest of the tree, there is no dashboard."""
    file = Path(__file__).parents[2] / "deploy/grafana/trialogue.json"
    if not file.exists():
        pytest.skip("only what the tests need is in this image")
    async with running(tmp_path) as server:
        text = (await ask(server, "/metrics")).body.decode()
    families = {family.name for family in text_string_to_metric_families(text)}
    names = {f"{name}{ending}" for name in families for ending in ("", "_total", "_bucket")}
    panels = json.loads(file.read_text())["panels"]
    asked = {name for panel in panels for one in panel["targets"] for name in re.findall(METRIC, one["expr"])}
    assert len(asked) > 15
    assert asked <= names
