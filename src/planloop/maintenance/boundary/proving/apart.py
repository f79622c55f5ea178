"""Blocks by themselves: bounds that the solver proves, for where prices alone leave a gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.solving.generation import Generation
from planloop.maintenance.boundary.solving.highs import SCALE
from planloop.plan.optimality import Block

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Level
    from planloop.maintenance.boundary.pieces.clauses import Clause
    from planloop.maintenance.boundary.solving.ground_rules import GroundRules
    from planloop.maintenance.boundary.solving.highs import Program

FEWEST = 2
"""Blocks, from which on there is anything to gain."""

WHOLE = 1e-6
"""A column so near to a whole number is one."""

LEAST, SHARE = 1e-6, 1e-9
"""By how much a bound is lowered, at least, and as a share of all that its columns cost: for what
tolerances and floating point have added."""


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """The blocks of a level.

    Parameters
    ----------
    prices
        Prices of the rows that join them, per unit of the row; of others 0. Shape (rows,).
    blocks
        The blocks, with their bounds at these prices.
    clauses
        Clauses that the bounds rest on beside those that were given.
    """

    prices: NDArray[np.float64]
    blocks: list[Block]
    clauses: tuple[Clause, ...]


def apart(  # noqa: PLR0913  # what blocks are made of
    rules: GroundRules,
    level: Level,
    program: Program,
    prices: NDArray[np.float64],
    plan: NDArray[np.int64],
    *,
    relaxed: NDArray[np.float64],
    claimed: bool,
) -> Apart | None:
    """Return the blocks of a level, each solved by itself; None where that proves nothing.

    Parameters
    ----------
    rules
        The model, and which rows span its blocks.
    level
        The level.
    program
        Its program, with all rows that plans may be held to.
    prices
        Prices of the rows to begin with, per unit of the row, shape (rows,).
    plan
        A legal plan, shape (n,): the rest of the region while one block is looked at.
    relaxed
        The relaxed plan at these prices, shape (n,).
    claimed
        Whether the plan is said to be the best by the level: better prices are looked for until the
        bound says so, too. Otherwise blocks are solved once.

    Notes
    -----
    At the prices of a relaxed plan a block gains nothing by whole numbers in which that plan is
    whole. Where none of the others gains anything either, blocks prove what prices prove alone, and
    better prices are not looked for.
    """
    generation = Generation(program, level.costs, rules, plan)
    if len(generation.blocks) < FEWEST:
        return None
    spanning = set(rules.spanning)
    joining = [number for number, row in enumerate(program.rows) if row.name in spanning]
    scale = np.array([SCALE[program.rows[number].unit] for number in joining])
    first = prices[joining] / scale
    if not _gains(generation, generation.master.priced(program.costs, first), relaxed):
        return None
    value = level.value(plan) - level.constant
    step = int(np.gcd.reduce(level.costs)) or 1
    goal = value - step if claimed else -np.inf
    generation.bound(first, 0.0, lambda bound: bound > goal)
    costs = generation.master.priced(program.costs, generation.prices)
    blocks = []
    for block, reached in zip(generation.blocks, generation.bounds.tolist(), strict=True):
        bound = reached - _lowered(costs[block.columns])
        kept = float(f"{bound:.12g}") if np.isfinite(bound) else None
        blocks.append(Block(columns=block.columns.tolist(), bound=kept))
    found = np.zeros(len(program.rows))
    found[joining] = generation.prices * scale
    return Apart(found, blocks, generation.clauses)


def _gains(generation: Generation, costs: NDArray[np.float64], values: NDArray[np.float64]) -> bool:
    """Return whether the bound of any block rises, at these costs, above what it costs relaxed."""
    for block in generation.blocks:
        mine, relaxed = costs[block.columns], values[block.columns]
        whole = (np.abs(relaxed - np.rint(relaxed)) <= WHOLE).all()
        if not whole and block.solve(mine, 0.0).bound > float(mine @ relaxed) + _lowered(mine):
            return True
    return False


def _lowered(costs: NDArray[np.float64]) -> float:
    """Return by how much a bound of columns with such costs, shape (n,), is lowered."""
    return LEAST + SHARE * float(np.abs(costs).sum())
