"""A swap that balances in both ledgers: that of the faces and that of the delivered pieces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import InfeasibleError
from planloop.geometry.area import area
from planloop.maintenance.boundary.solve import certificate, no_swap
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.search import NotFound
from planloop.maintenance.follow import follow
from planloop.plan.change_set import TRANSFER_IN, TRANSFER_OUT

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.situation import Situation
    from planloop.plan.certificate import SolveLevel, SolverCertificate
    from planloop.plan.change_set import ChangeSet
    from planloop.progress import Progress

ATTEMPTS = 5
"""How often the swap is solved, with an ever narrower window, until both ledgers balance."""


@dataclass(frozen=True, slots=True, eq=False)
class Swap:
    """A swap that balances in both ledgers.

    Parameters
    ----------
    problem
        The problem, with the window in which it was solved at last.
    choice
        What was chosen.
    certificate
        How the solver ended.
    changes
        What follows from it.
    """

    problem: Problem
    choice: Choice
    certificate: SolverCertificate
    changes: ChangeSet


def balanced_swap(situation: Situation, problem: Problem, progress: Progress) -> Swap:
    """Choose a swap that balances in both ledgers.

    The solver balances the faces' whole areas; the law counts the areas of the delivered pieces,
    each rounded to 0.01 m². Where the latter (or their exact sum) miss the window, the former's is
    narrowed by as much and solved again. What the first run proved holds of all: its window is the
    widest.

    Raises
    ------
    InfeasibleError
        No legal swap exists or none was found; or none that balances in both ledgers.
    """
    settings = situation.settings
    below = above = 0
    first: SolverCertificate | None = None
    for _ in range(ATTEMPTS):
        narrowed = replace(
            problem, margin=problem.margin + below, tolerance=problem.tolerance - above
        )
        found = best_plan(narrowed, settings.solver, progress)
        if isinstance(found, NotFound):
            if first is None:
                raise no_swap(narrowed, found, settings.solver)
            break
        choice, ended = found.choice, certificate(found, settings.solver)
        first = first or ended
        changes = follow(situation, narrowed, choice)
        least, most = _delivered_surplus(changes, settings.roles.boundary, situation.fabric.epsg)
        if problem.margin <= least and most <= problem.tolerance:
            levels = proven(first.levels, ended.levels)
            return Swap(narrowed, choice, replace(ended, levels=levels), changes)
        below += max(0, problem.margin - least)
        above += max(0, most - problem.tolerance)
    raise InfeasibleError("boundary.ledgers", tolerance=settings.swap.balance_tolerance_m2)


def proven(first: tuple[SolveLevel, ...], last: tuple[SolveLevel, ...]) -> tuple[SolveLevel, ...]:
    """Return the levels of the last run with the bounds of the first, whose window was the widest.

    A bound of the first run stands as long as the levels above reached the same; from the first
    level that did not, nothing is known of the wider window any more.
    """
    levels = []
    same = True
    for one, other in zip(first, last, strict=True):
        bound = one.bound if same else np.nan
        gap = (other.value - bound) / max(1.0, abs(other.value))
        if other.value == one.value and same:
            levels.append(replace(other, status=one.status, bound=bound, gap=one.gap))
        else:
            status = "gap" if other.status == "optimal" else other.status
            levels.append(replace(other, status=status, bound=bound, gap=gap))
        same &= other.value == one.value
    return tuple(levels)


def _delivered_surplus(changes: ChangeSet, boundary: str, epsg: int) -> tuple[int, int]:
    """Return Σ out - Σ in of the pieces' own areas, dm²: the least and the most of two counts.

    One count rounds each piece, as the law does; the other their exact sum.
    """
    rounded, exact = 0, 0.0
    for kind, sign in ((TRANSFER_OUT, 1), (TRANSFER_IN, -1)):
        shapes = np.asarray(changes.of(boundary, kind).geometry.array, dtype=object)
        sizes = area(shapes, epsg=epsg) * 100.0
        rounded += sign * int(np.floor(sizes + 0.5).sum())
        exact += sign * float(sizes.sum())
    return min(rounded, int(np.floor(exact))), max(rounded, int(np.ceil(exact)))
