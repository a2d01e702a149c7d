"""What is shown of the figures: medians, multiples of the floor, goals, and when the generator was the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.failure import BenchmarkError
from benchmarks.figures import Results
from benchmarks.page import replaced, write
from benchmarks.parts.part import Case, Goal, Part, Plot, Table, run
from benchmarks.report import charts, report
from benchmarks.traced import place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.figures import Figures, Key

_OURS, _FLOOR = ("rooms", "100", "flat out", "ours"), ("rooms", "100", "flat out", "floor")
_COLUMNS = (("CPU", "cpu"), ("server busy", "busy"), ("load busy", "load"))
_PART = Part(
    name="rooms",
    title="Rooms",
    text="What was done.",
    cases=lambda _: (),
    tables=(Table("rooms", ("members", "mode", "server"), _COLUMNS),),
    plots=(Plot("rooms-cpu", "CPU by members", ("rooms",), "cpu", ("flat out",)),),
    goals=(Goal("CPU by floor", 2.5, (_OURS, "cpu"), (_FLOOR, "cpu")), Goal("CPU", 0.1, (_OURS, "cpu"))),
)  # fmt: skip


def _figures(cpu: float, load: float = 0.5) -> Figures:
    return {"cpu": cpu, "busy": 0.9, "load": load}


def _results(*rounds: Mapping[Key, Figures]) -> Results:
    results = Results()
    for rows in rounds:
        results.add(rows)
    return results


def _line(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(start))


def test_the_median_is_taken_figure_by_figure() -> None:
    results = _results({_OURS: _figures(0.1, 0.3)}, {_OURS: _figures(0.9, 0.1)}, {_OURS: _figures(0.3, 0.2)})
    assert results.figure(_OURS, "cpu") == 0.3
    assert results.figure(_OURS, "load") == 0.2


def test_every_figure_is_also_a_multiple_of_the_floor_when_that_was_measured() -> None:
    assert "| 0.600 (×3.00) |" in report(_PART, _results({_OURS: _figures(0.6), _FLOOR: _figures(0.2)}))
    assert "×" not in report(_PART, _results({_OURS: _figures(0.6)}))


def test_what_the_floor_does_not_know_is_compared_with_its_plain_figures() -> None:
    plain = ("tls", "100", "plain", "flat out", "floor")
    results = _results({("tls", "100", "TLS", "flat out", "ours"): _figures(0.8), plain: _figures(0.2)})
    assert results.times_floor(("tls", "100", "TLS", "flat out", "ours"), "cpu") == pytest.approx(4)
    assert results.times_floor(plain, "cpu") is None


def test_a_goal_is_met_or_not_and_left_out_when_what_it_needs_was_not_measured() -> None:
    text = report(_PART, _results({_OURS: _figures(0.4), _FLOOR: _figures(0.2)}))
    assert _line(text, "| CPU by floor").split("|")[2:5] == ["   ≤ 2.5 ", "  2.00 ", " yes "]
    assert _line(text, "| CPU  ").rstrip("| ").endswith("no")
    assert "CPU by floor" not in report(_PART, _results({_OURS: _figures(0.4)}))


def test_rows_are_grouped_by_their_words_in_the_order_of_appearance() -> None:
    paced = [(*key[:2], "paced", key[3]) for key in (_OURS, _FLOOR)]
    rows: dict[Key, Figures] = {_OURS: _figures(1), paced[0]: _figures(2), _FLOOR: _figures(3), paced[1]: _figures(4)}
    lines = [line.split() for line in report(_PART, _results(rows)).splitlines() if line.startswith("| 100")]
    assert [line[4] for line in lines] == ["out", "out", "|", "|"]


def test_a_load_generator_that_is_busier_than_the_server_is_told() -> None:
    assert "the load generator was busier" in report(_PART, _results({_OURS: _figures(0.6, load=0.99)}))
    assert "the load generator was busier" not in report(_PART, _results({_OURS: _figures(0.6)}))


def test_a_part_of_which_nothing_was_measured_is_not_shown() -> None:
    assert report(_PART, Results()) == ""
    assert charts(_PART, Results()) == {}


def test_rounds_go_through_all_cases_forth_and_back_and_the_rare_ones_once() -> None:
    order: list[str] = []

    def case(name: str, rounds: int = 10) -> Case:
        def take() -> dict[Key, Figures]:
            order.append(name)
            return {}

        return Case(name, take, rounds)

    run([case("a"), case("b"), case("once", 1)], 3, Results())
    assert order == ["a", "b", "once", "b", "a", "a", "b"]


def test_when_the_time_is_up_no_further_round_begins() -> None:
    taken: list[None] = []

    def take() -> dict[Key, Figures]:
        taken.append(None)
        return {}

    run([Case("a", take)], 5, Results(), within=-1.0)
    assert taken == []


def test_the_page_keeps_what_is_outside_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- bench:rooms -->\nold\n<!-- /bench:rooms -->\nafter\n")
    results = _results({_OURS: _figures(0.4)})
    write(tmp_path, "rooms", "new", charts(_PART, results))
    block = "new\n\n![CPU by members](performance/rooms-cpu.svg)"
    assert page.read_text() == f"before\n<!-- bench:rooms -->\n{block}\n<!-- /bench:rooms -->\nafter\n"
    assert (tmp_path / "performance" / "rooms-cpu.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("page", ["nothing", "<!-- bench:rooms -->", "<!-- /bench:rooms --><!-- bench:rooms -->"])
def test_a_page_without_the_markers_is_refused(page: str) -> None:
    with pytest.raises(BenchmarkError, match="bench:rooms"):
        replaced(page, "rooms", "new")


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("/x/services/server/src/trialogue_server/session/outbox.py", "trialogue_server.session"),
        ("/x/packages/wire/src/ircwire/message.py", "ircwire.message"),
        ("/x/.venv/lib/python3.11/site-packages/trio/_core/_run.py", "trio"),
        ("<attrs generated methods trio._core._run>", "trio"),
        ("/usr/lib/python3.11/socket.py", "other Python"),
    ],
)
def test_what_was_allocated_belongs_to_a_part_of_the_code(filename: str, name: str) -> None:
    assert place(filename) == name
