"""Other plans than the best one, against every plan there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.maintenance.boundary.aims import TIE_BREAK
from planloop.maintenance.boundary.alternatives.front import front
from planloop.maintenance.boundary.alternatives.measures import moved, outline, points
from planloop.maintenance.boundary.alternatives.ranking import ranking
from planloop.maintenance.boundary.model import compile_model
from planloop.maintenance.boundary.problem import (
    Aim,
    AtMost,
    Choice,
    Demand,
    InCell,
    OutCell,
    Problem,
    Unlike,
)
from planloop.maintenance.boundary.rule_names import AT_MOST, UNLIKE
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.columns import columns_of
from planloop.maintenance.boundary.solving.search import Found, NotFound
from planloop.maintenance.boundary.verify import faults, value
from planloop.plan.certificate import SolveLevel
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.brute_force import RULES, Plans, broken
from tests.maintenance.brute_pieces import Land
from tests.maintenance.small_board import small_problem
from tests.maintenance.tiny_ground import NO_FACES, random_ground_problem, random_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Row

USUAL = SolverSection()
SEEDS = st.integers(0, 2**32 - 1)
DRAW = st.sampled_from([random_problem, random_ground_problem, small_problem])


class Every:
    """Every legal plan of a small problem, with what it costs by each aim."""

    def __init__(self, problem: Problem) -> None:
        plans, land = Plans.keeping(problem, RULES), Land(problem)
        kept = [row for row, inside in enumerate(plans.inside) if not land.broken(inside)]
        self.values = [tuple(row) for row in plans.values()[kept].tolist()]
        numbers = np.array([item.number for item in problem.demands], dtype=object)
        self.served = [frozenset(numbers[row]) for row in plans.served[kept]]

    def best(self, others: Sequence[frozenset[str]], distance: int) -> tuple[int, ...] | None:
        """Return the values of the best plan that is so far from some others, if there is one."""
        far = [
            values
            for values, served in zip(self.values, self.served, strict=True)
            if all(len(served ^ other) >= distance for other in others)
        ]
        return min(far, default=None)

    def pareto(self) -> list[tuple[int, ...]]:
        """Return the pairs of values that no other pair beats."""
        pairs = set(self.values)
        return sorted(
            one
            for one in pairs
            if not any(
                other != one and other[0] <= one[0] and other[1] <= one[1] for other in pairs
            )
        )


@given(seed=SEEDS, draw=DRAW, distance=st.sampled_from([1, 1, 2, 3]))
@hypothesis.settings(max_examples=examples(40), deadline=None)
def test_the_best_plans_are_those_of_brute_force(
    seed: int, draw: Callable[[np.random.Generator], Problem], distance: int
) -> None:
    problem = draw(np.random.default_rng(seed))
    count = 4
    every = Every(problem)
    found = ranking(problem, USUAL, count, distance=distance, window=0)
    values = [tuple(item.value for item in plan.levels) for plan in found.plans]
    sets = [frozenset(plan.choice.served) for plan in found.plans]
    # Of plans as good any may come first; those after it keep away from the one that did.
    assert values == [every.best(sets[:place], distance) for place in range(len(sets))]
    if len(sets) < count:
        assert found.ended == "exhausted"
        assert every.best(sets, distance) is None
    else:
        assert found.ended == "count"
    for place, plan in enumerate(found.plans):
        assert broken(problem, plan.choice) == set()
        assert faults(problem, plan.choice) == ()
        # Counted apart from what the plan says of itself.
        assert tuple(Plans.one(problem, plan.choice).values()[0].tolist()) == values[place]
        assert plan.proven
        assert plan.found == place
        best = found.plans[0]
        assert [item.value - item.loss for item in plan.levels] == list(values[0])
        served, others = set(plan.choice.served), set(best.choice.served)
        assert (set(plan.gained), set(plan.left)) == (served - others, others - served)
        for other in found.plans[:place]:
            assert len(served ^ set(other.choice.served)) >= distance


@given(seed=SEEDS, draw=DRAW, second=st.sampled_from(["outline", "moved"]))
@hypothesis.settings(max_examples=examples(40), deadline=None)
def test_the_front_is_that_of_brute_force(
    seed: int, draw: Callable[[np.random.Generator], Problem], second: str
) -> None:
    problem = draw(np.random.default_rng(seed))
    first = points(problem)
    other = outline() if second == "outline" else moved(problem)
    expected = Every(replace(problem, aims=(first, other))).pareto()
    found = front(problem, first, other, USUAL, 1000, window=0)
    assert [(point.first, point.second) for point in found.points] == expected
    assert found.complete
    for point in found.points:
        assert point.proven
        assert faults(problem, point.choice) == ()
        assert broken(problem, point.choice) == set()
        plan = Plans.one(replace(problem, aims=(first, other)), point.choice)
        assert plan.values()[0].tolist() == [point.first, point.second]


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(20), deadline=None)
def test_a_front_with_few_points_is_part_of_the_whole_one(seed: int) -> None:
    problem = random_ground_problem(np.random.default_rng(seed))
    first, other = points(problem), outline()
    expected = Every(replace(problem, aims=(first, other))).pareto()
    for most in (2, 3, 4):
        found = front(problem, first, other, USUAL, most, window=0)
        pairs = [(point.first, point.second) for point in found.points]
        assert set(pairs) <= set(expected)
        assert pairs == sorted(pairs)
        assert len(pairs) == len(expected) if found.complete else len(pairs) == most
        if expected:
            assert {pairs[0], pairs[-1]} == {expected[0], expected[-1]}


@given(seed=SEEDS, draw=DRAW)
@hypothesis.settings(max_examples=examples(100), deadline=None)
def test_what_is_asked_for_is_in_the_model_and_in_the_verifier(
    seed: int, draw: Callable[[np.random.Generator], Problem]
) -> None:
    """A legal plan is refused where brute force says that it is not what was asked for."""
    random = np.random.default_rng(seed)
    problem = draw(random)
    numbers = [item.number for item in problem.demands]
    others = tuple(
        Unlike(
            frozenset(number for number in numbers if random.random() < 0.6),
            int(random.integers(1, 4)),
        )
        for _ in range(int(random.integers(0, 3)))
    )
    plans = Plans.keeping(problem, RULES)
    costs = plans.values()
    place = int(random.integers(0, len(problem.aims)))
    most = int(np.median(costs[:, place])) if len(costs) else 0
    asked = replace(problem, unlike=others, at_most=(AtMost(problem.aims[place], most),))
    model = compile_model(asked)
    rows = [row for row in model.rows if row.rule in {UNLIKE, AT_MOST}]
    assert len(rows) == len(others) + 1
    ins = len(problem.ins)
    for row in random.permutation(len(costs))[:20].tolist():
        inside = plans.inside[row]
        choice = Choice(
            tuple(number for number, yes in zip(numbers, plans.served[row], strict=True) if yes),
            tuple(np.flatnonzero(inside[:ins]).tolist()),
            tuple(np.flatnonzero(~inside[ins:]).tolist()),
        )
        served = set(choice.served)
        near = any(len(served ^ other.served) < other.distance for other in others)
        dear = costs[row, place] > most
        expected = {name for name, yes in ((UNLIKE, near), (AT_MOST, dear)) if yes}
        assert set(faults(asked, choice)) & {UNLIKE, AT_MOST} == expected
        columns = columns_of(asked, model, choice)
        kept = {
            row.rule: all(_holds(other, columns) for other in model.rows if other.rule == row.rule)
            for row in rows
        }
        assert {name for name, yes in kept.items() if not yes} == expected


def _holds(row: Row, columns: NDArray[np.int64]) -> bool:
    total = sum(
        int(columns[column]) * value
        for column, value in zip(row.columns, row.coefficients, strict=True)
    )
    return (row.lower is None or row.lower <= total) and (row.upper is None or total <= row.upper)


@pytest.mark.parametrize("share", [1000, 500])
def test_a_project_that_has_its_land_is_served(share: int) -> None:
    """Two projects want the same land: to serve one in name alone is no other plan."""
    demands = tuple(Demand(f"P-{number}", 1, near=True, share=share) for number in (1, 2))
    ins = (InCell(NO_FACES, 500, ("P-1", "P-2")),)
    outs = (OutCell("T", NO_FACES, 500, None, 0.5, "out-small"),)
    problem = Problem(demands, ins, outs, 0, 0, 0, aims=(_count(demands),))
    found = ranking(problem, USUAL, 5, window=0)
    assert [plan.choice.served for plan in found.plans] == [("P-1", "P-2"), ()]
    assert found.ended == "exhausted"
    half = replace(problem, unlike=(Unlike(frozenset({"P-1", "P-2"})),))
    assert faults(half, Choice(("P-1",), (0,), (0,))) == (UNLIKE,)
    assert faults(half, Choice((), (), ())) == ()


def test_standings() -> None:
    """Room for one of three projects: alike, larger, and of a later tier."""
    needs = {"P-1": (1, 500), "P-2": (1, 500), "P-3": (1, 400), "P-4": (2, 500)}
    demands = tuple(Demand(number, tier, near=True) for number, (tier, _) in needs.items())
    ins = tuple(InCell(NO_FACES, area, (number,)) for number, (_, area) in needs.items())
    outs = (OutCell("T", NO_FACES, 500, None, 0.5, "out-small"),)
    land = np.array([area for _, area in needs.values()] + [0], dtype=np.int64)
    first, second = demands[:3], demands[3:]
    aims = (
        _count(first),
        replace(_count(second), name="tier-2-near"),
        Aim("weak-first", change=-land),
        Aim(TIE_BREAK, change=np.arange(1, 6, dtype=np.int64)),
    )
    problem = Problem(demands, ins, outs, 100, 0, 0, aims=aims)
    found = ranking(problem, USUAL, 9, window=0)
    told = [(plan.choice.served, plan.standing, plan.gained, plan.left) for plan in found.plans]
    assert told == [
        (("P-1",), "best", (), ()),
        (("P-2",), "as-good", ("P-2",), ("P-1",)),
        (("P-3",), "as-many", ("P-3",), ("P-1",)),
        (("P-4",), "behind", ("P-4",), ("P-1",)),
        ((), "behind", (), ("P-1",)),
    ]
    assert [[item.loss for item in plan.levels] for plan in found.plans] == [
        [0, 0, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 100, 2],
        [1, -1, 0, 3],
        [1, 0, 500, -6],
    ]


def test_a_better_plan_than_the_one_at_hand_comes_first() -> None:
    """What was to be the best, and of which nothing is proven, is not: nothing is served in it."""
    demands = (Demand("P-1", 1, near=True),)
    ins = (InCell(NO_FACES, 500, ("P-1",)),)
    outs = (OutCell("T", NO_FACES, 500, None, 0.5, "out-small"),)
    problem = Problem(demands, ins, outs, 0, 0, 0, aims=(_count(demands),))
    poor = SolveLevel("tier-1-near", "node limit", 0.0, float("nan"), float("nan"), 0.0, 1)
    found = ranking(problem, USUAL, 5, first=(Choice((), (), ()), (poor,)))
    told = [(plan.choice.served, plan.standing, plan.found) for plan in found.plans]
    assert told == [(("P-1",), "ahead", 1), ((), "behind", 0)]
    assert [plan.proven for plan in found.plans] == [True, False]
    assert found.plans[1].levels[0].bound is None


def _count(demands: tuple[Demand, ...]) -> Aim:
    return Aim("tier-1-near", serve={item.number: 1 for item in demands})


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(25), deadline=None)
def test_in_a_wide_window_projects_are_as_in_the_narrow_one(seed: int) -> None:
    """Plans that were looked for in a wide window are legal, and their bounds hold."""
    problem = random_problem(np.random.default_rng(seed))
    window = 2 * (problem.tolerance - problem.margin) + 400
    found = ranking(problem, USUAL, 3, window=window)
    best = Every(problem).best([], 1)
    assert bool(found.plans) == (best is not None)
    for plan in found.plans:
        assert broken(problem, plan.choice) == set()
    if best is None:
        return
    values = tuple(item.value for item in found.plans[0].levels)
    assert best <= values
    for mine, least, item in zip(values, best, found.plans[0].levels, strict=True):
        if item.proven:
            assert mine == least
    for one, other in pairwise(found.plans):
        assert [item.value for item in one.levels] <= [item.value for item in other.levels]


def test_points_are_by_tier() -> None:
    demands = tuple(Demand(f"P-{tier}", tier, near=True) for tier in (1, 2, 2, 3))
    problem = Problem(demands[:2] + demands[3:], (), (), 0, 0, 0)
    assert dict(points(problem).serve) == {"P-1": 3, "P-2": 2, "P-3": 1}
    assert value(problem, Choice(("P-1", "P-3"), (), ()), points(problem)) == -4


@given(seed=SEEDS, draw=DRAW)
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_joined_levels_are_as_good_as_one_after_the_other(
    seed: int, draw: Callable[[np.random.Generator], Problem]
) -> None:
    problem = draw(np.random.default_rng(seed))
    expected = Every(problem).best([], 1)
    found = best_plan(problem, USUAL, silent)
    if expected is None:
        assert isinstance(found, NotFound)
        assert found.proven
        return
    assert isinstance(found, Found)
    assert tuple(level.value for level in found.levels) == expected
    assert [level.name for level in found.levels] == [aim.name for aim in problem.aims]
    assert all(level.status == "optimal" for level in found.levels)
    assert all(level.bound == level.value for level in found.levels)
