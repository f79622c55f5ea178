"""What passes between planloop and the process of the second engine: JSON of whole numbers.

Neither side takes the other's word: what is read is checked, and refused where it does not fit.
Importing this must stay light, and must not bring in HiGHS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    import numpy as np
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Row

MOST_SUM = 2**61
"""No row may reach this, with all its columns and bounds, so that no sum leaves 64 bits."""

MOST_COST = 2**48
"""No objective may: CP-SAT tells its bound as a double, which is exact that far."""

MOST_SEEDS = 2**31
"""CP-SAT has so many."""

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
Side = Annotated[int, Field(ge=0, le=1)]
Natural = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]


class _Plain(BaseModel):
    """Whole numbers are whole numbers: no 1.0, no "1", no true; nothing unknown."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Line(_Plain):
    """A row: ``lower ≤ Σ coefficient · column ≤ upper``; None where there is no bound."""

    columns: tuple[Natural, ...]
    coefficients: tuple[int, ...]
    lower: int | None
    upper: int | None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.columns) != len(self.coefficients):
            message = "a row has as many coefficients as columns"
            raise ValueError(message)
        bounds = abs(self.lower or 0) + abs(self.upper or 0)
        if bounds + sum(map(abs, self.coefficients)) >= MOST_SUM:
            message = "a row is too large for 64 bits"
            raise ValueError(message)
        return self

    def holds(self, plan: Sequence[int]) -> bool:
        """Return whether a plan keeps the row."""
        terms = zip(self.columns, self.coefficients, strict=True)
        total = sum(value * plan[column] for column, value in terms)
        return (self.lower is None or self.lower <= total) and (
            self.upper is None or total <= self.upper
        )


class Program(_Plain):
    """A program: minimise ``costs · columns``, every column 0 or 1.

    Parameters
    ----------
    costs
        Cost of each column.
    rows
        Rows.
    start
        A plan that keeps the rows, or None.
    nodes
        Most effort, in nodes (see ``cp_sat.py``).
    seed
        Random seed.
    """

    costs: tuple[int, ...]
    rows: tuple[Line, ...]
    start: tuple[Side, ...] | None
    nodes: Positive
    seed: Annotated[int, Field(ge=0, lt=MOST_SEEDS)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        count = len(self.costs)
        if sum(map(abs, self.costs)) >= MOST_COST:
            message = "the costs are too large for an exact bound"
            raise ValueError(message)
        if any(column >= count for row in self.rows for column in row.columns):
            message = "a row names a column that does not exist"
            raise ValueError(message)
        if self.start is not None and len(self.start) != count:
            message = "the start has a value for each column"
            raise ValueError(message)
        return self

    @classmethod
    def of(
        cls,
        rows: Iterable[Row],
        costs: NDArray[np.int64],
        start: NDArray[np.int64] | None,
        *,
        nodes: int,
        seed: int,
    ) -> Program:
        """Return the program of some rows of a model and one level.

        Parameters
        ----------
        rows
            Rows.
        costs
            Cost of each column, whole numbers, shape (n,).
        start
            A plan that keeps the rows, shape (n,), or None.
        nodes, seed
            Most effort, and random seed.

        Raises
        ------
        ValueError
            The numbers are too large.
        """
        lines = tuple(
            Line(
                columns=tuple(map(int, row.columns)),
                coefficients=tuple(map(int, row.coefficients)),
                lower=None if row.lower is None else int(row.lower),
                upper=None if row.upper is None else int(row.upper),
            )
            for row in rows
        )
        return cls(
            costs=tuple(costs.tolist()),
            rows=lines,
            start=None if start is None else tuple(start.tolist()),
            nodes=nodes,
            seed=seed % MOST_SEEDS,
        )

    def fault(self, answer: Answer) -> str | None:
        """Return what is wrong with an answer to the program, in words, or None."""
        plan = answer.plan
        if plan is None:
            contradicts = answer.status == "infeasible" and self.start is not None
            return "it calls impossible what the start keeps" if contradicts else None
        if len(plan) != len(self.costs):
            return f"its plan has {len(plan)} columns, not {len(self.costs)}"
        if not all(row.holds(plan) for row in self.rows):
            return "its plan breaks a row"
        value = sum(cost * inside for cost, inside in zip(self.costs, plan, strict=True))
        if answer.bound is None or answer.bound > value:
            return "its bound is above the value of its plan"
        if answer.status == "optimal" and answer.bound != value:
            return "it calls optimal what does not meet its bound"
        return None


class Answer(_Plain):
    """How a program ended.

    Parameters
    ----------
    status
        ``optimal``; ``feasible`` and ``unknown`` where the effort was used up with and without a
        plan; ``infeasible``.
    plan
        Columns of the best plan, or None.
    bound
        Proven bound of ``costs · columns``, or None.
    nodes
        Effort, in the same unit as the limit; 1 at least.
    branches
        Decisions that the search took.
    """

    status: Status
    plan: tuple[Side, ...] | None
    bound: int | None
    nodes: Positive
    branches: Natural

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.plan is None) == (self.status in {"optimal", "feasible"}):
            message = "there is a plan if and only if one was found"
            raise ValueError(message)
        return self
