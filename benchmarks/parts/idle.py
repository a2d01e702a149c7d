"""Measures the memory of idle connections, up to as many as the machine lets a process open."""

from __future__ import annotations

import resource
import time
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.build import has_openssl
from benchmarks.generator import Generator
from benchmarks.measure import arriving
from benchmarks.parts.consists import CONSISTS, consists
from benchmarks.parts.part import Case, Goal, Part, Plot, Table
from benchmarks.parts.talk import plan
from benchmarks.process import family, resident
from benchmarks.running import running

if TYPE_CHECKING:
    from benchmarks.figures import Figures, Key
    from benchmarks.parts.part import Setting
    from benchmarks.servers import Server

_WARM = 10  # so that what a server loads at its first client is not counted as memory of the others
_PEERS_MOST = 5000  # ngIRCd takes minutes for as many as the machine allows
_OTHER_FILES = 200  # descriptors that a server and the load generator have besides the connections
_SETTLE_SECONDS = 0.3  # the server's own work after the last greeting, such as freeing buffers


def _cases(setting: Setting) -> list[Case]:
    links = ("plain", "TLS") if has_openssl() else ("plain",)
    cases = [
        Case(f"idle connections, {link}, on {server.name}", partial(_idle, setting, server, link), rounds=1)
        for link in links
        for server in setting.servers
        if server.name != "floor" or link == "plain"
    ]
    if setting.chosen("ours"):
        cases += [
            Case("what an idle connection consists of",
                 partial(consists, {link: plan(setting, tls=link == "TLS") for link in links}), rounds=1)
        ]  # fmt: skip
    return cases


def _idle(setting: Setting, server: Server, link: str) -> dict[Key, Figures]:
    one = plan(setting, tls=link == "TLS")
    rows: dict[Key, Figures] = {}
    with running(server, one.options) as target, Generator(target.port, family(target.pid), one.load) as generator:
        generator.connect(_WARM)
        before, spans = _settled(target.pid), []
        for count in _counts(setting.most, server):
            spans.append(generator.connect(count))
            memory = (_settled(target.pid) - before) / (count - _WARM) / 1024
            rows["idle", link, f"{count:,}", server.name] = {"kib": memory, **arriving(spans)}
    return rows


def _counts(most: int, server: Server) -> list[int]:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    top = min(most, files - _OTHER_FILES, most if server.name in ("ours", "floor") else _PEERS_MOST)
    return [*(count for count in (1000, 5000) if count < top), top]


def _settled(pid: int) -> int:
    time.sleep(_SETTLE_SECONDS)
    return sum(resident(one) for one in family(pid))


IDLE = Part(
    name="idle",
    title="Connections that do nothing",
    text=(
        "Registered, in no room. Memory is what the server's process has grown by (resident); what the kernel keeps "
        "for a socket comes on top, and is the same for all. The last count of ours is what a process may "
        "open here (`ulimit -Hn`), with several addresses to come from where one has not enough ports."
    ),
    cases=_cases,
    tables=(
        Table("idle", ("link", "connections", "server"),
              (("KiB each", "kib"), ("seconds to come", "seconds"), ("CPU seconds", "cpu"), ("load busy", "load"))),
        CONSISTS,
    ),
    plots=(Plot("idle", "KiB for each idle connection, by link (1,000 connections)", ("idle",), "kib", ("1,000",)),),
    goals=(Goal("KiB for an idle connection, plain", 20.0, (("idle", "plain", "1,000", "ours"), "kib")),),
)  # fmt: skip
