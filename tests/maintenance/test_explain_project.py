"""Why a project is not served: each reason by hand, and every number by forcing it."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.explain import asking
from planloop.maintenance.boundary.explain.asking import Answer, serving
from planloop.maintenance.boundary.explain.growing import Loosening, NoLoosening, loosening
from planloop.maintenance.boundary.explain.project import Explanation, explain_project
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.problem import Choice, Demand, InCell, OutCell, Problem
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.search import Found, NotFound
from planloop.messages import LANGUAGES
from planloop.plan.certificate import SolveLevel
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.brute_force import RULES, best, has_plan
from tests.maintenance.brute_pieces import HOLE, NEW, REST
from tests.maintenance.drawn_ground import drawn
from tests.maintenance.small_board import small_problem
from tests.maintenance.tiny_ground import NO_FACES

USUAL = SolverSection()
LOCKS = ("locks.must_serve", "locks.must_in", "locks.must_out")
GROWTH = ("balance", "quota.issued_area_ha", "quota.issued_multiple")
PIECES = (NEW, REST, HOLE)


def plain(needs: dict[str, tuple[int, int]], outs: tuple[int, ...], *, growth: int = 0) -> Problem:
    """Return a problem without a ground: project → tier and area; areas that may go out."""
    demands = tuple(Demand(number, tier, near=True) for number, (tier, _) in needs.items())
    ins = tuple(InCell(NO_FACES, area, (number,), area) for number, (_, area) in needs.items())
    cells = tuple(OutCell("T", NO_FACES, area, None, 0.5, "out-small") for area in outs)
    aims = usual(demands, ins, cells)
    return Problem(demands, ins, cells, 10**6, margin=0, growth=growth, aims=aims)


def tiered(problem: Problem, *tiers: int) -> Problem:
    """Return the problem with projects of some tiers, and the usual aims."""
    demands = tuple(
        replace(item, tier=tier) for item, tier in zip(problem.demands, tiers, strict=True)
    )
    return replace(problem, demands=demands, aims=usual(demands, problem.ins, problem.outs))


def explained(problem: Problem, number: str) -> Explanation:
    choice, certificate = solve(problem, USUAL, silent)
    assert number not in choice.served
    return explain_project(problem, choice, certificate.levels, number, USUAL)


ALONE = """
    .....
    .a...
    ...##
    .....
"""
HALF_GONE = """
    ......
    .aAB..
    ......
"""
RING = """
    .......
    .#a###.
    .#.##C.
    .#bb##.
    .......
