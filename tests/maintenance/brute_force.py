"""The best plans of small boundary problems, by judging every plan there is.

Written from the words of the rules, not from the model, its clauses or its verifier: a plan is a
row of truth values, and areas are whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from tests.maintenance.brute_pieces import HOLE, NEW, REST, Land

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Aim, Choice, InCell, OutCell, Problem

RULES = (
    "locks.must_serve",
    "locks.must_in",
    "locks.must_out",
    "balance",
    "swap.balance_tolerance_m2",
    "quota.issued_area_ha",
    "quota.issued_multiple",
    "swap.township_tolerance_ha",
    "swap.most_in_ha",
    NEW,
    REST,
    HOLE,
)
"""Those that a user has set."""

PROJECTS = "projects"
"""Land goes in only for a project that is served, and a project that is served has its land."""


@dataclass(frozen=True, eq=False)
class Best:
    """The best plan.

    Parameters
    ----------
    values
        Aim → what the plan costs by it, in the order of the aims.
    inside
        Whether each cell is inside afterwards, shape (cells,).
    """

    values: dict[str, int]
    inside: NDArray[np.bool_]


def best(problem: Problem, goes: Mapping[int, bool] | None = None) -> Best | None:
    """Return the best plan by the first aim, of those as good by the second, and so on.

    With `goes`, of the plans in which these cells change sides, or do not.
    """
    plans = Plans.keeping(problem, RULES)
    costs = plans.values()
    names = [aim.name for aim in problem.aims]
    land = Land(problem)
    goes = goes or {}
    cells, moves = list(goes), list(goes.values())
    before = _before(problem)[cells]
    for row in np.lexsort(costs.T[::-1]):
        if ((plans.inside[row, cells] ^ before) != moves).any():
            continue
        if not land.broken(plans.inside[row]):
            return Best(dict(zip(names, costs[row].tolist(), strict=True)), plans.inside[row])
    return None


def has_plan(problem: Problem, rules: tuple[str, ...]) -> bool:
    """Return whether any plan keeps the given rules and :data:`PROJECTS`."""
    land = Land(problem)
    plans = Plans.keeping(problem, rules)
    return any(land.broken(inside).isdisjoint(rules) for inside in plans.inside)


def broken(problem: Problem, choice: Choice) -> set[str]:
    """Return the rules that one choice breaks."""
    plan = Plans.one(problem, choice)
    missed = {rule for rule, kept in plan.judged().items() if not kept.all()}
    return missed | Land(problem).broken(plan.inside[0])


@dataclass(frozen=True, eq=False)
class Plans:
    """Some plans.

    Parameters
    ----------
    problem
        The problem.
    inside
        Whether each cell is inside afterwards, shape (n, cells).
    served
        Whether each project is served, shape (n, projects).
    """

    problem: Problem
    inside: NDArray[np.bool_]
    served: NDArray[np.bool_]

    @classmethod
    def one(cls, problem: Problem, choice: Choice) -> Plans:
        """Return a single plan."""
        gone = {*choice.ins, *(len(problem.ins) + index for index in choice.outs)}
        moved = np.array([cell in gone for cell in range(problem.cells)], dtype=bool)
        served = np.array([item.number in choice.served for item in problem.demands], dtype=bool)
        return cls(problem, (moved ^ _before(problem))[None], served[None])

    @classmethod
    def keeping(cls, problem: Problem, rules: tuple[str, ...]) -> Plans:
        """Return the plans that keep the given rules, but for pieces, and :data:`PROJECTS`.

        Every project whose land is in is served: that breaks no rule and is never worse.
        """
        number = np.arange(2**problem.cells, dtype=np.int64)
        bit = np.arange(problem.cells, dtype=np.int64)
        inside = (number[:, None] >> bit & 1).astype(bool)
        # Areas first: they leave few plans.
        inside = inside[_kept(_areas(problem, inside), rules)]
        plans = cls(problem, inside, _has_land(problem, inside))
        kept = _kept(plans.judged(), (*rules, PROJECTS))
        return cls(problem, inside[kept], plans.served[kept])

    def judged(self) -> dict[str, NDArray[np.bool_]]:
        """Return which plans keep each rule, those for pieces left out, shapes (n,)."""
        problem, ins = self.problem, len(self.problem.ins)
        must = np.array([item.must for item in problem.demands], dtype=bool)
        put_in = np.array([cell.locked for cell in problem.ins], dtype=bool)
        take_out = np.array([cell.locked for cell in problem.outs], dtype=bool)
        fair = _all(~self.served | _has_land(problem, self.inside))
        for index, cell in enumerate(problem.ins):
            if not (cell.locked or cell.filler):
                wants = [item.number in cell.projects for item in problem.demands]
                fair &= ~(self.inside[:, index] & _all(~self.served[:, wants]))
        return _areas(problem, self.inside) | {
            "locks.must_serve": _all(self.served[:, must]),
            "locks.must_in": _all(self.inside[:, :ins][:, put_in]),
            "locks.must_out": _all(~self.inside[:, ins:][:, take_out]),
            PROJECTS: fair,
        }

    def values(self) -> NDArray[np.int64]:
        """Return what each plan costs by each aim, shape (n, aims)."""
        costs = [self._value(aim) for aim in self.problem.aims]
        return np.array(costs, dtype=np.int64).reshape(len(costs), len(self.inside)).T

    def _value(self, aim: Aim) -> NDArray[np.int64]:
        problem, ins = self.problem, len(self.problem.ins)
        worth = [aim.serve.get(item.number, 0) for item in problem.demands]
        cost: NDArray[np.int64] = aim.constant - np.dot(
            self.served, np.array(worth, dtype=np.int64)
        )
        if aim.change is not None:
            cost += np.dot(self.inside ^ _before(problem), aim.change)
        ground = problem.ground
        sides = [
            self.inside[:, cell] if cell >= 0 else np.full(len(self.inside), was)
            for cell, was in zip(ground.cell.tolist(), ground.inside.tolist(), strict=True)
        ]
        pairs = zip(
            ground.left.tolist(), ground.right.tolist(), ground.length.tolist(), strict=True
        )
        for left, right, length in pairs if aim.border else ():
            cost += (sides[left] ^ sides[right]) * round(Fraction(length * aim.border, 100))
        for patch in {cell.patch for cell in problem.outs} - {None}:
            members = [cell.patch == patch for cell in problem.outs]
            left_in = self.inside[:, ins:][:, members].mean(axis=1)
            cost += ((left_in > 0) & (left_in < 1)) * aim.torn
        return cost


def _before(problem: Problem) -> NDArray[np.bool_]:
    """Return whether each cell is inside before, shape (cells,)."""
    return np.arange(problem.cells) >= len(problem.ins)


def _kept(judged: Mapping[str, NDArray[np.bool_]], rules: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which plans keep all of the rules that are judged, shape (n,)."""
    return _all(np.column_stack([kept | (rule not in rules) for rule, kept in judged.items()]))


