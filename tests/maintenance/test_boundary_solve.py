"""The solver against brute force: every level of every small problem, and why some have no plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.problem import Choice, Demand, InCell, OutCell, Problem
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.solving import climb
from planloop.maintenance.boundary.solving.highs import Ended, optimise
from planloop.maintenance.boundary.solving.search import Found, Search
from planloop.maintenance.boundary.verify import faults
from planloop.messages import LANGUAGES
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples
from tests.maintenance.agreement import assert_best, rules_in
from tests.maintenance.brute_force import broken
from tests.maintenance.drawn_ground import drawn
from tests.maintenance.engines import USUAL
from tests.maintenance.tiny_ground import NO_FACES, random_problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.solving.highs import Program


@given(seed=st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=examples(250), deadline=None)
def test_every_level_is_the_best_there_is(seed: int) -> None:
    assert_best(random_problem(np.random.default_rng(seed)))


def out(
    area: int, *, patch: int | None = None, strength: float = 0.5, locked: bool = False
) -> OutCell:
    return OutCell("T", NO_FACES, area, patch, strength, "out-small", locked=locked)


def one(area: int, *projects: str, counted: int = 0, locked: bool = False) -> InCell:
    return InCell(NO_FACES, area, projects, counted, locked)


def swap(  # noqa: PLR0913, PLR0917  # what a problem is
    demands: tuple[Demand, ...],
    ins: tuple[InCell, ...],
    outs: tuple[OutCell, ...],
    tolerance: int,
    margin: int,
    growth: int,
    counted_growth: int | None = None,
) -> Problem:
    """Return a problem with the usual aims, without a ground."""
    aims = usual(demands, ins, outs)
    return Problem(demands, ins, outs, tolerance, margin, growth, counted_growth, aims=aims)


def hard(count: int = 60, tolerance: int = 20_000) -> Problem:
    """Return a problem that no solver closes in a few nodes: a narrow window over many areas."""
    random = np.random.default_rng(5)
    outs = tuple(
        out(int(size), strength=float(weak))
        for size, weak in zip(
            random.integers(10**6, 10**8, count), random.random(count), strict=True
        )
    )
    demands = tuple(Demand(f"P-{n}", 1 + n % 3, near=n % 2 == 0) for n in range(20))
    ins = tuple(one(int(random.integers(10**6, 10**8)), item.number) for item in demands)
    return swap(demands, ins, outs, tolerance, margin=0, growth=0)


def test_a_gap_is_called_a_gap() -> None:
    """Where the bound is not reached, no level says that it is optimal, and bounds are bounds."""
    problem = hard()
    choice, certificate = solve(problem, SolverSection(node_limit=200), silent)
    assert faults(problem, choice) == ()
    *tiers, weak, _, _ = certificate.levels
    assert (weak.name, weak.status) == ("weak-first", "node limit")
    assert not certificate.optimal
    assert weak.bound < weak.value
    assert weak.gap == pytest.approx((weak.value - weak.bound) / max(1.0, abs(weak.value)))
    # That all 20 projects are served is the most there is, whatever a solver says.
    assert sum(level.value for level in tiers) == -20 == -len(choice.served)
    assert {level.status for level in tiers} == {"optimal"}


def test_nothing_is_proved_where_nothing_is_found() -> None:
    """In a window of 0.01 m² the solver finds no better plan than none, and does not praise it."""
    choice, certificate = solve(hard(18, tolerance=1), SolverSection(node_limit=20), silent)
    assert choice == Choice((), (), ())
    assert not certificate.optimal
    *tiers, _, _, _ = certificate.levels
    for level in tiers:
        assert (level.status, level.value) == ("node limit", 0.0)
        assert level.bound < 0.0 < level.gap


@pytest.mark.parametrize("seconds", [1e-9, 0.001, 0.02])
def test_out_of_time(seconds: float) -> None:
    """Either a plan that is verified, or an error that says what to do; never a false claim."""
    problem, error = hard(200), None
    try:
        choice, certificate = solve(problem, SolverSection(time_limit_s=seconds), silent)
    except InfeasibleError as caught:
        error = caught
    if error is None:
        assert faults(problem, choice) == ()
        assert any(level.status == "time limit" for level in certificate.levels)
    else:
        assert error.key == "boundary.no-plan"
        assert all("solver.time_limit_s" in error.text(lang) for lang in LANGUAGES)


def test_the_time_limit_counts_for_each_level() -> None:
    """HiGHS adds the time of all runs of one solver up; a level's seconds are its own."""
    _, certificate = solve(hard(), SolverSection(node_limit=100), silent)
    seconds = [level.seconds for level in certificate.levels]
    assert len(seconds) > 3
    assert min(seconds[1:]) < seconds[0] + max(seconds) / 2


def test_exact_balance_of_large_areas() -> None:
    """τ = 0: 400 areas of up to 100 ha balance to 0.01 m²; floating point must not bar that."""
    random = np.random.default_rng(11)
    sizes = [int(size) for size in random.integers(10**7, 10**8, 200)]
    demands = tuple(Demand(f"P-{n:03d}", 1, near=True, must=True) for n in range(200))
    ins = tuple(one(size, item.number) for size, item in zip(sizes, demands, strict=True))
    shifted = [size + 1 for size in sizes[:100]] + [size - 1 for size in sizes[100:]]
    problem = swap(demands, ins, tuple(map(out, shifted)), 0, 0, 0)
    choice, _ = solve(problem, USUAL, silent)
    assert faults(problem, choice) == ()
    assert len(choice.outs) == 200


