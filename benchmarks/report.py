"""Turns the figures of the rounds into what is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.table import number, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.measure import Round, Talking

_TALK = ("members", "mode", "server", "deliveries/s", "CPU µs/delivery", "p50 ms", "p99 ms", "max ms",
         "server busy", "load busy")  # fmt: skip
_JOIN = ("members", "server", "seconds", "CPU seconds", "KiB per idle client")
_TOO_BUSY = 0.97


def report(figures: Mapping[tuple[int, str], Round]) -> str:
    """Return the tables for *figures*, whose keys are (members, server's name)."""
    parts = [_talking_table(figures), _joining_table(figures), *_warnings(figures)]
    return "\n\n".join(parts)


def _talks(figures: Mapping[tuple[int, str], Round]) -> Iterator[tuple[int, str, str, Talking]]:
    for members in dict.fromkeys(members for members, _ in figures):
        mine = [(name, one) for (count, name), one in figures.items() if count == members]
        yield from ((members, "flat out", name, one.flat_out) for name, one in mine)
        yield from ((members, "paced", name, one.paced) for name, one in mine)


def _talking_table(figures: Mapping[tuple[int, str], Round]) -> str:
    floors = {(members, mode): talk for members, mode, name, talk in _talks(figures) if name == "floor"}
    rows = []
    for members, mode, name, talk in _talks(figures):
        numbers = [talk.deliveries_per_second, talk.cpu_per_delivery, talk.p50, talk.p99, talk.max]
        row = [f"{members:,}", mode, name, *map(number, numbers), f"{talk.server_busy:.0%}", f"{talk.load_busy:.0%}"]
        if floors:
            row.append(number(talk.cpu_per_delivery / floors[members, mode].cpu_per_delivery))
        rows.append(row)
    return table((*_TALK, "CPU × floor") if floors else _TALK, rows, words=3)


def _joining_table(figures: Mapping[tuple[int, str], Round]) -> str:
    rows = [
        [f"{members:,}", name, *map(number, (one.seconds, one.server_cpu, one.bytes_per_client / 1024))]
        for (members, name), one in ((key, figure.joining) for key, figure in figures.items())
    ]
    return table(_JOIN, rows, words=2)


def _warnings(figures: Mapping[tuple[int, str], Round]) -> Iterator[str]:
    for members, mode, name, talk in _talks(figures):
        if talk.load_busy > _TOO_BUSY and talk.server_busy < talk.load_busy:
            yield (
                f"Note: for {name} with {members:,} members {mode}, the load generator was busier than the server, "
                "so the deliveries per second may be the generator's limit; CPU per delivery is not affected."
            )
