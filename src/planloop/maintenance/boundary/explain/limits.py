"""The largest limit for pieces with which a plan exists."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.explain.asking import any_plan
from planloop.maintenance.boundary.rule_names import HOLE, NEW, REST
from planloop.maintenance.boundary.verify import faults

if TYPE_CHECKING:
    from planloop.maintenance.boundary.ground import PieceLimits
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.plan.settings import SolverSection


def limit_of(limits: PieceLimits, rule: str) -> int:
    """Return one of the limits, dm²."""
    return {NEW: limits.least_new, REST: limits.least_rest, HOLE: limits.least_hole}[rule]


def with_limit(problem: Problem, rule: str, limit: int) -> Problem:
    """Return the problem with one of its limits lowered.

    A piece that is all new may be no smaller than any other, so that limit takes the other along.
    """
    limits = problem.limits
    if rule == NEW:
        limits = replace(limits, least_new=limit, least_rest=min(limits.least_rest, limit))
    elif rule == REST:
        limits = replace(limits, least_rest=limit)
    else:
        limits = replace(limits, least_hole=limit)
    return replace(problem, limits=limits)


def largest_limit(problem: Problem, rule: str, settings: SolverSection) -> tuple[int | None, bool]:
    """Return the largest limit with which a plan exists, and whether that is proven.

    Parameters
    ----------
    problem
        A problem that has no plan.
    rule
        The limit that is lowered.
    settings
        Limits of each solve.

    Returns
    -------
    int or None, bool
        The limit, dm²; None where none is low enough.

    Notes
    -----
    A plan that is legal with one limit is so with any smaller one, and with any larger one up to
    the size of its smallest piece. So the limit is the size of a piece of some plan: every plan
    found raises what is known to be enough to its own, and every second question is whether there
    is a plan with any more than that.
    """
    answer = any_plan(with_limit(problem, rule, 0), settings)
    if answer.choice is None:
        return None, answer.proven
    proven, least_wrong = True, limit_of(problem.limits, rule)
    enough = _up_to(problem, rule, answer.choice, 0, least_wrong)
    just_above = True
    while enough + 1 < least_wrong:
        tried = enough + 1 if just_above else (enough + least_wrong) // 2
        answer = any_plan(with_limit(problem, rule, tried), settings)
        if answer.choice is None:
            least_wrong, proven = tried, proven and answer.proven
        else:
            enough = _up_to(problem, rule, answer.choice, tried, least_wrong)
        just_above = not just_above
    return enough, proven


def _up_to(problem: Problem, rule: str, choice: Choice, low: int, high: int) -> int:
    """Return the largest limit below `high` that a choice keeps, which keeps `low`."""

    def broken(limit: int) -> int:
        return len(faults(with_limit(problem, rule, limit), choice))

    return bisect_left(range(high), 1, lo=low + 1, key=broken) - 1
