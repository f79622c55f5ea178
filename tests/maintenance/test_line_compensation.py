"""The compensation of city lines against brute force: every level of every small problem."""

from __future__ import annotations

from dataclasses import replace

import hypothesis
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planloop.maintenance.control_lines.clauses import broken, smallest
from planloop.maintenance.control_lines.explain import missing
from planloop.maintenance.control_lines.model import Columns, rows
from planloop.maintenance.control_lines.objective import levels
from planloop.maintenance.control_lines.problem import (
    NOT_ALLOWED,
    Choice,
    Homes,
    Loss,
    Problem,
    Requirement,
)
from planloop.maintenance.control_lines.solve import solve
from planloop.maintenance.control_lines.verify import VALUES, faults
from planloop.messages import LANGUAGES, render
from planloop.plan.settings import SolverSection
from tests.examples import examples
from tests.maintenance.line_brute_force import legal_plans, worth
from tests.maintenance.tiny_lines import random_lines

SOLVER = SolverSection()
SEEDS = st.integers(0, 2**32 - 1)


def chosen(use: tuple[int | None, ...], cut: tuple[bool, ...]) -> Choice:
    return Choice(tuple(NOT_ALLOWED if r is None else r for r in use), cut)


@given(seed=SEEDS)
@example(seed=25_990)
@example(seed=102_270)
@example(seed=70_660_981)
@hypothesis.settings(max_examples=examples(300), deadline=None)
def test_every_level_is_the_best_there_is(seed: int) -> None:
    problem = random_lines(np.random.default_rng(seed))
    best = min(worth(problem, plan) for plan in legal_plans(problem))
    solved = solve(problem, SOLVER)
    assert faults(problem, solved.choice) == ()
    assert tuple(value(problem, solved.choice) for value in VALUES.values()) == best
    told = dict(zip(VALUES, best, strict=True))
    if problem.was is None:
        assert told.pop("lines-nearest") == 0
    assert {level.name: int(level.value) for level in solved.levels} == told
    assert solved.optimal
    assert [level.name for level in solved.levels] == list(told)
    assert all(level.bound == level.value for level in solved.levels)


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_the_verifier_calls_legal_what_is(seed: int) -> None:
    """Exactly the legal plans have no faults; model and verifier say the same of what they cost."""
    problem = random_lines(np.random.default_rng(seed))
    legal = {chosen(*plan): worth(problem, plan) for plan in legal_plans(problem)}
    columns = Columns.of(problem)
    binding, aims = [*rows(columns), *smallest(columns)], levels(columns)
    random = np.random.default_rng(seed)
    for _ in range(300):
        use = random.integers(-1, len(problem.requirements), len(problem.area)).tolist()
        choice = Choice(
            tuple(use), tuple(bool(cut) for cut in random.random(len(problem.losses)) < 0.5)
        )
        assert (faults(problem, choice) == ()) == (choice in legal)
    for choice, expected in legal.items():
        assert tuple(value(problem, choice) for value in VALUES.values()) == expected
        values = columns.values(choice)
        assert columns.choice(values) == choice
        told = dict(zip(VALUES, expected, strict=True))
        assert {level.name: level.value(values) for level in aims}.items() <= told.items()
        for row in binding:
            total = sum(
                int(values[column]) * term
                for column, term in zip(row.columns, row.coefficients, strict=True)
            )
            assert row.lower is None or total >= row.lower
            assert row.upper is None or total <= row.upper


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_clauses_hold_of_every_legal_plan_and_rule_out_the_one_that_breaks_them(seed: int) -> None:
    problem = random_lines(np.random.default_rng(seed))
    random = np.random.default_rng(seed)
    columns = Columns.of(problem)
    legal = [columns.values(chosen(*plan)) for plan in legal_plans(problem)]
    allowed = [
        [-1, *(r for r in range(len(problem.requirements)) if (cell, r) in columns.used)]
        for cell in range(len(problem.area))
    ]
    everything = (True,) * len(problem.losses)
    for _ in range(20):
        choice = Choice(tuple(int(random.choice(options)) for options in allowed), everything)
        clauses = broken(columns, choice)
        shape = {"site", "patch"} & set(faults(problem, choice))
        assert bool(clauses) == bool(shape)
        for values, keeps in [*((item, True) for item in legal), (columns.values(choice), False)]:
            for row in clauses:
                total = sum(
                    int(values[column]) * term
                    for column, term in zip(row.columns, row.coefficients, strict=True)
                )
                assert row.upper is not None
                assert (total <= row.upper) == keeps