def test_the_counted_land_binds_apart_from_the_total() -> None:
    """Land of the special-use part that goes out counts for nothing: the multiple still binds."""
    demands = (Demand("P-1", 1, near=True),)
    ins = (one(500, "P-1", counted=500),)
    outs = (replace(out(500), counted=0), replace(out(500, strength=0.9), counted=500))
    free = swap(demands, ins, outs, 0, 0, 0, None)
    assert solve(free, USUAL, silent)[0].outs == (0,)
    bound = replace(free, counted_growth=0)
    assert solve(bound, USUAL, silent)[0].outs == (1,)
    shut = replace(bound, outs=outs[:1])
    assert solve(shut, USUAL, silent)[0] == Choice((), (), ())


def test_weak_land_first_and_patches_whole() -> None:
    """Two halves of a patch cost less than half of two, and weaker land less than stronger."""
    demands = (Demand("P-1", 1, near=True, must=True),)
    ins = (one(2_000_000, "P-1"),)
    halves = (out(10**6, patch=1), out(10**6, patch=2), out(10**6, patch=1), out(10**6, patch=2))
    choice, certificate = solve(swap(demands, ins, halves, 0, 0, 0), USUAL, silent)
    assert choice.outs == (0, 2)
    # Twice 100 ares at half the strength; neither patch is torn.
    assert {level.name: level.value for level in certificate.levels}["weak-first"] == 100
    pair = (out(2 * 10**6, strength=0.8), out(2 * 10**6, strength=0.3))
    choice, _ = solve(swap(demands, ins, pair, 0, 0, 0), USUAL, silent)
    assert choice.outs == (1,)


NOTHING = swap((), (), (), tolerance=10**9, margin=0, growth=10**9)


def test_nothing_to_decide() -> None:
    choice, certificate = solve(NOTHING, USUAL, silent)
    assert choice == Choice((), (), ())
    assert {(item.status, item.value) for item in certificate.levels} == {("optimal", 0.0)}
    with pytest.raises(InfeasibleError) as caught:
        solve(replace(NOTHING, growth=-1), USUAL, silent)
    assert "quota.issued_area_ha" in caught.value.text("en")


@pytest.mark.parametrize(
    ("problem", "rules"),
    [
        (
            swap((Demand("P-1", 1, near=True, must=True),), (one(600, "P-1"),), (out(500),),
                    10**6, 0, 0),
            {"locks.must_serve", "balance"},
        ),
        (
            swap((), (), (out(500, locked=True),), 100, 0, 0),
            {"locks.must_out", "swap.balance_tolerance_m2"},
        ),
        (
            swap((), (one(500, locked=True),), (out(300),), 10**6, 0, 0),
            {"locks.must_in", "balance"},
        ),
        (swap((), (), (out(500),), 10**6, 0, -501), {"quota.issued_area_ha"}),
        (
            swap((), (), (out(500),), 499, 0, -400),
            {"quota.issued_area_ha", "swap.balance_tolerance_m2"},
        ),
        (
            swap((Demand("P-1", 1, near=True, must=True),), (one(500, "P-1", counted=500),),
                    (out(500),), 0, 0, 0, 499),
            {"locks.must_serve", "quota.issued_multiple"},
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_plan_says_which_rules(problem: Problem, rules: set[str], lang: str) -> None:
    with pytest.raises(InfeasibleError) as caught:
        solve(problem, USUAL, silent)
    message, *ways = caught.value.text(lang).splitlines()
    assert set(rules_in(message)) == rules
    assert ways


def test_the_numbers_of_a_contradiction() -> None:
    demands = (Demand("P-1", 1, near=True, must=True), Demand("P-2", 1, near=True))
    ins = (one(30_000, "P-1"), one(50_000, "P-2"), one(70_000, locked=True))
    outs = (out(20_000, locked=True), out(40_000))
    with pytest.raises(InfeasibleError) as caught:
        solve(swap(demands, ins, outs, 10**6, 0, 0), USUAL, silent)
    told = caught.value.params
    assert (told["least_in"], told["most_in"]) == ("0.1000", "0.1500")
    assert (told["least_out"], told["most_out"]) == ("0.0200", "0.0600")


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """HiGHS writes a banner past Python; the standard output belongs to machines."""
    solve(hard(10), SolverSection(node_limit=2), silent)
    ended = capfd.readouterr()
    assert (ended.out, ended.err) == ("", "")


@pytest.mark.parametrize(("levels", "runs"), [(1, 1), (2, 4)])
def test_land_that_does_not_count_is_mended(
    monkeypatch: pytest.MonkeyPatch, levels: int, runs: int
) -> None:
    """B goes out and leaves C alone, which is too small: what is served does not hang on that.

    Where a further level counts the land, HiGHS is asked until its own plan is legal: the fourth.
    """
    problem = drawn(".....\n.aABC.\n.....", {"P-1": "a"}, PieceLimits(200, 200))
    problem = replace(problem, aims=problem.aims[:levels])
    asked = []

    def illegal_first(
        program: Program, start: NDArray[np.int64] | None, settings: SolverSection, least: float
    ) -> Ended:
        asked.append(program)
        if len(asked) >= max(runs, 2):
            return optimise(program, start, settings, least)
        plan = np.zeros(len(program.costs), dtype=np.int64)
        plan[[0, 1, 3, -1]] = 1
        return Ended("optimal", plan, -1.0, 0.0, 1)

    monkeypatch.setattr(climb, "optimise", illegal_first)
    found = Search(problem, USUAL, silent).run(Choice((), (), ()))
    assert isinstance(found, Found)
    assert found.choice.served == ("P-1",)
    assert broken(problem, found.choice) == set()
    assert len(asked) == runs
