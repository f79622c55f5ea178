"""The levels of the objective: what each column of the model costs by them."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.model import Level, Row
from planloop.maintenance.control_lines.verify import ARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.control_lines.model import Columns

AREAS = frozenset({"lines-uncut", "lines-homes-lost", "lines-homes-far", "lines-surplus"})
"""Levels that are sums of areas, dm². The shortfall of reach is one column, which is held exactly:
the row that it stands in has room for half a dm² already. The others are counts."""


def levels(columns: Columns) -> tuple[Level, ...]:
    """Return the levels, the first the most important.

    Conflicts left uncut; by how much less land of homes parks reach, and homes that lose theirs;
    where there is an earlier scheme, what is used otherwise than there; number of plots; how badly
    their planned use fits; homes that still have no park; surplus of area; and the first of plans
    as good. The number of plots comes before the fit: one plot for one
    facility, and no puzzle of crumbs that add up to just what is needed. Homes that gain a park
    come after both: else land that is planned green already would join the line wherever it serves
    anybody, although nothing asks for it.
    """
    was = columns.problem.was
    return (
        _uncut(columns),
        _coverage(columns),
        _homes(columns, "lines-homes-lost", columns.problem.homes.before),
        *(() if was is None else (_nearest(columns, was),)),
        _cells(columns),
        _fit(columns),
        _homes(columns, "lines-homes-far", ~columns.problem.homes.before),
        _surplus(columns),
        _smallest(columns),
    )


def held(level: Level, plan: NDArray[np.int64]) -> Row:
    """Return the row that lets no plan be worse by the level than this one, shape (n,)."""
    row = level.held(plan)
    unit = "dm²" if level.name in AREAS else ""
    return Row(row.name, row.columns, row.coefficients, row.lower, row.upper, unit)


def _uncut(columns: Columns) -> Level:
    """Return Σ area of the losses that are not cut."""
    costs = columns.zeros()
    areas = [loss.area for loss in columns.problem.losses]
    costs[columns.cut] = [-area for area in areas]
    return Level("lines-uncut", costs, sum(areas))


def _coverage(columns: Columns) -> Level:
    """Return by how much less land of homes is within reach of a park after than before."""
    costs = columns.zeros()
    costs[columns.short] = 1
    return Level("lines-coverage", costs)


def _homes(columns: Columns, name: str, counted: NDArray[np.bool_]) -> Level:
    """Return Σ area of some homes that are not within reach of a park."""
    costs, homes = columns.zeros(), columns.problem.homes
    open_ones = counted & ~homes.kept
    for home, column in columns.served.items():
        if open_ones[home]:
            costs[column] = -homes.area[home]
    return Level(name, costs, int(homes.area[open_ones].sum()))


def _nearest(columns: Columns, was: tuple[frozenset[int], ...]) -> Level:
    """Return Σ ares of the cells that make up for something else than in an earlier scheme."""
    costs, problem = columns.zeros(), columns.problem
    ares = [-(-int(area) // ARE) for area in problem.area]
    for (cell, use), column in columns.used.items():
        if not was[cell]:
            costs[column] = ares[cell]
        elif use in was[cell]:
            costs[column] = -ares[cell]
    return Level("lines-nearest", costs, sum(compress(ares, was)))


def _fit(columns: Columns) -> Level:
    """Return Σ ares times rank of the cells that are used."""
    costs, problem = columns.zeros(), columns.problem
    for (cell, use), column in columns.used.items():
        ares = -(-int(problem.area[cell]) // ARE)
        costs[column] = ares * int(problem.requirements[use].rank[cell])
    return Level("lines-fit", costs)


def _cells(columns: Columns) -> Level:
    """Return the number of cells that are used."""
    costs = columns.zeros()
    costs[list(columns.used.values())] = 1
    return Level("lines-cells", costs)


def _surplus(columns: Columns) -> Level:
    """Return Σ area of the cells that are used, less what is cut."""
    costs = columns.zeros()
    for (cell, _), column in columns.used.items():
        costs[column] = columns.problem.area[cell]
    costs[columns.cut] = [-loss.area for loss in columns.problem.losses]
    return Level("lines-surplus", costs)


def _smallest(columns: Columns) -> Level:
    """Return the sum of the places of what is used and cut."""
    costs, count = columns.zeros(), len(columns.problem.requirements)
    for (cell, use), column in columns.used.items():
        costs[column] = cell * count + use + 1
    costs[columns.cut] = np.arange(len(columns.problem.losses))
    return Level("lines-smallest", costs)
