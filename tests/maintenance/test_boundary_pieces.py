"""Pieces and holes: cases one can reckon by hand, by every engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.problem import Township
from planloop.maintenance.boundary.solve import solve
from planloop.progress import silent
from tests.maintenance.agreement import rules_in
from tests.maintenance.brute_pieces import HOLE, NEW, REST
from tests.maintenance.drawn_ground import drawn, letters_of
from tests.maintenance.engines import USUAL

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from tests.maintenance.engines import Solver


def solved(text: str, problem: Problem, engine: Solver) -> str:
    """Return the letters of the cells that change sides."""
    answer = engine(problem)
    assert answer is not None
    assert {level.status for level in answer.levels} == {"optimal"}
    choice = answer.choice
    gone = [*choice.ins, *(len(problem.ins) + index for index in choice.outs)]
    return "".join(letters_of(text)[index] for index in gone)


CORNER = """
.....
.##..
.##..
...a.
.....
"""
"""The site touches the boundary in a point only."""

TWO_CORNERS = """
.....
.a...
..a..
.....
"""

TWO_BESIDE = """
....
.aa.
....
"""

RING = """
.....
.aaa.
.afa.
.aaa.
.....
"""

CLOSED = """
......
.###..
.#.a..
.###..
......
"""
"""The site closes a bay of the outside."""

COUNTY_EDGE = """
###
.a#
###
"""
"""The bay lies at the edge of the region."""

OLD_HOLE = """
.......
.#####.
.#fag#.
.#####.
.......
"""

DONUT = """
.......
.#####.
.#.A##.
.#####.
.......
"""

BODY = """
.......
.#####.
.##A##B
.#####.
.......
"""

ISLAND = """
#######
#.....#
#.....#
#..Aa.#
#.....#
#.....#
#######
"""

OLD_PATCH = """
......##
.AB..###
.....#C#
"""

EITHER_WAY = """
......
.aABBB
......
"""

CHAIN = """
......
.##ab.
.##...
......
"""

LONELY_PAIR = """
......
#..ab.
......
"""

TWO_SITES = """
.......
.##a...
.##..b.
.......
"""

TWO_SITES_ONE_CELL = TWO_SITES.replace("b", "a")

FILLED = """
......
.##fa.
.##...
......
"""


@pytest.mark.parametrize(
    ("text", "sites", "filler", "limits", "expected"),
    [
        pytest.param(CORNER, "a", "", (200, 0, 0), "", id="a corner joins nothing"),
        pytest.param(CORNER, "a", "", (100, 0, 0), "a", id="as large as the limit is legal"),
        pytest.param(TWO_CORNERS, "a", "", (200, 0, 0), "", id="a corner parts a site in two"),
        pytest.param(TWO_BESIDE, "a", "", (200, 0, 0), "a", id="a side does not"),
        pytest.param(RING.replace("f", "."), "a", "", (800, 0, 200), "", id="ring round a pocket"),
        pytest.param(RING.replace("f", "."), "a", "", (800, 0, 100), "a", id="a large pocket"),
        pytest.param(RING, "a", "f", (800, 0, 200), "af", id="the pocket is filled"),
        pytest.param(RING, "a", "f", (800, 0, 100), "a", id="no filler without need"),
        pytest.param(CLOSED, "a", "", (0, 0, 200), "", id="a bay may not be closed"),
        pytest.param(CLOSED, "a", "", (0, 0, 100), "a", id="a large bay may"),
        pytest.param(COUNTY_EDGE, "a", "", (0, 0, 200), "a", id="no hole at the county's edge"),
        pytest.param(
            OLD_HOLE.replace("f", ".").replace("g", "."), "a", "", (0, 0, 400), "",
            id="an old hole is not split",
        ),
        pytest.param(
            OLD_HOLE.replace("f", ".").replace("g", "."), "a", "", (0, 0, 100), "a",
            id="but where both parts are large",
        ),
        pytest.param(
            OLD_HOLE.replace("f", ".").replace("a", ".").replace("g", "a"), "a", "", (0, 0, 400),
            "", id="nor made smaller",
        ),
        pytest.param(OLD_HOLE, "a", "fg", (0, 0, 400), "afg", id="but filled"),
        pytest.param(ISLAND, "a", "", (300, 300, 2300), "a", id="an island in a hole may grow"),
        pytest.param(ISLAND, "a", "", (300, 300, 2400), "", id="not where the hole gets small"),
        pytest.param(ISLAND, "a", "", (300, 300, 2500), "", id="nor where it was"),
        pytest.param(LONELY_PAIR, "ab", "", (200, 0, 0), "ab", id="two sites, together enough"),
        pytest.param(TWO_SITES, "ab", "", (200, 0, 0), "", id="one of two sites is too small"),
        pytest.param(TWO_SITES, "ab", "", (100, 0, 0), "ab", id="none of two sites is"),
        pytest.param(TWO_SITES_ONE_CELL, "a", "", (200, 0, 0), "", id="one part of a cell is"),
        pytest.param(TWO_SITES_ONE_CELL, "a", "", (100, 0, 0), "a", id="no part of a cell is"),
        pytest.param(FILLED, "a", "f", (200, 0, 0), "af", id="filler joins a site"),
        pytest.param(FILLED, "a", "f", (0, 0, 0), "a", id="no filler where none is needed"),
    ],
)  # fmt: skip
def test_land_that_goes_in(  # noqa: PLR0913, PLR0917  # a case, and every engine
    each_engine: Solver,
    text: str,
    sites: str,
    filler: str,
    limits: tuple[int, int, int],
    expected: str,
) -> None:
    """One project wants the sites; costs of 1, 2, … for each next letter keep all else still."""
    problem = drawn(text, {"P-1": sites}, PieceLimits(*limits), filler=filler)
    assert solved(text, problem, each_engine) == expected


@pytest.mark.parametrize(
    ("text", "surplus", "limits", "expected"),
    [
        pytest.param(DONUT, 100, (0, 0, 400), "A", id="an old hole may grow"),
        pytest.param(BODY, 100, (0, 0, 200), "B", id="no new hole"),
        pytest.param(BODY, 100, (0, 0, 100), "A", id="a large one"),
        pytest.param(ISLAND, 100, (300, 300, 2600), "A", id="an island goes, the hole grows"),
        pytest.param(OLD_PATCH, 100, (300, 300, 0), "C", id="an old patch is not cut"),
        pytest.param(OLD_PATCH, 100, (200, 200, 0), "C", id="nor made too small"),
        pytest.param(OLD_PATCH, 100, (100, 100, 0), "A", id="but where enough is left"),
        pytest.param(OLD_PATCH, 200, (300, 300, 0), "AB", id="or it goes whole"),
        pytest.param(OLD_PATCH, 0, (300, 300, 0), "", id="or stays"),
    ],
)
def test_land_that_goes_out(
    each_engine: Solver, text: str, surplus: int, limits: tuple[int, int, int], expected: str
) -> None:
    """So much must go out; costs of 1, 2, … for each next letter say what."""
    problem = replace(drawn(text, {}, PieceLimits(*limits)), margin=surplus, tolerance=surplus)
    assert solved(text, problem, each_engine) == expected


@pytest.mark.parametrize(
    ("text", "least_new", "room", "expected"),
    [
        pytest.param(CHAIN, 0, 100, "b", id="the worthier site"),
        pytest.param(CHAIN, 200, 100, "a", id="that does not lie alone"),
        pytest.param(CHAIN, 200, 200, "ab", id="but by another"),
        pytest.param(LONELY_PAIR, 200, 100, "", id="a site that only another makes legal"),
    ],
)
def test_one_site_by_another(
    each_engine: Solver, text: str, least_new: int, room: int, expected: str
) -> None:
    """Two projects, of worth 10 and 20, and room for so much land."""
    problem = drawn(text, {"P-1": "a", "P-2": "b"}, PieceLimits(least_new))
    worth = replace(problem.aims[0], serve={"P-1": 10, "P-2": 20})
    problem = replace(problem, margin=-room, aims=(worth, *problem.aims[1:]))
    assert solved(text, problem, each_engine) == expected


SHARED = """
........
.##bc...
.##...a.
........
"""


@pytest.mark.parametrize(
    ("share", "least_new", "expected"),
    [(500, 0, "ab"), (500, 200, "bc"), (300, 0, "a"), (300, 200, "b"), (667, 200, ""),
     (667, 0, "abc"), (666, 0, "ab")],
)  # fmt: skip
def test_a_share_of_three_sites(
    each_engine: Solver, share: int, least_new: int, expected: str
) -> None:
    """Of 3 a the share says how many squares of 1 a are needed; one lies by itself."""
    problem = drawn(SHARED, {"P-1": "abc"}, PieceLimits(least_new))
    demands = (replace(problem.demands[0], share=share),)
    assert solved(SHARED, replace(problem, demands=demands), each_engine) == expected


TWO_TOWNSHIPS = """
.......
AB#abCD
.......
"""
"""A and B, and the site's part a, lie in the western township; b, C and D in the eastern one."""


