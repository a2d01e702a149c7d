"""Tables and charts: what is printed is what was measured, in columns and in bars."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from benchmarks.plot import Bars
from benchmarks.table import number, table

_SVG = "{http://www.w3.org/2000/svg}"


def test_words_are_flush_left_and_numbers_flush_right() -> None:
    lines = table(("name", "n"), [("a", "1,000"), ("longer", "2")], words=1).splitlines()
    assert lines == ["| name   |     n |", "| ------ | ----: |", "| a      | 1,000 |", "| longer |     2 |"]


@pytest.mark.parametrize(
    ("value", "text"), [(1234567.8, "1,234,568"), (99.96, "100.0"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123")]
)
def test_numbers_have_about_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def _drawn(chart: Bars) -> ET.Element:
    return ET.fromstring(chart.svg())


def test_bars_are_as_high_as_their_figures_and_stand_on_one_line() -> None:
    root = _drawn(Bars("A chart", ("10", "100"), {"ours": (1.0, 2.0), "theirs": (4.0, None)}))
    boxes = [box for box in root.iter(f"{_SVG}rect") if box.get("width") == "42"]
    heights = [float(box.attrib["height"]) for box in boxes]
    assert heights == pytest.approx([heights[2] / 4, heights[2] / 2, heights[2]], abs=0.1)
    assert len({round(float(box.attrib["y"]) + float(box.attrib["height"]), 1) for box in boxes}) == 1


def test_a_chart_names_its_title_groups_series_and_figures() -> None:
    root = _drawn(Bars("p99 < 1 & more", ("10", "1,000"), {"ours": (1.5, 2_500_000.0)}))
    texts = [element.text for element in root.iter(f"{_SVG}text")]
    assert texts == ["p99 < 1 & more", "ours", "1.50", "2.50M", "10", "1,000"]


def test_a_chart_of_nothing_but_zeros_can_be_drawn() -> None:
    assert [box.get("height") for box in _drawn(Bars("z", ("a",), {"ours": (0.0,)})).iter(f"{_SVG}rect")][-1] == "0.0"
