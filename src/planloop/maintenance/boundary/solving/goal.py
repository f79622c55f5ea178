"""What is minimised for one level of the objective, and what its bounds prove."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Level

GUIDE = 0.49
"""What a later level may weigh at most beside one of which the least step is 1."""

NUMERIC, SHARE = 1e-6, 1e-10
"""What floating point may have added to a bound: at least, and as a share of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """What is minimised for a level: its costs, and a little of those of a later one.

    Without these, land that the level does not care for is left to chance, and each new plan
    breaks other clauses.

    Parameters
    ----------
    costs
        Cost of each column, shape (n,).
    step
        The value of the level is a multiple of this beside its constant.
    extra
        What the later level adds, at most.
    lowest
        What it adds at least: it may be negative.
    constant
        Of the level.
    """

    costs: NDArray[np.float64]
    step: int
    extra: float
    lowest: float
    constant: int

    @classmethod
    def of(
        cls, levels: tuple[Level, ...], number: int, led_by: NDArray[np.bool_] | None = None
    ) -> Goal:
        """Return the goal of one of the levels.

        Parameters
        ----------
        levels
            All levels.
        number
            Which.
        led_by
            Columns whose costs by the later level count, shape (n,); all where it is None.
        """
        level = levels[number]
        step = int(np.gcd.reduce(level.costs)) or 1
        costs = level.costs.astype(np.float64)
        for later in levels[number + 1 :]:
            if (later.costs != 0).sum() > (level.costs != 0).sum():
                weights = later.costs.astype(np.float64)
                if led_by is not None:
                    weights *= led_by
                share = GUIDE * step / max(float(np.abs(weights).sum()), 1.0)
                lowest = share * float(np.minimum(weights, 0.0).sum())
                return cls(costs + share * weights, step, GUIDE * step, lowest, level.constant)
        return cls(costs, step, 0.0, 0.0, level.constant)

    @property
    def least(self) -> float:
        """The difference of value and bound at which the level is solved."""
        return 0.98 * self.step - self.extra

    def bound(self, reached: float | None) -> float:
        """Return the bound of the level that a bound of the goal, if any, proves."""
        return self.exactly(-math.inf if reached is None else reached - self.lowest - self.extra)

    def exactly(self, reached: float) -> float:
        """Return the bound of the level that a bound of its costs alone proves."""
        if math.isinf(reached):
            return reached
        least = reached - NUMERIC - SHARE * abs(reached)
        return self.constant + self.step * math.ceil(least / self.step)
