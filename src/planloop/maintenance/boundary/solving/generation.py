"""Column generation: whole plans of blocks, joined at prices for the rows that span them.

With x_k one of the legal plans X_k of block k, costs c, and the coupling rows l ≤ A x ≤ u::

    min Σ c x_k    so that    l ≤ Σ A x_k ≤ u,    x_k in X_k

At prices y of the coupling rows no plan costs less than (Dantzig and Wolfe 1960)::

    Σ_k min { (c - y A) x : x in X_k } + Σ_r y_r (l_r if y_r > 0 else u_r)

which has the whole numbers and the connectivity of each block in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.solving.blocks import blocks_of
from planloop.maintenance.boundary.solving.front import Front, front
from planloop.maintenance.boundary.solving.highs import RelaxedProgram, optimise
from planloop.maintenance.boundary.solving.master import Master
from planloop.maintenance.boundary.solving.pricing import Elsewhere, Priced, PricedBlock
from planloop.maintenance.boundary.solving.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.clauses import Clause
    from planloop.maintenance.boundary.solving.ground_rules import GroundRules
    from planloop.maintenance.boundary.solving.highs import Program

ROUNDS = 60
"""Times that all blocks are solved at new prices, at most."""

GAIN = 1e-6
"""By how much a block's plan must be cheaper than its price for it to be worth a column."""

TOGETHER = 16
"""Blocks whose fronts are looked for before it is asked whether any is beyond reach."""


class Generation:
    """The blocks of a model, and plans of them.

    Parameters
    ----------
    program
        Bounds, costs and all rows.
    level
        What each column costs by the level alone, whole numbers, shape (m,).
    rules
        What binds.
    start
        A legal plan, shape (m,).
    """

    def __init__(
        self,
        program: Program,
        level: NDArray[np.int64],
        rules: GroundRules,
        start: NDArray[np.int64],
    ) -> None:
        self.costs, self.level, self.settings = program.costs, level, rules.settings
        names = set(rules.spanning)
        inner = [row for row in program.rows if row.name not in names]
        elsewhere = Elsewhere(rules, start[: rules.problem.cells] == 1)
        self.blocks = [
            PricedBlock(block, program, level, elsewhere)
            for block in blocks_of(len(program.costs), inner, rules.separation)
        ]
        spanning = [row for row in program.rows if row.name in names]
        columns = [block.columns for block in self.blocks]
        self.master = Master(spanning, columns, len(program.costs))
        self.plans = [[start[mine]] for mine in columns]
        self.prices = np.zeros(len(spanning))

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Clauses that the blocks needed."""
        return tuple(clause for block in self.blocks for clause in block.found)

    def bound(
        self, prices: NDArray[np.float64], least: float, done: Callable[[float], bool]
    ) -> float:
        """Generate plans of blocks until the bound is good enough, or none has a better one.

        Parameters
        ----------
        prices
            Of the spanning rows, in their scaled units, to begin with, shape (r,).
        least
            The difference of value and bound at which a plan is as good as optimal.
        done
            Whether a bound is good enough.

        Returns
        -------
        float
            No plan costs less.
        """
        best = -np.inf
        worth = np.full(len(self.blocks), np.inf)
        every = range(len(self.master.rows))
        for _ in range(ROUNDS):
            prices = self.master.of_limits(prices)
            reached, better = self._priced(prices, worth, least / len(self.blocks))
            if reached > best:
                best, self.prices = reached, prices
            if done(best) or not better:
                break
            program = self.master.program(self.plans, self.costs, every, whole=False)
            relaxed = RelaxedProgram(program, self.settings).solve()
            if relaxed is None or relaxed.cost - best <= least:
                break
            prices, worth = relaxed.prices[: len(every)], relaxed.prices[len(every) :]
        return best

    def plan(self, least: float) -> NDArray[np.int64] | None:
        """Return the best plan put together from plans of the blocks; None where none fits."""
        every = range(len(self.master.rows))
        program = self.master.program(self.plans, self.costs, every, whole=True)
        chosen = optimise(program, None, self.settings, least).values
        return None if chosen is None else self.master.put_together(self.plans, chosen)

    def bound_by_fronts(self, value: int, step: int) -> float:
        """Return the bound of the level that the fronts of all blocks prove, or -∞.

        Parameters
        ----------
        value
            Of the level in the best plan.
        step
            Values of the level differ by a multiple of this.

        Notes
        -----
        See :mod:`~planloop.maintenance.boundary.solving.front`. All plans of the fronts are kept.
        """
        binding = np.flatnonzero(self.prices).tolist()
        if len(binding) != 1:
            return -np.inf
        level = self.level.astype(np.float64)
        costs = self.master.priced(level, self.prices)
        least = sum(priced.bound for priced in self._solved(costs, 0.0))
        window = value - step - least - self.master.constant(self.prices)
        if window < 0.0:
            return float(value)

        def its_front(block: PricedBlock) -> Front | None:
            mine = block.columns
            return front(block, costs[mine], self.level[mine], window, step)

        fronts: list[Front] = []
        for start in range(0, len(self.blocks), TOGETHER):
            some = self.blocks[start : start + TOGETHER]
            ended = side_by_side(its_front, some, self.settings.threads)
            fronts += [item for item in ended if item is not None]
            if len(fronts) < start + len(some):
                return -np.inf
        for plans, found in zip(self.plans, fronts, strict=True):
            plans.extend(found.plans)
        # What the solves left open, paid in the row that has a price.
        loose = sum(found.slack for found in fronts) / abs(float(self.prices[binding[0]]))
        choices = [found.plans for found in fronts]
        program = self.master.program(choices, level, binding, whole=True, loose=loose)
        bound = optimise(program, None, self.settings, step / 2.0).bound
        return -np.inf if bound is None else bound

    def _priced(
        self, prices: NDArray[np.float64], worth: NDArray[np.float64], least: float
    ) -> tuple[float, bool]:
        """Solve every block at prices; return the bound, and whether any plan is new and better."""
        costs = self.master.priced(self.costs, prices)
        bound, better = self.master.constant(prices), False
        found = self._solved(costs, least)
        for block, plans, price, priced in zip(
            self.blocks, self.plans, worth.tolist(), found, strict=True
        ):
            mine = costs[block.columns]
            bound += priced.bound
            if (
                priced.plan is not None
                and float(mine @ priced.plan) < price - GAIN
                and not any(np.array_equal(priced.plan, plan) for plan in plans)
            ):
                plans.append(priced.plan)
                better = True
        return bound, better

    def _solved(self, costs: NDArray[np.float64], least: float) -> list[Priced]:
        """Solve every block at costs of the columns, shape (m,)."""

        def solved(block: PricedBlock) -> Priced:
            return block.solve(costs[block.columns], least)

        return side_by_side(solved, self.blocks, self.settings.threads)
