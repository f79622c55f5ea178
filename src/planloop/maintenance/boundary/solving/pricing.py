"""One block by itself: its best plan at given prices, again and again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.model import Row
from planloop.maintenance.boundary.solving.highs import Repeated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.clauses import Clause
    from planloop.maintenance.boundary.solving.blocks import Block
    from planloop.maintenance.boundary.solving.ground_rules import GroundRules
    from planloop.maintenance.boundary.solving.highs import Program

NODES = 300
"""Branch-and-bound nodes of each solve of a block."""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What a block does at some prices.

    Parameters
    ----------
    plan
        Its columns, shape (n,); None where no legal plan was found within the limits.
    bound
        No plan of the block costs less; infinite where there is none at all.
    """

    plan: NDArray[np.int64] | None
    bound: float


class Elsewhere:
    """The rest of the region, as it is in some legal plan while one block is looked at.

    Parameters
    ----------
    rules
        What binds.
    inside
        Whether each cell is inside in that plan, shape (cells,).
    """

    def __init__(self, rules: GroundRules, inside: NDArray[np.bool_]) -> None:
        self.cells = len(inside)
        self.settings = rules.settings.model_copy(update={"node_limit": NODES})
        self._separation, self._inside = rules.separation, inside

    def against(self, plan: NDArray[np.int64]) -> tuple[Clause, ...]:
        """Return the clauses that a plan of the model, shape (m,), breaks."""
        return self._separation.against(plan[: self.cells] == 1)

    def broken(self, cells: NDArray[np.int64], inside: NDArray[np.bool_]) -> tuple[Clause, ...]:
        """Return the clauses that a plan of some cells breaks, both shape (k,)."""
        whole = self._inside.copy()
        whole[cells] = inside
        return self._separation.against(whole)


class PricedBlock:
    """A block that is solved at many prices; clauses that it needed once, it keeps.

    Parameters
    ----------
    block
        The block.
    program
        The whole program, for the bounds of its columns.
    level
        What each column costs by the level that is solved, whole numbers, shape (m,).
    elsewhere
        The rest of the region.

    Attributes
    ----------
    columns
        Its columns of the model, ascending, shape (n,).
    lower, upper
        Their bounds, shape (n,).
    rows
        The model's rows over these columns alone, and the clauses that it needed.
    found
        These clauses.
    """

    def __init__(
        self, block: Block, program: Program, level: NDArray[np.int64], elsewhere: Elsewhere
    ) -> None:
        self.columns = block.columns
        self.rows = list(block.rows)
        self._place = {int(column): index for index, column in enumerate(block.columns)}
        mine = self.columns
        whole = tuple(np.rint(level[mine]).astype(np.int64).tolist())
        value = Row("level", tuple(range(len(mine))), whole, None, None)
        rows = [value, *(self._own(row) for row in block.rows)]
        self._lower, self._upper = program.lower[mine], program.upper[mine]
        self.lower, self.upper = self._lower, self._upper
        own = replace(
            program,
            lower=self._lower,
            upper=self._upper,
            whole=program.whole[mine],
            costs=program.costs[mine],
            rows=rows,
        )
        self._solver = Repeated(own, elsewhere.settings)
        self._elsewhere = elsewhere
        self._cells = mine[mine < elsewhere.cells]
        self.found: list[Clause] = []

    def solve(self, costs: NDArray[np.float64], least: float, most: float = np.inf) -> Priced:
        """Return the best plan at some costs, or one that costs up to `least` more.

        Parameters
        ----------
        costs
            Cost of each column, shape (n,).
        least
            How much more the plan may cost than the best.
        most
            What a plan may cost: once it is proven that none costs less, none is looked for.
        """
        bound = -np.inf
        while True:
            ended = self._solver.optimise(costs, least)
            if ended.bound is not None:
                bound = max(bound, ended.bound)
            if ended.values is None:
                return Priced(None, np.inf if ended.status == "infeasible" else bound)
            if bound > most:
                return Priced(None, bound)
            inside = ended.values[: len(self._cells)] == 1
            broken = self._elsewhere.broken(self._cells, inside)
            if not broken:
                return Priced(ended.values, bound)
            self.need(broken)

    def need(self, clauses: Sequence[Clause]) -> None:
        """Keep clauses from now on."""
        self.found += clauses
        rows = [clause.row() for clause in clauses]
        self.rows += rows
        self._solver.add([self._own(row) for row in rows])

    def decide(self, values: Mapping[int, int]) -> None:
        """Look only at plans in which some of the model's columns have these values from now on."""
        self.lower, self.upper = self._lower.copy(), self._upper.copy()
        for column, value in values.items():
            self.lower[self._place[column]] = self.upper[self._place[column]] = value
        self._solver.limit(self.lower, self.upper)

    def between(self, lower: float, upper: float) -> None:
        """Look only at plans of which the level lies between two values from now on."""
        self._solver.hold(0, lower, upper)

    def _own(self, row: Row) -> Row:
        """Return a row over the block's own columns."""
        return replace(row, columns=tuple(self._place[column] for column in row.columns))
