"""A narrow balance window: exchanges found by exhaustion, and no project lost to the window."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.maintenance.boundary.model import Model, compile_model
from planloop.maintenance.boundary.problem import Demand, InCell, OutCell, Problem
from planloop.maintenance.boundary.repair import repaired
from planloop.maintenance.boundary.solve import solve
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NOTHING = np.zeros(0, dtype=np.int64)


def out(number: int, area: int, strength: float, patch: int | None) -> OutCell:
    return OutCell(f"parcel-{number}", NOTHING, area, patch, strength, "out-small")


def problem_of(areas: Sequence[int], entering: int, tolerance: int) -> Problem:
    """Return a problem of one project that wants `entering` dm², three cells to a patch."""
    strengths = [0.1 + (7 * number % 10) / 20 for number in range(len(areas))]
    cells = [
        out(number, area, strength, number // 3)
        for number, (area, strength) in enumerate(zip(areas, strengths, strict=True))
    ]
    site = InCell(NOTHING, entering, ("P-1",))
    return Problem((Demand("P-1", 1, near=True),), (site,), tuple(cells), tolerance, 0, 0)


def plan_of(problem: Problem, model: Model, goes: Sequence[bool]) -> NDArray[np.float64]:
    """Return the columns of the plan that serves the project and lets these cells go."""
    values = dict.fromkeys(model.columns, 0.0) | {"serve:P-1": 1.0, "in:0": 1.0}
    for patch in {cell.patch for cell in problem.outs}:
        held = [g for cell, g in zip(problem.outs, goes, strict=True) if cell.patch == patch]
        values |= {f"touched:{patch}": float(any(held)), f"whole:{patch}": float(all(held))}
    values |= {f"out:{number}": float(value) for number, value in enumerate(goes)}
    return np.array([values[name] for name in model.columns])


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
    model = compile_model(problem)
    costs = model.levels[-1].costs

    def surplus(values: NDArray[np.float64]) -> int:
        gone = sum(
            cell.area
            for number, cell in enumerate(problem.outs)
            if values[model.columns.index(f"out:{number}")]
        )
        return gone - entering

    def legal(values: NDArray[np.float64]) -> bool:
        return 0 <= surplus(values) <= tolerance

    goes = start[: len(areas)]
    near = [
        plan_of(problem, model, other)
        for other in product([False, True], repeat=len(areas))
        if sum(a and not b for a, b in zip(goes, other, strict=True)) <= 5
        and sum(b and not a for a, b in zip(goes, other, strict=True)) <= 5
    ]
    fitting = [values for values in near if legal(values)]
    found = repaired(problem, model, plan_of(problem, model, goes), legal)
    if found is None:
        assert not fitting
    else:
        assert any(np.array_equal(found, values) for values in fitting)
        assert costs @ found == pytest.approx(min(costs @ values for values in fitting))


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
    wide = Problem(demands, ins, outs, 10_000, 0, 0)
    most = solve(wide, SolverSection(), silent)[1].levels[:-1]
    choice, certificate = solve(replace(wide, tolerance=100), SolverSection(), silent)
    assert {level.status for level in most} == {"optimal"}
    assert [level.value for level in certificate.levels[:-1]] == [level.value for level in most]
    assert {level.status for level in certificate.levels[:-1]} == {"optimal"}
    surplus = sum(outs[n].area for n in choice.outs) - sum(ins[n].area for n in choice.ins)
    assert 0 <= surplus <= 100
