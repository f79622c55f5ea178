"""The relaxed program of a level, solved again and again with some columns decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from planloop.maintenance.boundary.solving.highs import SCALE, RelaxedProgram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Row
    from planloop.maintenance.boundary.solving.highs import Program
    from planloop.plan.settings import SolverSection


ENDS = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
"""How a run that proves anything ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """How a relaxed program ended.

    Parameters
    ----------
    values
        The best columns, shape (n,); None where there are none.
    prices
        Prices of the rows, per unit of the row, shape (rows,); where there are no columns a ray of
        them, along which the bound grows without end. None where HiGHS tells none.
    """

    values: NDArray[np.float64] | None
    prices: NDArray[np.float64] | None


class Boxed(RelaxedProgram):
    """A relaxed program in which columns can be decided.

    Attributes
    ----------
    steps
        Steps of the simplex method that all solves took together.
    """

    def __init__(self, program: Program, settings: SolverSection) -> None:
        """Take the program; its bounds are those of columns that are not decided."""
        super().__init__(program, settings)
        self._lower, self._upper = program.lower, program.upper
        self._scale = [SCALE[row.unit] for row in program.rows]
        self._decided: dict[int, int] = {}
        # The last basis is a better beginning than what presolve leaves of the program.
        self._highs.setOptionValue("presolve", "off")
        self.steps = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        super().add(rows)
        self._scale += [SCALE[row.unit] for row in rows]

    def solve_in(self, case: Mapping[int, int]) -> Relaxed:
        """Solve with some columns 0 or 1."""
        highs = self._highs
        for column in self._decided.keys() - case.keys():
            highs.changeColBounds(column, self._lower[column], self._upper[column])
        for column, side in case.items():
            if self._decided.get(column) != side:
                highs.changeColBounds(column, side, side)
        self._decided = dict(case)
        status = self._run()
        if status not in ENDS:
            # Now and then the last basis leads nowhere.
            highs.clearSolver()
            status = self._run()
        scale = np.array(self._scale)
        if status == highspy.HighsModelStatus.kInfeasible:
            _, there, ray = highs.getDualRay()  # type: ignore[attr-defined]  # not in the stubs
            return Relaxed(None, np.array(ray) * scale if there else None)
        solution = highs.getSolution()
        if status != highspy.HighsModelStatus.kOptimal:
            return Relaxed(None, None)
        return Relaxed(np.array(solution.col_value), np.array(solution.row_dual) * scale)

    def _run(self) -> highspy.HighsModelStatus:
        self._highs.run()
        self.steps += max(0, int(self._highs.getInfo().simplex_iteration_count))
        return self._highs.getModelStatus()
