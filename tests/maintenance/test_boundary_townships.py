"""Townships that balance by themselves, and the most that may go in, against brute force."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.explain.infeasible import infeasible
from planloop.maintenance.boundary.explain.project import explain_project
from planloop.maintenance.boundary.explain.towns import widened
from planloop.maintenance.boundary.model import compile_model
from planloop.maintenance.boundary.problem import Choice, Demand, InCell, OutCell, Problem, Township
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.solving.ground_rules import GroundRules
from planloop.maintenance.boundary.verify import faults
from planloop.messages import LANGUAGES
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.agreement import assert_best
from tests.maintenance.bounded import bounded
from tests.maintenance.brute_force import PROJECTS, RULES, Plans, best, broken, has_plan
from tests.maintenance.small_board import small_problem
from tests.maintenance.test_boundary_model import (
    SELF_EVIDENT,
    columns_of,
    holds,
    random_choice,
)
from tests.maintenance.tiny_ground import NO_FACES, random_ground_problem, random_problem

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL = SolverSection()
SEEDS = st.integers(0, 2**32 - 1)
DRAW = st.sampled_from([random_problem, random_ground_problem])
TOWNSHIPS, MOST_IN = "swap.township_tolerance_ha", "swap.most_in_ha"

# The compiled rows and the verifier, on any plan


@given(seed=SEEDS, draw=DRAW)
@hypothesis.settings(max_examples=examples(150), deadline=None)
def test_rows_and_verifier_say_what_the_rules_say(
    seed: int, draw: Callable[[np.random.Generator], Problem]
) -> None:
    random = np.random.default_rng(seed)
    problem = bounded(draw(random), random)
    choice = random_choice(problem, random)
    model = compile_model(problem)
    plan = columns_of(model, problem, choice).tolist()
    missed = {
        row.rule or PROJECTS
        for row in model.rows
        if row.name.partition(":")[0] not in SELF_EVIDENT and not holds(row, plan)
    }
    judged = Plans.one(problem, choice).judged()
    assert missed == {rule for rule, kept in judged.items() if not kept.all()}
    assert set(faults(problem, choice)) == broken(problem, choice)


# The solver


@given(seed=SEEDS, draw=DRAW)
@hypothesis.settings(max_examples=examples(100), deadline=None)
def test_every_level_is_the_best_there_is(
    seed: int, draw: Callable[[np.random.Generator], Problem]
) -> None:
    random = np.random.default_rng(seed)
    assert_best(bounded(draw(random), random))


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_the_widening_is_the_smallest(seed: int) -> None:
    """Whatever else binds: brute force has a plan with the relaxation, and none with 1 dm² less."""
    random = np.random.default_rng(seed)
    problem = bounded(small_problem(random), random)
    if best(problem) is not None:
        return
    for item in infeasible(problem, USUAL):
        assert item.proven
        for lang in LANGUAGES:
            assert "{" not in item.text(lang)
        if item.relaxed is not None:
            assert has_plan(item.relaxed, RULES)
        if item.rule == TOWNSHIPS:
            rest = tuple(rule for rule in RULES if rule != TOWNSHIPS)
            assert (item.relaxed is not None) == has_plan(problem, rest)
            if item.relaxed is not None:
                by = item.relaxed.townships[0].most - problem.townships[0].most
                assert not has_plan(widened(problem, by - 1), RULES)
        if item.rule == MOST_IN and item.relaxed is not None:
            assert item.relaxed.most_in is not None
            assert not has_plan(replace(problem, most_in=item.relaxed.most_in - 1), RULES)


def test_their_rows_may_span_blocks() -> None:
    """Else every cell of a township would be one block."""
    problem = over_two(least=-400, most=400, most_in=1000)
    assert {"township-least:1", "township-most:0", MOST_IN} <= set(
        GroundRules(problem, USUAL).spanning
    )


# By hand: a project over two townships


def demand(number: str, *, must: bool = False) -> Demand:
    return Demand(number, 1, near=True, must=must)


def over_two(*, least: int, most: int, must: bool = False, most_in: int | None = None) -> Problem:
    """Return a project of 10 m², 6 in the west and 4 in the east, in one cell.

    West may give 7 and 3 m², east 4 m². 10 of the west (surplus 4) balance the whole, and so do 7
    and 4 within 1 m²; 3 and 4 would not.
    """
    ins = (InCell(NO_FACES, 1000, ("P-1",)),)
    outs = tuple(
        OutCell(name, NO_FACES, area, None, 0.5, "out-small")
        for name, area in (("W-1", 700), ("W-2", 300), ("E-1", 400))
    )
    demands = (demand("P-1", must=must),)
    return Problem(
        demands,
        ins,
        outs,
        tolerance=100,
        margin=0,
        growth=0,
        aims=usual(demands, ins, outs),
        townships=(
            Township("东镇", (400,), (0, 0, 400), least, most),
            Township("西镇", (600,), (700, 300, 0), least, most),
        ),
        most_in=most_in,
    )


@pytest.mark.parametrize(
    ("least", "most", "outs"),
    [
        # The west alone gives 10 m²: its surplus is 4 m², that of the east -4 m². Weak land first:
        # 10 m² cost less than 11.
        (-400, 400, (0, 1)),
        (-400, 399, (0, 2)),
        (-399, 400, (0, 2)),
        (0, 100, (0, 2)),
    ],
)
def test_a_project_over_two_townships(least: int, most: int, outs: tuple[int, ...]) -> None:
    choice, _ = solve(over_two(least=least, most=most), USUAL, silent)
    assert (choice.served, choice.outs) == (("P-1",), outs)
    problem = over_two(least=least, most=most)
    apart = Choice(("P-1",), (0,), (0, 1))
    assert faults(problem, apart) == (() if outs == (0, 1) else (TOWNSHIPS,))


def test_a_township_that_cannot_balance() -> None:
    """The west is left with 1 m² more than it takes: with less room there is no plan."""
    problem = over_two(least=0, most=99, must=True)
    found = {item.rule: item for item in infeasible(problem, USUAL)}
    assert set(found) == {TOWNSHIPS, "locks.must_serve"}
    assert found[TOWNSHIPS].numbers == {"by_ha": "0.000001", "townships": "西镇"}
    assert found[TOWNSHIPS].proven
    assert "西镇" in found[TOWNSHIPS].text("zh")


def test_why_a_project_is_not_served_in_its_township() -> None:
    """It could be by balance and quota: without the townships nothing has to give way."""
    problem = over_two(least=0, most=99)
    choice, certificate = solve(problem, USUAL, silent)
    assert choice.served == ()
    told = explain_project(problem, choice, certificate.levels, "P-1", USUAL)
    assert (told.reason, told.proven) == ("project-bounded", True)
    assert told.numbers == {
        "rules": TOWNSHIPS,
        "balance_m2": "0.00",
        "quota_m2": "0.00",
        "multiple_m2": "0.00",
    }
    for lang in LANGUAGES:
        assert TOWNSHIPS in told.text(lang)


@pytest.mark.parametrize(("most_in", "served"), [(1000, ("P-1",)), (999, ())])
def test_the_most_that_goes_in(most_in: int, served: tuple[str, ...]) -> None:
    problem = over_two(least=-400, most=400, most_in=most_in)
    choice, certificate = solve(problem, USUAL, silent)
    assert choice.served == served
    wanted = Choice(("P-1",), (0,), (0, 1))
    assert faults(problem, wanted) == (() if served else (MOST_IN,))
    if not served:
        told = explain_project(problem, choice, certificate.levels, "P-1", USUAL)
        assert (told.reason, told.numbers["rules"]) == ("project-bounded", MOST_IN)
        forced = over_two(least=-400, most=400, most_in=most_in, must=True)
        found = {item.rule: item for item in infeasible(forced, USUAL)}
        assert set(found) == {MOST_IN, "locks.must_serve"}
        assert found[MOST_IN].numbers == {"now_ha": "0.000999", "to_ha": "0.001000"}


def test_both_limits_keep_a_project_out() -> None:
    problem = over_two(least=0, most=99, most_in=999)
    choice, certificate = solve(problem, USUAL, silent)
    told = explain_project(problem, choice, certificate.levels, "P-1", USUAL)
    assert (told.reason, told.numbers["rules"]) == (
        "project-bounded",
        f"{MOST_IN}, {TOWNSHIPS}",
    )
