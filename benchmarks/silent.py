"""One member of a full room stops reading: is it cut, does anybody else wait, does memory stay bounded?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.generator import Generator
from benchmarks.process import family, resident
from benchmarks.servers import running
from benchmarks.table import number, table

if TYPE_CHECKING:
    from benchmarks.generator import Talk
    from benchmarks.measure import Plan
    from benchmarks.servers import Server

_TEXT_BYTES = 400  # long messages, so that the silent member's queue fills soon
_TURNS = 5
_SEND_QUEUE = 2 * 2**20  # bytes: the default, which unlimited.toml lifts


def silent(server: Server, members: int, plan: Plan) -> str:
    """Measure flat out without and then several times with the silent member; return what to print."""
    load = replace(plan.load, text_bytes=_TEXT_BYTES)
    options = replace(plan.options, send_queue=_SEND_QUEUE)
    with running(server, options) as target, Generator(target.port, family(target.pid), load) as generator:
        generator.connect(members)
        generator.join()
        rows = [_row("without", generator.flat_out(plan.window, plan.warm_up, plan.seconds), target.pid)]
        generator.add_silent()
        for _ in range(_TURNS):
            talk = generator.flat_out(plan.window, plan.warm_up, plan.seconds)
            rows.append(_row("with", talk, target.pid))
        outcome = generator.silence()
    heading = ("silent member", "deliveries/s", "p50 ms", "p99 ms", "max ms", "server MiB")
    cut = f"The room was told: {outcome.quit_line}" if outcome.quit_line else "The room was not told that it left."
    ended = "ended" if outcome.closed else "still open"
    return f"{table(heading, rows, words=1)}\n\nThe silent member's connection is {ended}. {cut}"


def _row(label: str, talk: Talk, pid: int) -> list[str]:
    numbers = (talk.deliveries / talk.span.seconds, talk.p50 * 1e3, talk.p99 * 1e3, talk.max * 1e3)
    return [label, *map(number, numbers), number(sum(map(resident, family(pid))) / 2**20)]
