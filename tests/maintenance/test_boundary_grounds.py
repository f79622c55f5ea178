"""Pieces and holes: every engine, their clauses and their presolve against brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planloop.maintenance.boundary.pieces.cuts import Separation
from planloop.maintenance.boundary.pieces.presolve import presolve
from tests.examples import examples
from tests.maintenance.agreement import assert_agrees, assert_explained
from tests.maintenance.brute_force import RULES, Plans, best
from tests.maintenance.brute_pieces import Land
from tests.maintenance.engines import ENGINES, solver
from tests.maintenance.tiny_case import tiny_case
from tests.maintenance.tiny_ground import random_ground_problem

if TYPE_CHECKING:
    from planloop.maintenance.boundary.second.engine import Engine
    from tests.maintenance.engines import Solver

SEEDS = st.integers(0, 2**32 - 1)
AREAS = {
    "balance",
    "swap.balance_tolerance_m2",
    "quota.issued_area_ha",
    "quota.issued_multiple",
}


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(300), deadline=None)
def test_every_level_is_the_best_there_is(cp_sat: Engine, seed: int) -> None:
    """By every engine; and where there is no plan, a run says why (which is tried now and then)."""
    problem = tiny_case(seed)
    expected = best(problem)
    for name in ENGINES:
        hypothesis.note(name)
        assert_agrees(problem, expected, solver(name, cp_sat)(problem))
    if expected is None and seed % 4 == 0:
        assert_explained(problem)


def test_where_a_solver_was_wrong(each_engine: Solver) -> None:
    """HiGHS 1.16.0 proves something false of one of the programs of this problem."""
    problem = random_ground_problem(np.random.default_rng(969_696_132))
    assert_agrees(problem, best(problem), each_engine(problem))


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(100), deadline=None)
def test_clauses_and_presolve_bar_no_legal_plan(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    separation, land = Separation(problem), Land(problem)
    for _ in range(20):
        inside = random.random(problem.cells) < random.random()
        assert (not separation.against(inside)) == (not land.broken(inside))
        separation.relaxed(random.random(problem.cells))
    fixed = presolve(problem)
    plans = Plans.keeping(problem, tuple(rule for rule in RULES if rule not in AREAS)).inside
    for plan in random.permutation(plans)[:500]:
        if land.broken(plan):
            continue
        assert fixed.impossible is None
        assert (fixed.inside[fixed.inside != plan] == -1).all()
        for clause in separation.clauses:
            head = clause.cell == -1 or plan[clause.cell] == clause.inside
            assert not head or (plan[list(clause.beside)] == clause.inside).any()
