"""The smallest relaxation of a rule that is a number: growth, tolerance, sizes of pieces."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.explain.asking import ask, least_counted, least_in, least_surplus
from planloop.maintenance.boundary.explain.growing import Loosening, loosening
from planloop.maintenance.boundary.explain.limits import largest_limit, limit_of, with_limit
from planloop.maintenance.boundary.explain.relaxation import Relaxation, nothing
from planloop.maintenance.boundary.explain.rules import without
from planloop.maintenance.boundary.rule_names import HOLE, MOST_IN, MULTIPLE, NEW, REST, TOLERANCE
from planloop.plan.units import HECTARE, SQUARE_METRE

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from planloop.plan.settings import SolverSection

PIECES = {NEW: "relax-least-new", REST: "relax-least-rest", HOLE: "relax-least-hole"}
"""Limit for pieces → entry of ``messages/reasons.toml``."""


def more_growth(problem: Problem, rule: str, settings: SolverSection) -> Relaxation:
    """Let the boundary grow by more.

    Balance, quota and multiple limit much the same thing. Where one of them is not enough by
    itself, the others give way with it.
    """
    alone = _multiple(problem, settings) if rule == MULTIPLE else None
    found = alone or loosening(problem, settings)
    if not isinstance(found, Loosening):
        return nothing(rule, proven=found.proven)
    relaxed = found.apply(problem)
    return Relaxation(rule, "relax-growth", found.numbers(), relaxed=relaxed, proven=found.proven)


def _multiple(problem: Problem, settings: SolverSection) -> Loosening | None:
    """Return by how much the multiple must rise if that is enough by itself, or None."""
    aims = (least_counted(problem),)
    answer = ask(replace(without(problem, {MULTIPLE}), aims=aims), settings)
    if answer.choice is None or problem.counted_growth is None:
        return None
    return Loosening(0, 0, answer.values[0] - problem.counted_growth, answer.proven)


def more_tolerance(problem: Problem, settings: SolverSection) -> Relaxation:
    """Let more go out than goes in: by as little as can be."""
    aims = (least_surplus(problem),)
    answer = ask(replace(without(problem, {TOLERANCE}), aims=aims), settings)
    if answer.choice is None:
        return nothing(TOLERANCE, proven=answer.proven)
    (surplus,) = answer.values
    numbers = {
        "now_m2": f"{problem.tolerance / SQUARE_METRE:.2f}",
        "to_m2": f"{'' if answer.proven else '≤ '}{surplus / SQUARE_METRE:.2f}",
    }
    relaxed = replace(problem, tolerance=surplus)
    return Relaxation(TOLERANCE, "relax-tolerance", numbers, relaxed=relaxed, proven=answer.proven)


def more_in(problem: Problem, settings: SolverSection) -> Relaxation:
    """Let more go in: by as little as can be."""
    answer = ask(replace(without(problem, {MOST_IN}), aims=(least_in(problem),)), settings)
    if answer.choice is None:
        return nothing(MOST_IN, proven=answer.proven)
    (most,) = answer.values
    numbers = {
        "now_ha": f"{(problem.most_in or 0) / HECTARE:.6f}",
        "to_ha": f"{'' if answer.proven else '≤ '}{most / HECTARE:.6f}",
    }
    relaxed = replace(problem, most_in=most)
    return Relaxation(MOST_IN, "relax-most-in", numbers, relaxed=relaxed, proven=answer.proven)


def smaller_pieces(problem: Problem, rule: str, settings: SolverSection) -> Relaxation:
    """Let pieces be smaller: by as little as can be."""
    limit, proven = largest_limit(problem, rule, settings)
    if limit is None:
        return nothing(rule, proven=proven)
    relaxed = with_limit(problem, rule, limit)
    numbers = {
        "now_ha": f"{limit_of(problem.limits, rule) / HECTARE:.6f}",
        "to_ha": f"{'' if proven else '≥ '}{limit / HECTARE:.6f}",
        "rest_ha": f"{relaxed.limits.least_rest / HECTARE:.6f}",
    }
    return Relaxation(rule, PIECES[rule], numbers, relaxed=relaxed, proven=proven)
