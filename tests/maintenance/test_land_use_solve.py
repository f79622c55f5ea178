"""The best choice of planned classes, against trying everything (``tiny_land_use.py``)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from planloop.errors import InfeasibleError
from planloop.maintenance.land_use.problem import Cell, Problem, Range, Service
from planloop.maintenance.land_use.solve import any_choice, contradicting, solve
from planloop.maintenance.land_use.verify import faults, rank, values
from planloop.messages import LANGUAGES, render
from planloop.plan.settings import SolverSection
from tests.maintenance import tiny_land_use

SOLVER = SolverSection()


def agree(case: Problem) -> bool:
    """Check the solver against trying everything; return whether something changed."""
    expected = tiny_land_use.best(case)
    if expected is None:
        with pytest.raises(InfeasibleError):
            solve(case, SOLVER)
        return False
    found = solve(case, SOLVER)
    assert tiny_land_use.worth(case, found.choice) == tiny_land_use.worth(case, expected)
    assert found.choice == expected
    assert all(level.status == "optimal" for level in found.levels)
    worth = list(tiny_land_use.worth(case, expected)[:5])
    if case.was is None:
        assert worth.pop(0) == 0
    assert [level.value for level in found.levels[: len(worth)]] == worth
    return expected != case.now


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_tiny_problems_as_trying_everything_says(start: int) -> None:
    """Up to 8 cells of up to 3 classes; without locks there is always a plan: all as it is."""
    changed = 0
    for seed in range(start, start + 50):
        case = tiny_land_use.problem(seed, 2 + seed % 7, 3)
        assert not faults(case, case.now)
        changed += agree(case)
    assert changed > 15


@pytest.mark.parametrize("seed", range(8))
def test_larger_problems_as_trying_everything_says(seed: int) -> None:
    """Up to 14 cells of 2 classes among 20."""
    agree(tiny_land_use.problem(1000 + seed, 20, 2, movable=8 + seed % 7))


@pytest.mark.parametrize("start", range(0, 150, 50))
def test_near_to_an_earlier_scheme_as_trying_everything_says(start: int) -> None:
    """The earlier scheme has classes that plots may have, or not, and may break rules or locks."""
    unlike = 0
    for seed in range(start, start + 50):
        locks = 0.3 if seed % 2 else 0.0
        case = tiny_land_use.problem(5000 + seed, 2 + seed % 7, 3, locks=locks)
        case = tiny_land_use.with_earlier(case, seed)
        agree(case)
        expected = tiny_land_use.best(case)
        unlike += expected is not None and tiny_land_use.unlike(case, expected) > 0
    assert unlike > 10


@pytest.mark.parametrize("seed", range(60))
def test_locked_problems_as_trying_everything_says(seed: int) -> None:
    case = tiny_land_use.problem(2000 + seed, 6, 3, locks=0.35)
    agree(case)


def test_locks_that_contradict_each_other_are_named() -> None:
    """Each set that is named has no plan, and has one without any of its locks."""
    seen = 0
    for seed in range(80):
        case = tiny_land_use.problem(3000 + seed, 6, 3, locks=0.5)
        if tiny_land_use.best(case) is not None:
            continue
        seen += 1
        named = set(contradicting(case, SOLVER))
        assert named
        only = [cell if cell.id in named else replace(cell, lock=None) for cell in case.cells]
        assert tiny_land_use.best(replace(case, cells=tuple(only))) is None
        for one in named:
            fewer = tuple(replace(cell, lock=None) if cell.id == one else cell for cell in only)
            assert tiny_land_use.best(replace(case, cells=fewer)) is not None
        with pytest.raises(InfeasibleError) as caught:
            solve(case, SOLVER)
        for lang in LANGUAGES:
            assert all(name in caught.value.text(lang) for name in named)
    assert seen > 20


@pytest.mark.parametrize("seed", range(40))
def test_the_verifier_agrees_on_every_choice(seed: int) -> None:
    case = tiny_land_use.problem(4000 + seed, 5, 3, locks=0.1)
    for choice in product(*(cell.classes for cell in case.cells)):
        assert (not faults(case, choice)) == tiny_land_use.legal(case, choice)
        assert (*values(case, choice), *rank(case, choice)) == tiny_land_use.worth(case, choice)


def test_a_park_for_homes_far_from_any() -> None:
    """By hand: of two vacant shops the one that reaches more homes becomes the park."""
    cells = (
        Cell("A", 500, ("h",)),
        Cell("B", 300, ("h",)),
        Cell("C", 100, ("s", "p")),
        Cell("D", 100, ("s", "p")),
    )
    near = {0: frozenset({(2, "p")}), 1: frozenset({(3, "p")})}
    case = Problem(
        cells, (), frozenset("h"), (Service("park", frozenset(), near),), (), frozenset(), 100, 1
    )
    assert solve(case, SOLVER).choice == ("h", "h", "p", "s")
    assert solve(replace(case, most_change=200), SOLVER).choice == ("h", "h", "p", "p")
    assert solve(replace(case, most_change=99), SOLVER).choice == case.now


def test_structure_comes_before_service() -> None:
    """The plot can become a workshop, which the structure lacks, or a park, which homes lack."""
    cells = (Cell("A", 500, ("h",)), Cell("B", 100, ("s", "p", "w")))
    works = Range("works", frozenset("w"), 100, None, 100)
    service = Service("park", frozenset(), {0: frozenset({(1, "p")})})
    case = Problem(cells, (works,), frozenset("h"), (service,), (), frozenset(), 100, 1)
    assert solve(case, SOLVER).choice == ("h", "w")
    exempt = replace(case, ranges=(replace(works, counts=False),))
    assert solve(exempt, SOLVER).choice == ("h", "p")


def test_a_group_may_not_get_further_outside_even_for_another() -> None:
    """Too many shops are worth less than workshops, but homes may not become fewer still."""
    cells = (Cell("A", 100, ("h", "w")), Cell("B", 100, ("s",)))
    homes = Range("homes", frozenset("h"), 200, None, 100)
    works = Range("works", frozenset("w"), 1000, None, 1000)
    case = Problem(cells, (homes, works), frozenset(), (), (), frozenset(), 100, 1)
    assert solve(case, SOLVER).choice == case.now
    looser = replace(case, ranges=(replace(homes, most_outside=200, counts=False), works))
    assert solve(looser, SOLVER).choice == ("w", "s")


def test_nothing_that_may_change() -> None:
    case = Problem(
        (Cell("A", 100, ("h",)),), homes=frozenset("h"), services=(Service("park"),), unit=1
    )
    found = solve(case, SOLVER)
    assert found.choice == ("h",)
    assert [level.value for level in found.levels] == [0, 100, 0, 0, 0]
    assert any_choice(case, SOLVER) == (("h",), True)


@pytest.mark.parametrize("start", range(0, 120, 40))
def test_problems_that_count_as_large(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Legal, no worse than to keep everything, and never said to be better than can be."""
    monkeypatch.setattr("planloop.maintenance.land_use.solve.SMALL", 0)
    proven = 0
    for seed in range(start, start + 40):
        case = tiny_land_use.problem(seed, 2 + seed % 7, 3)
        found = solve(case, SOLVER)
        expected = tiny_land_use.best(case)
        assert expected is not None
        assert tiny_land_use.legal(case, found.choice)
        worth = tiny_land_use.worth(case, found.choice)[1:5]
        assert worth <= tiny_land_use.worth(case, case.now)[1:5]
        assert tuple(level.value for level in found.levels) == worth
        for number, level in enumerate(found.levels):
            assert level.bound <= level.value
            assert (level.status == "optimal") == (level.bound == level.value)
            above = tiny_land_use.worth(case, expected)[1 : number + 2]
            if worth[:number] == above[:number]:
                assert level.bound <= above[number]
            if level.status != "optimal":
                break
            assert worth[: number + 1] == above
            proven += 1
    assert proven > 40


def test_every_level_has_its_text() -> None:
    case = tiny_land_use.with_earlier(tiny_land_use.problem(1, 4, 3), 1)
    for level in solve(case, SOLVER).levels:
        assert all(render(f"levels.{level.name}", {}, lang) for lang in LANGUAGES)
