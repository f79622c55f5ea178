"""The certificate of a swap: the program that was solved, and what proves its levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.checks.optimality import lines_of, readded
from planloop.maintenance.boundary.proving.apart import apart
from planloop.maintenance.boundary.proving.bounds import Bounds
from planloop.maintenance.boundary.proving.boxed import Boxed
from planloop.maintenance.boundary.proving.founding import Founded
from planloop.maintenance.boundary.proving.parting import Parting
from planloop.maintenance.boundary.proving.telling import only_used, parts, sparse, stated
from planloop.maintenance.boundary.solving import rough
from planloop.maintenance.boundary.solving.columns import columns_of
from planloop.maintenance.boundary.solving.ground_rules import GroundRules
from planloop.maintenance.boundary.solving.highs import Program
from planloop.maintenance.boundary.solving.joining import Joined
from planloop.plan.optimality import ARITHMETIC, BLOCKS, Solved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.checks.optimality import Case
    from planloop.maintenance.boundary.model import Level, Row
    from planloop.maintenance.boundary.pieces.clauses import Clause
    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.search import Found
    from planloop.plan.optimality import Block, Optimality
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress

ROUNDS = 30
"""Times at most that a relaxed plan is solved again with the clauses that it breaks."""

SMALL = 1000
"""Up to so many cells plans are parted into cases; beyond, there would be too many of these."""

STEPS = 15_000
"""Steps of the simplex method that a level may take."""

CLEAR = 1e-5
"""Share of a step of the level by which a bound must clear what it has to."""


def proved(
    problem: Problem,
    found: Found,
    settings: SolverSection,
    progress: Progress,
) -> Optimality:
    """Return the certificate of a plan.

    Parameters
    ----------
    problem
        The problem that was solved.
    found
        The plan, which is legal, how its levels ended, and clauses that the search needed.
    settings
        Limits, seed and threads.
    progress
        Told of each level.

    Notes
    -----
    Levels about projects are proved as they were solved, as one. Each level is relaxed; the prices
    of the rows then prove most of its value. What is left is closed by parting plans into cases
    (branch and bound, of which only the prices of the last cases are kept), each level going on
    from the cases in which plans are as good by those above. Where that takes too long, blocks are
    solved by themselves and their bounds trusted. What neither reaches stays the solver's word.
    """
    prover = _Prover(problem, found, settings)
    levels = prover.model.levels
    for number, level in enumerate(levels):
        progress("certify", number, len(levels))
        prover.prove(number, level)
    progress("certify", len(levels), len(levels))
    return only_used(prover.told)


class _Prover:
    """What the levels proved so far have left."""

    def __init__(self, problem: Problem, found: Found, settings: SolverSection) -> None:
        joined = Joined.of(problem)
        self.settings, self.rules = settings, GroundRules(joined.problem, settings)
        self.model, self.cells = self.rules.model, problem.cells
        self.plan = columns_of(joined.problem, self.model, found.choice)
        self.told = stated(self.rules, self.plan)
        self.parts = parts(problem, joined, self.model)
        self.founded = Founded(self.rules.separation, self.told.ground)
        self.clauses = self.founded.take([*self.founded.of_presolve(), *found.clauses])
        ends = {level.name: level.status for level in found.levels}
        self.claimed = [all(ends[one.name] == "optimal" for one in some) for some in self.parts]
        self.cases: list[Case] = [{}]
        self.sure = True

    def prove(self, number: int, level: Level) -> None:
        """Prove a level as far as it can be."""
        value = level.value(self.plan)
        program = self._program(level, number)
        bounds = Bounds(program.costs, program.rows)
        relaxed = self._relaxed(level, program, bounds)
        roots = [[-1] for _ in self.cases]
        solved = self._solved(number, bounds, roots)
        if solved.bound < value and relaxed is not None and self.sure and self.claimed[number]:
            trees = self._parted(level, relaxed[0], bounds)
            solved = solved if trees is None else self._solved(number, bounds, trees)
        if solved.bound < value and relaxed is not None:
            solved = self._apart(number, level, bounds, relaxed[1]) or solved
        self.cases = readded(self.told, solved, lines_of(self.told, number), self.cases)[2]
        self.sure = self.sure and (solved.bound, solved.by) == (value, ARITHMETIC)
        self.told = self.told.model_copy(update={"levels": [*self.told.levels, solved]})
        self.rules.hold(level, self.plan)

    def _relaxed(
        self, level: Level, program: Program, bounds: Bounds
    ) -> tuple[Boxed, NDArray[np.float64]] | None:
        """Take the prices of the relaxed level; return its program and plan, if there are any."""
        outlined = bool(level.costs[~self.model.whole].any())
        if not self.model.columns or (self.cells > rough.LARGE and outlined):
            bounds.take(np.zeros(bounds.rows))
            return None
        relaxation = Boxed(program, self.settings)
        prices, plan = None, np.zeros(0)
        for _ in range(ROUNDS):
            relaxed = relaxation.solve_in({})
            if relaxed.values is None:
                break
            prices, plan = relaxed.prices, relaxed.values
            broken = self._learned(self.rules.separation.relaxed(relaxed.values[: self.cells]))
            if not broken:
                break
            relaxation.add(broken)
            bounds.add(broken)
        bounds.take(np.zeros(bounds.rows) if prices is None else prices)
        return None if prices is None else (relaxation, plan)

    def _learned(self, clauses: Sequence[Clause]) -> list[Row]:
        rows = self.founded.take(clauses)
        self.clauses += rows
        return rows

    def _parted(self, level: Level, relaxation: Boxed, bounds: Bounds) -> list[list[int]] | None:
        """Return how the open cases are parted, so that all are closed; None where they are not."""
        if self.cells > SMALL:
            return None
        step = int(np.gcd.reduce(level.costs)) or 1
        goal = level.value(self.plan) - level.constant - step + CLEAR * step

        def broken(values: NDArray[np.float64]) -> list[Row]:
            inside = values[: self.cells] > 0.5  # noqa: PLR2004  # they are whole
            return self._learned(self.rules.separation.against(inside))

        return Parting(relaxation, bounds, self.model.whole, goal, broken, STEPS).trees(self.cases)

    def _apart(
        self, number: int, level: Level, bounds: Bounds, relaxed: NDArray[np.float64]
    ) -> Solved | None:
        """Return the level with bounds of its blocks, if these prove more."""
        prices, first = np.zeros(bounds.rows), bounds.sets[0]
        prices[: len(first)] = first
        program = self._program(level, number)
        claimed = self.claimed[number]
        found = apart(
            self.rules, level, program, prices, self.plan, relaxed=relaxed, claimed=claimed
        )
        if found is None:
            return None
        self._learned(found.clauses)
        bounds.take(found.prices)
        solved = self._solved(number, bounds, [[-1] for _ in self.cases], found.blocks)
        return solved if solved.by == BLOCKS else None

    def _program(self, level: Level, number: int) -> Program:
        """Return a level's program, with the levels above held and every clause known."""
        held = [item.held(self.plan) for item in self.model.levels[:number]]
        count = len(self.plan)
        costs = level.costs.astype(np.float64)
        rows = [*self.model.rows, *held, *self.clauses]
        return Program(np.zeros(count), np.ones(count), self.model.whole, costs, rows)

    def _solved(
        self,
        number: int,
        bounds: Bounds,
        trees: list[list[int]],
        blocks: Sequence[Block] = (),
    ) -> Solved:
        """Return a level as the certificate tells it, with the bound that the checker finds."""
        used = sorted({0, *(-1 - step for tree in trees for step in tree if step < 0)})
        used += [len(bounds.sets) - 1] if blocks else []
        place = {old: new for new, old in enumerate(used)}
        solved = Solved(
            parts=self.parts[number],
            bound=0,
            by=ARITHMETIC,
            prices=[sparse(bounds.sets[old]) for old in used],
            cases=[
                [step if step >= 0 else -1 - place[-1 - step] for step in tree] for tree in trees
            ],
            blocks=list(blocks),
        )
        clauses = list(self.founded.clauses.values())
        self.told = self.told.model_copy(update={"clauses": clauses})
        bound, by, _ = readded(self.told, solved, lines_of(self.told, number), self.cases)
        return solved.model_copy(update={"bound": bound, "by": by})
