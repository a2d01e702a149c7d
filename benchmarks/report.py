"""Turns the results of a part into Markdown and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.plot import Bars
from benchmarks.table import number, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.figures import Key, Results
    from benchmarks.parts.part import Goal, Part, Plot, Table

_SHARES = ("busy", "load")
_TOO_BUSY = 0.97


def report(part: Part, results: Results) -> str:
    """Return the tables, goals and notes of *part*, without its title and charts; "" if nothing was measured."""
    shown = [_rows(one, results) for one in part.tables]
    blocks = [*filter(None, shown), _goals(part.goals, results), *_notes(part.tables, results)]
    return "\n\n".join([part.text, *filter(None, blocks)]) if any(shown) else ""


def charts(part: Part, results: Results) -> dict[str, str]:
    """Return the charts of *part* as SVG, by the names of their files without the ending."""
    return {plot.file: bars.svg() for plot in part.plots if (bars := _bars(plot, results)) is not None}


def _rows(one: Table, results: Results) -> str:
    keys = _sorted(list(results.of(one.name)))
    if not keys:
        return ""
    rows = [[*key[1:], *(_cell(results, key, figure) for _, figure in one.columns)] for key in keys]
    return table([*one.words, *(heading for heading, _ in one.columns)], rows, len(one.words))


def _cell(results: Results, key: Key, figure: str) -> str:
    value = results.figure(key, figure)
    if figure in _SHARES:
        return f"{value:.0%}"
    times = results.times_floor(key, figure)
    return number(value) if times is None else f"{number(value)} (×{times:.{0 if times >= 10 else 2}f})"


def _sorted(keys: list[Key]) -> list[Key]:
    """Return *keys* grouped by their first word, then by the second and so on, each in the order of appearance."""
    ranks = [{word: at for at, word in enumerate(dict.fromkeys(words))} for words in zip(*keys, strict=True)]
    return sorted(keys, key=lambda key: [rank[word] for rank, word in zip(ranks, key, strict=True)])


def _goals(goals: Sequence[Goal], results: Results) -> str:
    rows = []
    for goal in goals:
        asked = [goal.over, *([goal.under] if goal.under else [])]
        if all(key in results for key, _ in asked):
            found = results.figure(*goal.over) / (results.figure(*goal.under) if goal.under else 1.0)
            rows.append([goal.what, f"≤ {goal.most:g}", number(found), "yes" if found <= goal.most else "no"])
    return table(("goal", "at most", "found", "met"), rows, words=1) if rows else ""


def _notes(tables: Sequence[Table], results: Results) -> Iterator[str]:
    for key in (key for one in tables if ("load busy", "load") in one.columns for key in results.of(one.name)):
        load, busy = results.figure(key, "load"), results.figure(key, "busy")
        if load > _TOO_BUSY and busy < load:
            yield (
                f"Note on {', '.join(key[1:])}: the load generator was busier than the server, so the rate may be the "
                "generator's limit; CPU per delivery is not affected."
            )


def _bars(plot: Plot, results: Results) -> Bars | None:
    width = len(plot.words)
    keys = [key for key in results.of(plot.words[0]) if key[:width] == plot.words and key[width + 1 : -1] == plot.rest]
    if not keys:
        return None
    groups = list(dict.fromkeys(key[width] for key in keys))
    servers = list(dict.fromkeys(key[-1] for key in keys))
    series: dict[str, list[float | None]] = {
        server: [
            results.figure(key, plot.figure) if (key := (*plot.words, group, *plot.rest, server)) in results else None
            for group in groups
        ]
        for server in servers
    }
    return Bars(plot.title, groups, series)
