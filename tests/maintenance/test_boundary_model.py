"""The compiled rows and costs, and the verifier, against brute force on any plan, legal or not."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.maintenance.boundary.model import compile_model
from planloop.maintenance.boundary.pieces.clauses import Clause
from planloop.maintenance.boundary.problem import Choice
from planloop.maintenance.boundary.verify import faults, value
from tests.examples import examples
from tests.maintenance.brute_force import PROJECTS, RULES, Plans, broken
from tests.maintenance.tiny_ground import random_ground_problem, random_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Model, Row
    from planloop.maintenance.boundary.problem import Problem

SEEDS = st.integers(0, 2**32 - 1)
DRAW = st.sampled_from([random_problem, random_ground_problem])
SELF_EVIDENT = {"touched", "whole", "outline"}
"""What a plan's columns of these names are is what their rows say."""


def random_choice(problem: Problem, random: np.random.Generator) -> Choice:
    """Return any plan, or one that keeps some of the rules."""
    plans = Plans.keeping(problem, RULES if random.random() < 0.5 else ())
    served = random.random(len(problem.demands)) < 0.5
    inside = random.random(problem.cells) < random.random()
    if random.random() < 0.7 and len(plans.inside):
        row = random.integers(len(plans.inside))
        inside, served = plans.inside[row], plans.served[row]
    ins = len(problem.ins)
    return Choice(
        served=tuple(problem.demands[k].number for k in np.flatnonzero(served)),
        ins=tuple(np.flatnonzero(inside[:ins]).tolist()),
        outs=tuple(np.flatnonzero(~inside[ins:]).tolist()),
    )


def columns_of(model: Model, problem: Problem, choice: Choice) -> NDArray[np.int64]:
    """Return a choice by the columns of a model, from what their names say."""
    gone = set(choice.outs)
    inside = [index in choice.ins for index in range(len(problem.ins))]
    inside += [index not in gone for index in range(len(problem.outs))]
    patches = {
        str(cell.patch): [
            k in gone for k, other in enumerate(problem.outs) if other.patch == cell.patch
        ]
        for cell in problem.outs
    }
    plan = []
    for name in model.columns:
        kind, _, what = name.partition(":")
        match kind:
            case "inside":
                plan.append(inside[int(what)])
            case "serve":
                plan.append(what in choice.served)
            case "touched":
                plan.append(any(patches[what]))
            case "whole":
                plan.append(all(patches[what]))
            case _:
                one, other = what.split(":")
                plan.append(inside[int(one)] != inside[int(other)])
    return np.array(plan, dtype=np.int64)


def holds(row: Row, plan: Sequence[int]) -> bool:
    total = sum(k * plan[column] for column, k in zip(row.columns, row.coefficients, strict=True))
    return (row.lower is None or row.lower <= total) and (row.upper is None or total <= row.upper)


@given(seed=SEEDS, draw=DRAW)
@hypothesis.settings(max_examples=examples(200), deadline=None)
def test_rows_say_what_the_rules_say(
    seed: int, draw: Callable[[np.random.Generator], Problem]
) -> None:
    random = np.random.default_rng(seed)
    problem = draw(random)
    choice = random_choice(problem, random)
    model = compile_model(problem)
    plan = columns_of(model, problem, choice).tolist()
    missed = set()
    for row in model.rows:
        if row.name.partition(":")[0] in SELF_EVIDENT:
            assert holds(row, plan)
        elif not holds(row, plan):
            missed.add(row.rule or PROJECTS)
    judged = Plans.one(problem, choice).judged()
    assert missed == {rule for rule, kept in judged.items() if not kept.all()}


@given(seed=SEEDS, draw=DRAW)
@hypothesis.settings(max_examples=examples(200), deadline=None)
def test_costs_are_what_a_plan_costs(
    seed: int, draw: Callable[[np.random.Generator], Problem]
) -> None:
    random = np.random.default_rng(seed)
    problem = draw(random)
    choice = random_choice(problem, random)
    model = compile_model(problem)
    plan = columns_of(model, problem, choice)
    expected = Plans.one(problem, choice).values()[0].tolist()
    assert [level.name for level in model.levels] == [aim.name for aim in problem.aims]
    assert [level.value(plan) for level in model.levels] == expected
    assert [value(problem, choice, aim) for aim in problem.aims] == expected


@given(seed=SEEDS, draw=DRAW)
@hypothesis.settings(max_examples=examples(300), deadline=None)
def test_the_verifier_finds_each_broken_rule(
    seed: int, draw: Callable[[np.random.Generator], Problem]
) -> None:
    random = np.random.default_rng(seed)
    problem = draw(random)
    choice = random_choice(problem, random)
    assert set(faults(problem, choice)) == broken(problem, choice)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("head", [True, False])
@pytest.mark.parametrize("others", [0, 1, 3])
def test_a_clause_is_its_truth_table(*, inside: bool, head: bool, others: int) -> None:
    """The head is of the side only if one of the others is; without a head, one of them is."""
    clause = Clause(inside, 2 if head else -1, tuple(range(3, 3 + others)))
    row = clause.row()
    for sides in product([False, True], repeat=3 + others):
        of_side = [side == inside for side in sides]
        says = any(of_side[3:]) or (head and not of_side[2])
        assert holds(row, [int(side) for side in sides]) == says
