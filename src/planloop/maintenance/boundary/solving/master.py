"""The choice of one plan for each block, under the rows that span them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.model import Row
from planloop.maintenance.boundary.solving.highs import HALF, SCALE, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Master:
    """The rows that span blocks.

    Parameters
    ----------
    rows
        The rows.
    blocks
        Columns of the model in each block.
    count
        Number of columns of the model, m.
    """

    def __init__(
        self, rows: Sequence[Row], blocks: Sequence[NDArray[np.int64]], count: int
    ) -> None:
        self.rows, self.blocks = list(rows), list(blocks)
        self._count = count
        self._terms = np.zeros((len(self.rows), count), dtype=np.int64)
        for number, row in enumerate(self.rows):
            self._terms[number, list(row.columns)] = row.coefficients
        self._scale = np.array([SCALE[row.unit] for row in self.rows])

    def priced(
        self, costs: NDArray[np.float64], prices: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return costs of the columns, shape (m,), less what the rows pay at prices, shape (r,)."""
        return np.asarray(costs - (prices * self._scale) @ self._terms)

    def constant(self, prices: NDArray[np.float64]) -> float:
        """Return what the limits of the rows add to a bound at prices that are of a limit."""
        total = 0.0
        limits = self._limits(prices)
        for row, limit, price, scale in zip(
            self.rows, limits, prices.tolist(), self._scale, strict=True
        ):
            if price and limit is not None:
                half = np.copysign(HALF if row.unit else 0.0, price)
                total += price * (limit - half) * scale
        return total

    def of_limits(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return prices, shape (r,), without those on a side where a row has no limit."""
        return np.where([limit is None for limit in self._limits(prices)], 0.0, prices)

    def _limits(self, prices: NDArray[np.float64]) -> list[int | None]:
        """Return the limit of each row that a price is of, if there is one."""
        return [
            row.lower if price > 0.0 else row.upper
            for row, price in zip(self.rows, prices.tolist(), strict=True)
        ]

    def program(
        self,
        plans: Sequence[Sequence[NDArray[np.int64]]],
        costs: NDArray[np.float64],
        rows: Sequence[int],
        *,
        whole: bool,
        loose: float = 0.0,
    ) -> Program:
        """Return the choice among plans of the blocks, the plans of each block in their order.

        Parameters
        ----------
        plans
            Of each block its plans, each of the shape of its columns.
        costs
            Cost of each column of the model, shape (m,).
        rows
            Which of the rows are to hold.
        whole
            Whether a plan is chosen or not, or may be in part.
        loose
            By how much the rows may be overstepped, in their scaled units.
        """
        stacked = [np.array(some) for some in plans]
        parts = list(zip(self.blocks, stacked, strict=True))
        price = np.concatenate([np.empty(0), *(some @ costs[mine] for mine, some in parts)])
        chosen = []
        for number in rows:
            own = (some @ self._terms[number, mine] for mine, some in parts)
            terms = np.concatenate([np.empty(0, dtype=np.int64), *own])
            row, columns = self.rows[number], np.flatnonzero(terms)
            members = tuple(columns.tolist()), tuple(terms[columns].tolist())
            room = math.ceil(loose / self._scale[number])
            lower = None if row.lower is None else row.lower - room
            upper = None if row.upper is None else row.upper + room
            chosen.append(Row(row.name, *members, lower, upper, row.unit))
        stops = np.cumsum([len(some) for some in plans]).tolist()
        for number, stop in enumerate(stops):
            mine = tuple(range(stop - len(plans[number]), stop))
            chosen.append(Row(f"one:{number}", mine, (1,) * len(mine), 1, 1))
        count = len(price)
        return Program(np.zeros(count), np.ones(count), np.full(count, whole), price, chosen)

    def put_together(
        self, plans: Sequence[Sequence[NDArray[np.int64]]], chosen: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the plan of the model, shape (m,), that a choice among plans stands for."""
        whole = np.zeros(self._count, dtype=np.int64)
        at = 0
        for mine, some in zip(self.blocks, plans, strict=True):
            whole[mine] = some[int(np.argmax(chosen[at : at + len(some)]))]
            at += len(some)
        return whole
