"""Rings of cells round balls, against sets grown step by step."""

from __future__ import annotations

import hypothesis
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planloop.geometry.neighbours import NONE
from planloop.maintenance.boundary.pieces.balls import RADIUS
from planloop.maintenance.boundary.pieces.clauses import Clause, clauses_of
from planloop.maintenance.boundary.pieces.judging import Judge
from planloop.maintenance.boundary.pieces.pool import Pool
from planloop.maintenance.boundary.pieces.presolve import presolve
from tests.examples import examples
from tests.maintenance.tiny_ground import random_ground_problem


@given(seed=st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=examples(100), deadline=None)
def test_all_balls_that_are_too_small_give_their_clauses(seed: int) -> None:
    problem = random_ground_problem(np.random.default_rng(seed))
    judge, state = Judge(problem), presolve(problem).nodes
    ground, limits = problem.ground, problem.limits
    expected: set[Clause] = set()
    for inside, limit in ((True, limits.least_rest + limits.least_new), (False, limits.least_hole)):
        for start in np.flatnonzero(state != (not inside)).tolist() if limit else []:
            ball = np.array([start])
            for _ in range(RADIUS):
                if not judge.too_small(ball, inside=inside):
                    break
                around = ground.beside(ball)
                around = around[state[around] != (not inside)]
                if not len(around):
                    break
                found = clauses_of(ground, state, ball, inside=inside)
                head = NONE if (state[ball] == inside).any() else int(ground.cell[start])
                expected.update(clause for clause in found if clause.cell == head)
                ball = np.append(ball, around)
    assert set(Pool(judge, state).clauses) == expected
