"""One run of HiGHS on a model: what it found, what it proved, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Model, Row
    from planloop.plan.settings import SolverSection

FEASIBILITY = 1e-9
"""Tolerance of rows and integrality, so that a plan rounded to whole columns stays within the half
dm² by which rows of area are wider."""

CLOSED = 1e-6
"""Relative gap below which value and bound count as equal: what floating point leaves."""

_WORDS = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "time limit",
    highspy.HighsModelStatus.kSolutionLimit: "node limit",
}


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
    values: NDArray[np.float64] | None
    bound: float | None
    seconds: float
    nodes: int


class _Silent(highspy.Highs):
    """HiGHS that prints nothing.

    Its own constructor registers callbacks, and that prints a banner to the standard output before
    any option can be set.
    """

    def __init__(self) -> None:
        # Past highspy.Highs, on purpose.
        super(highspy.Highs, self).__init__()
        self.silent()


def version() -> str:
    """Return name and version of the solver."""
    return f"HiGHS {_Silent().version()}"


def optimise(
    model: Model,
    rows: Sequence[Row],
    costs: NDArray[np.float64],
    start: NDArray[np.float64] | None,
    settings: SolverSection,
) -> Ended:
    """Minimise one objective over a model.

    Every run starts afresh, so that the limits count for it alone.

    Parameters
    ----------
    model
        The model, for its columns.
    rows
        Rows that bind.
    costs
        Cost of each column, shape (n,).
    start
        A plan to start from, shape (n,), or None.
    settings
        Limits, gap, seed and threads.
    """
    ended = _run(model, rows, costs, start, settings)
    if start is None or not _gives_back_the_start(ended, costs, settings.gap):
        return ended
    return _run(model, rows, costs, None, settings)


def _gives_back_the_start(ended: Ended, costs: NDArray[np.float64], gap: float) -> bool:
    """Return whether a run calls a plan optimal that costs more than it proved to be the least.

    HiGHS 1.16 gives the start back in place of a better plan that its presolve has found.
    """
    if ended.status != "optimal" or ended.values is None or ended.bound is None:
        return False
    value = float(costs @ ended.values)
    return value - ended.bound > gap * abs(value) + CLOSED * max(1.0, abs(value))


def _run(
    model: Model,
    rows: Sequence[Row],
    costs: NDArray[np.float64],
    start: NDArray[np.float64] | None,
    settings: SolverSection,
) -> Ended:
    highs = _Silent()
    for name, value in (
        ("mip_max_nodes", settings.node_limit),
        ("time_limit", settings.time_limit_s),
        ("mip_rel_gap", settings.gap),
        ("mip_abs_gap", 0.0),
        ("mip_feasibility_tolerance", FEASIBILITY),
        ("primal_feasibility_tolerance", FEASIBILITY),
        ("random_seed", settings.seed),
        ("threads", settings.threads),
    ):
        highs.setOptionValue(name, value)
    count = len(model.columns)
    columns = np.arange(count, dtype=np.int32)
    highs.addVars(count, np.zeros(count), np.ones(count))
    highs.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))
    highs.changeColsCost(count, columns, costs)
    for row in rows:
        members = np.array(row.columns, dtype=np.int32)
        coefficients = np.array(row.coefficients, dtype=np.float64)
        highs.addRow(row.lower, row.upper, len(members), members, coefficients)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    highs.run()
    info = highs.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    bound = float(info.mip_dual_bound)
    return Ended(
        status=_WORDS.get(highs.getModelStatus(), "stopped"),
        values=np.rint(np.array(highs.getSolution().col_value)) + 0.0 if found else None,
        bound=bound if np.isfinite(bound) else None,
        seconds=float(highs.getRunTime()),
        nodes=int(info.mip_node_count),
    )
