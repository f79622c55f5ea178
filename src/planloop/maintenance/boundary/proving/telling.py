"""What ``certificate.json`` says of a problem and of its levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.model import compile_model
from planloop.maintenance.boundary.parts.balancing import Balance, CountedQuota, Quota, Tolerance
from planloop.plan.optimality import (
    BALANCE,
    TOLERANCE,
    Aimed,
    Clause,
    Ground,
    Optimality,
    Prices,
    Row,
    Terms,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Level, Model
    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.ground_rules import GroundRules
    from planloop.maintenance.boundary.solving.joining import Joined

LAND = {
    Balance.rule: BALANCE,
    Tolerance.rule: TOLERANCE,
    Quota.rule: "quota",
    CountedQuota.rule: "multiple",
}
"""Rows that limit the growth of the boundary: name in the model → name in the certificate."""


def stated(rules: GroundRules, plan: NDArray[np.int64]) -> Optimality:
    """Return the certificate of a problem and a plan, shape (n,), without any level."""
    problem, model = rules.problem, rules.model
    numbers = {row.name: number for number, row in enumerate(model.rows)}
    return Optimality(
        format=1,
        columns=list(model.columns),
        ins=len(problem.ins),
        outs=len(problem.outs),
        fractional=np.flatnonzero(~model.whole).tolist(),
        rows=[
            Row(
                name=row.name,
                terms=Terms(columns=list(row.columns), values=list(map(int, row.coefficients))),
                least=row.lower,
                most=row.upper,
            )
            for row in model.rows
        ],
        land={told: numbers[name] for name, told in LAND.items() if name in numbers},
        spanning=[numbers[name] for name in rules.spanning],
        clauses=[],
        ground=ground_of(problem),
        plan=plan.tolist(),
        levels=[],
    )


def parts(problem: Problem, joined: Joined, model: Model) -> list[list[Aimed]]:
    """Return of each level of a joined problem those of the problem that it stands for."""
    own = compile_model(problem).levels if joined.units else model.levels
    first = [_aimed(level, unit) for level, unit in zip(own, joined.units or (1,), strict=False)]
    return [first, *([_aimed(level, 1)] for level in own[len(first) :])]


def ground_of(problem: Problem) -> Ground:
    """Return the land of a problem."""
    ground, limits = problem.ground, problem.limits
    return Ground(
        cell=ground.cell.tolist(),
        inside=ground.inside.astype(int).tolist(),
        edge=ground.edge.astype(int).tolist(),
        area=ground.area.tolist(),
        left=ground.left.tolist(),
        right=ground.right.tolist(),
        least_new=limits.least_new,
        least_rest=limits.least_rest,
        least_hole=limits.least_hole,
    )


def sparse(prices: NDArray[np.float64]) -> Prices:
    """Return prices of rows, shape (rows,), as the certificate tells them."""
    rows = np.flatnonzero(prices)
    return Prices(rows=rows.tolist(), prices=prices[rows].tolist())


def only_used(told: Optimality) -> Optimality:
    """Return a certificate without the clauses that nothing rests on."""
    count, first = len(told.rows), len(told.clauses)
    starts = [count + number for number in range(len(told.levels))]
    used = {
        row - start
        for solved, start in zip(told.levels, starts, strict=True)
        for prices in solved.prices
        for row in prices.rows
        if row >= start
    }
    if any(solved.blocks for solved in told.levels):
        used = set(range(first))
    kept = sorted(used)
    place = {old: new for new, old in enumerate(kept)}
    levels = [
        solved.model_copy(
            update={
                "prices": [
                    Prices(
                        rows=[
                            row if row < start else start + place[row - start] for row in one.rows
                        ],
                        prices=one.prices,
                    )
                    for one in solved.prices
                ]
            }
        )
        for solved, start in zip(told.levels, starts, strict=True)
    ]
    clauses: list[Clause] = [told.clauses[number] for number in kept]
    return told.model_copy(update={"clauses": clauses, "levels": levels})


def _aimed(level: Level, unit: int) -> Aimed:
    columns = np.flatnonzero(level.costs)
    costs = Terms(columns=columns.tolist(), values=level.costs[columns].tolist())
    return Aimed(name=level.name, unit=unit, constant=level.constant, costs=costs)
