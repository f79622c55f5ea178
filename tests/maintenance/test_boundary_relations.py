"""How the best plan changes with the problem: what frees it never hurts, what binds it never helps.

None of this needs to know the best plan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.ground import Ground, PieceLimits
from planloop.maintenance.boundary.solve import solve
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.engines import USUAL
from tests.maintenance.tiny_ground import random_ground_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Aim, Problem

SEEDS = st.integers(0, 2**32 - 1)
MORE = 1_000_000
"""dm²; the cells of a tiny problem have up to 1,800,000."""


def values(problem: Problem) -> list[float]:
    """Return the value of each level; infinite where there is no plan."""
    try:
        levels = solve(problem, USUAL, silent)[1].levels
    except InfeasibleError:
        return [np.inf] * len(problem.aims)
    return [level.value for level in levels]


def halved(limits: PieceLimits) -> PieceLimits:
    return PieceLimits(limits.least_new // 2, limits.least_rest // 2, limits.least_hole // 2)


FREED: dict[str, Callable[[Problem], Problem]] = {
    "tolerance": lambda p: replace(p, tolerance=p.tolerance + MORE),
    "margin": lambda p: replace(p, margin=p.margin - MORE),
    "issued area": lambda p: replace(p, growth=p.growth + MORE),
    "issued multiple": lambda p: replace(p, counted_growth=None),
    "limits": lambda p: replace(p, limits=halved(p.limits)),
    "must serve": lambda p: replace(
        p, demands=tuple(replace(item, must=False) for item in p.demands)
    ),
    # Land that a lock puts in may otherwise only go in for a project, so it is freed as filler.
    "must in": lambda p: replace(
        p,
        ins=tuple(replace(c, locked=False, filler=c.filler or c.locked) for c in p.ins),
    ),
    "must out": lambda p: replace(p, outs=tuple(replace(c, locked=False) for c in p.outs)),
}


@given(seed=SEEDS, freed=st.sampled_from(sorted(FREED)))
@hypothesis.settings(max_examples=examples(100), deadline=None)
def test_more_room_is_never_worse(seed: int, freed: str) -> None:
    problem = random_ground_problem(np.random.default_rng(seed))
    assert values(FREED[freed](problem))[0] <= values(problem)[0]


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_land_that_may_not_go_in_is_never_better(seed: int) -> None:
    problem = random_ground_problem(np.random.default_rng(seed))
    musts = {item.number for item in problem.demands if item.must}
    candidates = [
        index
        for index, cell in enumerate(problem.ins)
        if not cell.locked and musts.isdisjoint(cell.projects)
    ]
    hypothesis.assume(candidates)
    assert values(with_red_land(problem, candidates[0]))[0] >= values(problem)[0]


def with_red_land(problem: Problem, red: int) -> Problem:
    """Return the problem in which an in-cell stays outside, and who wants it gets nothing."""
    lost, ground = set(problem.ins[red].projects), problem.ground
    return replace(
        problem,
        demands=tuple(item for item in problem.demands if item.number not in lost),
        ins=tuple(
            replace(cell, projects=tuple(name for name in cell.projects if name not in lost))
            for index, cell in enumerate(problem.ins)
            if index != red
        ),
        ground=replace(
            ground,
            cell=np.where(ground.cell == red, -1, ground.cell - (ground.cell > red)),
        ),
        aims=tuple(
            replace(
                aim,
                serve={name: worth for name, worth in aim.serve.items() if name not in lost},
                change=None if aim.change is None else np.delete(aim.change, red),
            )
            for aim in problem.aims
        ),
    )


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_names_and_numbers_change_no_value(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    assert values(relabelled(problem, random)) == values(problem)


def relabelled(problem: Problem, random: np.random.Generator) -> Problem:
    """Return the same problem with its cells, nodes and projects in another order."""
    ins, outs = random.permutation(len(problem.ins)), random.permutation(len(problem.outs))
    cells = np.append(ins, len(ins) + outs)
    order = random.permutation(len(problem.demands))
    names = {problem.demands[old].number: f"Q-{new}" for new, old in enumerate(order)}
    return replace(
        problem,
        demands=tuple(
            replace(problem.demands[old], number=names[problem.demands[old].number])
            for old in order
        ),
        ins=tuple(
            replace(
                problem.ins[old],
                projects=tuple(sorted(names[name] for name in problem.ins[old].projects)),
            )
            for old in ins
        ),
        outs=tuple(problem.outs[old] for old in outs),
        ground=shuffled(problem.ground, cells, random),
        aims=tuple(renamed(aim, names, cells) for aim in problem.aims),
    )


def shuffled(ground: Ground, cells: NDArray[np.int64], random: np.random.Generator) -> Ground:
    """Return a ground whose new cell k was cell `cells[k]`, its nodes and pairs in any order."""
    nodes, pairs = random.permutation(len(ground)), random.permutation(len(ground.left))
    number, cell_number = np.argsort(nodes), np.append(np.argsort(cells), -1)
    ends = number[np.array([ground.left, ground.right])[:, pairs]]
    left, right = random.permuted(ends, axis=0)
    return Ground(
        cell=cell_number[ground.cell][nodes],
        inside=ground.inside[nodes],
        area=ground.area[nodes],
        edge=ground.edge[nodes],
        left=left,
        right=right,
        length=ground.length[pairs],
    )


def renamed(aim: Aim, names: dict[str, str], cells: NDArray[np.int64]) -> Aim:
    return replace(
        aim,
        serve={names[name]: worth for name, worth in aim.serve.items()},
        change=None if aim.change is None else aim.change[cells],
    )