"""
"""Land in the middle is a hole once both a and b are inside."""

SMALL_HOLE = PieceLimits(0, 0, 300)


@pytest.mark.parametrize(
    ("problem", "number", "reason", "shown"),
    [
        # One square of 1 m² alone, where new patches have two.
        (
            drawn(ALONE, {"P-1": "a"}, PieceLimits(200)),
            "P-1", "project-enclosed", {"piece_m2": "1.00", "limit_m2": "2.00"},
        ),
        # Beside it the half of an old patch whose other half goes out: the limit is for the rest.
        (
            drawn(HALF_GONE, {"P-1": "a"}, PieceLimits(900, 300), locked="B"),
            "P-1", "project-enclosed", {"piece_m2": "2.00", "limit_m2": "3.00"},
        ),
        # Its own two squares make a hole.
        (drawn(RING, {"P-1": "ab"}, SMALL_HOLE), "P-1", "project-barred", {}),
        # 6 m² for 5 m²; the issued area leaves half of the difference.
        (
            plain({"P-1": (1, 600)}, (500,), growth=50),
            "P-1", "project-needs-growth",
            {"balance_m2": "1.00", "quota_m2": "0.50", "multiple_m2": "0.00"},
        ),
        # 2 m² for 1 m² beside what would make a hole with it.
        (
            replace(drawn(RING, {"P-1": "a", "P-2": "b"}, SMALL_HOLE), margin=0, growth=0),
            "P-2", "project-needs-growth-alone",
            {"balance_m2": "1.00", "quota_m2": "1.00", "multiple_m2": "0.00"},
        ),
        # Room for one of the two: the first tier has it.
        (
            plain({"P-1": (1, 500), "P-2": (2, 400)}, (500,)),
            "P-2", "project-outweighed",
            {"instead": "P-2", "level": 1, "loss": "1",
             "balance_m2": "4.00", "quota_m2": "4.00", "multiple_m2": "0.00"},
        ),
        # Both of the same tier; the one whose cell comes first has it.
        (
            plain({"P-1": (1, 500), "P-2": (1, 500)}, (500,)),
            "P-2", "project-tie",
            {"instead": "P-2", "balance_m2": "5.00", "quota_m2": "5.00", "multiple_m2": "0.00"},
        ),
        # Both would make a hole.
        (
            tiered(drawn(RING, {"P-1": "a", "P-2": "b"}, SMALL_HOLE), 1, 2),
            "P-2", "project-outweighed-apart", {"instead": "P-2", "level": 1, "loss": "1"},
        ),
        (
            drawn(RING, {"P-1": "a", "P-2": "b"}, SMALL_HOLE),
            "P-2", "project-tie-apart", {"instead": "P-2"},
        ),
    ],
)  # fmt: skip
def test_every_reason(problem: Problem, number: str, reason: str, shown: dict[str, object]) -> None:
    found = explained(problem, number)
    assert (found.reason, dict(found.numbers)) == (reason, shown)
    assert found.proven
    swapped = reason.startswith(("project-outweighed", "project-tie"))
    assert found.evidence == (("P-1",) if swapped else ())
    texts = {lang: found.text(lang) for lang in LANGUAGES}
    assert texts["zh"] != texts["en"]
    for lang in LANGUAGES:
        assert all(str(value) in texts[lang] for value in shown.values())
        assert all(item in texts[lang] for item in found.evidence)


def test_the_nodes_of_an_enclosed_project() -> None:
    problem = drawn(HALF_GONE, {"P-1": "a"}, PieceLimits(900, 300), locked="B")
    nodes = list(explained(problem, "P-1").nodes)
    assert sorted(problem.ground.cell[nodes]) == [0, 1]


def test_a_share_of_enclosed_land_may_be_spared() -> None:
    """With a half of its land enough, a project does without the square that stands alone."""
    board = """
        ......
        .a..b.
        ....##
        ......
    """
    problem = drawn(board, {"P-1": "ab"}, PieceLimits(200))
    assert explained(problem, "P-1").reason == "project-enclosed"
    half = replace(problem, demands=(replace(problem.demands[0], share=500),))
    assert solve(half, USUAL, silent)[0].served == ("P-1",)
    more = replace(problem, demands=(replace(problem.demands[0], share=501),))
    assert explained(more, "P-1").reason == "project-enclosed"


def test_the_multiple_gives_way_only_where_it_must() -> None:
    """P-1 counts 600 for 500 that count 100: the multiple bars it whatever else gives way."""
    problem = plain({"P-1": (1, 600)}, (500,))
    outs = (replace(problem.outs[0], counted=100),)
    bound = replace(problem, outs=outs, counted_growth=200)
    assert loosening(serving(bound, {"P-1"}), USUAL) == Loosening(100, 100, 300, proven=True)
    enough = replace(bound, counted_growth=500)
    assert loosening(serving(enough, {"P-1"}), USUAL) == Loosening(100, 100, 0, proven=True)


def test_a_better_plan_than_the_one_at_hand() -> None:
    """A search that ended early may have missed that the project fits."""
    problem = plain({"P-1": (1, 500)}, (500,))
    levels = [SolveLevel(aim.name, "node limit", 0.0, -1.0, 1.0, 0.0, 1) for aim in problem.aims]
    found = explain_project(problem, Choice((), (), ()), levels, "P-1", USUAL)
    assert (found.reason, found.proven) == ("project-search-stopped", False)
    assert found.more == Loosening(0, 0, 0, proven=True)
    assert all("solver.node_limit" in found.text(lang) for lang in LANGUAGES)


def test_what_is_not_proven_is_not_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unproven(problem: Problem, settings: SolverSection, _: object) -> object:
        found = best_plan(problem, settings, silent)
        assert isinstance(found, Found)
        levels = tuple(replace(level, status="node limit") for level in found.levels)
        return replace(found, levels=levels)

    problem = plain({"P-1": (1, 500), "P-2": (2, 400)}, (500,))
    choice, certificate = solve(problem, USUAL, silent)
    monkeypatch.setattr(asking, "best_plan", unproven)
    found = explain_project(problem, choice, certificate.levels, "P-2", USUAL)
    assert not found.proven
    assert (found.numbers["loss"], found.numbers["quota_m2"]) == ("≤ 1", "≤ 4.00")


def test_a_search_without_an_end_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> NotFound:
        return NotFound(proven=False, nodes=1)

    problem = plain({"P-1": (1, 600)}, (500,))
    choice, certificate = solve(problem, USUAL, silent)
    monkeypatch.setattr(asking, "best_plan", stopped)
    assert asking.ask(problem, USUAL) == Answer(None, (), proven=False)
    assert loosening(problem, USUAL) == NoLoosening(proven=False)
    found = explain_project(problem, choice, certificate.levels, "P-1", USUAL)
    assert (found.reason, found.more) == ("project-search-stopped", None)


@given(seed=st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=examples(60), deadline=None)
def test_what_is_explained_is_so(seed: int) -> None:
    problem = small_problem(np.random.default_rng(seed))
    expected = best(problem)
    hypothesis.assume(expected is not None)
    assert expected is not None
    choice, certificate = solve(problem, USUAL, silent)
    for item in problem.demands:
        if item.number in choice.served:
            continue
        found = explain_project(problem, choice, certificate.levels, item.number, USUAL)
        assert found.proven
        assert all(found.text(lang) for lang in LANGUAGES)
        alone = serving(problem, {item.number})
        together = serving(alone, choice.served)
        forced = best(alone)
        if found.reason == "project-enclosed":
            assert not has_plan(alone, (*LOCKS, *PIECES))
            area = int(problem.ground.area[list(found.nodes)].sum())
            assert area < max(problem.limits.least_new, problem.limits.least_rest)
            continue
        if found.reason == "project-barred":
            assert not has_plan(alone, without_growth())
            continue
        if found.reason.startswith("project-needs-growth"):
            assert forced is None
            assert found.more is not None
            lone = found.reason.endswith("alone")
            assert lone is not has_plan(together, without_growth())
            assert_smallest(alone if lone else together, found.more)
            continue
        assert forced is not None
        assert_losses(problem, found, expected.values, forced.values)
        if found.reason.endswith("-apart"):
            assert not has_plan(together, without_growth())
        else:
            assert found.more is not None
            assert_smallest(together, found.more)


def without_growth() -> tuple[str, ...]:
    return tuple(rule for rule in RULES if rule not in GROWTH)


def assert_smallest(problem: Problem, more: Loosening) -> None:
    """Assert that a problem has a plan with its limits loosened so far, and not with less."""
    assert has_plan(more.apply(problem), RULES)
    assert not has_plan(problem, RULES)
    if more.balance:
        assert not has_plan(replace(more, balance=more.balance - 1).apply(problem), RULES)
    if more.quota:
        assert not has_plan(replace(more, quota=more.quota - 1).apply(problem), RULES)
    if more.multiple:
        # Whatever the other two.
        less = replace(more, multiple=more.multiple - 1).apply(problem)
        assert not has_plan(less, (*without_growth(), "quota.issued_multiple"))


def assert_losses(
    problem: Problem, found: Explanation, now: dict[str, int], forced: dict[str, int]
) -> None:
    """Assert that the levels lose what they do by brute force, and that a tie is one."""
    rises = [(name, forced[name] - value) for name, value in now.items()]
    equal = len(list(takewhile(lambda item: item[1] == 0, rises)))
    ranks = sum(bool(aim.serve) for aim in problem.aims)
    assert found.losses == tuple(rises[: equal + 1][:ranks])
    assert found.reason.startswith("project-tie") is (equal >= ranks)
    if equal < ranks:
        assert (found.numbers["level"], found.numbers["loss"]) == (equal + 1, str(rises[equal][1]))
