"""The rules that a user has set, by name: which there are, and the problem without some of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.rule_names import (
    BALANCE,
    HOLE,
    MOST_IN,
    MULTIPLE,
    MUST_IN,
    MUST_OUT,
    MUST_SERVE,
    NEW,
    QUOTA,
    REST,
    TOLERANCE,
    TOWNSHIPS,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from planloop.maintenance.boundary.problem import Problem


def present(problem: Problem) -> tuple[str, ...]:
    """Return the rules that the problem has, those first that a user would rather not hear of.

    Where several rules say the same, the last of them is the one to name: what a planner has
    decided before what has been issued.
    """
    limits = problem.limits
    there = {
        MULTIPLE: problem.counted_growth is not None,
        QUOTA: True,
        HOLE: limits.least_hole > 0,
        REST: limits.least_rest > 0,
        NEW: limits.least_new > 0,
        TOLERANCE: True,
        BALANCE: True,
        TOWNSHIPS: bool(problem.townships),
        MOST_IN: problem.most_in is not None,
        MUST_OUT: any(cell.locked for cell in problem.outs),
        MUST_IN: any(cell.locked for cell in problem.ins),
        MUST_SERVE: any(item.must for item in problem.demands),
    }
    return tuple(rule for rule, yes in there.items() if yes)


def without(problem: Problem, rules: Collection[str]) -> Problem:
    """Return the problem with some rules left out.

    `REST` is the size of any piece, and `NEW` the larger one of those that are all new: with `REST`
    held and `NEW` left out, all pieces are judged by the smaller limit.
    """
    limits, most = problem.limits, sum(cell.area for cell in problem.ins)
    rest = 0 if REST in rules else limits.least_rest
    lifted = PieceLimits(
        least_new=rest if NEW in rules else limits.least_new,
        least_rest=rest,
        least_hole=0 if HOLE in rules else limits.least_hole,
    )
    found = replace(problem, limits=lifted)
    if MUST_SERVE in rules:
        found = replace(found, demands=tuple(replace(item, must=False) for item in problem.demands))
    if MUST_IN in rules:
        # Without its lock the land may go in, and need not.
        ins = tuple(
            replace(cell, locked=False, filler=True) if cell.locked else cell
            for cell in problem.ins
        )
        found = replace(found, ins=ins)
    if MUST_OUT in rules:
        found = replace(found, outs=tuple(replace(cell, locked=False) for cell in problem.outs))
    if BALANCE in rules:
        found = replace(found, margin=min(problem.margin, -most))
    if TOLERANCE in rules:
        every = sum(cell.area for cell in problem.outs)
        found = replace(found, tolerance=max(problem.tolerance, every))
    if QUOTA in rules:
        found = replace(found, growth=max(problem.growth, most))
    if MULTIPLE in rules:
        found = replace(found, counted_growth=None)
    if TOWNSHIPS in rules:
        found = replace(found, townships=())
    if MOST_IN in rules:
        found = replace(found, most_in=None)
    return found
