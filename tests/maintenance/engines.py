"""All the engines that a boundary problem can be given to, asked in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.second.opinion import second_opinion
from planloop.maintenance.boundary.solving import climb
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.search import NotFound
from planloop.plan.settings import SolverSection
from planloop.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.boundary.second.engine import Engine
    from planloop.plan.certificate import SolveLevel

USUAL = SolverSection()
WHOLE, BLOCKS, SECOND = "HiGHS, the whole model", "HiGHS, block by block", "CP-SAT"
ENGINES = (WHOLE, BLOCKS, SECOND)


class Answer(NamedTuple):
    """The best plan, and how each level ended."""

    choice: Choice
    levels: tuple[SolveLevel, ...]


if TYPE_CHECKING:
    Solver = Callable[[Problem], Answer | None]
    """Returns None where it proves that there is no plan."""


def solver(name: str, cp_sat: Engine) -> Solver:
    """Return an engine by its name, given the process that CP-SAT runs in."""

    def second(problem: Problem) -> Answer | None:
        try:
            opinion = second_opinion(problem, USUAL, cp_sat)
        except InfeasibleError as error:
            if error.key == "second.infeasible":
                return None
            raise
        return Answer(opinion.choice, opinion.levels)

    return {WHOLE: whole, BLOCKS: by_blocks, SECOND: second}[name]


def whole(problem: Problem) -> Answer | None:
    """Solve with HiGHS, as a run does."""
    found = best_plan(problem, USUAL, silent)
    if isinstance(found, NotFound):
        assert found.proven
        return None
    return Answer(found.choice, found.levels)


def by_blocks(problem: Problem) -> Answer | None:
    """Solve with HiGHS, its blocks apart, however small the problem is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(climb, "SMALL", 0)
        return whole(problem)
