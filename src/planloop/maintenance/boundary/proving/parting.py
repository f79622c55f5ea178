"""Plans parted into cases, until prices prove of every case that it holds no better plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Row
    from planloop.maintenance.boundary.proving.bounds import Bounds
    from planloop.maintenance.boundary.proving.boxed import Boxed, Relaxed

Case = dict[int, int]

CANDIDATES = 4
"""Columns at most that are tried out before plans are parted by one of them."""

WHOLE = 1e-6
"""A column so near to a whole number is one."""

LITTLE = 1e-6
"""Least gain of a bound that counts."""

EARLY, HOPEFUL = 0.2, 0.01
"""After that share of the steps, so much of all cases must be closed to make the rest worth it."""


@dataclass(slots=True)
class Gains:
    """What deciding a column has brought so far, for each unit that it was moved by."""

    sums: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def none(cls, count: int) -> Gains:
        """Return that nothing is known of some columns."""
        return cls(np.zeros((2, count)), np.zeros((2, count), dtype=np.int64))

    def learn(self, column: int, side: int, gain: float, moved: float) -> None:
        """Take in what deciding a column for a side brought."""
        self.sums[side, column] += gain / moved
        self.counts[side, column] += 1

    def expected(
        self, columns: NDArray[np.int64], moved: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what deciding columns may bring, shape (2, k): of those unknown, the average."""
        known = self.counts > 0
        mean = np.array(
            [
                (sums[there] / counts[there]).mean() if there.any() else 1.0
                for sums, counts, there in zip(self.sums, self.counts, known, strict=True)
            ]
        )
        each = self.sums[:, columns] / np.maximum(self.counts[:, columns], 1)
        return np.where(known[:, columns], each, mean[:, None]) * moved


class Parting:
    """Parts the plans of a level into cases.

    Parameters
    ----------
    relaxation
        The relaxed program of the level.
    bounds
        Prices found for it.
    whole
        Which columns may part plans, shape (n,).
    goal
        A case is closed by a bound no less than this.
    learn
        Returns the rows that a plan of whole columns, shape (n,), breaks; none where it is legal.
    steps
        Steps of the simplex method at most; fewer where hardly anything is closed.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # what a tree is grown from
        self,
        relaxation: Boxed,
        bounds: Bounds,
        whole: NDArray[np.bool_],
        goal: float,
        learn: Callable[[NDArray[np.float64]], Sequence[Row]],
        steps: int,
    ) -> None:
        self.relaxation, self.bounds, self.whole = relaxation, bounds, whole
        self.goal, self.learn, self.steps = goal, learn, steps
        self._gains = Gains.none(len(whole))
        self._share = 0.0

    def trees(self, cases: Sequence[Case]) -> list[list[int]] | None:
        """Return how cases are parted, as ``certificate.json`` tells it; None where one is not."""
        found = []
        for case in cases:
            tree = self._tree(case, 1.0 / len(cases))
            if tree is None:
                return None
            found.append(tree)
        return found

    def _tree(self, case: Case, share: float) -> list[int] | None:
        """Return how a case that is such a share of all is parted; None where it is not."""
        tree: list[int] = []
        waiting = [(case, share)]
        while waiting:
            one, part = waiting.pop()
            number = self._closed(one)
            if number is not None:
                self._share += part
                tree.append(-1 - number)
                continue
            column = self._column(one)
            if column is None:
                return None
            if column < 0:
                waiting.append((one, part))
                continue
            tree.append(column)
            # Nobody knows which side is the harder one.
            waiting += [({**one, column: 1}, part / 2), ({**one, column: 0}, part / 2)]
        return tree

    def _enough(self) -> bool:
        """Return whether so many steps were taken that no more are worth it."""
        steps = self.steps if self._share >= HOPEFUL else EARLY * self.steps
        return self.relaxation.steps > steps

    def _closed(self, case: Case) -> int | None:
        """Return the number of prices that close a case, if any known ones do."""
        bound, number = self.bounds.best(case)
        return number if bound >= self.goal else None

    def _solved(self, case: Mapping[int, int]) -> tuple[float, Relaxed]:
        """Solve a case and take its prices; return its bound, -∞ where none is told."""
        relaxed = self.relaxation.solve_in(case)
        if relaxed.prices is None:
            return -np.inf, relaxed
        if relaxed.values is None:
            number = self.bounds.along(relaxed.prices, case, self.goal)
            return (-np.inf if number is None else np.inf), relaxed
        self.bounds.take(relaxed.prices)
        return self.bounds.best(case)[0], relaxed

    def _column(self, case: Case) -> int | None:
        """Return a column to part a case by; -1 where it is to be looked at again.

        None where a plan may be in it that is better, or where the steps are used up.
        """
        bound, relaxed = self._solved(case)
        if bound >= self.goal:
            return -1
        if relaxed.values is None or self._enough():
            return None
        values = relaxed.values
        open_ = np.minimum(values, 1.0 - values) * self.whole > WHOLE
        columns = np.flatnonzero(open_)
        if not len(columns):
            rows = self.learn(values)
            self.relaxation.add(rows)
            self.bounds.add(rows)
            return -1 if rows else None
        moved = np.stack([values[columns], 1.0 - values[columns]])
        expected = np.maximum(self._gains.expected(columns, moved), LITTLE)
        order = np.argsort(-expected.prod(axis=0), kind="stable")[:CANDIDATES]
        best, chosen = -1.0, int(columns[order[0]])
        for place in order.tolist():
            column = int(columns[place])
            gains = expected[:, place]
            if self._gains.counts[:, column].min() == 0:
                gains = self._tried(case, column, bound, moved[:, place])
            score = float(np.minimum(gains, self.goal - bound + LITTLE).prod())
            if score > best:
                best, chosen = score, column
        return chosen

    def _tried(
        self, case: Case, column: int, bound: float, moved: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what deciding a column brings for each side, shape (2,)."""
        gains = np.empty(2)
        for side in (0, 1):
            reached, _ = self._solved({**case, column: side})
            gains[side] = max(min(reached, self.goal) - bound, LITTLE)
            self._gains.learn(column, side, float(gains[side]), float(moved[side]))
        return gains
