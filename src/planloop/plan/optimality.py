"""``certificate.json``: why no plan is better, told so that whole numbers alone can check it.

The document holds the program that was solved, the land it speaks of, the plan, and for each level
prices of rows. For any prices y (of a lower limit where y > 0, of an upper one where y < 0) and
columns x between 0 and 1, no plan that keeps the rows costs less than (Neumaier and Shcherbina
2004)::

    constant + Σ_r y_r limit_r + Σ_j min { (c_j - y · A_j) x_j }

Where one set of prices leaves a gap, the plans are parted by columns that are 0 or 1 into cases,
and each case has prices of its own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from planloop.plan.units import HECTARE
from planloop.plan.written import Part, parsed, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from planloop.plan.certificate import SolveLevel

Natural = Annotated[int, Field(ge=0)]
Bit = Annotated[int, Field(ge=0, le=1)]
Finite = Annotated[float, Field(allow_inf_nan=False)]

Prover = Literal["arithmetic", "blocks"]

ARITHMETIC: Prover = "arithmetic"
BLOCKS: Prover = "blocks"
SOLVER = "solver"
"""Who proves a bound: prices alone; prices and trusted bounds of blocks; nobody but the solver."""

BALANCE, TOLERANCE = "balance", "tolerance"
"""Of the rows that limit the growth of the boundary, those that are the window of the balance."""


class Terms(Part):
    """Whole numbers by column: those of columns that are not named are 0."""

    columns: list[Natural]
    values: list[int]


class Row(Part):
    """``least ≤ Σ values · columns ≤ most``; None where there is no limit."""

    name: str
    terms: Terms
    least: int | None
    most: int | None


class Clause(Part):
    """A node is of a side only if one of some cells is.

    Parameters
    ----------
    inside
        The side.
    node
        A node of the cell that is meant, or of land fixed to the side.
    beside
        The cells.
    """

    inside: bool
    node: Natural
    beside: list[Natural]


class Ground(Part):
    """The land: nodes, which of them adjoin, and how small a piece of it may be.

    Parameters
    ----------
    cell
        The cell that decides on each node; -1 for fixed land.
    inside, edge
        Whether each node is inside before, and whether it reaches the edge of the region.
    area
        Area of each node, dm².
    left, right
        Nodes that adjoin each other.
    least_new, least_rest, least_hole
        Area of a patch that is all new, of any other patch, and of a hole, dm²; 0 is no limit.
    """

    cell: list[Annotated[int, Field(ge=-1)]]
    inside: list[Bit]
    edge: list[Bit]
    area: list[Natural]
    left: list[Natural]
    right: list[Natural]
    least_new: Natural
    least_rest: Natural
    least_hole: Natural


class Aimed(Part):
    """One of the levels of the scheme, with what it weighs in the level that was solved."""

    name: str
    unit: Annotated[int, Field(ge=1)]
    constant: int
    costs: Terms


class Prices(Part):
    """Prices of rows, per unit of the row: the rows, then the levels above, then the clauses."""

    rows: list[Natural]
    prices: list[Finite]


class Block(Part):
    """Columns that only rows with a price of their own join to others.

    Parameters
    ----------
    columns
        Their numbers.
    bound
        No plan of them that keeps the rows over them alone costs less at the last prices: the
        solver's word. None where it was not asked.
    """

    columns: list[Natural]
    bound: Finite | None


class Solved(Part):
    """A level as it was solved, with all that proves its bound.

    Parameters
    ----------
    parts
        The levels of the scheme that it stands for, the first the most important.
    bound
        No plan that is as good by the levels above has a smaller value.
    by
        Who proves that.
    prices
        Sets of prices: the first of all plans together, which the price of land is of; the last,
        where there are blocks, of the rows that join them.
    cases
        For each case that the levels above leave open, how it is parted: n ≥ 0 parts by column n,
        where it is 0 comes first; -1 - n closes a case by the prices of that number.
    blocks
        Empty where none were needed.
    """

    parts: Annotated[list[Aimed], Field(min_length=1)]
    bound: int
    by: Prover
    prices: list[Prices]
    cases: list[list[int]]
    blocks: list[Block]

    def value(self, plan: list[int]) -> int:
        """Return what a plan costs."""
        return sum(part.unit * worth(part, plan) for part in self.parts)


class Optimality(Part):
    """The content of ``certificate.json``.

    Parameters
    ----------
    columns
        Names. The cells that may go in come first, then those that may go out: 1 is inside.
    ins, outs
        How many cells there are of each.
    fractional
        Columns that need not be whole.
    rows
        Rows.
    land
        Which rows limit the growth of the boundary: ``balance``, ``tolerance``, ``quota``,
        ``multiple``.
    spanning
        Rows that may join blocks.
    clauses
        What holds pieces and holes to the limits.
    ground
        The land.
    plan
        The plan, by its columns.
    levels
        The levels.
    """

    format: Literal[1]
    columns: list[str]
    ins: Natural
    outs: Natural
    fractional: list[Natural]
    rows: list[Row]
    land: dict[str, Natural]
    spanning: list[Natural]
    clauses: list[Clause]
    ground: Ground
    plan: list[Bit]
    levels: list[Solved]

    @property
    def window(self) -> tuple[int, int]:
        """The least and the most of what may go out more than comes in, dm²."""
        balance, tolerance = (self.rows[self.land[name]] for name in (BALANCE, TOLERANCE))
        terms = zip(balance.terms.columns, balance.terms.values, strict=True)
        out = sum(area for column, area in terms if column >= self.ins)
        return out - (balance.most or 0), out - (tolerance.least or 0)

    def served(self) -> set[str]:
        """Return the numbers of the projects that the plan serves."""
        pairs = zip(self.columns, self.plan, strict=True)
        return {name.partition(":")[2] for name, one in pairs if one and name.startswith("serve:")}

    def price_of_land(self, solved: Solved) -> float:
        """Return by how much a level would improve for one hectare more of boundary, about."""
        if not solved.prices:
            return 0.0
        land = set(self.land.values())
        first = zip(solved.prices[0].rows, solved.prices[0].prices, strict=True)
        return -HECTARE * sum(price for row, price in first if row in land) or 0.0


def worth(part: Aimed, plan: list[int]) -> int:
    """Return what a plan costs by one level of the scheme."""
    terms = zip(part.costs.columns, part.costs.values, strict=True)
    return part.constant + sum(cost * plan[column] for column, cost in terms)


def parted(solved: Solved, plan: list[int], bound: int) -> Iterator[tuple[Aimed, int, int]]:
    """Yield each level that one stands for, with its value and the bound that follows for it.

    Where Σ u_k v_k ≥ b and no v_k is above 0, v_0 ≥ b / u_0; of plans that are as good by the
    first, v_1 ≥ (b - u_0 v_0) / u_1; and so on. Nor is any v_k below all that can be gained.
    """
    left = bound
    for part in solved.parts:
        value = worth(part, plan)
        most = part.constant + sum(min(0, cost) for cost in part.costs.values)
        yield part, value, min(max(-(-left // part.unit), most), value)
        left -= part.unit * value


def provers(optimality: Optimality, levels: Mapping[str, SolveLevel]) -> dict[str, str]:
    """Return of each level of a scheme who proves the bound that is told of it."""
    found = {}
    for solved in optimality.levels:
        for part, _, bound in parted(solved, optimality.plan, solved.bound):
            told = levels.get(part.name)
            found[part.name] = SOLVER if told is not None and told.bound > bound else solved.by
    return found


def optimality_text(optimality: Optimality) -> str:
    """Return the document as the text of its file."""
    return (
        json.dumps(
            optimality.model_dump(mode="json"),
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
        )
        + "\n"
    )


def read_optimality(path: Path) -> Optimality:
    """Read ``certificate.json``.

    Raises
    ------
    InputError
        The file is missing, unreadable, or of another form.
    """
    return parsed(Optimality, read_json(path), path, None)
