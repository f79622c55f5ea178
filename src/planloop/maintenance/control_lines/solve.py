"""The best compensation, level by level, each held at what it reached while the next is solved."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.solving.goal import Goal
from planloop.maintenance.boundary.solving.highs import Program, optimise
from planloop.maintenance.control_lines.clauses import broken, smallest
from planloop.maintenance.control_lines.model import Columns, rows
from planloop.maintenance.control_lines.objective import held, levels
from planloop.maintenance.control_lines.problem import Choice
from planloop.plan.certificate import SolveLevel, gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Level, Row
    from planloop.maintenance.control_lines.problem import Problem
    from planloop.plan.settings import SolverSection

UNSURE = 10
"""Below a level that was not closed, a level has so many times fewer nodes: to close it among plans
that may not be the best by those above is not worth much."""


@dataclass(frozen=True, slots=True)
class Solved:
    """The best plan that was found.

    Parameters
    ----------
    choice
        The plan.
    levels
        How each level ended.
    """

    choice: Choice
    levels: tuple[SolveLevel, ...]

    @property
    def optimal(self) -> bool:
        """Whether every level is proven optimal; only then the plan is."""
        return all(level.status == "optimal" for level in self.levels)


def solve(problem: Problem, settings: SolverSection) -> Solved:
    """Return the best plan; there always is one, as conflicts may stay uncut.

    Parameters
    ----------
    problem
        The problem.
    settings
        Limits: nodes, not seconds, decide where a hard level stops, those of all its runs together.
    """
    columns = Columns.of(problem)
    best = columns.values(Choice.nothing(problem))
    if not problem.losses:
        return Solved(columns.choice(best), ())
    binding = [*rows(columns), *smallest(columns)]
    told: list[SolveLevel] = []
    for level in levels(columns):
        sure = all(item.status == "optimal" for item in told)
        limit = settings.node_limit if sure else max(1, settings.node_limit // UNSURE)
        limited = settings.model_copy(update={"node_limit": limit})
        best, ended = _climbed(columns, binding, level, best, limited)
        told.append(ended)
        binding.append(held(level, best))
    return Solved(columns.choice(best), tuple(told))


def _climbed(
    columns: Columns,
    binding: list[Row],
    level: Level,
    best: NDArray[np.int64],
    settings: SolverSection,
) -> tuple[NDArray[np.int64], SolveLevel]:
    """Return the best plan by one level, and how it ended; clauses are added to what binds."""
    began, nodes = time.perf_counter(), 0
    goal, count = Goal.of((level,), 0), columns.count
    # No plan is better than one that takes all that costs less than nothing.
    bound = float(level.constant + np.minimum(goal.costs * columns.upper, 0.0).sum())
    status = "stopped"
    while level.value(best) > bound and nodes < settings.node_limit:
        program = Program(np.zeros(count), columns.upper, columns.whole, goal.costs, binding)
        left = settings.model_copy(update={"node_limit": settings.node_limit - nodes})
        ended = optimise(program, best, left, goal.least)
        # A run without a single node counts as one, so that there is an end.
        nodes += max(1, ended.nodes)
        status = ended.status
        bound = max(bound, goal.bound(ended.bound))
        if ended.values is None:
            break
        choice = columns.choice(ended.values)
        clauses = broken(columns, choice)
        if not clauses:
            found = columns.values(choice)
            if level.value(found) < level.value(best):
                best = found
            break
        binding += clauses
        status = "node limit"
    value = float(level.value(best))
    if value <= bound:
        bound, status = value, "optimal"
    elif status == "optimal":
        status = "gap"
    seconds = time.perf_counter() - began
    return best, SolveLevel(level.name, status, value, bound, gap(value, bound), seconds, nodes)
