"""Many small rooms in which everybody talks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.parts.part import Case, Part, Plot, Table
from benchmarks.parts.talk import COLUMNS, FLAT, plan, talk

if TYPE_CHECKING:
    from benchmarks.measure import Plan
    from benchmarks.parts.part import Setting

_ROOMS, _MEMBERS = 400, 5
_RATE = 1000.0


def _plan(setting: Setting) -> Plan:
    one = plan(setting)
    load = replace(one.load, rooms=_ROOMS, talkers=_MEMBERS)
    return replace(one, load=load, window=_ROOMS, rate=_RATE)


def _cases(setting: Setting) -> list[Case]:
    one, clients = _plan(setting), _ROOMS * _MEMBERS
    return [
        Case(f"{_ROOMS} rooms of {_MEMBERS} on {server.name}",
             partial(talk, ("small", f"{_ROOMS} of {_MEMBERS}"), server, clients, one))
        for server in setting.servers
        if clients <= setting.most
    ]  # fmt: skip


SMALL = Part(
    name="small",
    title="Many small rooms",
    text=(
        f"{_ROOMS * _MEMBERS:,} clients in {_ROOMS} rooms of {_MEMBERS}, and all of them talk. *flat out* keeps "
        f"{_ROOMS} messages under way, one for each room; *paced* sends {_RATE:,.0f} a second in all."
    ),
    cases=_cases,
    tables=(Table("small", ("rooms", "mode", "server"), COLUMNS),),
    plots=(Plot("small", "400 rooms of 5 flat out: CPU µs per delivery", ("small",), "cpu", (FLAT,)),),
)
