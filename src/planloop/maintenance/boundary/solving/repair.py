"""Bring a swap into a narrow balance window by exchanging a few cells that go out."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.verify import faults, value
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Choice, Problem

LEAST_SIZE, MOST_SIZE = 3, 5
"""So many cells may stay after all, and so many go in their place; more where there are few."""

MOST_SETS, MOST_PAIRS = 100_000, 2_000_000
"""Most sets of cells that are looked at on either side, and most exchanges that fit."""

TRIED = 200
"""Exchanges, the cheapest first, of which the best is taken."""


def repaired(problem: Problem, choice: Choice) -> Choice | None:
    """Return a plan that serves the same projects and balances in the problem's window.

    A branch-and-bound finds sums that hit a window of 1 m² by luck only; among the sums of a few
    cells there are so many that sorting both sides finds one at once.

    Parameters
    ----------
    problem
        The problem, with its window.
    choice
        A plan that keeps everything but the window.

    Returns
    -------
    Choice or None
        The best, by the levels of the objective, of the exchanges that were tried and are legal;
        None where there is none.
    """
    gone = set(choice.outs)
    goes = np.array([index in gone for index in range(len(problem.outs))], dtype=bool)
    areas = np.array([cell.area for cell in problem.outs], dtype=np.int64)
    strength = np.array([cell.strength for cell in problem.outs])
    free = np.array([not cell.locked for cell in problem.outs], dtype=bool)
    surplus = int(areas[goes].sum()) - sum(problem.ins[index].area for index in choice.ins)
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
    fits = _balanced(problem, choice, stay_sets, go_sets, which, pair)
    which, pair = which[fits], pair[fits]
    weight = np.append(areas / HECTARE * strength, 0.0)
    cost = weight[go_sets].sum(axis=1)[pair] - weight[stay_sets].sum(axis=1)[which]
    found = []
    for index in _first(np.round(cost, 9), which, pair):
        changed = gone.difference(stay_sets[which[index]].tolist())
        changed |= set(go_sets[pair[index]].tolist()) - {-1}
        found.append(replace(choice, outs=tuple(sorted(changed))))
    # Whether a plan is legal takes longest to say.
    found.sort(key=lambda tried: [value(problem, tried, aim) for aim in problem.aims])
    return next((tried for tried in found if not faults(problem, tried)), None)


def _first(
    cost: NDArray[np.float64], which: NDArray[np.int64], pair: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the exchanges to be tried, shape (n,), the cheapest first."""
    index = np.arange(len(cost))
    if len(cost) > TRIED:
        index = np.flatnonzero(cost <= np.partition(cost, TRIED - 1)[TRIED - 1])
    order: NDArray[np.int64] = index[np.lexsort((pair[index], which[index], cost[index]))]
    return order[:TRIED]


def _balanced(  # noqa: PLR0913, PLR0917  # an exchange is two sets of two lists
    problem: Problem,
    choice: Choice,
    stay_sets: NDArray[np.int64],
    go_sets: NDArray[np.int64],
    which: NDArray[np.int64],
    pair: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which exchanges leave every township within its limits, shape (n,)."""
    fits = np.ones(len(pair), dtype=bool)
    for town in problem.townships:
        sizes = np.append(np.array(town.outs, dtype=np.int64), 0)
        more, less = (sizes[sets].sum(axis=1) for sets in (go_sets, stay_sets))
        after = town.surplus(choice) + more[pair] - less[which]
        fits &= (town.least <= after) & (after <= town.most)
    return fits


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
