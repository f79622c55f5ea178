"""Why no swap exists: the contradiction by brute force, and every relaxation by forcing it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.maintenance.boundary.explain import asking
from planloop.maintenance.boundary.explain.infeasible import infeasible
from planloop.maintenance.boundary.explain.limits import limit_of, with_limit
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.problem import Demand, InCell, OutCell, Problem
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.solving.search import NotFound
from planloop.messages import LANGUAGES
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.brute_force import RULES, has_plan
from tests.maintenance.brute_pieces import HOLE, NEW, REST
from tests.maintenance.drawn_ground import drawn
from tests.maintenance.small_board import small_problem
from tests.maintenance.tiny_ground import NO_FACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.maintenance.boundary.explain.relaxation import Relaxation

USUAL = SolverSection()
MUST_SERVE, MUST_IN, MUST_OUT = "locks.must_serve", "locks.must_in", "locks.must_out"
BALANCE, QUOTA, MULTIPLE = "balance", "quota.issued_area_ha", "quota.issued_multiple"
GROWTH = (BALANCE, QUOTA, MULTIPLE)
TOLERANCE = "swap.balance_tolerance_m2"


def must(number: str) -> Demand:
    return Demand(number, 1, near=True, must=True)


def one(area: int, *projects: str, counted: int = 0, locked: bool = False) -> InCell:
    return InCell(NO_FACES, area, projects, counted, locked)


def out(area: int, parcel: str = "T", *, locked: bool = False) -> OutCell:
    return OutCell(parcel, NO_FACES, area, None, 0.5, "out-small", locked=locked)


def all_served(problem: Problem) -> Problem:
    return replace(problem, demands=tuple(replace(item, must=True) for item in problem.demands))


ALONE = """
    .....
    .a...
    ...##
    .....
"""
RING = """
    .....
    .#a#.
    .#.#.
    .#b#.
    .....
"""
PAIR = """
    .....
    .#B..
    .....
"""
FAR = """
    ......
    .a.#BB
    ......
