"""Whether the solvers and brute force agree on a small problem."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.verify import faults
from planloop.progress import silent
from tests.maintenance.brute_force import RULES, Plans, best, broken, has_plan
from tests.maintenance.engines import USUAL, Answer

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from tests.maintenance.brute_force import Best


def assert_best(problem: Problem) -> None:
    """Assert that the solver finds the best plan, or says why there is none."""
    expected = best(problem)
    if expected is None:
        assert_explained(problem)
        return
    choice, certificate = solve(problem, USUAL, silent)
    assert certificate.optimal
    assert_agrees(problem, expected, Answer(choice, certificate.levels))


def assert_agrees(problem: Problem, expected: Best | None, answer: Answer | None) -> None:
    """Assert that an engine has found the best plan and proven it, or that there is none."""
    if expected is None:
        assert answer is None
        return
    assert answer is not None
    assert faults(problem, answer.choice) == ()
    assert broken(problem, answer.choice) == set()
    assert {level.name: level.value for level in answer.levels} == expected.values
    # The plan itself, counted apart from the levels.
    assert Plans.one(problem, answer.choice).values()[0].tolist() == list(expected.values.values())
    for level in answer.levels:
        assert (level.status, level.gap, level.bound) == ("optimal", 0.0, level.value)


def assert_explained(problem: Problem) -> None:
    """Assert that the solver names rules that contradict each other, and none without need."""
    with pytest.raises(InfeasibleError) as caught:
        solve(problem, USUAL, silent)
    assert caught.value.key == "boundary.infeasible"
    named = rules_in(str(caught.value.params["rules"]))
    assert not has_plan(problem, named), "the rules that are named contradict each other"
    for rule in named:
        rest = tuple(item for item in named if item != rule)
        assert has_plan(problem, rest), f"{rule} is named without need"


def rules_in(text: str) -> tuple[str, ...]:
    """Return the rules that an error names."""
    return tuple(rule for rule in RULES if re.search(rf"\b{re.escape(rule)}\b", text))
