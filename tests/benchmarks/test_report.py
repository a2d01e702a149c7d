"""The tables: what is printed is what was measured, in columns."""

from __future__ import annotations

import pytest

from benchmarks.measure import Joining, Round, Talking, median
from benchmarks.report import report
from benchmarks.table import number, table


def _round(cpu: float, load_busy: float = 0.5) -> Round:
    talk = Talking(1e6, cpu, 1.0, 2.0, 3.0, 0.9, load_busy)
    return Round(talk, talk, Joining(0.5, 0.25, 20 * 1024))


def test_words_are_flush_left_and_numbers_flush_right() -> None:
    lines = table(("name", "n"), [("a", "1,000"), ("longer", "2")], words=1).splitlines()
    assert lines == ["name        n", "------  -----", "a       1,000", "longer      2"]


@pytest.mark.parametrize(
    ("value", "text"), [(1234567.8, "1,234,568"), (99.96, "100.0"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123")]
)
def test_numbers_have_about_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_the_median_is_taken_figure_by_figure() -> None:
    found = median([_round(0.1), _round(0.9), _round(0.3)])
    assert found.flat_out.cpu_per_delivery == 0.3
    assert found.joining.bytes_per_client == 20 * 1024


def test_every_figure_is_also_a_multiple_of_the_floor_when_that_was_measured() -> None:
    text = report({(100, "ours"): _round(0.6), (100, "floor"): _round(0.2)})
    ours = next(line for line in text.splitlines() if "flat out  ours" in line)
    assert "CPU × floor" in text
    assert ours.endswith("3.00")
    assert "floor" not in report({(100, "ours"): _round(0.6)})


def test_a_load_generator_that_is_busier_than_the_server_is_told() -> None:
    assert "the load generator was busier" in report({(100, "ours"): _round(0.6, load_busy=0.99)})
    assert "the load generator was busier" not in report({(100, "ours"): _round(0.6, load_busy=0.5)})
