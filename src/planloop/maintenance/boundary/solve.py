"""Choose the swap, and say why where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.explain.contradiction import ContradictionError
from planloop.maintenance.boundary.explain.infeasible import infeasible
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.highs import version
from planloop.maintenance.boundary.solving.search import Found
from planloop.plan.certificate import SolverCertificate

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.boundary.solving.search import NotFound
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress


def solve(
    problem: Problem, settings: SolverSection, progress: Progress
) -> tuple[Choice, SolverCertificate]:
    """Choose the swap; see :func:`~planloop.maintenance.boundary.solving.best_plan.best_plan`.

    Raises
    ------
    InfeasibleError
        No legal swap exists, or none was found within the limits.
    """
    found = best_plan(problem, settings, progress)
    if isinstance(found, Found):
        return found.choice, certificate(problem, found, settings)
    raise no_swap(problem, found, settings)


def certificate(problem: Problem, found: Found, settings: SolverSection) -> SolverCertificate:
    """Return how a search ended."""
    window = problem.margin, problem.tolerance
    return SolverCertificate(version(settings), found.columns, found.rows, found.levels, window)


def no_swap(problem: Problem, ended: NotFound, settings: SolverSection) -> InfeasibleError:
    """Return why a search ended without a plan."""
    if ended.proven:
        return ContradictionError(problem, infeasible(problem, settings))
    return InfeasibleError("boundary.no-plan", nodes=ended.nodes)