"""


def grown(balance: str, quota: str, multiple: str = "0.00") -> dict[str, object]:
    return {"balance_m2": balance, "quota_m2": quota, "multiple_m2": multiple}


CASES: dict[str, tuple[Problem, dict[str, dict[str, object]]]] = {
    # 6 m² must go in, 5 m² may go out. The issued area stands in the way of the rest.
    "too large": (
        Problem((must("P-1"),), (one(600, "P-1"),), (out(500),), 10**6, 0, 0),
        {MUST_SERVE: {"evidence": "P-1"}, BALANCE: grown("1.00", "1.00")},
    ),
    "too much goes out": (
        Problem((), (), (out(500, "T-1", locked=True), out(80)), 100, 0, 0),
        {MUST_OUT: {"evidence": "T-1"}, TOLERANCE: {"now_m2": "1.00", "to_m2": "5.00"}},
    ),
    # One of the two has to stay out.
    "too much goes in": (
        Problem((), (one(500, locked=True), one(200, locked=True)), (out(300),), 10**6, 0, 900),
        {MUST_IN: {"count": 1, "area_m2": "5.00"}, BALANCE: grown("4.00", "0.00")},
    ),
    "over the issued area": (
        Problem((), (), (out(500),), 10**6, 0, -501),
        {QUOTA: grown("0.00", "0.01")},
    ),
    # 4 m² less is asked for, 5 m² at once is too much: nothing goes out, or more may.
    "no such surplus": (
        Problem((), (), (out(500),), 499, 0, -400),
        {TOLERANCE: {"now_m2": "4.99", "to_m2": "5.00"}, QUOTA: grown("0.00", "4.00")},
    ),
    "the multiple alone": (
        Problem((must("P-1"),), (one(500, "P-1", counted=500),), (out(500),), 0, 0, 0, 499),
        {MUST_SERVE: {"evidence": "P-1"}, MULTIPLE: grown("0.00", "0.00", "0.01")},
    ),
    # Where the multiple counts all land, it gives way with the balance.
    "balance and multiple": (
        Problem((must("P-1"),), (one(600, "P-1", counted=600),), (), 0, 0, 900, 0),
        {MUST_SERVE: {"evidence": "P-1"}, BALANCE: grown("6.00", "0.00", "6.00")},
    ),
    "a new patch": (
        all_served(drawn(ALONE, {"P-1": "a"}, PieceLimits(200, 150))),
        {
            MUST_SERVE: {"evidence": "P-1"},
            NEW: {"now_ha": "0.000200", "to_ha": "0.000100", "rest_ha": "0.000100"},
        },
    ),
    "the rest of a patch": (
        drawn(PAIR, {}, PieceLimits(200, 150), locked="B"),
        {MUST_OUT: {"evidence": "B"}, REST: {"now_ha": "0.000150", "to_ha": "0.000100"}},
    ),
    "a hole": (
        all_served(drawn(RING, {"P-1": "a", "P-2": "b"}, PieceLimits(0, 0, 300))),
        {MUST_SERVE: {}, HOLE: {"now_ha": "0.000300", "to_ha": "0.000100"}},
    ),
    # 2 m² go out where 0.5 m² may; apart from that, a new patch is too small.
    "two at once": (
        replace(all_served(drawn(FAR, {"P-1": "a"}, PieceLimits(200), locked="B")), tolerance=50),
        {MUST_OUT: {"rule": MUST_OUT}, TOLERANCE: {"rule": TOLERANCE}},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_contradicts_and_what_resolves_it(name: str) -> None:
    problem, expected = CASES[name]
    found = {item.rule: item for item in infeasible(problem, USUAL)}
    assert set(found) == set(expected)
    for rule, shown in expected.items():
        item = found[rule]
        assert item.proven
        told = {"rule": rule, "evidence": ", ".join(item.evidence)} | dict(item.numbers)
        assert {key: told[key] for key in shown} == shown
        assert item.text("zh") != item.text("en")
        for lang in LANGUAGES:
            assert all(
                str(shown[key]) in item.text(lang)
                for key in shown
                if key != "rest_ha" or rule == NEW
            )
        assert (item.relaxed is None) is (name == "two at once")
        if item.relaxed is not None:
            solve(item.relaxed, USUAL, silent)


def test_a_search_without_an_end_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> NotFound:
        return NotFound(proven=False, nodes=1)

    monkeypatch.setattr(asking, "best_plan", stopped)
    found = infeasible(CASES["a new patch"][0], USUAL)
    assert {item.rule for item in found} == {BALANCE, TOLERANCE, QUOTA, NEW, REST, MUST_SERVE}
    for item in found:
        assert (item.reason, item.relaxed, item.proven) == ("relax-search-stopped", None, False)
        assert all(item.rule in item.text(lang) for lang in LANGUAGES)


@given(seed=st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=examples(40), deadline=None)
def test_every_contradiction_is_one_and_every_relaxation_the_smallest(seed: int) -> None:
    problem = small_problem(np.random.default_rng(seed), locks=0.35)
    hypothesis.assume(not has_plan(problem, RULES))
    found = infeasible(problem, USUAL)
    named = tuple(item.rule for item in found)
    assert not any_plan(problem, named), "the rules that are named contradict each other"
    for item in found:
        rest = tuple(rule for rule in named if rule != item.rule)
        if item.proven:
            assert any_plan(problem, rest), f"{item.rule} is named without need"
        assert all(item.text(lang) for lang in LANGUAGES)
        if item.relaxed is None:
            assert not_enough(problem, item.rule)
            continue
        assert has_plan(item.relaxed, RULES)
        for less in smaller(problem, item):
            assert not has_plan(less, RULES)


def any_plan(problem: Problem, rules: tuple[str, ...]) -> bool:
    """Return whether any plan keeps the given rules, where `REST` is the size of any piece."""
    if REST in rules and NEW not in rules:
        limits = replace(problem.limits, least_new=problem.limits.least_rest)
        return has_plan(replace(problem, limits=limits), (*rules, NEW))
    return has_plan(problem, rules)


def not_enough(problem: Problem, rule: str) -> bool:
    """Return whether there is no plan even without a rule, and those that give way with it."""
    along = {NEW: (NEW, REST)}.get(rule, GROWTH if rule in GROWTH else (rule,))
    return not has_plan(problem, tuple(item for item in RULES if item not in along))


def smaller(problem: Problem, found: Relaxation) -> Iterator[Problem]:
    """Yield the problem with each relaxation that is smaller by one."""
    relaxed, rule = found.relaxed, found.rule
    assert relaxed is not None
    if relaxed.margin < problem.margin:
        yield replace(relaxed, margin=relaxed.margin + 1)
    if relaxed.growth > problem.growth:
        yield replace(relaxed, growth=relaxed.growth - 1)
    if relaxed.counted_growth != problem.counted_growth:
        assert relaxed.counted_growth is not None
        yield replace(relaxed, counted_growth=relaxed.counted_growth - 1)
    if rule == TOLERANCE:
        yield replace(relaxed, tolerance=relaxed.tolerance - 1)
    if rule in {NEW, REST, HOLE}:
        yield with_limit(problem, rule, limit_of(relaxed.limits, rule) + 1)
    yield from fewer_lifted(problem, relaxed, rule)


LOCKED = {MUST_SERVE: ("demands", "must"), MUST_IN: ("ins", "locked"), MUST_OUT: ("outs", "locked")}
"""Rule → what it locks, and the field that says so."""


def fewer_lifted(problem: Problem, relaxed: Problem, rule: str) -> Iterator[Problem]:
    """Yield the problem without any set of locks that is smaller by one."""
    if rule not in LOCKED:
        return
    kind, lock = LOCKED[rule]
    items = getattr(problem, kind)
    held = [index for index, item in enumerate(items) if getattr(item, lock)]
    lifted = sum(not getattr(getattr(relaxed, kind)[index], lock) for index in held)
    for some in combinations(held, lifted - 1):
        fewer = [
            replace(item, **{lock: getattr(item, lock) and index not in some})
            for index, item in enumerate(items)
        ]
        changes: dict[str, Any] = {kind: tuple(fewer)}
        yield replace(problem, **changes)
