"""Good plans of large problems: branch and bound says what to do, and rules of thumb mend it.

In a large problem a plan of the solver breaks thousands of clauses, and each solve takes its time;
to solve it again until none is broken is hopeless. But it needs little to make such a plan legal.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.rule_names import TOLERANCE
from planloop.maintenance.boundary.solving.columns import choice_of, columns_of
from planloop.maintenance.boundary.solving.greedy import Greedy
from planloop.maintenance.boundary.solving.repair import repaired
from planloop.maintenance.boundary.verify import faults

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Choice
    from planloop.maintenance.boundary.solving.ground_rules import GroundRules

LARGE = 4000
"""From so many cells on, a problem is large."""

NODES = 5
"""Branch-and-bound nodes of each solve."""

TRIES = 2
"""Times that a plan is solved and mended."""

LOOSE = 0.01
"""Gap at which each of these solves may stop: mending costs more."""

ABOVE = 1e-3
"""What serving by a level weighs beside the level above it."""


class Mender:
    """Makes legal plans of a large problem.

    Parameters
    ----------
    rules
        What binds.
    """

    def __init__(self, rules: GroundRules) -> None:
        self._rules = rules
        worth: dict[str, float] = {}
        for place, aim in enumerate(rules.problem.aims):
            for number, value in aim.serve.items():
                worth[number] = worth.get(number, 0.0) + value * ABOVE**place
        self._greedy = Greedy(rules.problem, rules.separation, worth)

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """The columns of a plan by a rule of thumb, shape (n,)."""
        rules = self._rules
        return columns_of(rules.problem, rules.model, self._fitted(self._greedy.plan()))

    def mended(self, plan: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a plan much like one that may break rules for pieces, both shape (n,)."""
        rules = self._rules
        choice = choice_of(rules.problem, rules.model, plan)
        like = self._fitted(self._greedy.like(plan[: rules.problem.cells] == 1, choice.served))
        # Rules of thumb know nothing of townships and the like.
        if faults(rules.problem, like) and not faults(rules.problem, choice):
            like = choice
        return columns_of(rules.problem, rules.model, like)

    def _fitted(self, choice: Choice) -> Choice:
        """Return a plan that balances: cell by cell, a narrow window is met by luck only."""
        problem = self._rules.problem
        if faults(problem, choice) == (TOLERANCE,):
            return repaired(problem, choice) or choice
        return choice
