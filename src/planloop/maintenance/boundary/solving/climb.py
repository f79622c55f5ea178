"""One level of the objective: relaxations, blocks, branch and bound, until plan and bound meet."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.solving import rough
from planloop.maintenance.boundary.solving.generation import Generation
from planloop.maintenance.boundary.solving.goal import Goal
from planloop.maintenance.boundary.solving.highs import Program, RelaxedProgram, optimise
from planloop.plan.certificate import SolveLevel, gap
from planloop.progress import Reached, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.solving.ground_rules import GroundRules
    from planloop.maintenance.boundary.solving.highs import Relaxed
    from planloop.progress import Progress

ROUNDS = 30
"""Times at most that a relaxed plan is solved again with the clauses that it breaks."""

STALLED = 1e-4
"""Share of its value by which the relaxed plan must have grown worse in a few rounds to go on."""

PATIENCE = 3
"""So many rounds."""

FEWEST = 2
"""Blocks, from which on they are solved apart."""

SMALL = 1000
"""Up to so many cells, branch and bound closes a level sooner than its blocks do."""

LOOSE = (0.02, 0.005, 0.0)
"""Gaps at which branch and bound may stop, one after the other: while its plans still break
clauses, a better one is not worth much."""


class Climb:
    """The search for the best plan by one level.

    Parameters
    ----------
    rules
        The model with all rows that bind, to which clauses are added.
    number
        Of the level.
    best
        A legal plan to start from, shape (n,), or None.
    bound
        What is known of the level, or -∞.
    limit
        Branch-and-bound nodes at most.
    progress
        Told of each better plan and bound.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # what a climb starts from, and where it ends
        self,
        rules: GroundRules,
        number: int,
        best: NDArray[np.int64] | None,
        bound: float,
        limit: int,
        progress: Progress = silent,
    ) -> None:
        self.rules, self.best, self.bound, self.limit = rules, best, bound, limit
        self._progress = progress
        self.level = rules.model.levels[number]
        self.above = rules.model.levels[:number]
        self.large = rules.problem.cells > rough.LARGE
        # Outlines would make a large program several times as large.
        self.goal = Goal.of(rules.model.levels, number, rules.model.whole if self.large else None)
        self.status, self.nodes = "optimal", 0
        self.generation: Generation | None = None
        self._began = time.perf_counter()

    def run(self) -> None:
        """Search until plan and bound meet, or a limit is reached."""
        if self._closed():
            return
        if self.large:
            self._take(self.rules.mender.first)
        relaxed = self._relaxed()
        if relaxed is None:
            self.status = "infeasible"
            return
        self._prove(self.goal.bound(relaxed.cost))
        if self.large:
            self._mend(relaxed)
            return
        gaps = list(LOOSE)
        while self.best is None and self._branched(gaps):
            pass
        if self.best is not None and self.rules.problem.cells > SMALL and not self._closed():
            self._put_together(relaxed, self.best)
        while not self._closed() and self._branched(gaps):
            pass

    def keep_blocks(self) -> None:
        """See to it that blocks, and plans of them, are at hand where there are several."""
        if self.generation is None and self.best is not None and not self.large:
            relaxed = self._relaxed()
            if relaxed is not None:
                self._put_together(relaxed, self.best)

    def ended(self) -> SolveLevel:
        """Return how it ended; `optimal` only where value and bound meet."""
        seconds = time.perf_counter() - self._began
        value, name = self._value, self.level.name
        if self._closed():
            return SolveLevel(name, "optimal", value, value, 0.0, seconds, self.nodes)
        bound = self.bound if math.isfinite(self.bound) else math.nan
        status = "gap" if self.status in {"optimal", "infeasible"} else self.status
        return SolveLevel(name, status, value, bound, gap(value, bound), seconds, self.nodes)

    @property
    def _value(self) -> float:
        return math.inf if self.best is None else float(self.level.value(self.best))

    def _closed(self) -> bool:
        return self._value <= self.bound

    def _relaxed(self) -> Relaxed | None:
        """Add the clauses that relaxed plans break; return the last such plan, if there is one."""
        rules = self.rules
        relaxation = RelaxedProgram(self._program(), rules.settings)
        reached: list[float] = []
        while True:
            relaxed = relaxation.solve()
            if relaxed is None:
                return None
            reached.append(relaxed.cost)
            before = reached[-1 - PATIENCE] if len(reached) > PATIENCE else -math.inf
            stalled = relaxed.cost - before < STALLED * max(1.0, abs(relaxed.cost))
            broken = rules.separation.relaxed(relaxed.values[: rules.problem.cells])
            if not broken or stalled or len(reached) == ROUNDS:
                return relaxed
            relaxation.add(rules.add(broken))

    def _mend(self, relaxed: Relaxed) -> None:
        """Make legal plans of those that the relaxation and loose solves come to."""
        rules = self.rules
        self.status = "node limit"
        self._take(rules.mender.mended(np.rint(relaxed.values).astype(np.int64)))
        if self.level.costs[~rules.model.whole].any():
            # With all the outlines a single solve may take minutes.
            return
        settings = rules.settings.model_copy(update={"node_limit": rough.NODES})
        for _ in range(rough.TRIES):
            if self._closed():
                return
            size = abs(self.bound - self.level.constant) if math.isfinite(self.bound) else 0.0
            least = max(self.goal.least, rough.LOOSE * size)
            ended = optimise(self._program(), None, settings, least)
            self.nodes += ended.nodes
            self._prove(self.goal.bound(ended.bound))
            if ended.values is None:
                return
            rules.add(rules.separation.against(ended.values[: rules.problem.cells] == 1))
            self._take(rules.mender.mended(ended.values))

    def _put_together(self, relaxed: Relaxed, start: NDArray[np.int64]) -> None:
        """Solve blocks apart, at prices that begin as those of the relaxed plan."""
        rules, goal = self.rules, self.goal
        names = {row.name: number for number, row in enumerate(rules.rows)}
        prices = relaxed.prices[[names[name] for name in rules.spanning]]
        generation = Generation(self._program(), self.level.costs, rules, start)
        if len(generation.blocks) < FEWEST:
            return
        self.generation = generation
        value = self._value
        reached = generation.bound(prices, goal.least, lambda bound: goal.bound(bound) >= value)
        self._prove(goal.bound(reached))
        self._take(generation.plan(goal.least))
        if not self._closed():
            value = int(self._value) - self.level.constant
            self._prove(goal.exactly(generation.bound_by_fronts(value, goal.step)))
            self._take(generation.plan(goal.least))
        rules.add(generation.clauses)

    def _branched(self, gaps: list[float]) -> bool:
        """Run branch and bound once; return whether another run may bring more."""
        # Without a bound no gap is known.
        size = abs(self.bound - self.level.constant) if math.isfinite(self.bound) else 0.0
        while len(gaps) > 1 and self._value - self.bound <= gaps[0] * size:
            gaps.pop(0)
        rules = self.rules
        left = self.limit - self.nodes
        if left <= 0:
            self.status = "node limit"
            return False
        settings = rules.settings.model_copy(update={"node_limit": left})
        least = max(self.goal.least, gaps[0] * size)
        ended = optimise(self._program(), self.best, settings, least)
        self.nodes += ended.nodes
        self.status = ended.status
        self._prove(self.goal.bound(ended.bound))
        if ended.values is None:
            return False
        broken = rules.separation.against(ended.values[: rules.problem.cells] == 1)
        if broken:
            rules.add(broken)
            self.nodes += 1
            if rules.model.of_projects:
                # Which land goes is left to chance, and so is breaking clauses, again and again.
                self._take(rules.mender.mended(ended.values))
            return True
        self._take(ended.values)
        return bool(gaps.pop(0))

    def _take(self, plan: NDArray[np.int64] | None) -> None:
        """Take a plan as the best one if it is legal, better, and no worse by the levels above."""
        better = self.rules.better(self.level, self.best, plan)
        if better is None or (
            self.best is not None
            and any(level.value(better) > level.value(self.best) for level in self.above)
        ):
            return
        self.best = better
        self._tell()

    def _prove(self, bound: float) -> None:
        """Take a bound if it is better."""
        if bound > self.bound:
            self.bound = bound
            self._tell()

    def _tell(self) -> None:
        reached = Reached(self.level.name, self._value, min(self.bound, self._value))
        levels = self.rules.model.levels
        self._progress("solve", len(self.above), len(levels), reached)

    def _program(self) -> Program:
        rules = self.rules
        return Program(rules.lower, rules.upper, rules.model.whole, self.goal.costs, rules.rows)
