"""Rooms from ten to five thousand members; and how long everybody takes to come in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.measure import measure, measure_joining
from benchmarks.parts.part import Case, Goal, Part, Plot, Table
from benchmarks.parts.talk import COLUMNS, FLAT, PACED, plan

if TYPE_CHECKING:
    from benchmarks.figures import Figures, Key
    from benchmarks.parts.part import Setting
    from benchmarks.servers import Server

_SIZES = (10, 100, 1000, 5000)
_JOIN_SIZES = (1000, 5000)


def _cases(setting: Setting) -> list[Case]:
    return [
        Case(f"a room of {size:,} on {server.name}", partial(_room, setting, server, size))
        for size in _SIZES
        if size <= setting.most
        for server in setting.servers
    ]


def _room(setting: Setting, server: Server, size: int) -> dict[Key, Figures]:
    found, members = measure(server, size, plan(setting)), f"{size:,}"
    rows = {("rooms", members, FLAT, server.name): found.flat_out, ("rooms", members, PACED, server.name): found.paced}
    return rows | ({("joins", members, server.name): found.joining} if size in _JOIN_SIZES else {})


def _join_cases(setting: Setting) -> list[Case]:
    if "rooms" in setting.parts:
        return []  # its rooms have to be filled anyway
    return [
        Case(f"{size:,} come in on {server.name}", partial(_joining, setting, server, size))
        for size in _JOIN_SIZES
        if size <= setting.most
        for server in setting.servers
    ]


def _joining(setting: Setting, server: Server, size: int) -> dict[Key, Figures]:
    return {("joins", f"{size:,}", server.name): measure_joining(server, size, plan(setting))}


def _beside(members: str, mode: str, figure: str, name: str = "inspircd") -> tuple[tuple[Key, str], tuple[Key, str]]:
    return (("rooms", members, mode, "ours"), figure), (("rooms", members, mode, name), figure)


def _slower(members: str) -> tuple[tuple[Key, str], tuple[Key, str]]:
    ours, theirs = _beside(members, FLAT, "rate")
    return theirs, ours


ROOMS = Part(
    name="rooms",
    title="Rooms",
    text='Ours keeps what is said (`durability = "process"`); the others keep nothing.',
    cases=_cases,
    tables=(Table("rooms", ("members", "mode", "server"), COLUMNS),),
    plots=(
        Plot("rooms-cpu", "Flat out, by members: CPU µs per delivery (less is better)", ("rooms",), "cpu", (FLAT,)),
        Plot("rooms-rate", "Flat out, by members: deliveries per second (more is better)", ("rooms",), "rate", (FLAT,)),
        Plot("rooms-paced", "Paced, by members: p99 latency in ms (less is better)", ("rooms",), "p99", (PACED,)),
    ),
    goals=(
        Goal("1,000 members flat out: CPU per delivery, ours by InspIRCd's", 0.5, *_beside("1,000", FLAT, "cpu")),
        Goal("1,000 members flat out: deliveries per second, InspIRCd's by ours", 0.5, *_slower("1,000")),
        Goal("100 members flat out: CPU per delivery, ours by InspIRCd's", 0.8, *_beside("100", FLAT, "cpu")),
        Goal("100 members flat out: deliveries per second, InspIRCd's by ours", 0.5, *_slower("100")),
        Goal("1,000 members paced: CPU per delivery, ours by InspIRCd's", 1.1, *_beside("1,000", PACED, "cpu")),
        Goal("1,000 members paced: p99, ours by InspIRCd's", 1.0, *_beside("1,000", PACED, "p99")),
    ),
)  # fmt: skip

JOINS = Part(
    name="joins",
    title="Coming in",
    text="All connect, register and join one room; it ends when everybody has been told of all who came later.",
    cases=_join_cases,
    tables=(
        Table("joins", ("clients", "server"), (("seconds", "seconds"), ("CPU seconds", "cpu"), ("server busy", "busy"),
                                               ("load busy", "load"))),
    ),
    plots=(Plot("joins", "Everybody comes in: seconds (less is better)", ("joins",), "seconds"),),
    goals=tuple(
        Goal(f"1,000 come in: seconds, ours by {title}'s", 1.0, (("joins", "1,000", "ours"), "seconds"),
             (("joins", "1,000", name), "seconds"))
        for name, title in (("inspircd", "InspIRCd"), ("ngircd", "ngIRCd"))
    ),
)  # fmt: skip
