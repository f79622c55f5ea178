"""The second opinion: the same levels, solved by CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from planloop.errors import InfeasibleError, PlanloopError
from planloop.maintenance.boundary.model import compile_model
from planloop.maintenance.boundary.pieces.cuts import Separation
from planloop.maintenance.boundary.second.engine import Engine, told
from planloop.maintenance.boundary.second.program import Program
from planloop.maintenance.boundary.solving.columns import choice_of
from planloop.maintenance.boundary.verify import faults
from planloop.plan.certificate import SolveLevel, gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Level, Model
    from planloop.maintenance.boundary.pieces.clauses import Clause
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.boundary.second.program import Answer
    from planloop.plan.settings import SolverSection


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second engine found.

    Parameters
    ----------
    choice
        The best plan.
    levels
        How each level ended.
    """

    choice: Choice
    levels: tuple[SolveLevel, ...]


def second_opinion(
    problem: Problem, settings: SolverSection, engine: Engine | None = None
) -> Opinion:
    """Solve every level of a boundary problem with CP-SAT.

    The rows are those of the model, as whole numbers. Clauses for pieces and holes are added where
    a plan breaks them, and the level is solved again, until none is broken; then the level is held
    at what it reached, and the next one is solved. Every plan is checked against the rows here, and
    the last one without the model, too.

    Parameters
    ----------
    problem
        The problem.
    settings
        Of these `node_limit` (for each level, all its runs together; what a node is to CP-SAT, see
        ``cp_sat.py``) and `seed`. `time_limit_s` ends a run, with an error: no answer depends on a
        clock. `gap` and `threads` do not count: a second opinion is exact, and the same every time
        only with one worker.
    engine
        The process to ask, for who has many problems; by default one that is ended with this
        problem.

    Raises
    ------
    InfeasibleError
        No legal swap exists, or none was found within the limit.
    PlanloopError
        CP-SAT is not installed, its process failed, or its answer is wrong.
    """
    if engine is None:
        with Engine() as own:
            return second_opinion(problem, settings, own)
    search = _Search(problem, settings, engine)
    levels = tuple(search.level(level) for level in search.model.levels)
    if search.plan is None:
        raise InfeasibleError("second.no-plan", nodes=settings.node_limit)
    choice = choice_of(problem, search.model, search.plan)
    broken = faults(problem, choice)
    if broken:
        raise PlanloopError("second.illegal", rules="; ".join(broken))
    return Opinion(choice, levels)


class _Search:
    """What the levels solved so far have left: rows, clauses, and the best plan."""

    def __init__(self, problem: Problem, settings: SolverSection, engine: Engine) -> None:
        self.problem, self.settings, self.engine = problem, settings, engine
        self.model: Model = compile_model(problem)
        self.separation = Separation(problem)
        self.rows = list(self.model.rows)
        self.clauses: set[Clause] = set()
        self.plan: NDArray[np.int64] | None = None

    def level(self, level: Level) -> SolveLevel:
        """Solve a level and hold it."""
        began = perf_counter()
        nodes, branches, bound = 0, 0, None
        while nodes < self.settings.node_limit and not self._reached(level, bound):
            answer = self._run(level, self.settings.node_limit - nodes)
            nodes += answer.nodes
            branches += answer.branches
            if answer.bound is not None:
                # What bounds the plans of fewer clauses bounds those of more.
                bound = answer.bound if bound is None else max(bound, answer.bound)
            if answer.plan is None or not self._learns(level, np.array(answer.plan, np.int64)):
                break
        if self.plan is None:
            raise InfeasibleError("second.no-plan", nodes=self.settings.node_limit)
        value = level.value(self.plan)
        # The levels below may not cost this one anything.
        self.rows.append(level.held(self.plan))
        seconds = perf_counter() - began
        if self._reached(level, bound):
            return SolveLevel(level.name, "optimal", value, value, 0.0, seconds, branches)
        proved = np.nan if bound is None else float(level.constant + bound)
        left = gap(value, proved)
        return SolveLevel(level.name, "node limit", value, proved, left, seconds, branches)

    def _reached(self, level: Level, bound: int | None) -> bool:
        """Return whether the best plan costs no more than any can."""
        if self.plan is None or bound is None:
            return False
        return int(level.costs @ self.plan) <= bound

    def _run(self, level: Level, nodes: int) -> Answer:
        seed = self.settings.seed
        try:
            program = Program.of(self.rows, level.costs, self.plan, nodes=nodes, seed=seed)
        except ValidationError as error:
            raise PlanloopError("second.too-large", fault=told(error)) from None
        answer = self.engine.answer(program, self.settings.time_limit_s)
        if answer.status == "infeasible":
            raise InfeasibleError("second.infeasible")
        return answer

    def _learns(self, level: Level, plan: NDArray[np.int64]) -> bool:
        """Add the clauses that a plan breaks; keep it, if better, where there is none."""
        broken = self.separation.against(plan[: self.problem.cells] == 1)
        self.rows += [clause.row() for clause in broken if clause not in self.clauses]
        self.clauses.update(broken)
        if broken:
            return True
        if self.plan is None or level.value(plan) < level.value(self.plan):
            self.plan = plan
        return False
