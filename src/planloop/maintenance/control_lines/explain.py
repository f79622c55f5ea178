"""Why a conflict stays: how much land is missing to make up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.control_lines.problem import NOT_ALLOWED, pieces

if TYPE_CHECKING:
    from planloop.maintenance.control_lines.problem import Choice, Problem


def missing(problem: Problem, choice: Choice, loss: int) -> int:
    """Return how much land is missing to cut a conflict, too, dm²; 0 where there would be enough.

    Everything else that the plan cuts and uses stays as it is. For a site it is what the largest
    connected land that may be used lacks; else what all patches lack together that are attached or
    large enough. Where a plan is not proven to be the best there may be enough.

    Parameters
    ----------
    problem
        The problem.
    choice
        A legal plan that leaves the conflict uncut.
    loss
        Number of the loss.
    """
    number = problem.losses[loss].requirement
    requirement, near = problem.requirements[number], problem.near()
    free = {
        cell
        for cell, use in enumerate(choice.use)
        if use in {NOT_ALLOWED, number} and requirement.rank[cell] != NOT_ALLOWED
    }
    size = [(piece, sum(int(problem.area[cell]) for cell in piece)) for piece in pieces(free, near)]
    need = problem.losses[loss].area
    if requirement.site:
        return max(0, need - max((area for _, area in size), default=0))
    need += sum(
        problem.losses[other].area for other in problem.losses_of(number) if choice.cut[other]
    )
    sites = {
        cell
        for cell, use in enumerate(choice.use)
        if use not in {NOT_ALLOWED, number} and problem.requirements[use].kind == requirement.kind
    }
    there = sum(
        area
        for piece, area in size
        if area >= requirement.least
        or any(requirement.attached[cell] or near[cell] & sites for cell in piece)
    )
    return max(0, need - there)
