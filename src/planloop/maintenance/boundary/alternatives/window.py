"""The best plan, looked for in a wider window of the balance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.repair import repaired
from planloop.maintenance.boundary.solving.search import NotFound
from planloop.maintenance.boundary.verify import faults
from planloop.progress import silent

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.search import Found
    from planloop.plan.settings import SolverSection


def best_within(problem: Problem, settings: SolverSection, window: int) -> Found | NotFound:
    """Return a plan that is the best, or close to it, and bounds that hold of all plans.

    Parameters
    ----------
    problem
        The problem.
    settings
        Limits of each solve.
    window
        Window of the balance, dm², in which the plan is looked for. Where it does not balance as
        the problem asks for, a few cells that go out are exchanged: it still serves the same
        projects, and what it loses on later levels is the distance to their bounds.
    """
    wide = problem.widened(window)
    if wide.tolerance == problem.tolerance:
        return best_plan(problem, settings, silent)
    found = best_plan(wide, settings, silent)
    if isinstance(found, NotFound):
        # Nothing in the wide window is nothing in the narrow one.
        return found if found.proven else best_plan(problem, settings, silent)
    if not faults(problem, found.choice):
        return found
    choice = repaired(problem, found.choice)
    if choice is None:
        return best_plan(problem, settings, silent)
    return replace(found, choice=choice)
