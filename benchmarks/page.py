"""Keeps docs/performance.md true: what was measured is put between the markers of its part, the rest stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.failure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAGE = "performance.md"
CHARTS = "performance"


def write(directory: Path, name: str, text: str, charts: Mapping[str, str]) -> None:
    """Put *text* and *charts* (SVG by file name) of the part called *name* into the page in *directory*."""
    page = directory / PAGE
    if not page.exists():
        raise BenchmarkError(f"There is no {page} to write to: name the directory that has it, as in --write docs.")
    (directory / CHARTS).mkdir(exist_ok=True)
    for file, svg in charts.items():
        (directory / CHARTS / f"{file}.svg").write_text(svg)
    page.write_text(replaced(page.read_text(), name, with_charts(text, charts)))


def with_charts(text: str, charts: Mapping[str, str]) -> str:
    """Return *text* with links to the *charts* below it."""
    links = [f"![{title(svg)}]({CHARTS}/{file}.svg)" for file, svg in charts.items()]
    return "\n\n".join([text, *links])


def title(svg: str) -> str:
    """Return the title of a chart, which is read aloud in its place."""
    found = re.search(r"<title>(.*?)</title>", svg)
    return found[1] if found else ""


def replaced(page: str, name: str, text: str) -> str:
    """Return *page* with *text* between the markers of *name*; BenchmarkError if it does not have them once each."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise BenchmarkError(f"{PAGE} must have the line {begin} and below it {end}, once each.")
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}"
