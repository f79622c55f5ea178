"""A model with all that binds its plans, while a search adds to it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.model import compile_model
from planloop.maintenance.boundary.parts.balancing import Balance, CountedQuota, Quota, Tolerance
from planloop.maintenance.boundary.pieces.cuts import Separation
from planloop.maintenance.boundary.rule_names import AT_MOST, MOST_IN, TOWNSHIPS, UNLIKE
from planloop.maintenance.boundary.solving.columns import choice_of, columns_of
from planloop.maintenance.boundary.solving.decided import NOTHING, Decided
from planloop.maintenance.boundary.solving.rough import Mender
from planloop.maintenance.boundary.verify import faults

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Level, Row
    from planloop.maintenance.boundary.pieces.clauses import Clause
    from planloop.maintenance.boundary.problem import Problem
    from planloop.plan.settings import SolverSection

SPANNING = {
    Balance.rule,
    Tolerance.rule,
    Quota.rule,
    CountedQuota.rule,
    TOWNSHIPS,
    MOST_IN,
    UNLIKE,
    AT_MOST,
}
"""Rules whose rows span the blocks of a model."""


class GroundRules:
    """What binds every plan that is looked for.

    Parameters
    ----------
    problem
        The problem.
    settings
        Limits, seed and threads of each solve.
    decided
        What is decided beforehand.

    Attributes
    ----------
    model
        The problem's model.
    rows
        Its rows, clauses, and what holds levels that are solved.
    spanning
        Names of the rows that may span blocks.
    clauses
        The clauses that were added, in their order.
    lower, upper
        Bounds of the columns, shape (n,).
    """

    def __init__(
        self, problem: Problem, settings: SolverSection, decided: Decided = NOTHING
    ) -> None:
        self.problem, self.settings = problem, settings
        self.model = compile_model(problem)
        self.separation = Separation(problem)
        self.rows = list(self.model.rows)
        self.clauses: dict[Clause, None] = {}
        self.add(self.separation.near())
        self.spanning = [row.name for row in self.rows if row.rule in SPANNING]
        inside = self.separation.fixed.inside
        self.lower = np.zeros(len(self.model.columns))
        self.upper = np.ones(len(self.model.columns))
        self.lower[: problem.cells] = inside == 1
        self.upper[: problem.cells] = inside != 0
        for column, value in decided.columns(problem, self.model).items():
            self.lower[column] = self.upper[column] = value

    @cached_property
    def mender(self) -> Mender:
        """What makes legal plans by rules of thumb."""
        return Mender(self)

    def add(self, clauses: Iterable[Clause]) -> list[Row]:
        """Add clauses; return the rows of those that are new."""
        fresh = [clause for clause in dict.fromkeys(clauses) if clause not in self.clauses]
        self.clauses.update(dict.fromkeys(fresh))
        rows = [clause.row() for clause in fresh]
        self.rows += rows
        return rows

    def better(
        self, level: Level, best: NDArray[np.int64] | None, plan: NDArray[np.int64] | None
    ) -> NDArray[np.int64] | None:
        """Return a plan, shape (n,), if it is legal and better by a level; None otherwise.

        No solver's word is taken for it. Columns that follow from others come back as they should.
        """
        if plan is None:
            return None
        choice = choice_of(self.problem, self.model, plan)
        # Put together of plans by other levels, it may count outlines that are none.
        plan = columns_of(self.problem, self.model, choice)
        if best is not None and level.value(plan) >= level.value(best):
            return None
        # Rules of thumb know of what is decided beforehand no more than of other things.
        decided = bool((self.lower <= plan).all() and (plan <= self.upper).all())
        return plan if decided and not faults(self.problem, choice) else None

    def hold(self, level: Level, plan: NDArray[np.int64]) -> None:
        """Let no further plan, shape (n,), be worse by a level than this one."""
        row = level.held(plan)
        self.rows.append(row)
        self.spanning.append(row.name)
