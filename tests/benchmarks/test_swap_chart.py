"""The charts of boundary swaps: what is drawn of the runs that a record holds."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.curve_chart import curve_chart, curves
from benchmarks.record import Record
from benchmarks.swap_chart import Outcome, methods, swap_chart
from benchmarks.swap_curve import Curve, Point
from benchmarks.tasks.clock import Clock
from planloop.progress import Reached

if TYPE_CHECKING:
    from pathlib import Path

SOLVED, SORTED, GREEDY, WALKED = "planloop, solve", "sort, and pick", "greedy", "annealing"


def run(score: int, bound: int, illegal: int, *, balanced: bool) -> dict[str, Any]:
    """Return the run of a county in which sorting scores 10 more than the bound."""
    return {
        "levels": [{"name": "score", "value": -score, "bound": -bound}],
        "curve": [
            [1.0, "score", math.inf, -2.0 * bound],
            [2.0, "score", -0.5 * score, -1.5 * bound],
            [3.0, "score", -score, -bound],
            [3.5, "cost", 300.0, -math.inf],
            [4.0, "cost", 240.0, 200.0],
        ],
        "picks": {
            SOLVED: {"score": score, "illegal": 0, "balanced": True, "cpu": 4.0},
            SORTED: {"score": bound + 10, "illegal": illegal, "balanced": balanced, "cpu": 0.1},
            GREEDY: {"score": bound + 1, "illegal": 1, "balanced": False, "cpu": 0.2},
            WALKED: {"score": bound // 2, "illegal": 0, "balanced": True, "cpu": 9.0},
        },
    }


@pytest.fixture
def record() -> Record:
    runs = [run(190, 200, 3, balanced=True), run(100, 100, 0, balanced=False)]
    return Record("boundary", 2_000, "cells", facts={"runs": runs})


def test_scores_are_parts_of_the_bound_of_their_county(record: Record) -> None:
    ours, planner, _, walked = methods(record)
    assert ours.outcomes == (
        Outcome(share=95.0, illegal=0, balanced=True, cpu=4.0),
        Outcome(share=100.0, illegal=0, balanced=True, cpu=4.0),
    )
    assert planner.name == SORTED
    assert planner.outcomes == (
        Outcome(share=105.0, illegal=3, balanced=True, cpu=0.1),
        Outcome(share=110.0, illegal=0, balanced=False, cpu=0.1),
    )
    assert walked.outcomes[0] == Outcome(share=50.0, illegal=0, balanced=True, cpu=9.0)
    # One has illegal pieces, and the other is out of balance.
    assert [item.legal for item in planner.outcomes] == [False, False]
    assert all(item.legal for item in (*ours.outcomes, *walked.outcomes))


def test_dots_of_illegal_plans_are_hollow(record: Record, tmp_path: Path) -> None:
    swap_chart([record], tmp_path / "chart.svg")
    text = (tmp_path / "chart.svg").read_text("utf-8")
    assert [name for name in re.findall("<!-- (.+) -->", text) if name in {SOLVED, SORTED}] == [
        SOLVED,
        SORTED,
    ]
    assert "<!-- 2,000 cells -->" in text
    ours, planner, greedy, walked = (method.colour for method in methods(record))
    hollow_dots = re.compile("<use.+fill: #ffffff; fill-opacity: [^;]+; stroke: (#......)")
    # Score, illegal pieces and time of two counties, and a square for each out of balance.
    assert sorted(hollow_dots.findall(text)) == sorted([planner] * 6 + [greedy] * 6)
    assert text.count(f"fill: #ffffff; stroke: {planner}") == 1
    assert text.count(f"fill: #ffffff; stroke: {greedy}") == 2
    for colour in (ours, walked):
        assert f"fill: #ffffff; stroke: {colour}" not in text


def test_curves_are_parts_of_the_last_bound(record: Record) -> None:
    first, second = curves(record, "score")
    assert [point.cpu for point in first] == [1.0, 2.0, 3.0]
    assert [point.bound for point in first] == [200.0, 150.0, 100.0]
    assert math.isnan(first[0].value)
    assert [point.value for point in first[1:]] == [47.5, 95.0]
    assert second[-1] == Point(3.0, "score", 100.0, 100.0)
    cost = curves(record, "cost")[0]
    assert math.isnan(cost[0].bound)
    assert cost[0].value == 150.0
    assert cost[1] == Point(4.0, "cost", 120.0, 100.0)


def test_a_level_of_which_nothing_is_proven_has_no_curve(record: Record) -> None:
    record.facts["runs"][0]["curve"].append([5.0, "cost", 240.0, -math.inf])
    assert len(curves(record, "cost")) == 1
    assert curves(record, "outline") == []


def test_a_value_far_off_does_not_press_the_rest_flat(record: Record, tmp_path: Path) -> None:
    for run in record.facts["runs"]:
        run["curve"] = [
            [1.0, "score", 0.0, 1.1 * run["levels"][0]["bound"]],
            [2.0, "score", run["levels"][0]["value"], run["levels"][0]["bound"]],
        ]
    curve_chart([record], tmp_path / "chart.svg")
    text = (tmp_path / "chart.svg").read_text("utf-8")
    ticks = {float(tick) for tick in re.findall("<!-- ([0-9.]+) -->", text)}
    # The first seconds are on the other axis.
    assert 90 < min(tick for tick in ticks if tick > 2) < 100 < max(ticks) < 115


def test_charts_of_the_same_figures_are_the_same(record: Record, tmp_path: Path) -> None:
    for name in ("first.svg", "second.svg"):
        curve_chart([record], tmp_path / name)
    text = (tmp_path / "first.svg").read_text("utf-8")
    assert "<!-- score, % of the last bound -->" in text
    assert "<!-- cost, % of the last bound -->" in text
    assert text == (tmp_path / "second.svg").read_text("utf-8")


class Given(Clock):
    """A clock whose CPU seconds are given."""

    seconds = iter([10.0, 11.0, 12.5, 13.0, 14.0])

    def cpu(self) -> float:
        return next(self.seconds)


def test_a_search_tells_when_it_was_where() -> None:
    curve = Curve(Given())
    curve("solve", 0, 2)
    curve("solve", 0, 2, Reached("score", math.inf, -30.0))
    curve("solve", 0, 2, Reached("score", -20.0, -30.0))
    curve("solve", 1, 2)
    curve("solve", 1, 2, Reached("cost", 7.0, 5.0))
    assert curve.points == [
        Point(1.0, "score", math.inf, -30.0),
        Point(2.5, "score", -20.0, -30.0),
        # The first level ended here.
        Point(3.0, "score", -20.0, -30.0),
        Point(4.0, "cost", 7.0, 5.0),
    ]
