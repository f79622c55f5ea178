"""A swap that was chosen, and stays open: a planner decides on some land, and the rest follows.

Blocks hang together by a few rows only. What is decided touches few of them; the others keep their
prices, their bounds and all plans that were found for them, so that only the touched ones are
solved anew, and then a plan of each is chosen.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.solving.best_plan import best_plan, head_start
from planloop.maintenance.boundary.solving.climb import SMALL
from planloop.maintenance.boundary.solving.columns import columns_of
from planloop.maintenance.boundary.solving.joining import Joined
from planloop.maintenance.boundary.solving.opened import opened
from planloop.maintenance.boundary.solving.search import Found, NotFound, Search
from planloop.plan.certificate import SolveLevel, gap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.climb import Climb
    from planloop.maintenance.boundary.solving.decided import Decided
    from planloop.maintenance.boundary.solving.generation import Generation
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress

FARTHER = 1.2
"""So many times as far from its bound as usual, a plan is one that may well be improved."""

PRICED = 2
"""Times that all blocks are then solved anew."""


class Again:
    """A problem whose best plan was found, and is looked for again as a planner decides on land.

    Parameters
    ----------
    problem
        The problem.
    settings
        Limits, seed and threads of each solve.
    progress
        Told of each level, the first time.

    Attributes
    ----------
    found
        What was found with nothing decided.
    """

    def __init__(self, problem: Problem, settings: SolverSection, progress: Progress) -> None:
        self._problem, self._settings, self._progress = problem, settings, progress
        self._joined = Joined.of(problem)
        start, known = head_start(self._joined.problem, settings, progress)
        large = problem.cells > SMALL
        self._search = Search(self._joined.problem, settings, progress, keep_blocks=large)
        found = self._search.run(start, known)
        self.found = found if isinstance(found, NotFound) else self._joined.parted(problem, found)
        self._share_plans()

    def _share_plans(self) -> None:
        """Let every level know the plans of blocks that others found, and the plan itself."""
        levels = [climb.generation for climb in self._search.climbs if climb.generation]
        if isinstance(self.found, NotFound) or not levels:
            return
        problem, model = self._search.problem, self._search.rules.model
        levels[0].take(columns_of(problem, model, self.found.choice))
        for one in levels:
            for other in levels:
                for number, plans in enumerate(one.plans if one is not other else ()):
                    for plan in plans:
                        other.add(number, plan)

    def solve(self, decided: Decided) -> Found | NotFound:
        """Return the best plan in which all is as decided.

        Blocks in which nothing is decided, and that need not make up for it, do what they did.
        What was decided earlier does not count any more.
        """
        first = self.found
        if isinstance(first, NotFound) or decided.kept(self._problem, first.choice):
            return first
        found = self._level_by_level(decided) if self._problem.cells > SMALL else None
        if found is None:
            return best_plan(self._problem, self._settings, self._progress, decided)
        return found if isinstance(found, NotFound) else self._joined.parted(self._problem, found)

    def _level_by_level(self, decided: Decided) -> Found | NotFound | None:
        """Return the best plan that blocks are put together to; None where none was."""
        search = self._search
        problem, model = search.problem, search.rules.model
        columns = decided.columns(problem, model)
        best: NDArray[np.int64] | None = None
        limits: dict[str, int] = {}
        told = []
        for climb in search.climbs:
            if climb.generation is None:
                return None
            level = _Level(climb, climb.generation, columns, limits)
            best = level.solved(best)
            if level.impossible:
                return NotFound(proven=True)
            if best is None:
                return None
            told.append(level.ended(best))
            limits[f"hold:{climb.level.name}"] = climb.level.value(best) - climb.level.constant
        return None if best is None else search.found(best, told)


def _after(rounds: int) -> Callable[[float], bool]:
    """Return what says, whatever the bound, that so many rounds are enough."""
    left = iter(range(rounds - 1, -1, -1))
    return lambda _: next(left) == 0


class _Level:
    """One level, solved again.

    Parameters
    ----------
    climb
        How it was solved first.
    blocks
        Its blocks.
    columns
        Columns that are decided, and their values.
    limits
        What rows that hold levels above are not to exceed.
    """

    def __init__(
        self,
        climb: Climb,
        blocks: Generation,
        columns: Mapping[int, int],
        limits: Mapping[str, int],
    ) -> None:
        self.climb, self.blocks, self.columns, self.limits = climb, blocks, columns, limits
        self.bound, self.impossible = -np.inf, False
        self._began = time.perf_counter()

    def solved(self, best: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
        """Return the best plan by the level, from the best by those above, shape (m,), if any."""
        blocks, goal = self.blocks, self.climb.goal
        if best is not None:
            blocks.take(best)
        usual = self._usual
        with blocks.decided(self.columns, self.limits):
            reached = blocks.bound_again(goal.least)
            if np.isposinf(reached):
                self.impossible = True
                return None
            self.bound = goal.bound(reached)
            best = self._better(best, blocks.plan(goal.least))
            if best is None or self._closed(best):
                return best
            value = self.climb.level.value(best) - self.climb.level.constant
            self._prove(goal.exactly(blocks.bound_by_fronts(value, goal.step)))
            if not self._closed(best) and self.climb.ended().status == "optimal":
                reached = blocks.bound(blocks.prices, goal.least, lambda _: False)
                self._prove(goal.bound(reached))
            best = self._better(best, blocks.plan(goal.least))
            if best is None or self._closed(best):
                return best
            if self.climb.level.value(best) - self.bound <= FARTHER * usual:
                return best
            # Land is worth something else now, and plans that were not worth knowing may be.
            prices = blocks.prices_known()
            self._prove(goal.bound(blocks.bound(prices, goal.least, _after(PRICED))))
            best = self._better(best, opened(blocks, best, goal.least))
            return self._better(best, blocks.plan(goal.least))

    def ended(self, best: NDArray[np.int64]) -> SolveLevel:
        """Return how it ended."""
        level, value = self.climb.level, float(self.climb.level.value(best))
        seconds = time.perf_counter() - self._began
        if self._closed(best):
            return SolveLevel(level.name, "optimal", value, value, 0.0, seconds, 0)
        bound = self.bound if np.isfinite(self.bound) else np.nan
        return SolveLevel(level.name, "gap", value, bound, gap(value, bound), seconds, 0)

    @property
    def _usual(self) -> float:
        """How far the plan with nothing decided lies from the bound of its blocks."""
        plan = self.climb.best
        bound = self.climb.goal.bound(self.blocks.reached)
        return 0.0 if plan is None else self.climb.level.value(plan) - bound

    def _closed(self, best: NDArray[np.int64]) -> bool:
        return self.climb.level.value(best) <= self.bound

    def _prove(self, bound: float) -> None:
        self.bound = max(self.bound, bound)

    def _better(
        self, best: NDArray[np.int64] | None, plan: NDArray[np.int64] | None
    ) -> NDArray[np.int64] | None:
        """Return the better of two plans; one that is not legal, or not as decided, is none."""
        better = self.climb.rules.better(self.climb.level, best, plan)
        return best if better is None else better
