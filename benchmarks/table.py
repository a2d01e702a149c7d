"""Tables in Markdown, aligned so that they can be read as they are; the first columns are words, the rest numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> str:
    """Return *heading* and *rows* as lines; the first *words* columns are flush left, the others flush right."""
    widths = [max(3, *(len(row[column]) for row in (heading, *rows))) for column in range(len(heading))]
    rule = [("-" * width) if column < words else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join(_line(row, widths, words) for row in (heading, rule, *rows))


def number(value: float) -> str:
    """Return *value* with about three significant digits: ``1,234,567``, ``123``, ``12.3``, ``0.123``."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 1 else f"{value:.3f}"


def _line(cells: Sequence[str], widths: Sequence[int], words: int) -> str:
    pairs = list(zip(cells, widths, strict=True))
    left = [cell.ljust(width) for cell, width in pairs[:words]]
    right = [cell.rjust(width) for cell, width in pairs[words:]]
    return f"| {' | '.join(left + right)} |"
