"""The baselines of the boundary benchmark: what they pick, and what is counted against them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from benchmarks.swap_annealing import annealed
from benchmarks.swap_baselines import greedy, needs, picked, planner
from benchmarks.swap_county import county
from benchmarks.swap_pieces import illegal_pieces
from planloop.maintenance.boundary.ground import Ground, PieceLimits
from planloop.maintenance.boundary.problem import Aim, Choice, Demand, InCell, OutCell, Problem
from planloop.maintenance.boundary.verify import faults

FIXED = -1


def row(
    nodes: list[tuple[int, bool, int, bool]],
    ins: tuple[InCell, ...],
    outs: tuple[OutCell, ...],
    demands: tuple[Demand, ...] = (),
    worth: dict[str, int] | None = None,
) -> Problem:
    """Return a problem whose nodes lie in a row: cell, inside, area and edge of each."""
    cell, inside, area, edge = zip(*nodes, strict=True)
    left = np.arange(len(nodes) - 1)
    ground = Ground(
        np.array(cell),
        np.array(inside),
        np.array(area),
        np.array(edge),
        left,
        left + 1,
        np.full(len(left), 100),
    )
    return Problem(
        demands,
        ins,
        outs,
        tolerance=5,
        margin=0,
        growth=0,
        ground=ground,
        limits=PieceLimits(least_new=15, least_rest=8, least_hole=15),
        aims=(Aim("score", serve=worth or {}),),
    )


def going_in(area: int, project: str = "") -> InCell:
    return InCell(
        np.zeros(0, dtype=np.int64), area, (project,) if project else (), filler=not project
    )


def going_out(area: int, strength: float = 0.5) -> OutCell:
    return OutCell("", np.zeros(0, dtype=np.int64), area, None, strength, "out-idle")


TOWN = row(
    # fixed inside, two that may go out, filler, a project's land, fixed outside to the edge
    [
        (FIXED, True, 100, False),
        (2, True, 10, False),
        (3, True, 10, False),
        (0, False, 10, False),
        (1, False, 10, False),
        (FIXED, False, 100, True),
    ],
    ins=(going_in(10), going_in(10, "P1")),
    outs=(going_out(10), going_out(10)),
    demands=(Demand("P1", 1, near=True),),
    worth={"P1": 100},
)


@pytest.mark.parametrize(
    ("ins", "outs", "count"),
    [
        ((), (), 0),
        ((0, 1), (), 0),
        # The project's land alone is a patch too small, and the filler between a hole.
        ((1,), (), 2),
        # With the land beside it the hole is large enough.
        ((1,), (1,), 1),
        # What is left is small, but old; the hole is too small.
        ((), (0,), 1),
        # The filler is new land that adjoins old land.
        ((0,), (0,), 1),
        ((), (0, 1), 0),
    ],
)
def test_illegal_pieces_are_counted(
    ins: tuple[int, ...], outs: tuple[int, ...], count: int
) -> None:
    assert illegal_pieces(TOWN, Choice((), ins, outs)) == count


OLD = row(
    # between fixed land at the edge, an old patch too small in two cells, and filler
    [
        (FIXED, False, 100, True),
        (1, True, 2, False),
        (2, True, 2, False),
        (0, False, 3, False),
        (FIXED, False, 100, True),
    ],
    ins=(going_in(3),),
    outs=(going_out(2), going_out(2)),
)


@pytest.mark.parametrize(
    ("ins", "outs", "count"),
    [
        ((), (), 0),
        ((0,), (), 0),
        ((), (0, 1), 0),
        ((), (0,), 1),
        ((0,), (0,), 1),
        ((0,), (0, 1), 1),
    ],
)
def test_an_old_small_piece_left_whole_is_not_counted(
    ins: tuple[int, ...], outs: tuple[int, ...], count: int
) -> None:
    assert illegal_pieces(OLD, Choice((), ins, outs)) == count


def test_hand_rules_pick_in_their_order() -> None:
    demands = tuple(
        Demand(number, tier, near=True) for number, tier in (("P1", 1), ("P2", 1), ("P3", 2))
    )
    ins = (going_in(20, "P1"), going_in(10, "P2"), going_in(15, "P3"), going_in(1))
    outs = (going_out(14, 0.2), going_out(10, 0.9), going_out(6, 0.1))
    nodes = [(cell, cell > 3, 10, True) for cell in range(7)]
    problem = row(nodes, ins, outs, demands, {"P1": 100, "P2": 300, "P3": 90})
    assert needs(problem) == {"P1": 20, "P2": 10, "P3": 15}
    # P2 and P1 use all land.
    assert planner(problem) == Choice(("P1", "P2"), (0, 1), (0, 1, 2))
    # P2 and P3 need 25 of 30: all that is weaker does not suffice.
    assert greedy(problem) == Choice(("P2", "P3"), (1, 2), (0, 1, 2))
    pick = picked(greedy, problem)
    assert pick.score == 390
    assert pick.balanced
    outs = (*outs[:2], going_out(11, 0.1))
    fitting = row(nodes, ins[1:], outs, demands[1:], {"P2": 1, "P3": 1})
    assert greedy(fitting) == Choice(("P2", "P3"), (0, 1), (0, 2))


def test_nothing_to_serve_moves_nothing() -> None:
    problem = row([(0, True, 10, True)], (), (going_out(10),))
    assert planner(problem) == greedy(problem) == Choice((), (), ())


def mixed(seed: int) -> Problem:
    """Return a small problem: projects, filler, land to go out and fixed land, mixed in a row."""
    random = np.random.default_rng(seed)
    kinds = random.permutation(["project"] * 3 + ["filler"] * 2 + ["out"] * 4 + ["fixed"] * 2)
    into, out = np.isin(kinds, ["project", "filler"]), kinds == "out"
    cell = np.where(into, np.cumsum(into) - 1, np.where(out, 4 + np.cumsum(out), FIXED))
    area = random.integers(2, 12, len(kinds))
    inside = out | ((kinds == "fixed") & (random.random(len(kinds)) < 0.5))
    edge = (kinds == "fixed") & (random.random(len(kinds)) < 0.5)
    numbers = [f"P{place}" if kinds[place] == "project" else "" for place in np.flatnonzero(into)]
    served = sorted(filter(None, numbers))
    return row(
        list(zip(cell.tolist(), inside.tolist(), area.tolist(), edge.tolist(), strict=True)),
        tuple(going_in(int(size), name) for size, name in zip(area[into], numbers, strict=True)),
        tuple(going_out(int(size)) for size in area[out]),
        tuple(Demand(number, 1, near=True) for number in served),
        {number: int(random.integers(1, 30)) * 10 for number in served},
    )


def best_score(problem: Problem) -> int:
    """Return the best score of all legal choices, by trying all."""
    best = 0
    for state in product([False, True], repeat=problem.cells):
        ins = tuple(np.flatnonzero(state[: len(problem.ins)]).tolist())
        outs = tuple(np.flatnonzero(state[len(problem.ins) :]).tolist())
        served = tuple(number for index in ins for number in problem.ins[index].projects)
        if not faults(problem, Choice(served, ins, outs)):
            best = max(best, sum(problem.aims[0].serve[number] for number in served))
    return best


def test_annealing_finds_the_best_of_small_swaps() -> None:
    scores = []
    for seed in range(6):
        problem = mixed(seed)
        pick = picked(lambda problem: annealed(problem, moves=20_000), problem)
        assert pick.legal
        assert not faults(problem, pick.choice)
        assert pick.score == best_score(problem)
        scores.append(pick.score)
    assert len(set(scores)) > 2


def test_annealing_keeps_the_rules_of_a_county() -> None:
    problem = county(2_000, 1)
    pick = picked(lambda problem: annealed(problem, moves=50_000), problem)
    assert pick.legal
    assert pick.score > 0
    assert not faults(problem, pick.choice)
    assert annealed(problem, moves=50_000) == pick.choice
    assert annealed(problem, moves=50_000, seed=1) != pick.choice
