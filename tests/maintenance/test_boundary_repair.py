"""A narrow balance window: exchanges found by exhaustion, and no project lost to the window."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.problem import Choice, Demand, InCell, OutCell, Problem
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.solving.repair import repaired
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.plan.certificate import SolveLevel, SolverCertificate

NOTHING = np.zeros(0, dtype=np.int64)

METRE = 100
"""dm² in one m²."""


def out(number: int, area: int, strength: float, patch: int | None) -> OutCell:
    return OutCell(f"parcel-{number}", NOTHING, area, patch, strength, "out-small")


def problem_of(areas: Sequence[int], entering: int, tolerance: int) -> Problem:
    """Return a problem of one project that wants `entering` dm², three cells to a patch."""
    strengths = [0.1 + (7 * number % 10) / 20 for number in range(len(areas))]
    cells = tuple(
        out(number, area * METRE, strength, number // 3)
        for number, (area, strength) in enumerate(zip(areas, strengths, strict=True))
    )
    demands, ins = (Demand("P-1", 1, near=True),), (InCell(NOTHING, entering * METRE, ("P-1",)),)
    aims = usual(demands, ins, cells)
    return Problem(demands, ins, cells, tolerance * METRE, 0, 0, aims=aims)


@settings(max_examples=examples(60))
@given(
    areas=st.lists(st.integers(1, 60), min_size=2, max_size=8),
    start=st.lists(st.booleans(), min_size=8, max_size=8),
    entering=st.integers(1, 150),
    tolerance=st.integers(0, 3),
)
def test_the_cheapest_exchange_is_found(
    areas: list[int], start: list[bool], entering: int, tolerance: int
) -> None:
    """With eight cells, every subset is at most five cells out and five in away: try them all."""
    problem = problem_of(areas, entering, tolerance)
    goes = start[: len(areas)]
    fitting = []
    for other in product([False, True], repeat=len(areas)):
        pairs = list(zip(goes, other, strict=True))
        gone = sum(area for area, yes in zip(areas, other, strict=True) if yes)
        few = sum(a > b for a, b in pairs) <= 5 and sum(b > a for a, b in pairs) <= 5
        if few and 0 <= gone - entering <= tolerance:
            fitting.append(Choice(("P-1",), (0,), tuple(np.flatnonzero(other).tolist())))
    found = repaired(problem, Choice(("P-1",), (0,), tuple(np.flatnonzero(goes).tolist())))
    if found is None:
        assert not fitting
    else:
        assert found in fitting
        assert cost(problem, found) == min(cost(problem, choice) for choice in fitting)


def cost(problem: Problem, choice: Choice) -> int:
    """Return area times strength in ares of what goes out, and a hectare for each torn patch."""
    gone = [problem.outs[index] for index in choice.outs]
    torn = sum(
        0 < sum(cell.patch == patch for cell in gone) < count
        for patch, count in Counter(cell.patch for cell in problem.outs).items()
    )
    return sum(round(cell.area / (100 * METRE) * cell.strength) for cell in gone) + 100 * torn


@pytest.mark.parametrize("seed", range(3))
def test_a_narrow_window_loses_no_project(seed: int) -> None:
    """What a window of 100 m² serves, provably the most, a window of 1 m² serves as well."""
    random = np.random.default_rng(seed)
    outs = tuple(
        out(
            number, int(random.lognormal(np.log(1.5e6), 0.8)), float(random.uniform(0.1, 0.6)), None
        )
        for number in range(95)
    )
    ins = tuple(InCell(NOTHING, int(random.uniform(2e6, 12e6)), (f"P-{n}",)) for n in range(25))
    demands = tuple(Demand(f"P-{n}", 1 + n % 3, near=bool(n % 2)) for n in range(25))
    wide = Problem(demands, ins, outs, 10_000, 0, 0, aims=usual(demands, ins, outs))
    most = projects(solve(wide, SolverSection(), silent)[1])
    choice, certificate = solve(replace(wide, tolerance=100), SolverSection(), silent)
    assert {level.status for level in most} == {"optimal"}
    assert [level.value for level in projects(certificate)] == [level.value for level in most]
    assert {level.status for level in projects(certificate)} == {"optimal"}
    surplus = sum(outs[n].area for n in choice.outs) - sum(ins[n].area for n in choice.ins)
    assert 0 <= surplus <= 100


def projects(certificate: SolverCertificate) -> list[SolveLevel]:
    """Return the levels that count projects."""
    return [level for level in certificate.levels if level.name.startswith("tier-")]
