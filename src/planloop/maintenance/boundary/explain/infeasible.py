"""Why no legal swap exists: rules that contradict each other, and what would resolve that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.explain.asking import any_plan
from planloop.maintenance.boundary.explain.relaxing import (
    more_growth,
    more_in,
    more_tolerance,
    smaller_pieces,
)
from planloop.maintenance.boundary.explain.rules import present, without
from planloop.maintenance.boundary.explain.towns import wider_townships
from planloop.maintenance.boundary.explain.unlocking import fewer_locks
from planloop.maintenance.boundary.rule_names import (
    BALANCE,
    HOLE,
    MOST_IN,
    MULTIPLE,
    NEW,
    QUOTA,
    REST,
    TOLERANCE,
    TOWNSHIPS,
)

if TYPE_CHECKING:
    from planloop.maintenance.boundary.explain.relaxation import Relaxation
    from planloop.maintenance.boundary.problem import Problem
    from planloop.plan.settings import SolverSection


def infeasible(problem: Problem, settings: SolverSection) -> tuple[Relaxation, ...]:
    """Return rules that no plan keeps together, and for each what it would have to be instead.

    Parameters
    ----------
    problem
        A problem that has no plan.
    settings
        Limits of each solve.

    Notes
    -----
    Rules are left out one after the other, and for good where the rest still has no plan (a
    deletion filter): what remains contradicts itself, and without any one of them it does not. A
    solve that ends at a limit proves nothing; there the rule stays, and is not called proven.

    The contradiction is one of perhaps several. So what is said of relaxing one rule is said of the
    whole problem, all other rules as they are; it may be that this is not enough.
    """
    rules, left_out, unsure = present(problem), set[str](), set[str]()
    for rule in rules:
        answer = any_plan(without(problem, {*left_out, rule}), settings)
        if answer.choice is not None:
            continue
        (left_out if answer.proven else unsure).add(rule)
    found = [_relaxation(problem, rule, settings) for rule in rules[::-1] if rule not in left_out]
    return tuple(replace(item, proven=item.proven and item.rule not in unsure) for item in found)


def _relaxation(problem: Problem, rule: str, settings: SolverSection) -> Relaxation:
    if rule in {BALANCE, QUOTA, MULTIPLE}:
        return more_growth(problem, rule, settings)
    if rule == TOLERANCE:
        return more_tolerance(problem, settings)
    if rule == TOWNSHIPS:
        return wider_townships(problem, settings)
    if rule == MOST_IN:
        return more_in(problem, settings)
    if rule in {NEW, REST, HOLE}:
        return smaller_pieces(problem, rule, settings)
    return fewer_locks(problem, rule, settings)
