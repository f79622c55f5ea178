"""Bring a swap into a narrow balance window by exchanging a few cells that go out."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Model
    from planloop.maintenance.boundary.problem import Problem

LEAST_SIZE, MOST_SIZE = 3, 5
"""So many cells may stay after all, and so many go in their place; more where there are few."""

MOST_SETS, MOST_PAIRS = 100_000, 2_000_000
"""Most sets of cells that are looked at on either side, and most exchanges that fit."""

TRIED = 200
"""Exchanges, the cheapest first, of which the best is taken."""

HALF = 0.5
HECTARE = 1e6


def repaired(
    problem: Problem,
    model: Model,
    plan: NDArray[np.float64],
    legal: Callable[[NDArray[np.float64]], bool],
) -> NDArray[np.float64] | None:
    """Return a plan that serves the same projects and balances in the problem's window.

    A branch-and-bound finds sums that hit a window of 1 m² by luck only; among the sums of a few
    cells there are so many that sorting both sides finds one at once.

    Parameters
    ----------
    problem
        The problem, with its window.
    model
        Its model.
    plan
        Columns of a plan that keeps everything but the window, shape (n,).
    legal
        Whether a plan keeps every row of the problem.

    Returns
    -------
    ndarray of float64, shape (n,), or None
        The cheapest by the last level of the objective of the exchanges that were tried; None
        where there is none.
    """
    first = len(problem.demands) + len(problem.ins)
    goes = plan[first : first + len(problem.outs)] > HALF
    areas = np.array([cell.area for cell in problem.outs], dtype=np.int64)
    strength = np.array([cell.strength for cell in problem.outs])
    free = np.array([not cell.locked for cell in problem.outs], dtype=bool)
    entering = sum(
        cell.area
        for cell, value in zip(problem.ins, plan[len(problem.demands) : first], strict=True)
        if value > HALF
    )
    surplus = int(areas[goes].sum()) - entering
    least = max(problem.margin, -problem.growth) - surplus
    most = problem.tolerance - surplus
    stay, go = np.flatnonzero(goes & free), np.flatnonzero(~goes & free)
    stay_sets = _sets(stay[np.argsort(-strength[stay], kind="stable")])
    go_sets = _sets(go[np.argsort(strength[go], kind="stable")])
    less, more = (np.append(areas, 0)[sets].sum(axis=1) for sets in (stay_sets, go_sets))
    order = np.argsort(more, kind="stable")
    start = np.searchsorted(more[order], less + least, side="left")
    end = np.searchsorted(more[order], less + most, side="right")
    count = np.maximum(end - start, 0)
    count[np.cumsum(count) > MOST_PAIRS] = 0
    which = np.repeat(np.arange(len(less)), count)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    pair = order[start[which] + offset]
    weight = np.append(areas / HECTARE * strength, 0.0)
    cost = weight[go_sets].sum(axis=1)[pair] - weight[stay_sets].sum(axis=1)[which]
    best: NDArray[np.float64] | None = None
    costs = model.levels[-1].costs
    for index in np.lexsort((pair, which, np.round(cost, 9)))[:TRIED]:
        changed = goes.copy()
        changed[stay_sets[which[index]][stay_sets[which[index]] >= 0]] = False
        changed[go_sets[pair[index]][go_sets[pair[index]] >= 0]] = True
        found = _plan(problem, model, plan, changed)
        if legal(found) and (best is None or costs @ found < costs @ best):
            best = found
    return best


def _sets(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return every set of a few of the first cells, shape (m, MOST_SIZE), filled up with -1."""
    count, largest = len(cells), MOST_SIZE
    while _number(count, largest) > MOST_SETS:
        if largest > LEAST_SIZE:
            largest -= 1
        else:
            count -= 1
    rows = [
        (*members, *[-1] * (MOST_SIZE - size))
        for size in range(largest + 1)
        for members in combinations(cells[:count].tolist(), size)
    ]
    return np.array(rows, dtype=np.int64)


def _number(count: int, largest: int) -> int:
    return sum(comb(count, size) for size in range(largest + 1))


def _plan(
    problem: Problem, model: Model, plan: NDArray[np.float64], goes: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the plan with other cells going out, and the columns of patches that follow."""
    number = {name: index for index, name in enumerate(model.columns)}
    found = plan.copy()
    patches: dict[int, list[bool]] = {}
    for index, (cell, out) in enumerate(zip(problem.outs, goes.tolist(), strict=True)):
        found[number[f"out:{index}"]] = float(out)
        if cell.patch is not None:
            patches.setdefault(cell.patch, []).append(out)
    for patch, outs in patches.items():
        found[number[f"touched:{patch}"]] = float(any(outs))
        found[number[f"whole:{patch}"]] = float(all(outs))
    return found
