"""When the making of a certificate gives up: the outcomes by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from planloop.maintenance.boundary.problem import Aim, Demand, InCell, OutCell, Problem
from planloop.maintenance.boundary.proving.boxed import Relaxed
from planloop.maintenance.boundary.proving.parting import Parting
from planloop.maintenance.boundary.solving.pricing import PricedBlock
from planloop.plan.optimality import ARITHMETIC
from tests.checks.certificates import by_blocks, found
from tests.maintenance.tiny_ground import NO_FACES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.solving.pricing import Priced

COLUMNS = 200


class Endless:
    """A relaxed program whose plans are never whole; each solve takes ten steps."""

    def __init__(self) -> None:
        self.steps = 0

    def solve_in(self, case: Mapping[int, int]) -> Relaxed:
        self.steps += 10
        values = np.full(COLUMNS, 0.5)
        values[list(case)] = list(case.values())
        return Relaxed(values, np.zeros(0))


class Closing:
    """Prices that close no case, or each in which the first column has one value."""

    def __init__(self, closed: int | None) -> None:
        self.closed = closed

    def take(self, prices: NDArray[np.float64]) -> int:
        return len(prices)

    def best(self, case: Mapping[int, int]) -> tuple[float, int]:
        return (1.0, 0) if self.closed is not None and case.get(0) == self.closed else (-1.0, 0)


@pytest.mark.parametrize(("closed", "steps"), [(None, 200), (0, 1000), (1, 200)])
def test_hopeless_cases_take_a_fifth_of_the_steps(closed: int | None, steps: int) -> None:
    """Half of all is closed by the first case that is looked at, or by the last, or by none."""
    relaxation = Endless()
    parting = Parting(
        cast("Any", relaxation),
        cast("Any", Closing(closed)),
        np.ones(COLUMNS, dtype=bool),
        0.0,
        lambda _: (),
        1000,
    )
    assert parting.trees([{}]) is None
    # The solve that goes beyond, after at most eight by which columns were tried.
    assert steps < relaxation.steps <= steps + 90


def test_blocks_that_gain_nothing_are_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 8.9 m² go 3 and 4, worth 90, and 1.9 of the 5 worth 60: 112.8, or 110 in tens.

    The best whole plan is worth 100. Every block is one project, which by itself is served or not:
    none has a better bound, and only the one that is served in part is looked at.
    """
    worths, areas = {"P-1": 60, "P-2": 50, "P-3": 40}, {"P-1": 500, "P-2": 400, "P-3": 300}
    problem = Problem(
        demands=tuple(Demand(number, 1, near=True) for number in worths),
        ins=tuple(InCell(NO_FACES, area, (number,)) for number, area in areas.items()),
        outs=(OutCell("T", NO_FACES, 890, None, 0.5, "out-small"),),
        tolerance=10**6,
        margin=0,
        growth=0,
        aims=(Aim("score", serve=worths),),
    )
    best = found(problem)
    assert best is not None
    solves = []
    solve = PricedBlock.solve

    def counted(block: PricedBlock, costs: NDArray[np.float64], least: float) -> Priced:
        solves.append(block.columns.tolist())
        return solve(block, costs, least)

    monkeypatch.setattr(PricedBlock, "solve", counted)
    (level,) = by_blocks(problem, best).levels
    assert best.choice.served == ("P-1", "P-3")
    assert (level.bound, level.by, level.blocks) == (-110, ARITHMETIC, [])
    assert solves == [[0, 4]]
