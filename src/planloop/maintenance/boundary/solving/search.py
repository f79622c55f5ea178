"""Level by level, each held at what it reached while the next is solved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.solving.climb import Climb
from planloop.maintenance.boundary.solving.columns import choice_of, columns_of
from planloop.maintenance.boundary.solving.ground_rules import GroundRules
from planloop.maintenance.boundary.verify import faults
from planloop.plan.certificate import SolveLevel

if TYPE_CHECKING:
    from planloop.maintenance.boundary.pieces.clauses import Clause
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress


STOPPED = "stopped"
"""How a level ends in which a person interrupts the search, and all levels below it."""

UNSURE = 10
"""Below a level that was not closed, a level has so many times fewer nodes."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found.

    Parameters
    ----------
    choice
        The best plan.
    levels
        How each level ended.
    columns, rows
        Size of the model, with all clauses that were needed.
    clauses
        These clauses.
    """

    choice: Choice
    levels: tuple[SolveLevel, ...]
    columns: int
    rows: int
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFound:
    """A search that ended without a plan.

    Parameters
    ----------
    proven
        True where it is proven that there is none.
    nodes
        Effort.
    """

    proven: bool
    nodes: int = 0


def search(
    problem: Problem,
    settings: SolverSection,
    progress: Progress,
    start: Choice,
    known: tuple[SolveLevel, ...] = (),
) -> Found | NotFound:
    """Return the best plan, or, when a person interrupts (Ctrl-C), the best one so far.

    Parameters
    ----------
    problem
        The problem.
    settings
        Limits, seed and threads of each solve.
    progress
        Told of each level.
    start
        A plan to start from, if it is legal.
    known
        Levels of the same problem with a wider window: their bounds hold as long as the levels
        above reached the same. Empty where there is none.
    """
    rules = GroundRules(problem, settings)
    model = rules.model
    if rules.separation.fixed.impossible is not None:
        return NotFound(proven=True)
    legal = not faults(problem, start)
    if not model.columns:
        return _undecided(rules, start) if legal else NotFound(proven=True)
    best = columns_of(problem, model, start) if legal else None
    told: list[SolveLevel] = []
    same, stopped = bool(known), False
    for number, level in enumerate(model.levels):
        progress("solve", number, len(model.levels))
        bound = known[number].bound if same else math.nan
        # To close a level among plans that may not be the best by those above is not worth much.
        sure = all(item.status == "optimal" for item in told)
        limit = settings.node_limit if sure else max(1, settings.node_limit // UNSURE)
        bound = -math.inf if math.isnan(bound) else bound
        climb = Climb(rules, number, best, bound, limit, progress)
        if stopped:
            climb.status = STOPPED
        else:
            stopped = _interrupted(climb)
        if climb.best is None:
            return NotFound(proven=climb.status == "infeasible", nodes=climb.nodes)
        best = climb.best
        told.append(climb.ended())
        same = same and told[-1].value == known[number].value
        rules.hold(level, best)
    progress("solve", len(model.levels), len(model.levels))
    if best is None:
        return NotFound(proven=False)
    size = len(model.columns), len(rules.rows)
    # A later level may have come to a plan that is better by one above that was not closed.
    levels = tuple(
        item.reached(float(level.value(best)))
        for item, level in zip(told, model.levels, strict=True)
    )
    return Found(choice_of(problem, model, best), levels, *size, tuple(rules.clauses))


def _interrupted(climb: Climb) -> bool:
    """Run a climb; return whether it was interrupted and has a plan all the same.

    Raises
    ------
    KeyboardInterrupt
        It was interrupted before it had any plan.
    """
    try:
        climb.run()
    except KeyboardInterrupt:
        if climb.best is None:
            raise
        climb.status = STOPPED
        return True
    return False


def _undecided(rules: GroundRules, start: Choice) -> Found:
    """Return the only plan of a problem in which there is nothing to decide."""
    levels = [
        SolveLevel(level.name, "optimal", level.constant, level.constant, 0.0, 0.0, 0)
        for level in rules.model.levels
    ]
    return Found(start, tuple(levels), 0, len(rules.rows))
