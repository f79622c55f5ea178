"""Land that no legal plan can use for a requirement, seen before anything is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.control_lines.problem import NOT_ALLOWED, pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.control_lines.problem import Problem, Requirement


def usable(problem: Problem, number: int) -> list[set[int]]:
    """Return the connected land that a requirement may use, in the order of its first cells.

    Land is left out that is too small for the site as a whole; or, for patches, attached to
    nothing, smaller than a patch, and where no new site of the kind can adjoin it.

    Parameters
    ----------
    problem
        The problem.
    number
        Number of the requirement.
    """
    requirement, near = problem.requirements[number], problem.near()
    least = need(problem, number) if requirement.site else requirement.least
    holds = requirement.attached | _beside_sites(problem, number, near)
    return [
        piece
        for piece in pieces(_allowed(requirement), near)
        if sum(int(problem.area[cell]) for cell in piece) >= least
        or (not requirement.site and any(holds[cell] for cell in piece))
    ]


def _beside_sites(problem: Problem, number: int, near: list[set[int]]) -> NDArray[np.bool_]:
    """Return which cells adjoin one that may be used for a site of the same kind, shape (n,)."""
    kind, found = problem.requirements[number].kind, np.zeros(len(near), dtype=bool)
    for other, item in enumerate(problem.requirements):
        if item.site and item.kind == kind:
            for site in pieces(_allowed(item), near):
                if sum(int(problem.area[cell]) for cell in site) >= need(problem, other):
                    found[sorted(set().union(*(near[cell] for cell in site)))] = True
    return found


def _allowed(requirement: Requirement) -> set[int]:
    """Return the cells that a requirement allows."""
    return set(np.flatnonzero(requirement.rank != NOT_ALLOWED).tolist())


def need(problem: Problem, number: int) -> int:
    """Return the area that a requirement makes up for if everything is cut, dm²."""
    return sum(problem.losses[loss].area for loss in problem.losses_of(number))