def _all(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows are all true, shape (n,)."""
    rows: NDArray[np.bool_] = np.logical_and.reduce(marks, axis=1)
    return rows


def _areas(problem: Problem, inside: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Return which plans keep each rule on areas, shapes (n,)."""
    ins = len(problem.ins)
    cells: list[InCell | OutCell] = [*problem.ins, *problem.outs]
    area = np.array([cell.area for cell in cells], dtype=np.int64)
    counts = np.array([cell.counted for cell in cells], dtype=np.int64)
    growth: NDArray[np.int64] = np.dot(inside, area) - area[ins:].sum()
    counted: NDArray[np.int64] = np.dot(inside, counts) - counts[ins:].sum()
    room = problem.counted_growth
    return {
        "balance": -growth >= problem.margin,
        "swap.balance_tolerance_m2": -growth <= problem.tolerance,
        "quota.issued_area_ha": growth <= problem.growth,
        "quota.issued_multiple": counted <= (counted if room is None else room),
        "swap.township_tolerance_ha": _each_township(problem, inside),
        "swap.most_in_ha": _limited(problem, inside),
    }


def _each_township(problem: Problem, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which plans balance in every township, shape (n,)."""
    kept = np.ones(len(inside), dtype=bool)
    moved = inside ^ _before(problem)
    for town in problem.townships:
        gains = np.array([*(-size for size in town.ins), *town.outs], dtype=np.int64)
        left_over = np.dot(moved, gains)
        kept &= (left_over >= town.least) & (left_over <= town.most)
    return kept


def _limited(problem: Problem, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which plans take in no more than they may, shape (n,)."""
    if problem.most_in is None:
        return np.ones(len(inside), dtype=bool)
    sizes = np.array([cell.area for cell in problem.ins], dtype=np.int64)
    enough: NDArray[np.bool_] = inside[:, : len(sizes)] @ sizes <= problem.most_in
    return enough


def _has_land(problem: Problem, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which projects have as much of their land in as they need, shape (n, projects)."""
    enough = np.ones((len(inside), len(problem.demands)), dtype=bool)
    area = np.array([cell.area for cell in problem.ins], dtype=np.int64)
    for number, item in enumerate(problem.demands):
        mine = np.array([item.number in cell.projects for cell in problem.ins], dtype=bool)
        got = inside[:, : len(problem.ins)] & mine
        if item.share == 1000:
            enough[:, number] = (got == mine).all(axis=1)
        else:
            enough[:, number] = 1000 * (got @ area) >= item.share * area[mine].sum()
    return enough
