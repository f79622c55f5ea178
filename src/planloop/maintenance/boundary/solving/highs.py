"""Runs of HiGHS: what they found, what they proved, and how they ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Row
    from planloop.plan.settings import SolverSection

FEASIBILITY = 1e-9
"""Tolerance of rows and integrality."""

SCALE = {"": 1.0, "dm²": 1e-2, "dm²·‰": 1e-5}
"""Unit of a row → what its numbers are multiplied by, so that they stay near those of others."""

HALF = 0.5
"""Rows with a unit are whole numbers of it: one that is wider by half of one admits no further
plan, and no rounding of the coefficients can shut a legal one out."""

SURE = 20
"""So many times the nodes may be spent on making sure that there is no plan: without presolve it
takes more of them."""

_WORDS = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "time limit",
    highspy.HighsModelStatus.kSolutionLimit: "node limit",
}


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """What is to be minimised, and what binds.

    Parameters
    ----------
    lower, upper
        Bounds of the columns, shape (n,).
    whole
        Which columns must be whole numbers, shape (n,).
    costs
        Cost of each column, shape (n,).
    rows
        Rows.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    whole: NDArray[np.bool_]
    costs: NDArray[np.float64]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """How a run ended.

    Parameters
    ----------
    status
        ``optimal`` (within the allowed gap), ``infeasible``, ``time limit``, ``node limit``, or
        ``stopped`` for anything else.
    values
        Columns of the best plan found, rounded to whole numbers, shape (n,), or None.
    bound
        Proven bound of the objective, or None.
    seconds, nodes
        Effort.
    """

    status: str
    values: NDArray[np.int64] | None
    bound: float | None
    seconds: float
    nodes: int


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """A best plan without whole numbers.

    Parameters
    ----------
    values
        Columns, shape (n,).
    cost
        What it costs.
    prices
        What the cost would rise by if a row's binding limit rose by one, in the row's scaled unit,
        shape (rows,).
    """

    values: NDArray[np.float64]
    cost: float
    prices: NDArray[np.float64]


class _Silent(highspy.Highs):
    """HiGHS that prints nothing.

    Its own constructor registers callbacks, and that prints a banner to the standard output before
    any option can be set.
    """

    def __init__(self, settings: SolverSection) -> None:
        # Past highspy.Highs, on purpose.
        super(highspy.Highs, self).__init__()
        self.silent()
        for name, value in (
            ("primal_feasibility_tolerance", FEASIBILITY),
            ("mip_feasibility_tolerance", FEASIBILITY),
            ("random_seed", settings.seed),
            ("threads", 1),
        ):
            self.setOptionValue(name, value)

    def load(self, program: Program) -> None:
        """Take columns and rows."""
        count = len(program.costs)
        columns = np.arange(count, dtype=np.int32)
        self.addVars(count, program.lower, program.upper)
        self.changeColsCost(count, columns, program.costs)
        self.extend(program.rows)

    def hold_whole(self, whole: NDArray[np.bool_]) -> None:
        """Make some columns, shape (n,), whole numbers."""
        columns = np.flatnonzero(whole).astype(np.int32)
        kinds = np.full(len(columns), highspy.HighsVarType.kInteger)
        self.changeColsIntegrality(len(columns), columns, kinds)

    def branch(self, settings: SolverSection, least: float) -> Ended:
        """Run branch and bound."""
        # The clock runs on from run to run.
        began = float(self.getRunTime())
        for name, value in (
            ("mip_max_nodes", settings.node_limit),
            ("time_limit", began + settings.time_limit_s),
            ("mip_rel_gap", settings.gap),
            ("mip_abs_gap", least),
        ):
            self.setOptionValue(name, value)
        self.run()
        if _WORDS.get(self.getModelStatus()) == "infeasible":
            # HiGHS 1.15.1 may say so of a program that is not; without presolve it does not.
            self.clearSolver()
            self.setOptionValue("presolve", "off")
            self.setOptionValue("mip_max_nodes", SURE * settings.node_limit)
            self.run()
            self.setOptionValue("presolve", "choose")
        info = self.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        bound = float(info.mip_dual_bound)
        return Ended(
            status=_WORDS.get(self.getModelStatus(), "stopped"),
            values=np.rint(self.getSolution().col_value).astype(np.int64) if found else None,
            bound=bound if np.isfinite(bound) else None,
            seconds=float(self.getRunTime()) - began,
            nodes=int(info.mip_node_count),
        )

    def extend(self, rows: Sequence[Row]) -> None:
        """Take further rows."""
        if not rows:
            return
        sizes = [len(row.columns) for row in rows]
        scales = np.array([SCALE[row.unit] for row in rows])
        slack = np.array([HALF if row.unit else 0.0 for row in rows])
        lower = np.array([-np.inf if row.lower is None else row.lower for row in rows])
        upper = np.array([np.inf if row.upper is None else row.upper for row in rows])
        members = np.array([column for row in rows for column in row.columns], dtype=np.int32)
        terms = np.array([term for row in rows for term in row.coefficients], dtype=np.float64)
        self.addRows(
            len(rows),
            (lower - slack) * scales,
            (upper + slack) * scales,
            len(members),
            np.append(0, np.cumsum(sizes)[:-1]).astype(np.int32),
            members,
            terms * np.repeat(scales, sizes),
        )


