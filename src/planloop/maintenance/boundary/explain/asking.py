"""Ask the solver what would be, if the problem were a little different."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.problem import Aim
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.search import NotFound
from planloop.progress import silent

if TYPE_CHECKING:
    from collections.abc import Collection

    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.plan.settings import SolverSection


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver says.

    Parameters
    ----------
    choice
        The best plan found, or None.
    values
        Its value at each level.
    proven
        Whether there is none better, or, without a plan, none at all.
    """

    choice: Choice | None
    values: tuple[int, ...]
    proven: bool


def ask(problem: Problem, settings: SolverSection) -> Answer:
    """Return the best plan, if there is any."""
    found = best_plan(problem, settings, silent)
    if isinstance(found, NotFound):
        return Answer(None, (), found.proven)
    values = tuple(int(level.value) for level in found.levels)
    return Answer(found.choice, values, all(item.status == "optimal" for item in found.levels))


def any_plan(problem: Problem, settings: SolverSection) -> Answer:
    """Return any plan, if there is one."""
    return ask(replace(problem, aims=()), settings)


def serving(problem: Problem, numbers: Collection[str]) -> Problem:
    """Return the problem in which some more projects must be served."""
    demands = tuple(
        replace(item, must=item.must or item.number in numbers) for item in problem.demands
    )
    return replace(problem, demands=demands)


def least_growth(problem: Problem) -> Aim:
    """Return the aim that the boundary grows as little as can be: Σ in - Σ out, dm²."""
    ins, outs = [cell.area for cell in problem.ins], [-cell.area for cell in problem.outs]
    return Aim("least-growth", change=np.array([*ins, *outs], dtype=np.int64))


def least_surplus(problem: Problem) -> Aim:
    """Return the aim that what goes out exceeds what goes in by as little as can be, dm²."""
    ins, outs = [-cell.area for cell in problem.ins], [cell.area for cell in problem.outs]
    return Aim("least-surplus", change=np.array([*ins, *outs], dtype=np.int64))


def least_in(problem: Problem) -> Aim:
    """Return the aim that as little goes in as can be, dm²."""
    change = [*(cell.area for cell in problem.ins), *(0 for _ in problem.outs)]
    return Aim("least-in", change=np.array(change, dtype=np.int64))


def least_counted(problem: Problem) -> Aim:
    """Return the aim that the land which the multiple counts grows as little as can be, dm²."""
    ins, outs = [cell.counted for cell in problem.ins], [-cell.counted for cell in problem.outs]
    return Aim("least-counted", change=np.array([*ins, *outs], dtype=np.int64))
