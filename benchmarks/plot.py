"""Bar charts as SVG: groups of bars side by side, each with its figure above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from benchmarks.table import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COLOURS = ("#2f6fde", "#e08a1e", "#3a9d5d", "#8a8f98", "#b0479b", "#c9b037")  # told apart by the colour-blind too
_HEIGHT, _TOP, _BOTTOM, _LEFT = 260, 64, 34, 16
_BAR, _GAP = 46, 26
_STYLE = "text { font: 12px sans-serif; fill: #57606a } .title { font-size: 15px; font-weight: bold }"


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: for each series (its name), one figure for each group, or None where nothing was measured."""

    title: str
    groups: Sequence[str]
    series: Mapping[str, Sequence[float | None]]

    def svg(self) -> str:
        """Return the chart as an SVG document, on white so that a dark page shows it too."""
        step = _BAR * len(self.series) + _GAP
        width = max(_LEFT + step * len(self.groups) + _GAP, 480)
        parts = [*self._legend(), *self._bars(step), *self._group_names(step)]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" '
            f'viewBox="0 0 {width} {_HEIGHT}" role="img">\n<title>{escape(self.title)}</title>\n'
            f'<style>{_STYLE}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(parts)
            + "\n</svg>\n"
        )

    def _legend(self) -> list[str]:
        parts = [_text(_LEFT, 22, self.title, "start", "title")]
        x = _LEFT
        for name, colour in zip(self.series, _COLOURS, strict=False):
            parts.append(_box(x, 33, 10, 10, colour))
            parts.append(_text(x + 15, 42, name, "start"))
            x += 30 + 7 * len(name)
        return parts

    def _bars(self, step: int) -> list[str]:
        scale = (_HEIGHT - _TOP - _BOTTOM - 16) / self._greatest()
        base = _HEIGHT - _BOTTOM
        parts = []
        for place, (figures, colour) in enumerate(zip(self.series.values(), _COLOURS, strict=False)):
            for group, figure in enumerate(figures):
                if figure is None:
                    continue
                x, height = _LEFT + group * step + place * _BAR, figure * scale
                parts.append(_box(x + 2, base - height, _BAR - 4, height, colour))
                parts.append(_text(x + _BAR // 2, base - height - 4, _short(figure)))
        return parts

    def _group_names(self, step: int) -> list[str]:
        middle = _LEFT + _BAR * len(self.series) // 2
        return [_text(middle + at * step, _HEIGHT - 12, name) for at, name in enumerate(self.groups)]

    def _greatest(self) -> float:
        return max((one for figures in self.series.values() for one in figures if one is not None), default=0.0) or 1.0


def _short(figure: float) -> str:
    return (
        f"{number(figure / 1e6)}M" if figure >= 1e6 else f"{number(figure / 1e3)}k" if figure >= 1e4 else number(figure)
    )


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.0f}" y="{y:.1f}" width="{width:.0f}" height="{height:.1f}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "") -> str:
    label = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{label}>{escape(text)}</text>'
