"""Prices of rows, and what they prove of every case: in floating point, to find good ones by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Row

DIGITS = 10
"""Digits of a price that are kept: any prices prove something, and short ones nearly as much."""

NOTHING = 1e-12
"""Share of the costs that a row must carry at its price for the price to be kept."""

FAR = 2.0
"""A ray is followed so many times as far as is needed."""


class Bounds:
    """Sets of prices of one level, and the bounds that they prove.

    Parameters
    ----------
    costs
        Cost of each column, shape (n,).
    rows
        Rows.
    """

    def __init__(self, costs: NDArray[np.float64], rows: Sequence[Row]) -> None:
        self.costs = costs
        self.sets: list[NDArray[np.float64]] = []
        self._columns = np.zeros(0, dtype=np.int64)
        self._terms = np.zeros(0)
        self._owner = np.zeros(0, dtype=np.int64)
        self._lower, self._upper = np.zeros(0), np.zeros(0)
        self._weight = np.zeros(0)
        self._base = np.zeros(1)
        self._left = np.zeros((1, len(costs)))
        self.add(rows)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self._lower)

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows; they have no price in the sets that there are."""
        sizes = [len(row.columns) for row in rows]
        first = len(self._lower)
        flat = [column for row in rows for column in row.columns]
        terms = np.array([term for row in rows for term in row.coefficients], dtype=np.float64)
        owner = np.repeat(np.arange(first, first + len(rows)), sizes)
        self._columns = np.append(self._columns, np.array(flat, dtype=np.int64))
        self._terms, self._owner = np.append(self._terms, terms), np.append(self._owner, owner)
        lower = [-np.inf if row.lower is None else float(row.lower) for row in rows]
        upper = [np.inf if row.upper is None else float(row.upper) for row in rows]
        self._lower = np.append(self._lower, np.array(lower, dtype=np.float64))
        self._upper = np.append(self._upper, np.array(upper, dtype=np.float64))
        self._weight = _sums(self._owner, np.abs(self._terms), len(self._lower))

    def take(self, prices: NDArray[np.float64]) -> int:
        """Keep a set of prices, shape (rows,), and return its number."""
        prices = self._short(prices)
        left = self.costs - self._carried(prices)
        number = len(self.sets)
        self.sets.append(prices)
        if number == len(self._base):
            self._base = np.append(self._base, np.zeros(number))
            self._left = np.vstack([self._left, np.zeros_like(self._left)])
        self._base[number] = self._paid(prices) + float(np.minimum(left, 0.0).sum())
        self._left[number] = left
        return number

    def along(self, ray: NDArray[np.float64], case: Mapping[int, int], goal: float) -> int | None:
        """Keep prices along a ray, shape (rows,), that close a case; None where none do."""
        for one in (ray, -ray):
            prices = self._short(one)
            left = -self._carried(prices)
            growth = self._paid(prices) + _least(left, case)
            if growth > 0.0:
                reach = abs(goal) + float(np.abs(self.costs).sum()) + 1.0
                return self.take(prices * (FAR * reach / growth))
        return None

    def best(self, case: Mapping[int, int]) -> tuple[float, int]:
        """Return the best bound of a case that any set proves, and the number of the set."""
        count = len(self.sets)
        if not count:
            return -np.inf, -1
        columns = np.array(list(case), dtype=np.int64)
        sides = np.array(list(case.values()), dtype=np.float64)
        left = self._left[:count, columns]
        bounds = self._base[:count] + (left * sides - np.minimum(left, 0.0)).sum(axis=1)
        number = int(np.argmax(bounds))
        return float(bounds[number]), number

    def _short(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return prices with fewer digits, and none of limits that there are not."""
        prices = np.append(prices, np.zeros(len(self._lower) - len(prices)))
        limit = np.where(prices > 0.0, self._lower, self._upper)
        weight = np.abs(prices) * self._weight
        kept = np.isfinite(limit) & (weight > NOTHING * max(1.0, float(weight.max(initial=0.0))))
        short = np.zeros(len(self._lower))
        short[kept] = [float(f"{price:.{DIGITS}g}") for price in prices[kept].tolist()]
        return short

    def _carried(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the rows pay for each column."""
        return _sums(self._columns, prices[self._owner] * self._terms, len(self.costs))

    def _paid(self, prices: NDArray[np.float64]) -> float:
        priced = np.flatnonzero(prices)
        limit = np.where(prices > 0.0, self._lower, self._upper)[priced]
        return float(prices[priced] @ limit)


def _least(left: NDArray[np.float64], case: Mapping[int, int]) -> float:
    least = np.minimum(left, 0.0)
    for column, side in case.items():
        least[column] = left[column] * side
    return float(least.sum())


def _sums(place: NDArray[np.int64], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the sum of the values at each place, shape (count,)."""
    return np.bincount(place, values, count).astype(np.float64)
