"""Blocks solved apart: their bounds and plans against brute force.

That all levels come out right with them is shown in ``test_boundary_grounds.py``.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.maintenance.boundary.pieces.clauses import Clause
from planloop.maintenance.boundary.problem import Choice
from planloop.maintenance.boundary.solving import climb
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.blocks import blocks_of
from planloop.maintenance.boundary.solving.columns import choice_of, columns_of
from planloop.maintenance.boundary.solving.generation import Generation
from planloop.maintenance.boundary.solving.goal import Goal
from planloop.maintenance.boundary.solving.ground_rules import GroundRules
from planloop.maintenance.boundary.solving.highs import Program
from planloop.maintenance.boundary.solving.opened import FEW, opened
from planloop.maintenance.boundary.solving.pricing import Elsewhere
from planloop.maintenance.boundary.solving.search import Found, NotFound
from planloop.maintenance.boundary.solving.side_by_side import side_by_side
from planloop.maintenance.boundary.verify import faults
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.brute_force import best
from tests.maintenance.tiny_ground import random_ground_problem

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.pricing import PricedBlock

SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(100), deadline=None)
def test_bounds_are_bounds_and_plans_are_legal(seed: int) -> None:
    """Of the first level, from any prices: no bound is beyond the best there is."""
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    expected = best(problem)
    hypothesis.assume(expected is not None)
    assert expected is not None
    any_plan = best_plan(replace(problem, aims=()), SolverSection(), silent)
    assert isinstance(any_plan, Found)
    rules = GroundRules(problem, SolverSection())
    level, goal = rules.model.levels[0], Goal.of(rules.model.levels, 0)
    optimum = expected.values[level.name]
    program = Program(rules.lower, rules.upper, rules.model.whole, goal.costs, rules.rows)
    start = columns_of(problem, rules.model, any_plan.choice)
    generation = Generation(program, level.costs, rules, start)
    prices = random.normal(size=len(rules.spanning)) * random.choice([0.0, 0.01, 1.0])
    reached = generation.bound(prices, goal.least, lambda _: False)
    assert goal.bound(reached) <= optimum
    plan = generation.plan(goal.least)
    assert plan is not None, "the plan that it began with is one"
    assert faults(problem, choice_of(problem, rules.model, plan)) == ()
    assert level.value(plan) >= optimum
    better = opened(generation, plan, goal.least)
    assert better is not None
    assert faults(problem, choice_of(problem, rules.model, better)) == ()
    assert optimum <= level.value(better) <= level.value(plan)
    # With all blocks open it is the whole problem.
    assert len(generation.blocks) > FEW or level.value(better) == optimum
    fronts = generation.bound_by_fronts(level.value(plan) - level.constant, goal.step)
    # It speaks of plans that are better than the one at hand.
    assert min(goal.exactly(fronts), level.value(plan)) <= optimum


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(50), deadline=None)
def test_a_block_is_given_up_only_where_no_plan_of_it_is_cheap_enough(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    for block, again in zip(fresh_blocks(problem), fresh_blocks(problem), strict=True):
        costs = random.normal(size=len(block.columns))
        best_of_all = block.solve(costs, 0.0)
        most = best_of_all.bound + random.normal() if best_of_all.plan is not None else 0.0
        priced = again.solve(costs, 0.0, most)
        assert priced.bound <= best_of_all.bound + 1e-6
        if priced.plan is None:
            assert priced.bound > most
        else:
            assert best_of_all.plan is not None
            assert costs @ priced.plan == pytest.approx(costs @ best_of_all.plan, abs=1e-6)


def test_a_block_that_is_too_dear_is_solved_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its plans may break clause after clause: what they cost at least is known before."""
    problem = random_ground_problem(np.random.default_rng(1))
    block = max(fresh_blocks(problem), key=lambda block: len(block.columns))
    costs = np.ones(len(block.columns))
    clause = Clause(inside=True, cell=int(block.columns[0]), beside=(int(block.columns[1]),))
    looked: list[int] = []

    def broken(self: Elsewhere, *_: object) -> tuple[Clause, ...]:
        looked.append(self.cells)
        assert len(looked) == 1
        return (clause,)

    monkeypatch.setattr(Elsewhere, "broken", broken)
    assert block.solve(costs, 0.0, -1.0).plan is None
    assert not block.found


def fresh_blocks(problem: Problem) -> list[PricedBlock]:
    """Return the blocks of a problem, with all land as it was elsewhere."""
    rules = GroundRules(problem, SolverSection())
    level = rules.model.levels[0]
    goal = Goal.of(rules.model.levels, 0)
    program = Program(rules.lower, rules.upper, rules.model.whole, goal.costs, rules.rows)
    start = columns_of(problem, rules.model, Choice((), (), ()))
    return Generation(program, level.costs, rules, start).blocks


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(25), deadline=None)
def test_the_answer_does_not_depend_on_how_many_are_solved_at_once(seed: int) -> None:
    problem = random_ground_problem(np.random.default_rng(seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(climb, "SMALL", 0)
        one, two, many = (
            best_plan(problem, SolverSection(threads=threads), silent) for threads in (1, 2, 5)
        )
    assert timeless(one) == timeless(two) == timeless(many)


def timeless(found: Found | NotFound) -> Found | NotFound:
    """Return what was found without the seconds that it took."""
    if isinstance(found, NotFound):
        return found
    return replace(found, levels=tuple(replace(level, seconds=0.0) for level in found.levels))


def test_side_by_side_keeps_the_order_and_begins_nothing_after_a_fault() -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        time.sleep(0.01 * (item % 3))
        if item == 4:
            raise KeyboardInterrupt
        return item * item

    assert side_by_side(work, [3, 1, 2, 0], 3) == [9, 1, 4, 0]
    begun.clear()
    with pytest.raises(KeyboardInterrupt):
        side_by_side(work, range(4, 40), 2)
    assert len(begun) < 10


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(50), deadline=None)
def test_blocks_are_apart(seed: int) -> None:
    """Every column is in one block, no row reaches beyond one, and no two cells that adjoin do."""
    problem = random_ground_problem(np.random.default_rng(seed))
    rules = GroundRules(problem, SolverSection())
    inner = [row for row in rules.rows if row.name not in set(rules.spanning)]
    blocks = blocks_of(len(rules.model.columns), inner, rules.separation)
    number = np.full(len(rules.model.columns), -1)
    for index, block in enumerate(blocks):
        assert (number[block.columns] == -1).all()
        number[block.columns] = index
    assert (number >= 0).all()
    for row in inner:
        assert all(number[one] == number[other] for one, other in pairwise(row.columns))
    ground = problem.ground
    one, other = ground.cell[ground.left], ground.cell[ground.right]
    free = (one >= 0) & (other >= 0)
    assert (number[one[free]] == number[other[free]]).all()
