"""Column generation: whole plans of blocks, joined at prices for the rows that span them.

With x_k one of the legal plans X_k of block k, costs c, and the coupling rows l ≤ A x ≤ u::

    min Σ c x_k    so that    l ≤ Σ A x_k ≤ u,    x_k in X_k

At prices y of the coupling rows no plan costs less than (Dantzig and Wolfe 1960)::

    Σ_k min { (c - y A) x : x in X_k } + Σ_r y_r (l_r if y_r > 0 else u_r)

which has the whole numbers and the connectivity of each block in it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from planloop.maintenance.boundary.solving.blocks import blocks_of
from planloop.maintenance.boundary.solving.front import Front, front
from planloop.maintenance.boundary.solving.highs import RelaxedProgram, optimise
from planloop.maintenance.boundary.solving.master import Master
from planloop.maintenance.boundary.solving.pricing import Elsewhere, Priced, PricedBlock
from planloop.maintenance.boundary.solving.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.clauses import Clause
    from planloop.maintenance.boundary.solving.ground_rules import GroundRules
    from planloop.maintenance.boundary.solving.highs import Program, Relaxed

Known = TypeVar("Known")
Result = TypeVar("Result")

ROUNDS = 60
"""Times that all blocks are solved at new prices, at most."""

GAIN = 1e-6
"""By how much a block's plan must be cheaper than its price for it to be worth a column."""

TOGETHER = 16
"""Blocks whose fronts are looked for before it is asked whether any is beyond reach."""


