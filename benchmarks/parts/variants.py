"""Rooms with mixed capabilities, over TLS, by WebSocket, and with history kept more or less safely; and plain ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.build import has_openssl
from benchmarks.parts.part import Case, Goal, Part, Plot, Table
from benchmarks.parts.talk import COLUMNS, FLAT, PACED, plan, talk, with_settings

if TYPE_CHECKING:
    from benchmarks.figures import Key
    from benchmarks.measure import Plan
    from benchmarks.parts.part import Setting
    from benchmarks.servers import Server

_SIZES = (100, 1000)
_HISTORY = {
    "off": {"HISTORY_ENABLED": "false"},
    "process": {"HISTORY_DURABILITY": "process"},
    "full": {"HISTORY_DURABILITY": "full"},
}


def _cases(setting: Setting, table: str, servers: list[Server], plans: dict[str, Plan]) -> list[Case]:
    return [
        Case(f"{table}: {size:,} members, {kind}, on {server.name}",
             partial(talk, (table, f"{size:,}", kind), server, size, one))
        for size in _SIZES
        if size <= setting.most
        for server in servers
        for kind, one in plans.items()
        if server.name != "floor" or kind == "plain"
    ]  # fmt: skip


def _mixed_cases(setting: Setting) -> list[Case]:
    plans = {"plain": plan(setting), "mixed": plan(setting, mixed=True)}
    return _cases(setting, "mixed", setting.chosen("ours", "inspircd", "floor"), plans)


def _tls_cases(setting: Setting) -> list[Case]:
    plans = {"plain": plan(setting)} | ({"TLS": plan(setting, tls=True)} if has_openssl() else {})
    return _cases(setting, "tls", list(setting.servers), plans)


def _web_cases(setting: Setting) -> list[Case]:
    return _cases(
        setting, "web", setting.chosen("ours"), {"plain": plan(setting), "WebSocket": plan(setting, web=True)}
    )


def _history_cases(setting: Setting) -> list[Case]:
    plans = {kind: with_settings(plan(setting), **settings) for kind, settings in _HISTORY.items()}
    return _cases(setting, "history", setting.chosen("ours"), plans)


def _by_plain(table: str, members: str, kind: str) -> tuple[tuple[Key, str], tuple[Key, str]]:
    return ((table, members, kind, FLAT, "ours"), "cpu"), ((table, members, "plain", FLAT, "ours"), "cpu")


MIXED = Part(
    name="mixed",
    title="Mixed capabilities",
    text=(
        "A third of the members asks for nothing, a third for tags, time and echo, a third for everything. ngIRCd has "
        "none of it. The floor is that of plain rooms."
    ),
    cases=_mixed_cases,
    tables=(Table("mixed", ("members", "members ask", "mode", "server"), COLUMNS),),
    plots=(Plot("mixed", "1,000 members flat out: CPU µs per delivery", ("mixed", "1,000"), "cpu", (FLAT,)),),
    goals=tuple(
        Goal(
            f"{members} members flat out: CPU per delivery, mixed by plain", 1.3, *_by_plain("mixed", members, "mixed")
        )
        for members in ("100", "1,000")
    ),
)

TLS = Part(
    name="tls",
    title="TLS",
    text=(
        "TLS 1.3, as OpenSSL (ours and the load generator) and GnuTLS (the others) agree on it. The floor is that of "
        "plain text: it encrypts nothing."
    ),
    cases=_tls_cases,
    tables=(Table("tls", ("members", "link", "mode", "server"), COLUMNS),),
    plots=(Plot("tls", "1,000 members flat out: CPU µs per delivery", ("tls", "1,000"), "cpu", (FLAT,)),),
    goals=tuple(
        Goal(f"{members} members flat out: CPU per delivery, TLS by plain", 2.0, *_by_plain("tls", members, "TLS"))
        for members in ("100", "1,000")
    ),
)

WEB = Part(
    name="web",
    title="WebSocket",
    text="As browsers come (`text.ircv3.net`), beside plain TCP. A room's lines are framed once for all its members.",
    cases=_web_cases,
    tables=(Table("web", ("members", "link", "mode", "server"), COLUMNS),),
    plots=(Plot("web", "1,000 members flat out: CPU µs per delivery", ("web", "1,000"), "cpu", (FLAT,)),),
    goals=tuple(
        Goal(
            f"1,000 members {mode}: CPU per delivery, WebSocket by plain",
            1.1,
            (("web", "1,000", "WebSocket", mode, "ours"), "cpu"),
            (("web", "1,000", "plain", mode, "ours"), "cpu"),
        )
        for mode in (FLAT, PACED)
    ),
)

HISTORY = Part(
    name="history",
    title="What keeping costs",
    text=(
        "*off* is `history.enabled = false`, the others are values of `history.durability`. The search index waits "
        "while the server is busy, so it is in none of these."
    ),
    cases=_history_cases,
    tables=(Table("history", ("members", "history", "mode", "server"), COLUMNS),),
    plots=(Plot("history", "1,000 members flat out: CPU µs per delivery", ("history", "1,000"), "cpu", (FLAT,)),),
    goals=tuple(
        Goal(
            f"{members} members flat out: deliveries without history by those with it ({kind})",
            1.25,
            (("history", members, "off", FLAT, "ours"), "rate"),
            (("history", members, kind, FLAT, "ours"), "rate"),
        )
        for members in ("100", "1,000")
        for kind in ("process", "full")
    ),
)
