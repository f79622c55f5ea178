"""Rules of thumb for large problems: their plans are legal, and what is said of them is true.

Pieces and projects are judged by ``brute_force.py``; so is what is best.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.swap_county import county
from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.pieces.cuts import Separation
from planloop.maintenance.boundary.problem import Choice
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.solving import rough
from planloop.maintenance.boundary.solving.columns import choice_of, columns_of
from planloop.maintenance.boundary.solving.goal import Goal
from planloop.maintenance.boundary.solving.greedy import Greedy
from planloop.maintenance.boundary.solving.ground_rules import GroundRules
from planloop.maintenance.boundary.solving.highs import Program, optimise
from planloop.maintenance.boundary.solving.sketch import Sketch
from planloop.maintenance.boundary.verify import faults, value
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.brute_force import PROJECTS, RULES, Plans, best, broken
from tests.maintenance.brute_pieces import HOLE, NEW, REST, Land
from tests.maintenance.engines import USUAL
from tests.maintenance.tiny_case import tiny_case
from tests.maintenance.tiny_ground import random_problem

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem

SEEDS = st.integers(0, 2**32 - 1)
FREE = -1
PIECES = {NEW, REST, HOLE}
WINDOW = "swap.balance_tolerance_m2"
NEVER = {PROJECTS, "locks.must_in", "locks.must_out"}
"""What no plan by rules of thumb breaks; other rules are the caller's to check."""


def greedy(problem: Problem) -> Greedy:
    worth = dict(problem.aims[0].serve) if problem.aims else {}
    return Greedy(problem, Separation(problem), worth)


def all_out_is_mended(problem: Problem, separation: Separation) -> bool:
    """Return whether what is illegal with all land out that may go can be mended."""
    return Sketch(problem, separation, separation.fixed.inside == 1).all_legal()


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(200), deadline=None)
def test_plans_have_legal_pieces(seed: int) -> None:
    problem = tiny_case(seed)
    separation = Separation(problem)
    assume(separation.fixed.impossible is None)
    choice = greedy(problem).plan()
    missed = broken(problem, choice)
    assert set(faults(problem, choice)) == missed
    assert not missed & NEVER
    # Where land is joined by that of projects alone, there may be none that does.
    assert not missed & PIECES or not all_out_is_mended(problem, separation)
    assert greedy(problem).plan() == choice


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_plans_without_a_ground(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed))
    missed = broken(problem, greedy(problem).plan())
    assert not missed & (NEVER | PIECES)


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(150), deadline=None)
def test_what_is_made_of_any_plan(seed: int) -> None:
    """However many rules a plan breaks: projects have their land, and locks are kept."""
    problem, random = tiny_case(seed), np.random.default_rng(seed)
    separation = Separation(problem)
    assume(separation.fixed.impossible is None)
    fixed = separation.fixed.inside
    inside = np.where(fixed == FREE, random.random(problem.cells) < 0.5, fixed == 1)
    served = [item.number for item in problem.demands if random.random() < 0.5]
    choice = greedy(problem).like(inside, served)
    assert not broken(problem, choice) & NEVER
    assert greedy(problem).like(inside, iter(served)) == choice


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(40), deadline=None)
def test_the_best_plan_stays_as_good(seed: int) -> None:
    """What a legal plan serves is served still; by townships and the like the mender goes."""
    problem = tiny_case(seed)
    expected = best(problem)
    assume(expected is not None)
    assert expected is not None
    given_plan = chosen(problem, expected.inside)
    assert broken(problem, given_plan) == set()
    like = greedy(problem).like(expected.inside, given_plan.served)
    assert set(like.served) >= set(given_plan.served)
    if not problem.townships and problem.most_in is None and problem.counted_growth is None:
        assert broken(problem, like) == set()
    rules = GroundRules(problem, USUAL)
    columns = columns_of(problem, rules.model, given_plan)
    mended = choice_of(problem, rules.model, rules.mender.mended(columns))
    assert broken(problem, mended) == set()
    assert set(mended.served) >= set(given_plan.served)


