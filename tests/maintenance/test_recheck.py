"""What a certificate takes on trust, put to CP-SAT: it confirms what is true, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from planloop.maintenance.boundary.problem import Choice
from planloop.maintenance.boundary.proving import apart, prove
from planloop.maintenance.boundary.second.recheck import Opinion, rechecked
from planloop.maintenance.boundary.verify import faults, value
from planloop.messages import LANGUAGES
from planloop.plan.certificate import SolveLevel
from tests.checks.certificates import (
    APART,
    USUAL,
    altered,
    by_blocks,
    certificate,
    found,
    of_seed,
    solver_of,
)
from tests.maintenance.tiny_case import tiny_case

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.search import Found
    from planloop.plan.optimality import Optimality


SERVING = 5
"""Seed of a problem in which to change nothing is legal, and not the best."""


@pytest.fixture(scope="module")
def case() -> tuple[Problem, Found, Optimality]:
    """Return a problem, its plan, and a certificate that rests on blocks."""
    problem = tiny_case(APART)
    ended = found(problem)
    assert ended is not None
    return problem, ended, by_blocks(problem, ended)


def test_true_bounds_of_blocks_are_confirmed(case: tuple[Problem, Found, Optimality]) -> None:
    problem, ended, told = case
    opinions = list(rechecked(told, solver_of(problem, ended), USUAL))
    trusted = sum(block.bound is not None for solved in told.levels for block in solved.blocks)
    assert len([item for item in opinions if item.block is not None]) == trusted > 0
    assert {item.outcome for item in opinions} == {"confirmed"}


def test_a_raised_bound_of_a_block_is_refuted(case: tuple[Problem, Found, Optimality]) -> None:
    problem, ended, told = case
    (place, *_) = (n for n, solved in enumerate(told.levels) if solved.blocks)

    def raised(data: Any) -> None:  # noqa: ANN401  # plain data
        data["levels"][place]["blocks"][0]["bound"] += 1e3

    opinions = list(rechecked(altered(told, raised), solver_of(problem, ended), USUAL))
    assert opinions[0].outcome == "refuted"
    assert all(item.outcome == "confirmed" for item in opinions[1:])


def test_what_is_the_solvers_word_is_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without cases and blocks prices leave gaps; CP-SAT closes them."""
    problem, ended, whole = of_seed(APART)
    monkeypatch.setattr(prove, "SMALL", 0)
    monkeypatch.setattr(apart, "FEWEST", 10**6)
    told = certificate(problem, ended)
    gaps = [solved for solved in told.levels if solved.bound < solved.value(told.plan)]
    assert gaps
    opinions = list(rechecked(told, solver_of(problem, ended), USUAL))
    names = {part.name for solved in gaps for part in solved.parts}
    assert {item.level for item in opinions} <= names
    assert {(item.block, item.outcome) for item in opinions} == {(None, "confirmed")}
    assert list(rechecked(whole, solver_of(problem, ended), USUAL)) == [], "nothing is trusted"


def test_a_plan_that_is_not_the_best_is_refuted() -> None:
    """The plan that changes nothing, said to be the best."""
    problem, ended, _ = of_seed(SERVING)
    nothing = Choice((), (), ())
    assert faults(problem, nothing) == ()
    values = [float(value(problem, nothing, aim)) for aim in problem.aims]
    levels = tuple(
        SolveLevel(aim.name, "optimal", one, one, 0.0, 0.0, 0)
        for aim, one in zip(problem.aims, values, strict=True)
    )
    claimed = replace(ended, choice=nothing, levels=levels)
    assert values[0] > ended.levels[0].value
    told = certificate(problem, claimed)
    opinions = list(rechecked(told, solver_of(problem, claimed), USUAL))
    assert opinions[0] == Opinion(ended.levels[0].name, None, "refuted")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("outcome", ["confirmed", "open", "refuted"])
@pytest.mark.parametrize("block", [None, 3])
def test_opinions_in_words(lang: str, outcome: str, block: int | None) -> None:
    text = Opinion("weak-first", block, outcome).text(lang)
    assert "{" not in text
    assert ("3" in text) == (block is not None)