@dataclass(slots=True)
class _AtPrices:
    """What is known of blocks at some prices, as long as nothing is decided in them.

    Parameters
    ----------
    leasts
        Block → its cheapest plan by the level alone.
    window, fronts
        Block → its front, all of them within the same window.
    """

    leasts: dict[int, Priced] = field(default_factory=dict)
    window: float = -np.inf
    fronts: dict[int, Front] = field(default_factory=dict)


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

    Attributes
    ----------
    plans
        Plans of each block.
    prices, bounds
        The prices of the spanning rows with the best bound so far, and the blocks' bounds at these.
    touched
        Block → its columns that are decided for now, and their values.
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
        self._elsewhere = elsewhere = Elsewhere(rules, start[: rules.problem.cells] == 1)
        self.blocks = [
            PricedBlock(block, program, level, elsewhere)
            for block in blocks_of(len(program.costs), inner, rules.separation)
        ]
        spanning = [row for row in program.rows if row.name in names]
        columns = [block.columns for block in self.blocks]
        self.master = Master(spanning, columns, len(program.costs))
        self.plans = [[start[mine]] for mine in columns]
        self.prices = np.zeros(len(spanning))
        self.bounds = np.full(len(self.blocks), -np.inf)
        self.touched: dict[int, dict[int, int]] = {}
        self._known = _AtPrices()
        self._block = np.zeros(len(program.costs), dtype=np.int64)
        for number, mine in enumerate(columns):
            self._block[mine] = number

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Clauses that the blocks needed."""
        return tuple(clause for block in self.blocks for clause in block.found)

    @property
    def reached(self) -> float:
        """The best bound so far."""
        return float(self.bounds.sum()) + self.master.constant(self.prices)

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
            bounds, better = self._priced(prices, worth, least / len(self.blocks))
            reached = float(bounds.sum()) + self.master.constant(prices)
            if reached > best:
                best, self.prices, self.bounds = reached, prices, bounds
                self._known = _AtPrices()
            if done(best) or not better:
                break
            relaxed = self._relaxed()
            if relaxed is None or relaxed.cost - best <= least:
                break
            prices, worth = relaxed.prices[: len(every)], relaxed.prices[len(every) :]
        return best

    def _relaxed(self) -> Relaxed | None:
        """Return the best choice in parts among the plans that are known."""
        every = range(len(self.master.rows))
        program = self.master.program(self.allowed(), self.costs, every, whole=False)
        return RelaxedProgram(program, self.settings).solve()

    def prices_known(self) -> NDArray[np.float64]:
        """Return the prices that the known plans lead to, shape (r,)."""
        relaxed = self._relaxed() if all(self.allowed()) else None
        return self.prices if relaxed is None else relaxed.prices[: len(self.master.rows)]

    def plan(self, least: float) -> NDArray[np.int64] | None:
        """Return the best plan put together from plans of the blocks; None where none fits."""
        plans, every = self.allowed(), range(len(self.master.rows))
        if not all(plans):
            return None
        program = self.master.program(plans, self.costs, every, whole=True)
        chosen = optimise(program, None, self.settings, least).values
        return None if chosen is None else self.master.put_together(plans, chosen)

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
        leasts = self._leasts(costs)
        reached = sum(priced.bound for priced in leasts) + self.master.constant(self.prices)
        window = value - step - reached
        if window < 0.0:
            return float(value)
        fronts = self._fronts(costs, leasts, window, step)
        if fronts is None:
            return -np.inf
        for number, found in enumerate(fronts):
            for plan in found.plans:
                self.add(number, plan)
        choices = [found.plans for found in fronts]
        if not all(choices):
            return float(value)
        # What the solves left open, paid in the row that has a price.
        loose = sum(found.slack for found in fronts) / abs(float(self.prices[binding[0]]))
        program = self.master.program(choices, level, binding, whole=True, loose=loose)
        bound = optimise(program, None, self.settings, step / 2.0).bound
        return -np.inf if bound is None else bound

    def _leasts(self, costs: NDArray[np.float64]) -> list[Priced]:
        """Return the cheapest plan of each block, by the level alone, at the prices."""

        def its_least(number: int) -> Priced:
            block = self.blocks[number]
            return block.solve(costs[block.columns], 0.0)

        leasts = self._known.leasts.copy()
        anew = self._anew(leasts)
        leasts |= zip(anew, self._side_by_side(its_least, anew), strict=True)
        self._known.leasts |= self._untouched(leasts)
        return [leasts[number] for number in range(len(self.blocks))]

    def _fronts(
        self, costs: NDArray[np.float64], leasts: Sequence[Priced], window: float, step: int
    ) -> list[Front] | None:
        """Return the front of each block within a window; None where one is beyond reach."""
        if window > self._known.window:
            self._known.window, self._known.fronts = window, {}
        window = self._known.window

        def its_front(number: int) -> Front | None:
            block = self.blocks[number]
            mine = block.columns
            return front(block, leasts[number], costs[mine], self.level[mine], window, step)

        fronts = self._known.fronts.copy()
        anew = self._anew(fronts)
        for start in range(0, len(anew), TOGETHER):
            some = anew[start : start + TOGETHER]
            for number, found in zip(some, self._side_by_side(its_front, some), strict=True):
                if found is None:
                    return None
                fronts[number] = found
        self._known.fronts |= self._untouched(fronts)
        return [fronts[number] for number in range(len(self.blocks))]

    def _anew(self, known: Mapping[int, object]) -> list[int]:
        """Return the blocks of which something is not known, or not as they are decided on."""
        every = range(len(self.blocks))
        return [number for number in every if number in self.touched or number not in known]

    @contextmanager
    def decided(self, columns: Mapping[int, int], limits: Mapping[str, int]) -> Iterator[None]:
        """Look only at plans in which some columns have these values, for a while.

        Parameters
        ----------
        columns
            Columns of the model and their values.
        limits
            What rows that hold levels above are not to exceed.
        """
        before = self.master.rows, self.prices, self.bounds, self._known
        self.master.rows = [
            replace(row, upper=limits.get(row.name, row.upper)) for row in self.master.rows
        ]
        self.touched = {}
        for column, value in columns.items():
            self.touched.setdefault(int(self._block[column]), {})[column] = value
        for number, mine in self.touched.items():
            self.blocks[number].decide(mine)
        try:
            yield
        finally:
            for number in self.touched:
                self.blocks[number].decide({})
            self.touched = {}
            self.master.rows, self.prices, self.bounds, self._known = before

    def bound_again(self, least: float) -> float:
        """Return the bound at the last prices, with the touched blocks alone solved anew.

        Infinite where one of them has no plan at all.
        """
        costs = self.master.priced(self.costs, self.prices)
        bounds = self.bounds.copy()
        for number in self.touched:
            block = self.blocks[number]
            priced = block.solve(costs[block.columns], least / len(self.blocks))
            bounds[number] = priced.bound
            if priced.plan is not None:
                self.add(number, priced.plan)
        return float(bounds.sum()) + self.master.constant(self.prices)

    def take(self, plan: NDArray[np.int64]) -> None:
        """Keep what each block does in a plan of the model, shape (m,)."""
        for number, block in enumerate(self.blocks):
            self.add(number, plan[block.columns])

    def add(self, number: int, plan: NDArray[np.int64]) -> bool:
        """Keep a plan of a block; return whether it was not known."""
        plans = self.plans[number]
        if any(np.array_equal(plan, known) for known in plans):
            return False
        plans.append(plan)
        return True

    def allowed(self) -> list[list[NDArray[np.int64]]]:
        """Return the plans of each block, those of touched blocks only as far as decided."""
        plans = list(self.plans)
        for number, mine in self.touched.items():
            place = np.searchsorted(self.blocks[number].columns, list(mine))
            wanted = list(mine.values())
            plans[number] = [plan for plan in plans[number] if (plan[place] == wanted).all()]
        return plans

    def broken(self, plan: NDArray[np.int64], numbers: Sequence[int]) -> bool:
        """Return whether a plan, shape (m,), breaks a clause; blocks with these numbers keep it."""
        clauses = self._elsewhere.against(plan)
        for number in numbers:
            mine = set(self.blocks[number].columns.tolist())
            own = [clause for clause in clauses if mine.issuperset(clause.row().columns)]
            if own:
                self.blocks[number].need(own)
        return bool(clauses)

    def _untouched(self, found: Mapping[int, Known]) -> dict[int, Known]:
        """Return what was found of the blocks in which nothing is decided."""
        return {number: item for number, item in found.items() if number not in self.touched}

    def _priced(
        self, prices: NDArray[np.float64], worth: NDArray[np.float64], least: float
    ) -> tuple[NDArray[np.float64], bool]:
        """Solve every block at prices; return their bounds, and whether any plan is worth more."""
        costs = self.master.priced(self.costs, prices)
        bounds, better = [], False
        found = self._solved(costs, least)
        for number, (price, priced) in enumerate(zip(worth.tolist(), found, strict=True)):
            mine = costs[self.blocks[number].columns]
            bounds.append(priced.bound)
            if priced.plan is not None and float(mine @ priced.plan) < price - GAIN:
                better |= self.add(number, priced.plan)
        return np.array(bounds), better

    def _solved(self, costs: NDArray[np.float64], least: float) -> list[Priced]:
        """Solve every block at costs of the columns, shape (m,)."""

        def solved(number: int) -> Priced:
            block = self.blocks[number]
            return block.solve(costs[block.columns], least)

        return self._side_by_side(solved, range(len(self.blocks)))

    def _side_by_side(self, work: Callable[[int], Result], numbers: Sequence[int]) -> list[Result]:
        return side_by_side(work, numbers, self.settings.threads)
