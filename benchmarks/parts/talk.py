"""Shared by the parts in which people talk: the columns, and how a round becomes rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.generator import Load
from benchmarks.measure import Plan, measure
from benchmarks.servers import Options

if TYPE_CHECKING:
    from benchmarks.figures import Figures, Key
    from benchmarks.parts.part import Setting
    from benchmarks.servers import Server

COLUMNS = (
    ("deliveries/s", "rate"),
    ("CPU µs/delivery", "cpu"),
    ("p50 ms", "p50"),
    ("p99 ms", "p99"),
    ("max ms", "max"),
    ("server busy", "busy"),
    ("load busy", "load"),
)
FLAT, PACED = "flat out", "paced"

_MIXED = (
    "",
    "message-tags server-time echo-message",
    (
        "account-notify account-tag away-notify batch cap-notify chghost echo-message extended-join invite-notify "
        "labeled-response message-tags multi-prefix server-time setname standard-replies userhost-in-names"
    ),
)


def plan(setting: Setting, *, mixed: bool = False, tls: bool = False, web: bool = False) -> Plan:
    """Return how a round is run: eight talkers in a room; *mixed*: each third of the members asks for other things."""
    load = Load(quick_acks=setting.quick_acks, tls=tls, web=web, capabilities=_MIXED if mixed else ("", "", ""))
    return Plan(setting.seconds, load, Options(setting.config, capabilities=mixed, tls=tls, web=web))


def with_settings(one: Plan, **settings: str) -> Plan:
    """Return *one* with these settings of our server."""
    return replace(one, options=replace(one.options, settings=settings))


def talk(words: Key, server: Server, members: int, one: Plan) -> dict[Key, Figures]:
    """Measure a room, and return the rows *words*, mode, server."""
    found = measure(server, members, one)
    return {(*words, FLAT, server.name): found.flat_out, (*words, PACED, server.name): found.paced}
