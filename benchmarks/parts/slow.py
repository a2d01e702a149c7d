"""Measures whether others wait while one member of a full room reads slowly, or never."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.generator import Generator
from benchmarks.measure import talking
from benchmarks.parts.part import Case, Goal, Part, Plot, Table
from benchmarks.parts.talk import COLUMNS, plan
from benchmarks.process import family, resident
from benchmarks.running import running

if TYPE_CHECKING:
    from benchmarks.figures import Figures, Key
    from benchmarks.parts.part import Setting
    from benchmarks.servers import Server

_SIZE = 1000
_TEXT_BYTES = 400  # long messages, so that the queue fills within the window
_SLOW_RATE = 20_000  # bytes a second: a bad telephone line; the room says some hundred times as much
_SEND_QUEUE = "2097152"  # bytes: the default, which unlimited.toml lifts
_WITHOUT = "nobody"


def _cases(setting: Setting) -> list[Case]:
    return [
        Case(f"a slow reader on {server.name}", partial(_slow, setting, server))
        for server in setting.chosen("ours", "inspircd", "ngircd")
        if setting.most >= _SIZE
    ]


def _slow(setting: Setting, server: Server) -> dict[Key, Figures]:
    one = plan(setting)
    load = replace(one.load, text_bytes=_TEXT_BYTES)
    options = replace(one.options, settings={"LIMITS_SEND_QUEUE": _SEND_QUEUE})
    rows: dict[Key, Figures] = {}
    with running(server, options) as target, Generator(target.port, family(target.pid), load) as generator:
        generator.connect(_SIZE)
        generator.join()
        generator.flat_out(one.window, 0.0, one.warm_up)
        for kind, rate in (("slowly", _SLOW_RATE), (_WITHOUT, None), ("never", 0)):
            if rate is not None:
                generator.add_slow(rate)
            figures = talking(generator.flat_out(one.window, one.warm_up, one.seconds * 2))
            memory = sum(map(resident, family(target.pid))) / 2**20
            rows["slow", kind, server.name] = {**figures, "memory": memory}
            if rate is not None:
                generator.remove_slow()
    return rows


SLOW = Part(
    name="slow",
    title="Somebody who reads slowly or never",
    text=(
        f"{_SIZE:,} members flat out, messages of {_TEXT_BYTES} bytes; one more member reads {_SLOW_RATE // 1000} kB a "
        "second, or nothing at all. Ours cuts off whoever leaves 2 MiB waiting (the default); the others hold up to "
        "1 GiB here."
    ),
    cases=_cases,
    tables=(Table("slow", ("one reads", "server"), (*COLUMNS, ("server MiB", "memory"))),),
    plots=(Plot("slow", "p99 of the others' latency in ms, by who reads badly", ("slow",), "p99"),),
    goals=tuple(
        Goal(f"p99 of the others while one reads {kind}, by that without", 1.1, (("slow", kind, "ours"), "p99"),
             (("slow", _WITHOUT, "ours"), "p99"))
        for kind in ("slowly", "never")
    ),
)  # fmt: skip
