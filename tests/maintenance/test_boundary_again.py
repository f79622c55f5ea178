"""A swap that is solved again as land is decided on: against brute force."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.maintenance.boundary.solving import again
from planloop.maintenance.boundary.solving.again import Again
from planloop.maintenance.boundary.solving.decided import Decided
from planloop.maintenance.boundary.solving.search import Found, NotFound
from planloop.maintenance.boundary.verify import faults, value
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.brute_force import Best, best
from tests.maintenance.tiny_ground import random_ground_problem

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem

SEEDS = st.integers(0, 2**32 - 1)
SETTINGS = SolverSection()


def decisions(problem: Problem, random: np.random.Generator) -> Decided:
    """Return locks of up to two cells and one project."""
    cells = random.choice(problem.cells, size=int(random.integers(0, 3)), replace=False)
    goes = {int(cell): bool(random.integers(2)) for cell in cells}
    served = {}
    if problem.demands and random.random() < 0.5:
        served[problem.demands[int(random.integers(len(problem.demands)))].number] = bool(
            random.integers(2)
        )
    return Decided(goes, served)


def expected(problem: Problem, decided: Decided) -> Best | None:
    """Return the best plan by brute force: of a project that is forbidden, nobody has heard."""
    demands = tuple(
        replace(item, must=item.must or decided.served.get(item.number, False))
        for item in problem.demands
        if decided.served.get(item.number, True)
    )
    known = {item.number for item in demands}
    aims = tuple(
        replace(aim, serve={name: worth for name, worth in aim.serve.items() if name in known})
        for aim in problem.aims
    )
    must = any(item.must and item.number not in known for item in problem.demands)
    return None if must else best(replace(problem, demands=demands, aims=aims), decided.goes)


def check(problem: Problem, decided: Decided, found: Found | NotFound) -> None:
    """Check what was found: bounds hold, what is called optimal is, and all is as decided."""
    optimum = expected(problem, decided)
    if isinstance(found, NotFound):
        assert not found.proven or optimum is None
        return
    assert optimum is not None
    assert decided.kept(problem, found.choice)
    assert faults(problem, found.choice) == ()
    exact = True
    for level, aim in zip(found.levels, problem.aims, strict=True):
        assert level.value == value(problem, found.choice, aim)
        if exact and not np.isnan(level.bound):
            assert level.bound <= optimum.values[aim.name] <= level.value
        exact &= level.value == optimum.values[aim.name]
        assert exact or not found_optimal(found, aim.name)


def found_optimal(found: Found, name: str) -> bool:
    """Return whether a level, and all above it, are called optimal."""
    names = [level.name for level in found.levels]
    return all(level.status == "optimal" for level in found.levels[: names.index(name) + 1])


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(40), deadline=None)
def test_blocks_solved_again_are_right(seed: int) -> None:
    """With blocks alone, however small the problem: several decisions, one after the other."""
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(again, "SMALL", 0)
        kept = Again(problem, SETTINGS, silent)
        for _ in range(4):
            decided = decisions(problem, random)
            check(problem, decided, kept.solve(decided))
        # What was decided leaves nothing behind.
        assert kept.solve(Decided()) == kept.found


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(40), deadline=None)
def test_small_problems_are_solved_to_the_end(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    decided = decisions(problem, random)
    found, optimum = Again(problem, SETTINGS, silent).solve(decided), expected(problem, decided)
    check(problem, decided, found)
    assert (optimum is None) == isinstance(found, NotFound)
    if isinstance(found, Found) and optimum is not None:
        assert {level.name: level.value for level in found.levels} == optimum.values
