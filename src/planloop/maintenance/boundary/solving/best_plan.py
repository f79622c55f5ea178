"""The best plan of a problem: in a wide window of the balance first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.problem import Choice
from planloop.maintenance.boundary.solving.decided import NOTHING as UNDECIDED
from planloop.maintenance.boundary.solving.joining import Joined
from planloop.maintenance.boundary.solving.repair import repaired
from planloop.maintenance.boundary.solving.search import Found, NotFound, Search
from planloop.maintenance.boundary.verify import faults

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.decided import Decided
    from planloop.plan.certificate import SolveLevel
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress

WIDE = 10_000
"""Window of the balance, dm², in which branch-and-bound finds its way; narrower ones are solved
after one that wide."""

NOTHING = Choice((), (), ())
"""The plan that changes nothing."""


def best_plan(
    problem: Problem,
    settings: SolverSection,
    progress: Progress,
    decided: Decided = UNDECIDED,
    start: Choice = NOTHING,
) -> Found | NotFound:
    """Return the best plan.

    The search begins from `start`, which may be of any window: where it is not legal, a few cells
    are exchanged.

    Each level of the objective is solved with the levels above held at what they reached, from the
    plan that they reached it with. Every plan is checked in whole numbers, apart from the model;
    the solver's word is not taken for it. A level that ends at a limit keeps the best plan found so
    far and says so.

    A window of the balance narrower than 100 m² is solved in two steps: first with a window of
    100 m², whose bounds hold for the narrow one, too; then from its plan, repaired by exchanging a
    few cells. A level on which the repaired plan meets the bound is proven without another search.

    The first levels, as long as they are about projects alone, are solved as one.
    """
    joined = Joined.of(problem)
    found = _best_of(joined.problem, settings, progress, decided, start)
    return found if isinstance(found, NotFound) else joined.parted(problem, found)


def _best_of(
    problem: Problem, settings: SolverSection, progress: Progress, decided: Decided, start: Choice
) -> Found | NotFound:
    begun, known = head_start(problem, settings, progress, decided, start)
    return Search(problem, settings, progress, decided).run(begun, known)


def head_start(
    problem: Problem,
    settings: SolverSection,
    progress: Progress,
    decided: Decided = UNDECIDED,
    start: Choice = NOTHING,
) -> tuple[Choice, tuple[SolveLevel, ...]]:
    """Return a plan to start from and what is known of each level, from a wider window."""
    if problem.tolerance - problem.margin >= WIDE or not problem.outs:
        return _legal(problem, start), ()
    wide = replace(problem, tolerance=problem.margin + WIDE)
    found = Search(wide, settings, progress, decided).run(_legal(wide, start))
    if isinstance(found, NotFound):
        # The narrow window says why, in its own terms.
        return NOTHING, ()
    if not faults(problem, found.choice):
        return found.choice, found.levels
    return repaired(problem, found.choice) or NOTHING, found.levels


def _legal(problem: Problem, start: Choice) -> Choice:
    """Return a legal plan near to one, or the plan that changes nothing."""
    if start == NOTHING or not faults(problem, start):
        return start
    return repaired(problem, start) or NOTHING
