"""What is said of a problem before it is solved: one case for each, and none for what is right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.presolve_check import CHECKS, presolve_check
from planloop.maintenance.boundary.problem import Township
from planloop.maintenance.run import run
from planloop.messages import LANGUAGES
from planloop.plan.finding import Severity
from tests.examples import examples
from tests.maintenance.brute_force import best
from tests.maintenance.county_swap import swap_county, write
from tests.maintenance.drawn_ground import drawn
from tests.maintenance.tiny_case import tiny_case

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.maintenance.boundary.problem import Problem
    from planloop.plan.finding import Finding

LAYER = "CZKFBJ"
RIGHT = """
........
.##ab...
.##...AB
........
"""
"""Two sites at the town, a patch of two parcels that may go out; a square has 1 m², 100 dm²."""


def right(text: str = RIGHT, sites: dict[str, str] | None = None) -> Problem:
    """Return a problem with nothing odd in it: 2 m² may go in, 2 m² out, with 1 m² of tolerance."""
    sites = {"P-1": "a", "P-2": "b"} if sites is None else sites
    problem = drawn(text, sites, PieceLimits(100, 100, 100))
    return replace(problem, tolerance=100, margin=0, growth=0)


def must(problem: Problem, *numbers: str) -> Problem:
    demands = tuple(replace(item, must=item.number in numbers) for item in problem.demands)
    return replace(problem, demands=demands)


def locked(problem: Problem, letter: str) -> Problem:
    outs = tuple(replace(cell, locked=cell.parcel in letter) for cell in problem.outs)
    return replace(problem, outs=outs)


def counting(problem: Problem, most: int) -> Problem:
    """Let the multiple count all land, and leave so much room for it."""
    ins = tuple(replace(cell, counted=cell.area) for cell in problem.ins)
    outs = tuple(replace(cell, counted=cell.area) for cell in problem.outs)
    return replace(problem, ins=ins, outs=outs, counted_growth=most)


def in_town(problem: Problem, ins: tuple[int, ...], outs: tuple[int, ...], most: int) -> Problem:
    return replace(problem, townships=(Township("西乡", ins, outs, 0, most),))


def enlarged(problem: Problem, times: int) -> Problem:
    """Return the problem with all areas, and what binds them, so many times as large."""
    return replace(
        problem,
        ins=tuple(replace(cell, area=times * cell.area) for cell in problem.ins),
        outs=tuple(replace(cell, area=times * cell.area) for cell in problem.outs),
        tolerance=times * problem.tolerance,
    )


APART = """
.....a..
.##.....
.##...AB
........
"""
CORNER = """
.....
.##..
.##..
...a.
.....
"""
BODY = """
.......
.#####.
.##A##B
.#####.
.......
"""

CASES: dict[str, tuple[Problem, tuple[str, ...], tuple[str, ...]]] = {
    # Code → the problem, the features, and numbers that the text must tell.
    "swap-window-crossed": (replace(right(), margin=20, tolerance=10), (), ("0.20", "0.10")),
    "swap-quota-exceeded": (replace(right(), growth=-300), (), ("0.0003", "0.0002")),
    "swap-quota-beyond-tolerance": (
        replace(right(), growth=-50, tolerance=10),
        (),
        ("0.50", "0.10"),
    ),
    "swap-multiple-exceeded": (
        counting(must(right(), "P-1"), -150),
        (),
        # 1 m² goes in, 2 m² may go out, and it has to shrink by 1.5 m².
        ("0.0001", "0.0002", "-0.0001"),
    ),
    "swap-must-in-exceeds": (
        replace(must(right(), "P-1", "P-2"), margin=99),
        ("P-1", "P-2"),
        ("0.0002", "0.0001"),
    ),
    "swap-must-out-exceeds": (
        replace(locked(right(RIGHT.replace("b", "."), {"P-1": "a"}), "AB"), tolerance=99),
        ("A", "B"),
        ("0.0002", "0.0001", "0.99"),
    ),
    "swap-township-in-exceeds": (
        in_town(must(right(), "P-1"), (100, 0), (0, 0), 100),
        ("西乡",),
        ("0.0001", "0.0000"),
    ),
    "swap-township-out-exceeds": (
        in_town(locked(right(), "A"), (0, 0), (100, 0), 50),
        ("西乡",),
        ("0.0001", "0.0000"),
    ),
    "swap-must-serve-enclosed": (
        replace(must(right(APART, {"P-1": "a"}), "P-1"), limits=PieceLimits(200)),
        ("P-1",),
        ("1.00", "2.00"),
    ),
    "swap-locked-piece": (
        replace(
            drawn(CORNER + "...AA\n", {"P-1": "a"}, PieceLimits(200), locked="a"),
            tolerance=100,
            margin=0,
        ),
        ("P-1",),
        ("1.00", "2.00"),
    ),
    "swap-locked-hole": (
        replace(drawn(BODY, {}, PieceLimits(0, 0, 200), locked="A"), tolerance=100, margin=0),
        ("A",),
        ("1.00", "2.00"),
    ),
    "swap-nothing-out": (right(RIGHT.replace("A", "#").replace("B", "#")), (), ("2",)),
    "swap-no-tolerance": (replace(right(), tolerance=0), (), ("0.00",)),
    "swap-limits-reversed": (
        replace(right(), limits=PieceLimits(100, 200, 100)),
        (),
        ("0.0001", "0.0002"),
    ),
    "swap-project-no-land": (right(sites={"P-1": "a", "P-2": "b", "P-3": ""}), ("P-3",), ()),
    "swap-cells-no-area": (
        replace(right(), outs=(*right().outs, replace(right().outs[0], parcel="S", area=0))),
        ("S",),
        ("1",),
    ),
    # 4 · 1e16 dm²; 2^53 is 9.007e15.
    "swap-too-precise": (enlarged(right(), 10**14), (), ("4e+16", "9.01e+15")),
}
HOPELESS = set(list(CASES)[: list(CASES).index("swap-nothing-out")])


def codes(found: tuple[Finding, ...]) -> list[str]:
    return [item.code for item in found]


def test_nothing_is_said_of_what_is_right() -> None:
    assert presolve_check(right(), LAYER) == ()
    assert best(right()) is not None


@pytest.mark.parametrize("code", CASES)
def test_each_is_said_and_nothing_else(code: str) -> None:
    problem, features, numbers = CASES[code]
    (found,) = presolve_check(problem, LAYER)
    assert (found.code, found.features, found.layer) == (code, features, LAYER)
    assert (found.severity is Severity.ERROR) == (code in HOPELESS)
    for lang in LANGUAGES:
        assert all(told in found.text(lang) for told in (*features, *numbers)), found.text(lang)


@pytest.mark.parametrize("code", sorted(HOPELESS))
def test_what_is_called_hopeless_is(code: str) -> None:
    """By trying every plan."""
    assert best(CASES[code][0]) is None


def test_every_check_has_a_case() -> None:
    silent = [
        check.__name__
        for check in CHECKS
        if all(
            presolve_check(problem, LAYER) == presolve_without(problem, check.__name__)
            for problem, _, _ in CASES.values()
        )
    ]
    assert silent == []


def presolve_without(problem: Problem, name: str) -> tuple[Finding, ...]:
    """Return what is found when one check is left out."""
    with pytest.MonkeyPatch.context() as patch:
        others = tuple(check for check in CHECKS if check.__name__ != name)
        patch.setattr("planloop.maintenance.boundary.presolve_check.CHECKS", others)
        return presolve_check(problem, LAYER)


def test_the_hopeless_comes_first() -> None:
    problem = replace(right(sites={"P-1": "a", "P-2": "b", "P-3": ""}), tolerance=0, growth=-300)
    assert codes(presolve_check(problem, LAYER)) == [
        "swap-quota-exceeded",
        "swap-no-tolerance",
        "swap-project-no-land",
    ]


@given(seed=st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=examples(150), deadline=None)
def test_no_plan_proves_a_check_wrong(seed: int) -> None:
    """Where anything is called hopeless there is no plan, by trying every one."""
    problem = tiny_case(seed)
    for found in presolve_check(problem, LAYER):
        hypothesis.event(found.code)
        if found.severity is Severity.ERROR:
            assert best(problem) is None


def test_a_run_with_nothing_odd_says_nothing(tmp_path: Path) -> None:
    scheme = run(write(swap_county(tmp_path, "")))
    assert [item.code for item in scheme.findings if item.code.startswith("swap-")] == []


def test_a_run_says_what_is_odd(tmp_path: Path) -> None:
    scheme = run(write(swap_county(tmp_path, "[swap]\nbalance_tolerance_m2 = 0.0\n")))
    assert [item.code for item in scheme.findings if item.code.startswith("swap-")] == [
        "swap-no-tolerance"
    ]


def test_a_run_without_swap_says_what_was_hopeless(tmp_path: Path) -> None:
    """Of (some) 6 and 8 ha that must go in only 12 may: beside what the solver makes of that."""
    with pytest.raises(InfeasibleError) as caught:
        run(write(swap_county(tmp_path, '[locks]\nmust_serve = ["P-1", "P-2"]\n')))
    lines = caught.value.text("en").splitlines()
    (said,) = [line for line in lines if line.startswith("At least 13.99")]
    assert "P-1, P-2" in said
    assert "必须调入的用地至少 13.99" in caught.value.text("zh")
    assert "There is a plan if" in caught.value.text("en")
