"""The published toy answers of prioritizr, wherever its models coincide with ours.

Source: prioritizr 8.1.0.1 (https://github.com/prioritizr/prioritizr, commit 9a89c63 of 2025-11-29,
GPL-3), folder ``tests/testthat``. Used are facts alone, the numbers of an instance and its answer;
no code is.

What coincides
    A planning unit is a cell that may go in; its cost is what the cell costs by a level
    (`Aim.change`), or, where a budget binds costs, its area, and the budget the issued area
    (`Problem.growth`). "Locked in" is a lock; "locked out", or no data, is fixed land outside. A
    feature with an absolute target is a project that must be served, if what the units hold of it
    is their area: then the target is a share of the land. A linear constraint is the issued
    multiple, with what it counts as coefficients. A linear penalty is part of the cost. Maximum
    utility is projects of one unit each, with the sum of the unit's features as worth; maximum
    features is projects, one for each feature. A boundary penalty with an edge factor of 1 is the
    cost of the outline, where all that lies round the units is outside.

What does not
    Several features whose amounts are no multiples of each other (a cell has one area); zones;
    edge factors other than 1; the linear penalty of a feature; neighbours counted (ours judge
    pieces by area); contiguity of the whole selection, and of a feature by conductance (ours let
    pieces be apart that are large enough); shortfall and coverage objectives. Of prioritizr's toys
    with these, none is here. Of the toy features below the second, 10 in each unit with a target of
    10, asks for one unit, whichever; where no project can say so, the first implies it.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planloop.maintenance.boundary.ground import Ground
from planloop.maintenance.boundary.problem import Aim, Choice, Demand, InCell, Problem
from planloop.maintenance.boundary.verify import value
from tests.maintenance.tiny_ground import NO_FACES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.maintenance.engines import Solver

UNIT = 100
"""dm² for 1 of what prioritizr's numbers count; they have two places at most."""

MUCH = 10**6


def toy(  # noqa: PLR0913  # what a toy is
    areas: Sequence[float],
    costs: Sequence[float],
    features: Mapping[str, tuple[Sequence[int], int]],
    *,
    must: bool = True,
    worth: Mapping[str, int] | None = None,
    locked: int | None = None,
    budget: float | None = None,
    counted: tuple[Sequence[float], float] | None = None,
) -> Problem:
    """Return a problem of cells that may go in, of which nothing has to go out for.

    Parameters
    ----------
    areas
        Area of each cell.
    costs
        What it costs that each goes in, in the last level.
    features
        Project → the cells that it wants, and the share of their area that it needs, per mille.
    must
        Whether all projects have to be served.
    worth
        What serving each is worth, in the first level, if anything.
    locked
        A cell that a lock puts in.
    budget
        Most area that may go in.
    counted
        What of each cell counts, and the most of it that may go in.
    """
    names = tuple(features)
    ins = tuple(
        InCell(
            NO_FACES,
            round(area * UNIT),
            tuple(name for name in names if index in features[name][0]),
            counted=round(counted[0][index] * UNIT) if counted else 0,
            locked=index == locked,
        )
        for index, area in enumerate(areas)
    )
    price = Aim("cost", change=np.array([round(cost * UNIT) for cost in costs], dtype=np.int64))
    return Problem(
        demands=tuple(
            Demand(name, 1, near=True, must=must, share=features[name][1]) for name in names
        ),
        ins=ins,
        outs=(),
        tolerance=MUCH,
        margin=-MUCH,
        growth=MUCH if budget is None else round(budget * UNIT),
        counted_growth=round(counted[1] * UNIT) if counted else None,
        aims=(Aim("worth", serve=worth), price) if worth else (price,),
    )


TOYS = {
    # Costs 1, 2, 2; features 2, 1, 1 and 10, 10, 10 with targets 2 and 10; unit 2 locked in, unit 1
    # locked out: 0, 1, 1. Left are two cells, and the first feature needs all of them.
    "test_add_min_set_objective.R: solve (compressed formulation, single zone)": (
        toy((1, 1), (2, 2), {"f1": ((0, 1), 1000), "f2": ((0, 1), 500)}, locked=0),
        (0, 1),
    ),
    # Costs 1, 2, -, 3; features 1, 2, -, 0 and 0, 0, -, 1 with targets 1: 1, 0, -, 1. The first
    # needs a third of what there is, so 333 ‰ of the area, which no single unit falls between.
    "test_solve.R: x = SpatRaster, y = SpatRaster (single zone)": (
        toy((1, 2, 1), (1, 2, 3), {"f1": ((0, 1), 333), "f2": ((2,), 1000)}),
        (0, 2),
    ),
    # Costs 1, 3, 2; the features and targets of the first toy; 5 x1 + 0.5 x2 + x3 ≤ 3: 0, 1, 1.
    # Of 4 the first feature needs 2, which implies the second.
    "test_add_linear_constraints.R: minimum set objective (solve, single zone)": (
        toy((2, 1, 1), (1, 3, 2), {"f1": ((0, 1, 2), 500)}, counted=((5, 0.5, 1), 3)),
        (1, 2),
    ),
    # Costs 3, 2, 2, a penalty of 10 on the units 2 and 3, unit 2 locked in: 1, 1, 0.
    "test_add_linear_penalties.R: minimum set objective (solve, single zone)": (
        toy((2, 1, 1), (3, 12, 12), {"f1": ((0, 1, 2), 500)}, locked=1),
        (0, 1),
    ),
    # Costs 1, 2, 2 within 4.23; each unit is worth the sum of its features; unit 1 locked out, unit
    # 2 locked in: 0, 1, 1.
    "test_add_max_utility_objective.R: solve (expanded formulation, single zone)": (
        toy(
            (2, 2),
            (0, 0),
            {"u2": ((0,), 1000), "u3": ((1,), 1000)},
            must=False,
            worth={"u2": 11, "u3": 11},
            locked=0,
            budget=4.23,
        ),
        (0, 1),
    ),
    # Costs 1, 2, -, 4 within 4.23; features 10 in each unit, and 2, 1, -, 0, and 0, 0, -, 2 of
    # weight 100; unit 1 locked out: 0, 0, -, 1. Both units together cost 6.
    "test_add_feature_weights.R: solve (max utility, compressed formulation, single zone)": (
        toy(
            (2, 4),
            (0, 0),
            {"u2": ((0,), 1000), "u4": ((1,), 1000)},
            must=False,
            worth={"u2": 11, "u4": 210},
            budget=4.23,
        ),
        (1,),
    ),
    # Costs 1, 2, 2 within 4.23; the features and targets of the first toy, unit 1 locked out, unit
    # 2 locked in; the most features that reach their target: 0, 1, 1.
    "test_add_max_features_objective.R: solution (compressed formulation, single zone)": (
        toy(
            (2, 2),
            (0, 0),
            {"f1": ((0, 1), 1000), "f2": ((0, 1), 500)},
            must=False,
            worth={"f1": 1, "f2": 1},
            locked=0,
            budget=4.23,
        ),
        (0, 1),
    ),
}


