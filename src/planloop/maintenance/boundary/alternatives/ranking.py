"""The k best plans that differ in the projects that they serve."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from planloop.maintenance.boundary.alternatives.alternative import Alternative, Reached, standing
from planloop.maintenance.boundary.alternatives.window import best_within
from planloop.maintenance.boundary.problem import COARSE, Unlike
from planloop.maintenance.boundary.solving.search import NotFound
from planloop.maintenance.boundary.verify import value
from planloop.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.maintenance.boundary.alternatives.alternative import Standing
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.plan.certificate import SolveLevel
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress

Ended = Literal["count", "exhausted", "stopped"]
"""``count``: as many as asked for. ``exhausted``: proven that there is no other. ``stopped``: the
search for the next one ended at a limit."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Plans, the best first.

    Parameters
    ----------
    plans
        The plans.
    ended
        Why there are no more.
    """

    plans: tuple[Alternative, ...]
    ended: Ended


def ranking(  # noqa: PLR0913  # what, how many, how different, and how
    problem: Problem,
    settings: SolverSection,
    count: int,
    *,
    distance: int = 1,
    first: tuple[Choice, Sequence[SolveLevel]] | None = None,
    window: int = COARSE,
    progress: Progress = silent,
) -> Ranking:
    """Return the k best plans that differ in the projects that they serve.

    Parameters
    ----------
    problem
        The problem.
    settings
        Limits of each solve.
    count
        How many, at most.
    distance
        How many projects at least one of any two plans serves and the other does not. With more
        than 1, each plan is the best of those that far from all before it.
    first
        The best plan and how its levels ended, where they are known.
    window
        See :func:`~planloop.maintenance.boundary.alternatives.window.best_within`; 0 for the
        problem's own.
    progress
        Told of each plan.

    Notes
    -----
    Plans come in the order of the levels of the objective. Each is legal; a project that has its
    land counts as served. Of plans that serve the same, only the best is a plan of its own.
    """
    found: list[tuple[Choice, Sequence[SolveLevel]]] = []
    ended: Ended = "count"
    while len(found) < count:
        progress("alternatives", len(found), count)
        unlike = tuple(Unlike(frozenset(choice.served), distance) for choice, _ in found)
        if first is not None and not found:
            found.append(first)
            continue
        more = best_within(replace(problem, unlike=unlike), settings, window)
        if isinstance(more, NotFound):
            ended = "exhausted" if more.proven else "stopped"
            break
        found.append((more.choice, more.levels))
    progress("alternatives", count, count)
    values = [[value(problem, choice, aim) for aim in problem.aims] for choice, _ in found]
    order = sorted(range(len(found)), key=lambda place: values[place])
    plans = tuple(_alternative(problem, found, values, place, order[0]) for place in order)
    return Ranking(plans, ended)


def _alternative(
    problem: Problem,
    found: list[tuple[Choice, Sequence[SolveLevel]]],
    values: list[list[int]],
    place: int,
    best: int,
) -> Alternative:
    """Return one of the plans that were found, compared with the best of them."""
    choice, levels = found[place]
    losses = [mine - others for mine, others in zip(values[place], values[best], strict=True)]
    reached, sure = [], True
    for aim, mine, loss, level in zip(problem.aims, values[place], losses, levels, strict=False):
        bound = math.ceil(level.bound) if math.isfinite(level.bound) else None
        # A bound says nothing below a level that is not at its own.
        sure = sure and bound is not None and mine <= bound
        reached.append(Reached(aim.name, mine, loss, bound, sure, aim.of_projects))
    served, others = set(choice.served), set(found[best][0].served)
    return Alternative(
        choice=choice,
        levels=tuple(reached),
        standing=_first(place) if place == best else standing(problem, losses),
        gained=tuple(sorted(served - others)),
        left=tuple(sorted(others - served)),
        found=place,
    )


def _first(place: int) -> Standing:
    """Return the standing of the best plan: whether it is the one that was found first."""
    return "ahead" if place else "best"