def chosen(problem: Problem, inside: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Choice:
    """Return the plan that leaves some cells inside, and serves all projects that have their land.

    Each project's land is put to the oracle by itself.
    """
    first = len(problem.ins)
    ins = tuple(np.flatnonzero(inside[:first]).tolist())
    outs = tuple(np.flatnonzero(~inside[first:]).tolist())
    every = tuple(item.number for item in problem.demands)
    served = []
    for number in every:
        alone = replace(
            problem,
            ins=tuple(replace(cell, filler=True) for cell in problem.ins),
        )
        if PROJECTS not in broken(alone, Choice((number,), ins, outs)):
            served.append(number)
    return Choice(tuple(served), ins, outs)


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_county(seed: int) -> None:
    """The plan of the solver is a bound as long as it does without clauses; few of them hold it.

    A window of 4 ha is about half a cell of this county.
    """
    problem = replace(county(2000, seed), tolerance=4_000_000)
    rules = GroundRules(problem, USUAL)
    first = choice_of(problem, rules.model, rules.mender.first)
    assert faults(problem, first) == ()

    goal = Goal.of(rules.model.levels, 0, rules.model.whole)
    program = Program(
        rules.lower, rules.upper, rules.model.whole, goal.costs, list(rules.model.rows)
    )
    ended = optimise(program, None, SolverSection(node_limit=5), goal.least)
    assert ended.values is not None
    raw = choice_of(problem, rules.model, ended.values)
    assert set(faults(problem, raw)) & PIECES, "or there is nothing to mend"
    mended = choice_of(problem, rules.model, rules.mender.mended(ended.values))
    assert faults(problem, mended) == ()

    # Nothing is better than the bound, and neither plan is worse than it by more than a tenth.
    bound = goal.bound(ended.bound)
    for choice in (first, mended):
        assert bound <= value(problem, choice, problem.aims[0]) <= 0.9 * bound


def test_a_narrow_window() -> None:
    """In a window of 1 m² land that comes back cell by cell does not balance; exchanges do."""
    problem = replace(county(10_000, 1), tolerance=100)
    assert faults(problem, greedy(problem).plan()) == (WINDOW,)
    rules = GroundRules(problem, USUAL)
    assert faults(problem, choice_of(problem, rules.model, rules.mender.first)) == ()


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_levels_of_large_problems_are_honest(seed: int) -> None:
    assert_honest(tiny_case(seed))


def test_large_problems_have_plans() -> None:
    """Of these problems nine in ten at least reach the best first level that there is."""
    reached = [found for seed in range(40) if (found := assert_honest(tiny_case(seed))) is not None]
    assert len(reached) > 25
    assert sum(reached) >= 0.9 * len(reached)


def assert_honest(problem: Problem) -> bool | None:
    """Assert that what is said of a problem, taken for a large one, is true.

    Returns
    -------
    bool or None
        Whether there is a plan by which the first level is the best there is; None where no plan
        exists.
    """
    expected = best(problem)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rough, "LARGE", 0)
            choice, certificate = solve(problem, USUAL, silent)
    except InfeasibleError as error:
        # That none was found may be said of any problem, that there is none only of those.
        said = error.key
    else:
        said = ""
    if said:
        assert expected is None or said == "boundary.no-plan"
        return None if expected is None else False
    assert expected is not None
    assert faults(problem, choice) == ()
    assert broken(problem, choice) == set()
    plans, land = Plans.keeping(problem, RULES), Land(problem)
    costs, legal = plans.values(), np.ones(len(plans.inside), dtype=bool)
    told = Plans.one(problem, choice).values()[0].tolist()
    for number, level in enumerate(certificate.levels):
        assert level.value == told[number]
        # The best among plans that are no worse by the levels above.
        for row in np.argsort(costs[:, number], kind="stable"):
            if legal[row] and land.broken(plans.inside[row]):
                legal[row] = False
            if legal[row]:
                break
        least = int(costs[row, number])
        assert math.isnan(level.bound) or level.bound <= least <= level.value
        if level.status == "optimal":
            assert (level.value, level.bound, level.gap) == (least, least, 0.0)
        else:
            assert math.isnan(level.bound) or level.bound < level.value
        legal &= costs[:, number] <= level.value
    return certificate.levels[0].value == next(iter(expected.values.values()))