class RelaxedProgram:
    """The program without whole numbers, solved again and again with further rows."""

    def __init__(self, program: Program, settings: SolverSection) -> None:
        """Take the program."""
        self._highs = _Silent(settings)
        self._highs.load(program)

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._highs.extend(rows)

    def solve(self) -> Relaxed | None:
        """Return the best relaxed plan; None where it is proven that there is none."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if _WORDS.get(status) == "infeasible":
            return None
        solution = self._highs.getSolution()
        solved = status == highspy.HighsModelStatus.kOptimal
        # A run that fails proves nothing.
        cost = float(self._highs.getInfo().objective_function_value) if solved else -np.inf
        return Relaxed(np.array(solution.col_value), cost, np.array(solution.row_dual))


def version(settings: SolverSection) -> str:
    """Return name and version of the solver."""
    return f"HiGHS {_Silent(settings).version()}"


def optimise(
    program: Program, start: NDArray[np.int64] | None, settings: SolverSection, least: float
) -> Ended:
    """Minimise.

    Every run starts afresh, so that the limits count for it alone.

    Parameters
    ----------
    program
        What to minimise.
    start
        A plan to start from, shape (n,), or None.
    settings
        Limits, gap, seed and threads.
    least
        The difference of value and bound at which a plan is as good as optimal.
    """
    highs = _Silent(settings)
    highs.load(program)
    highs.hold_whole(program.whole)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.astype(np.float64).tolist()
        highs.setSolution(solution)
    return highs.branch(settings, least)


class Repeated:
    """A program that is minimised again and again, at other costs and with further rows."""

    def __init__(self, program: Program, settings: SolverSection) -> None:
        """Take the program."""
        self._settings = settings
        self._highs = _Silent(settings)
        self._highs.load(program)
        self._highs.hold_whole(program.whole)

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._highs.clearSolver()
        self._highs.extend(rows)

    def hold(self, row: int, lower: float, upper: float) -> None:
        """Give a row without a unit other limits."""
        self._highs.changeRowBounds(row, lower, upper)

    def limit(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """Give all columns other bounds, shape (n,)."""
        columns = np.arange(len(lower), dtype=np.int32)
        self._highs.changeColsBounds(len(columns), columns, lower, upper)

    def optimise(self, costs: NDArray[np.float64], least: float) -> Ended:
        """Minimise costs, shape (n,), until value and bound differ by no more than `least`."""
        columns = np.arange(len(costs), dtype=np.int32)
        self._highs.clearSolver()
        self._highs.changeColsCost(len(costs), columns, costs)
        return self._highs.branch(self._settings, least)