def one(  # noqa: PLR0913  # what a problem is made of, each with a usual value
    areas: list[int],
    edges: list[tuple[int, int]],
    *,
    need: int,
    site: bool = False,
    least: int = 0,
    attached: tuple[int, ...] = (),
    ranks: list[int] | None = None,
    homes: Homes | None = None,
) -> Problem:
    """Return a problem of one requirement with one loss."""
    count = len(areas)
    want = Requirement(
        kind="green 公园绿地",
        site=site,
        least=least,
        rank=np.array(ranks or [1] * count, dtype=np.int64),
        attached=np.isin(np.arange(count), attached),
        park=True,
    )
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    problem = Problem(
        np.array(areas, dtype=np.int64),
        pairs[:, 0],
        pairs[:, 1],
        (want,),
        (Loss("ZXCQCSLVX:1", 0, need),),
    )
    return problem if homes is None else replace(problem, homes=homes)


def test_a_site_is_one_piece() -> None:
    """Two cells apart would have the area; three in a row are the site."""
    apart = one([50, 10, 50, 60, 60], [(0, 1), (1, 2)], need=101, site=True)
    solved = solve(apart, SOLVER)
    assert solved.choice == Choice((0, 0, 0, -1, -1), (True,))


def test_land_that_keeps_a_park_in_reach_comes_first() -> None:
    """The better fitting cell would leave the home without a park."""
    homes = Homes(
        area=np.array([70]),
        before=np.array([True]),
        kept=np.array([False]),
        cells=np.array([[0, 1]]),
        losses=np.array([[0, 0]]),
    )
    both = one([100, 100], [], need=90, ranks=[0, 2], homes=homes)
    assert solve(both, SOLVER).choice.use == (-1, 0)
    nobody = replace(both, homes=replace(homes, area=np.array([0])))
    assert solve(nobody, SOLVER).choice.use == (0, -1)


def test_of_plans_as_good_new_homes_decide() -> None:
    homes = Homes(
        area=np.array([70]),
        before=np.array([False]),
        kept=np.array([False]),
        cells=np.array([[0, 1]]),
        losses=np.zeros((0, 2), np.int64),
    )
    assert solve(one([100, 150], [], need=90, homes=homes), SOLVER).choice.use == (-1, 0)


def test_land_planned_green_joins_only_as_far_as_something_is_cut() -> None:
    """Every cell fits perfectly and would serve a home: one is enough."""
    homes = Homes(
        area=np.array([70, 70]),
        before=np.array([False, False]),
        kept=np.array([False, False]),
        cells=np.array([[0, 0], [1, 1]]),
        losses=np.zeros((0, 2), np.int64),
    )
    solved = solve(one([100, 100], [], need=90, ranks=[0, 0], homes=homes), SOLVER)
    assert sorted(solved.choice.use) == [-1, 0]


@pytest.mark.parametrize(
    ("problem", "lacking"),
    [
        pytest.param(one([50, 30], [], need=90, site=True), 40, id="largest piece"),
        pytest.param(one([50, 30], [(0, 1)], need=90, site=True), 10, id="one piece"),
        pytest.param(one([50, 30], [], need=90), 10, id="all together"),
        pytest.param(one([50, 30], [], need=90, least=40), 40, id="too small a patch"),
        pytest.param(one([50, 30], [], need=90, least=40, attached=(1,)), 10, id="but attached"),
        pytest.param(one([50, 30], [], need=90, ranks=[1, -1]), 40, id="not allowed"),
        pytest.param(one([5], [], need=90, least=50), 90, id="no land that is enough for a patch"),
    ],
)
def test_what_is_missing(problem: Problem, lacking: int) -> None:
    """With so much less to make up for there is a plan; with a little more there is none."""
    solved = solve(problem, SOLVER)
    assert solved.choice == Choice.nothing(problem)
    assert missing(problem, solved.choice, 0) == lacking
    for less, possible in ((lacking, lacking < problem.losses[0].area), (lacking - 1, False)):
        loss = replace(problem.losses[0], area=problem.losses[0].area - less)
        again = solve(replace(problem, losses=(loss,)), SOLVER)
        assert again.choice.cut == (possible,)


def test_nothing_to_do() -> None:
    empty = Problem(np.array([100]), np.zeros(0, np.int64), np.zeros(0, np.int64), (), ())
    solved = solve(empty, SOLVER)
    assert solved.choice == Choice((-1,), ())
    assert solved.levels == ()


def test_same_problem_same_plan() -> None:
    problem = random_lines(np.random.default_rng(7))
    assert solve(problem, SOLVER).choice == solve(problem, SOLVER).choice


@pytest.mark.parametrize("lang", LANGUAGES)
def test_levels_have_texts(lang: str) -> None:
    assert len({render(f"levels.{name}", {}, lang) for name in VALUES}) == len(VALUES)
