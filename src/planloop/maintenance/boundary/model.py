"""The boundary problem as a mixed-integer program in whole numbers, with names one can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.parts.balancing import Balance, CountedQuota, Quota, Tolerance
from planloop.maintenance.boundary.parts.bounded import Bounded
from planloop.maintenance.boundary.parts.distinct import Distinct
from planloop.maintenance.boundary.parts.locking import Locks
from planloop.maintenance.boundary.parts.outlines import Outlines
from planloop.maintenance.boundary.parts.pace import MostIn
from planloop.maintenance.boundary.parts.scattered import Scattered
from planloop.maintenance.boundary.parts.serving import Serving
from planloop.maintenance.boundary.parts.townships import Townships
from planloop.maintenance.boundary.problem import Aim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Problem

PARTS = (
    Serving,
    Locks,
    Balance,
    Tolerance,
    Quota,
    CountedQuota,
    Townships,
    MostIn,
    Scattered,
    Outlines,
    Distinct,
    Bounded,
)
"""In the order in which they add rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One linear row ``lower ≤ Σ coefficient · column ≤ upper`` in whole numbers.

    Parameters
    ----------
    name
        Name of the row.
    columns, coefficients
        Terms.
    lower, upper
        Bounds; None where there is none.
    unit
        Unit of the row, where it has one: ``dm²``, or thousandths of it, ``dm²·‰``.
    rule
        What the row stands for, where a user has set it: a setting, by its name.
    """

    name: str
    columns: tuple[int, ...]
    coefficients: tuple[int, ...]
    lower: int | None
    upper: int | None
    unit: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One level of the lexicographic objective: ``constant + costs · columns``, to be minimised.

    Parameters
    ----------
    name
        Entry of ``messages/levels.toml``.
    costs
        Cost of each column, whole numbers, shape (n,).
    constant
        What no column decides on.
    """

    name: str
    costs: NDArray[np.int64]
    constant: int = 0

    def value(self, plan: NDArray[np.int64]) -> int:
        """Return the value of a plan, given by its columns, shape (n,)."""
        return self.constant + int(self.costs @ plan)

    def held(self, plan: NDArray[np.int64]) -> Row:
        """Return the row that lets no plan be worse by the level than this one, shape (n,)."""
        terms = np.flatnonzero(self.costs)
        costs, most = self.costs[terms].tolist(), self.value(plan) - self.constant
        return Row(f"hold:{self.name}", tuple(terms.tolist()), tuple(costs), None, most)


@dataclass(frozen=True, eq=False)
class Model:
    """The compiled program. Every column lies between 0 and 1.

    Parameters
    ----------
    columns
        Names: ``inside:<cell>``, ``serve:<project>``, ``touched:<patch>``, ``whole:<patch>``,
        ``outline:<cell>:<cell>``. The cells come first, in their order.
    whole
        Which columns must be whole numbers; the others are by themselves, shape (n,).
    rows
        Rows.
    levels
        Levels of the objective, the first the most important.
    """

    columns: tuple[str, ...]
    whole: NDArray[np.bool_]
    rows: tuple[Row, ...]
    levels: tuple[Level, ...]

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each column."""
        return {name: index for index, name in enumerate(self.columns)}

    @cached_property
    def of_projects(self) -> bool:
        """Whether every level is about projects alone: to none it matters which land goes."""
        costs = np.any([level.costs for level in self.levels], axis=0)
        return all(self.columns[number].startswith("serve:") for number in np.flatnonzero(costs))


def compile_model(problem: Problem) -> Model:
    """Compile a boundary problem: all but the clauses for pieces and holes (see ``clauses.py``)."""
    draft = Draft(problem)
    parts = [part(problem) for part in PARTS]
    for part in parts:
        part.columns(draft)
    for part in parts:
        part.rows(draft)
    count = len(draft.names)
    levels = []
    # Any plan is as good as another where nothing is aimed at.
    for aim in problem.aims or (Aim("any"),):
        costs, constant = np.zeros(count, dtype=np.int64), 0
        for part in parts:
            constant += part.cost(draft, aim, costs)
        levels.append(Level(aim.name, costs, constant))
    return Model(
        tuple(draft.names), np.array(draft.whole, dtype=bool), tuple(draft.found), tuple(levels)
    )


@dataclass(slots=True)
class Draft:
    """A model in the making."""

    problem: Problem
    names: list[str] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    found: list[Row] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with a column for each cell."""
        for cell in range(self.problem.cells):
            self.column(f"inside:{cell}")

    def column(self, name: str, *, whole: bool = True) -> None:
        """Add a column."""
        self.number[name] = len(self.names)
        self.names.append(name)
        self.whole.append(whole)

    def row(  # noqa: PLR0913  # what a row is
        self,
        name: str,
        terms: Mapping[int, int],
        lower: int | None,
        upper: int | None,
        *,
        unit: str = "",
        rule: str = "",
    ) -> None:
        """Add a row; terms of coefficient 0 are left out."""
        kept = {column: value for column, value in terms.items() if value}
        self.found.append(Row(name, tuple(kept), tuple(kept.values()), lower, upper, unit, rule))
