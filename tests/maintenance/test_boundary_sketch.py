"""Sketches: whatever changes sides, pieces are legal where it says so, and all can be taken back.

Pieces are judged by ``brute_pieces.py``, and on counties by the counter of the benchmarks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.swap_county import county
from benchmarks.swap_pieces import illegal_pieces
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.pieces.cuts import Separation
from planloop.maintenance.boundary.problem import Choice
from planloop.maintenance.boundary.solving.sketch import Sketch
from tests.examples import examples
from tests.maintenance.brute_pieces import Land
from tests.maintenance.drawn_ground import drawn, letters_of
from tests.maintenance.tiny_case import tiny_case
from tests.maintenance.tiny_ground import random_problem

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem

SEEDS = st.integers(0, 2**32 - 1)
FREE = -1
STEPS = 12
"""Changes that are tried one after the other."""


def begun(problem: Problem, separation: Separation) -> Sketch:
    """Return the state before the swap, but for what is fixed, mended; others are passed over."""
    assume(separation.fixed.impossible is None)
    fixed = separation.fixed.inside
    before = np.arange(problem.cells) >= len(problem.ins)
    sketch = Sketch(problem, separation, np.where(fixed == FREE, before, fixed == 1))
    assume(sketch.all_legal())
    return sketch


def some_of(free: list[int], random: np.random.Generator) -> list[int]:
    """Return up to four of some cells."""
    count = min(len(free), int(random.integers(1, 5)))
    return [int(cell) for cell in random.choice(free, count, replace=False)]


def is_legal(land: Land, sketch: Sketch) -> bool:
    return not land.broken(np.array(sketch.inside, dtype=bool))


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(150), deadline=None)
def test_what_is_mended_is_legal(seed: int) -> None:
    """Mending brings in cells that may join, and no others; what stays illegal is taken back."""
    problem, random = tiny_case(seed), np.random.default_rng(seed)
    separation, land = Separation(problem), Land(problem)
    sketch = begun(problem, separation)
    assert is_legal(land, sketch)
    fixed = separation.fixed.inside.tolist()
    for _ in range(STEPS):
        before, mark = list(sketch.inside), sketch.mark()
        # Some are fixed: they cannot change.
        cells = some_of(list(range(problem.cells)), random)
        legal = sketch.change(cells, mend=True)
        moved = [cell for cell in range(problem.cells) if sketch.inside[cell] != before[cell]]
        assert sorted(sketch.changed(mark)) == moved
        assert all(fixed[cell] != int(before[cell]) for cell in moved)
        mended = set(moved) - set(cells)
        assert all(sketch.inside[cell] for cell in mended)
        assert all(problem.ins[cell].filler for cell in mended if cell < len(problem.ins))
        if legal:
            # Of what was to change, only what was to go out may be back.
            assert all(before[cell] for cell in set(cells) - set(moved))
            assert is_legal(land, sketch)
            assert sketch.at_fault() == []
        else:
            sketch.back(mark)
            assert sketch.inside == before
            assert is_legal(land, sketch)


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(150), deadline=None)
def test_looking_round_the_changes_is_enough(seed: int) -> None:
    """Without mending, a change is legal if and only if no piece anywhere is illegal."""
    problem, random = tiny_case(seed), np.random.default_rng(seed)
    separation, land = Separation(problem), Land(problem)
    sketch = begun(problem, separation)
    free = np.flatnonzero(separation.fixed.inside == FREE).tolist()
    for _ in range(STEPS if free else 0):
        mark, cells = sketch.mark(), some_of(free, random)
        legal = sketch.change(cells, mend=False)
        assert sorted(sketch.changed(mark)) == sorted(cells)
        assert legal == is_legal(land, sketch)
        assert bool(sketch.at_fault()) != legal
        if not legal:
            sketch.back(mark)


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(100), deadline=None)
def test_a_plan_with_illegal_pieces(seed: int) -> None:
    """From any state: all is legal where that is said, and no cell has gone out."""
    problem, random = tiny_case(seed), np.random.default_rng(seed)
    separation = Separation(problem)
    assume(separation.fixed.impossible is None)
    fixed = separation.fixed.inside
    start = np.where(fixed == FREE, random.random(problem.cells) < 0.5, fixed == 1)
    sketch = Sketch(problem, separation, start)
    if sketch.all_legal():
        assert is_legal(Land(problem), sketch)
    after = np.array(sketch.inside, dtype=bool)
    assert not (start & ~after).any()
    assert not (after & (fixed == 0)).any()


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(80), deadline=None)
def test_back_is_as_if_nothing_had_been(seed: int) -> None:
    problem, random = tiny_case(seed), np.random.default_rng(seed)
    separation = Separation(problem)
    sketch = begun(problem, separation)
    free = np.flatnonzero(separation.fixed.inside == FREE).tolist()
    assume(bool(free))
    places: list[tuple[int, list[bool]]] = []
    for _ in range(6):
        places.append((sketch.mark(), list(sketch.inside)))
        sketch.change(some_of(free, random), mend=bool(random.integers(2)))
    for mark, inside in reversed(places):
        sketch.back(mark)
        assert sketch.inside == inside
        # What follows is what follows from that state drawn anew, too.
        fresh = Sketch(problem, separation, np.array(inside, dtype=bool))
        assert sketch.at_fault() == fresh.at_fault()
        cells = some_of(free, random)
        assert sketch.change(cells, mend=True) == fresh.change(cells, mend=True)
        assert sketch.inside == fresh.inside


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_county(seed: int) -> None:
    problem, random = county(2000, seed), np.random.default_rng(seed)
    separation = Separation(problem)
    before = np.arange(problem.cells) >= len(problem.ins)
    sketch = Sketch(problem, separation, before)
    free = np.flatnonzero(separation.fixed.inside == FREE).tolist()
    legal = 0
    for _ in range(60):
        mark, inside = sketch.mark(), list(sketch.inside)
        if sketch.change(some_of(free, random), mend=True):
            legal += 1
            assert illegal_pieces(problem, choice_of(problem, sketch)) == 0
        else:
            sketch.back(mark)
            assert sketch.inside == inside
    assert legal > 30, "most changes can be mended"


def choice_of(problem: Problem, sketch: Sketch) -> Choice:
    first = len(problem.ins)
    ins = tuple(cell for cell in range(first) if sketch.inside[cell])
    outs = tuple(cell - first for cell in range(first, problem.cells) if not sketch.inside[cell])
    return Choice((), ins, outs)


def mended(text: str, sites: dict[str, str], limits: PieceLimits, cells: str, filler: str) -> str:
    """Return the letters of what changes sides with some cells; nothing where that is illegal."""
    problem = drawn(text, sites, limits, filler=filler)
    letters = letters_of(text)
    separation = Separation(problem)
    sketch = Sketch(problem, separation, np.array([letter.isupper() for letter in letters]))
    if not sketch.change([letters.index(letter) for letter in cells], mend=True):
        return ""
    return "".join(sorted(letters[cell] for cell in sketch.changed(0)))


TWO_WAYS = """
........
.##fga..
.##..h..
.##ii...
........
"""
"""The site is two squares from the town by one way, and three by the other."""

POCKET = """
......
.####.
.#fb#.
.##a#.
.##...
......
"""
"""The bay behind the site opens through it alone, and is filler but for one square."""

ALONE = """
........
.......#
.fag...#
..h....#
........
"""
"""The site is far from the town, with filler round it."""

DROPPED = """
......
.####.
.#A##.
.#B##.
......
"""


@pytest.mark.parametrize(
    ("text", "sites", "limits", "cells", "filler", "expected"),
    [
        (TWO_WAYS, {"P": "a"}, PieceLimits(least_new=500), "a", "fghi", "afg"),
        (TWO_WAYS, {"P": "a"}, PieceLimits(least_new=500), "a", "hi", ""),
        (TWO_WAYS, {"P": "a"}, PieceLimits(least_new=100), "a", "fghi", "a"),
        (POCKET, {"P": "a"}, PieceLimits(least_hole=300), "a", "fb", "abf"),
        (POCKET, {"P": "a", "Q": "b"}, PieceLimits(least_hole=300), "a", "f", ""),
        (POCKET, {"P": "a"}, PieceLimits(least_hole=200), "a", "fb", "a"),
        (ALONE, {"P": "a"}, PieceLimits(least_new=200), "a", "fgh", "af"),
        (ALONE, {"P": "a"}, PieceLimits(least_new=400), "a", "fgh", "afgh"),
        (DROPPED, {}, PieceLimits(least_hole=200), "AB", "", "AB"),
    ],
)  # fmt: skip
def test_mended_by_hand(  # noqa: PLR0913, PLR0917  # a case
    text: str, sites: dict[str, str], limits: PieceLimits, cells: str, filler: str, expected: str
) -> None:
    assert mended(text, sites, limits, cells, filler) == expected


def test_a_hole_is_closed_by_what_left_it() -> None:
    """A single square that goes out of the town is a hole that is too small: it comes back."""
    problem = drawn(DROPPED, {}, PieceLimits(least_hole=200))
    sketch = Sketch(problem, Separation(problem), np.ones(2, dtype=bool))
    mark = sketch.mark()
    assert not sketch.change([0], mend=False)
    assert sketch.at_fault() == [0, 1]
    sketch.back(mark)
    assert sketch.change([0], mend=True)
    assert sketch.inside == [True, True]
    assert sketch.changed(mark) == []


def test_fixed_land_of_an_old_hole_stays() -> None:
    """Sites in an old small hole do not make the fixed land round them go in."""
    text = """
    .......
    .#####.
    .#...#.
    .#ab.#.
    .#...#.
    .#####.
    .......
    """
    inner = text.replace(".#ab.#.", ".#.ab#.")
    for drawing in (text, inner):
        problem = drawn(drawing, {"P": "a", "Q": "b"}, PieceLimits(least_new=200, least_hole=1000))
        sketch = Sketch(problem, Separation(problem), np.zeros(2, dtype=bool))
        assert sketch.all_legal()
        assert not sketch.change([0], mend=True)
        assert sketch.inside == [True, False]


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(30), deadline=None)
def test_without_a_ground_there_are_no_pieces(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed))
    separation = Separation(problem)
    sketch = Sketch(problem, separation, separation.fixed.inside == 1)
    assert sketch.all_legal()
    assert sketch.at_fault() == []
    free = np.flatnonzero(separation.fixed.inside == FREE).tolist()
    assert sketch.change(free, mend=True)
    assert sketch.changed(0) == free