@pytest.mark.parametrize("name", TOYS)
def test_a_published_answer(name: str, each_engine: Solver) -> None:
    problem, expected = TOYS[name]
    answer = each_engine(problem)
    assert answer is not None
    assert {level.status for level in answer.levels} == {"optimal"}
    assert answer.choice.ins == expected


# test_boundary_matrix.R, "sf (squares)": nine squares of side 1, numbered row by row. Each has a
# total boundary of 4, and shares 1 with each of these pairs.
SQUARES, TOTAL = 9, 4
SHARED = ((0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (3, 6), (4, 5), (4, 7), (5, 8), (6, 7),
          (7, 8))  # fmt: skip

# add_boundary_penalties.R, "Mathematical formulation", with one zone and an edge factor of 1:
# p Σ B_ii x_i - 2 p Σ B_ij x_i x_j over pairs i < j. (That the sum over all pairs is taken once is
# clear from test_eval_boundary_summary.R, which holds the value against the union's perimeter.)


def penalty(chosen: Sequence[bool], factor: int) -> int:
    """Return prioritizr's boundary penalty of some of the nine squares."""
    shared = sum(chosen[one] and chosen[other] for one, other in SHARED)
    return factor * (TOTAL * sum(chosen) - 2 * shared)


def squares(factor: int, bonus: Sequence[int]) -> Problem:
    """Return the nine squares as cells, with one node of land outside round them.

    The level is the outline, at so much a metre, less a bonus for each square that goes in.
    """
    exposed = [TOTAL - sum(square in pair for pair in SHARED) for square in range(SQUARES)]
    outer = [(square, SQUARES) for square, length in enumerate(exposed) if length]
    pairs = np.array([*SHARED, *outer], dtype=np.int64)
    lengths = [*(1 for _ in SHARED), *(exposed[square] for square, _ in outer)]
    ground = Ground(
        cell=np.array([*range(SQUARES), -1], dtype=np.int64),
        inside=np.zeros(SQUARES + 1, dtype=bool),
        area=np.full(SQUARES + 1, UNIT),
        edge=np.arange(SQUARES + 1) == SQUARES,
        left=pairs[:, 0],
        right=pairs[:, 1],
        length=100 * np.array(lengths, dtype=np.int64),
    )
    aim = Aim("penalty", border=factor, change=-np.array(bonus, dtype=np.int64))
    ins = tuple(InCell(NO_FACES, UNIT, (), filler=True) for _ in range(SQUARES))
    return Problem((), ins, (), MUCH, -MUCH, MUCH, ground=ground, aims=(aim,))


def test_the_outline_is_the_boundary_penalty() -> None:
    """Of every selection; and of the known ones: one square, a ring round one, all nine."""
    problem = squares(3, [0] * SQUARES)
    for chosen in product([False, True], repeat=SQUARES):
        plan = Choice((), tuple(np.flatnonzero(chosen).tolist()), ())
        assert value(problem, plan, problem.aims[0]) == penalty(chosen, 3)
    ring = [square != 4 for square in range(SQUARES)]
    assert [penalty([square == 4 for square in range(SQUARES)], 1), penalty(ring, 1)] == [4, 16]
    assert penalty([True] * SQUARES, 1) == 12


@pytest.mark.parametrize("factor", [0, 1, 2, 3])
def test_the_best_selection_with_boundary_penalties(factor: int, each_engine: Solver) -> None:
    """Squares are worth 7, 1, 5 / 1, 9, 1 / 3, 1, 8: by the formula, tried on every selection."""
    bonus = [7, 1, 5, 1, 9, 1, 3, 1, 8]
    answer = each_engine(squares(factor, bonus))
    assert answer is not None
    costs = {
        chosen: penalty(chosen, factor) - int(np.dot(chosen, bonus))
        for chosen in product([False, True], repeat=SQUARES)
    }
    least = min(costs.values())
    chosen = tuple(square in answer.choice.ins for square in range(SQUARES))
    assert answer.levels[0].value == least == costs[chosen]