@pytest.mark.parametrize(
    ("west", "east", "site", "expected"),
    [
        pytest.param(None, None, "ab", "abAB", id="the first land goes, wherever it lies"),
        pytest.param(0, 0, "ab", "abAC", id="each township gives for its part"),
        pytest.param(99, 99, "ab", "abAC", id="less than a square is no way out"),
        pytest.param(100, 100, "ab", "abAB", id="one may give for the other as much as is left"),
        pytest.param(100, 0, "ab", "abAC", id="unless the other may not take"),
        pytest.param(None, 0, "ab", "abAC", id="one binds where the other is free"),
        pytest.param(0, 0, "b", "bC", id="in one township only"),
    ],
)
def test_a_project_over_two_townships(
    each_engine: Solver, west: int | None, east: int | None, site: str, expected: str
) -> None:
    """Its two squares, of 1 m² each, go in or not; what is out is as much; costs of 1, 2, …."""
    problem = drawn(TWO_TOWNSHIPS, {"P-1": site}, PieceLimits())
    towns = (
        ("西乡", (100, 0), (100, 100, 0, 0), west),
        ("东镇", (0, 100), (0, 0, 100, 100), east),
    )
    townships = tuple(
        Township(name, ins, outs, -slack, slack)
        for name, ins, outs, slack in towns
        if slack is not None
    )
    balanced = replace(problem, tolerance=0, margin=0, growth=0, townships=townships)
    assert solved(TWO_TOWNSHIPS, balanced, each_engine) == expected


