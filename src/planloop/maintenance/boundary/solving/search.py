"""Level by level, each held at what it reached while the next is solved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.solving.climb import Climb
from planloop.maintenance.boundary.solving.columns import choice_of, columns_of
from planloop.maintenance.boundary.solving.decided import NOTHING, Decided
from planloop.maintenance.boundary.solving.ground_rules import GroundRules
from planloop.maintenance.boundary.verify import faults
from planloop.plan.certificate import SolveLevel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

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


class Search:
    """A search for the best plan, level by level.

    Parameters
    ----------
    problem
        The problem.
    settings
        Limits, seed and threads of each solve.
    progress
        Told of each level.
    decided
        What is decided beforehand.
    keep_blocks
        Whether the blocks of every level are to be at hand afterwards.

    Attributes
    ----------
    rules
        What binds, with all that was found to.
    climbs
        One for each level that was reached.
    """

    def __init__(
        self,
        problem: Problem,
        settings: SolverSection,
        progress: Progress,
        decided: Decided = NOTHING,
        *,
        keep_blocks: bool = False,
    ) -> None:
        self.problem, self.settings, self.progress = problem, settings, progress
        self.decided, self.keep_blocks = decided, keep_blocks
        self.rules = GroundRules(problem, settings, decided)
        self.climbs: list[Climb] = []

    def run(self, start: Choice, known: tuple[SolveLevel, ...] = ()) -> Found | NotFound:
        """Return the best plan, or, when a person interrupts (Ctrl-C), the best one so far.

        Parameters
        ----------
        start
            A plan to start from, if it is legal.
        known
            Levels of the same problem with a wider window: their bounds hold as long as the levels
            above reached the same. Empty where there is none.
        """
        rules, model, problem = self.rules, self.rules.model, self.problem
        if rules.separation.fixed.impossible is not None:
            return NotFound(proven=True)
        legal = not faults(problem, start) and self.decided.kept(problem, start)
        if not model.columns:
            return _undecided(rules, start) if legal else NotFound(proven=True)
        best = columns_of(problem, model, start) if legal else None
        told: list[SolveLevel] = []
        same, stopped = bool(known), False
        for number, level in enumerate(model.levels):
            self.progress("solve", number, len(model.levels))
            bound = known[number].bound if same else math.nan
            bound = -math.inf if math.isnan(bound) else bound
            # To close a level among plans that may not be the best by those above is not worth
            # much.
            sure = all(item.status == "optimal" for item in told)
            limit = self.settings.node_limit
            limit = limit if sure else max(1, limit // UNSURE)
            climb = Climb(rules, number, best, bound, limit, self.progress)
            self.climbs.append(climb)
            if stopped:
                climb.status = STOPPED
            else:
                stopped = _interrupted(climb)
            if climb.best is None:
                return NotFound(proven=climb.status == "infeasible", nodes=climb.nodes)
            if self.keep_blocks and not stopped:
                climb.keep_blocks()
            best = climb.best
            told.append(climb.ended())
            same = same and told[-1].value == known[number].value
            rules.hold(level, best)
        self.progress("solve", len(model.levels), len(model.levels))
        if best is None:
            return NotFound(proven=False)
        return self.found(best, told)

    def found(self, best: NDArray[np.int64], told: Sequence[SolveLevel]) -> Found:
        """Return what was found, with how each level ended."""
        # A later level may have come to a plan that is better by one above that was not closed.
        levels = tuple(
            item.reached(float(level.value(best)))
            for item, level in zip(told, self.rules.model.levels, strict=True)
        )
        size = len(self.rules.model.columns), len(self.rules.rows)
        choice = choice_of(self.problem, self.rules.model, best)
        return Found(choice, levels, *size, tuple(self.rules.clauses))


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
