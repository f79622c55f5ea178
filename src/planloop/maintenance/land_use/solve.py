"""The best choice of classes, level by level."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.model import Row
from planloop.maintenance.boundary.solving.highs import RelaxedProgram, optimise
from planloop.maintenance.land_use.model import LEVELS, Model
from planloop.maintenance.land_use.verify import faults, rank, values
from planloop.plan.certificate import SolveLevel, gap
from planloop.progress import Reached, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.solving.highs import Ended
    from planloop.maintenance.land_use.problem import Choice, Problem
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress

LEAST, NUMERIC = 0.98, 1e-6
"""Difference of value and bound at which a level is solved, as values are whole; and what floating
point may have added to a bound."""

SMALL = 400
"""Up to so many classes of all plots together, the levels are solved to the end. Beyond, the bound
is that of the relaxed program, and most plots keep to one or two classes."""

NODES = 1
"""Nodes that a level of a large problem may take: more of them were seen to gain nothing."""

NEAREST = (0,)
"""The level that keeps near to an earlier scheme, where there is one."""

GROUPS = ((1,), (2,), (3, 4))
"""Levels that are solved together: plots are counted where no area is less."""

LAST = "smallest-ids"
"""Entry of ``messages/levels.toml``: of choices as good, the first."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best choice that was found.

    Parameters
    ----------
    choice
        Class of each cell.
    levels
        How each level ended.
    columns, rows
        Size of the model.
    """

    choice: Choice
    levels: tuple[SolveLevel, ...]
    columns: int
    rows: int


def solve(problem: Problem, settings: SolverSection, progress: Progress = silent) -> Found:
    """Return the best choice of classes.

    Level by level (``messages/levels.toml``): where there is an earlier scheme, what has another
    class than there; land of groups outside their ranges; homes without a
    service; area changed; plots changed; and of choices as good the first by the order of plots,
    where the problem is small enough for that to be proven. To keep everything as it is breaks no
    rule: only locks can leave no choice.

    Parameters
    ----------
    problem
        The problem.
    settings
        Limits of each solve.
    progress
        Told of each level.

    Raises
    ------
    InfeasibleError
        No choice keeps the locks; the message names locks that contradict each other. Or the
        search ended at its limits before it found one.
    """
    if problem.was is not None and (found := _as_before(problem)):
        return found
    search = _Search(problem, settings, progress)
    groups = GROUPS if problem.was is None else (NEAREST, *GROUPS)
    for group in groups:
        search.group(group)
    if search.small:
        search.first_of_the_best()
    # A later level may have come upon a choice that is better by an earlier one.
    last = (*values(problem, search.best)[groups[0][0] :], 0)
    levels = tuple(_at(level, value) for level, value in zip(search.ended, last, strict=False))
    return Found(search.best, levels, search.model.columns, len(search.model.rows))


def _as_before(problem: Problem) -> Found | None:
    """Return the classes of the earlier scheme if every plot may have them: nothing is nearer."""
    choice = problem.near
    if None in map(problem.nearest, problem.movable) or faults(problem, choice):
        return None
    worth = (*values(problem, choice), 0)
    levels = zip((*LEVELS, LAST), worth, strict=True)
    told = (SolveLevel(name, "optimal", value, value, 0.0, 0.0, 0) for name, value in levels)
    return Found(choice, tuple(told), 0, 0)


def _at(level: SolveLevel, value: int) -> SolveLevel:
    """Return how a level ended, given its value in the end."""
    closed = "optimal" if value <= level.bound else level.status
    return replace(level.reached(value), status=closed)


def any_choice(problem: Problem, settings: SolverSection) -> tuple[Choice | None, bool]:
    """Return a choice that breaks no rule, if one was found, and whether that is proven."""
    for choice in dict.fromkeys((problem.near, problem.locked)):
        if not faults(problem, choice):
            return choice, True
    model = Model(problem)
    ended = optimise(model.program(np.zeros(model.columns), []), None, settings, LEAST)
    if ended.values is None:
        return None, ended.status == "infeasible"
    choice = model.choice_of(ended.values)
    return (None, False) if faults(problem, choice) else (choice, True)


def contradicting(problem: Problem, settings: SolverSection) -> tuple[str, ...]:
    """Return the identifiers of cells whose locks cannot be kept together.

    A deletion filter: locks are left out one after the other, for good where the rest still cannot
    be kept. What remains contradicts itself, and without any one of them it does not. A solve that
    ends at its limits proves nothing; there the lock stays.
    """
    left = problem
    for index, cell in enumerate(problem.cells):
        if cell.lock is None:
            continue
        cells = list(left.cells)
        cells[index] = replace(cell, lock=None)
        without = replace(left, cells=tuple(cells))
        found, proven = any_choice(without, settings)
        if found is None and proven:
            left = without
    return tuple(cell.id for cell in left.cells if cell.lock is not None)


class _Search:
    """The search, and the best choice so far."""

    def __init__(self, problem: Problem, settings: SolverSection, progress: Progress) -> None:
        self.problem, self.settings, self._progress = problem, settings, progress
        start, proven = any_choice(problem, settings)
        if start is None:
            if not proven:
                raise InfeasibleError("land_use.search-stopped")
            locks = ", ".join(contradicting(problem, settings))
            raise InfeasibleError("land_use.contradiction", locks=locks)
        self.best: Choice = start
        self.model = Model(problem)
        self.small = len(self.model.column) <= SMALL
        self.ended: list[SolveLevel] = []
        self._held: list[Row] = []
        self._fixed: list[Row] = []
        self._seconds, self._nodes = 0.0, 0

    def group(self, levels: tuple[int, ...]) -> None:
        """Solve one level, or two of which the first outweighs the second, and hold them."""
        model, weight = self.model, len(self.problem.movable) + 1
        costs, constant, value = np.zeros(model.columns), 0, 0
        reached = values(self.problem, self.best)
        for level in levels:
            costs = weight * costs + model.costs(level)
            constant = weight * constant + model.constant(level)
            value = weight * value + reached[level]
        bound, status = 0, "optimal"
        if value:
            status, proven = self._run(costs) if self.small else self._rounded(levels, costs)
            # Values are whole, and none is negative.
            bound = (max(0, math.ceil(proven - NUMERIC)) if math.isfinite(proven) else 0) + constant
            reached = values(self.problem, self.best)
        seconds, nodes = self._effort()
        for place, level in enumerate(levels):
            value, rest = reached[level], weight ** (len(levels) - 1 - place)
            least, bound = min(value, bound // rest), max(0, bound - value * rest)
            ended = status if status in {"node limit", "time limit"} else "gap"
            ended = "optimal" if value <= least else ended
            self.ended.append(
                SolveLevel(LEVELS[level], ended, value, least, gap(value, least), seconds, nodes)
            )
            self._held.append(model.held(level, value))
            seconds, nodes = 0.0, 0
            self._progress("solve", level, len(LEVELS), Reached(LEVELS[level], value, least))

    def _rounded(self, levels: tuple[int, ...], costs: NDArray[np.float64]) -> tuple[str, float]:
        """Solve the relaxed program for a bound, then the program with fewer classes.

        Beside what is chosen so far each plot keeps the classes that the relaxed program gives a
        part of; where it is only to be changed less, the class that it has now.
        """
        model = self.model
        program = model.program(costs, self._held)
        relaxed = RelaxedProgram(program, self.settings).solve()
        if relaxed is None:
            return "gap", 0.0
        start, upper = model.values_of(self.best), program.upper.copy()
        last = levels == GROUPS[-1]
        for (index, code), column in model.column.items():
            part = relaxed.values[column] >= NUMERIC
            wanted = code == self.problem.cells[index].now if last else part
            if not wanted and not start[column]:
                upper[column] = 0.0
        limit = min(NODES, self.settings.node_limit)
        settings = self.settings.model_copy(update={"node_limit": limit})
        self._take(optimise(replace(program, upper=upper), start, settings, LEAST))
        return "gap", relaxed.cost

    def first_of_the_best(self) -> None:
        """Of choices as good as the best, take the first.

        Whether any plot could have an earlier class at all is asked once, and again whenever one
        has been found to: mostly none can, and then no plot is asked by itself.
        """
        problem, model = self.problem, self.model
        statuses, ask = {"optimal"}, True
        for index in problem.movable:
            if self._place(index):
                if ask and not self._earlier(index, statuses):
                    break
                was = self.best
                costs = np.zeros(model.columns)
                for number, code in enumerate(problem.cells[index].classes):
                    costs[model.column[index, code]] = number
                statuses.add(self._run(costs)[0])
                ask = self.best != was
            column = model.column[index, self.best[index]]
            self._fixed.append(Row(f"first:{index}", (column,), (1,), 1, 1))
        status = min(statuses - {"optimal"}, default="optimal")
        self.ended.append(SolveLevel(LAST, status, 0.0, 0.0, 0.0, *self._effort()))

    def _place(self, index: int) -> int:
        """Return the place of a cell's class among those that it may have."""
        return self.problem.cells[index].classes.index(self.best[index])

    def _earlier(self, first: int, statuses: set[str]) -> bool:
        """Return whether some cell from one on may have an earlier class, or that is not known."""
        costs = np.zeros(self.model.columns)
        for index in self.problem.movable:
            if index >= first:
                for code in self.problem.cells[index].classes[: self._place(index)]:
                    costs[self.model.column[index, code]] = -1.0
        status, bound = self._run(costs)
        statuses.add(status)
        return status != "optimal" or bound < -LEAST

    def _run(self, costs: NDArray[np.float64]) -> tuple[str, float]:
        """Minimise from the best choice on; return how it ended, and the bound."""
        program = self.model.program(costs, [*self._held, *self._fixed])
        start = self.model.values_of(self.best)
        ended = self._take(optimise(program, start, self.settings, LEAST))
        return ended.status, -math.inf if ended.bound is None else ended.bound

    def _take(self, ended: Ended) -> Ended:
        """Take what is better than the best choice: no solver's word is taken."""
        self._seconds, self._nodes = self._seconds + ended.seconds, self._nodes + ended.nodes
        if ended.values is not None:
            choice = self.model.choice_of(ended.values)
            if not faults(self.problem, choice) and self._worth(choice) < self._worth(self.best):
                self.best = choice
        return ended

    def _effort(self) -> tuple[float, int]:
        """Return seconds and nodes since this was last asked."""
        found = self._seconds, self._nodes
        self._seconds, self._nodes = 0.0, 0
        return found

    def _worth(self, choice: Choice) -> tuple[int, ...]:
        return (*values(self.problem, choice), *rank(self.problem, choice))