@pytest.mark.parametrize(
    ("text", "limits", "locked", "tolerance", "rules"),
    [
        pytest.param(CORNER, (200, 0, 0), "P-1", 0, {"locks.must_serve", NEW}, id="new"),
        pytest.param(CORNER, (200, 0, 0), "a", 0, {"locks.must_in", NEW}, id="new, by its land"),
        pytest.param(CLOSED, (0, 0, 200), "P-1", 0, {"locks.must_serve", HOLE}, id="bay"),
        pytest.param(BODY, (0, 0, 200), "A", 100, {"locks.must_out", HOLE}, id="hole"),
        pytest.param(
            OLD_PATCH,
            (300, 300, 0),
            "A",
            100,
            {"locks.must_out", "swap.balance_tolerance_m2", REST},
            id="rest",
        ),
        pytest.param(
            EITHER_WAY,
            (400, 300, 0),
            "P-1 B",
            400,
            {"locks.must_serve", "locks.must_out", REST},
            id="rest, whether A goes or stays",
        ),
    ],
)
def test_no_plan_says_which_limit(
    text: str, limits: tuple[int, int, int], locked: str, tolerance: int, rules: set[str]
) -> None:
    problem = drawn(text, {"P-1": "a"} if "a" in text else {}, PieceLimits(*limits), locked=locked)
    demands = tuple(replace(item, must=item.number in locked.split()) for item in problem.demands)
    with pytest.raises(InfeasibleError) as caught:
        solve(replace(problem, demands=demands, tolerance=tolerance), USUAL, silent)
    assert set(rules_in(str(caught.value.params["rules"]))) == rules
