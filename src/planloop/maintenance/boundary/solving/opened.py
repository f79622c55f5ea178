"""A few blocks are chosen anew, column by column; the others, among the plans that are known.

The best plan that known plans of blocks make up is often worse than the best there is by what the
rows that span blocks leave unused. Where most is lost, blocks are opened: their columns and rows
stand in the choice themselves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.solving.highs import Program, optimise
from planloop.maintenance.boundary.solving.master import Master

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Row
    from planloop.maintenance.boundary.solving.generation import Generation

FEW = 4
"""Blocks that are opened beside those in which something is decided."""

NODES = 100
"""Branch-and-bound nodes of each choice."""

ROUNDS = 5
"""Times at most that the choice is made again with the clauses that it breaks."""


def opened(
    generation: Generation, plan: NDArray[np.int64], least: float
) -> NDArray[np.int64] | None:
    """Return the best plan with the blocks open in which this one loses most; None if none fits.

    Parameters
    ----------
    generation
        Blocks, their plans and bounds.
    plan
        A plan to start from, shape (m,); what its blocks do in it is kept.
    least
        The difference of value and bound at which a plan is as good as optimal.
    """
    generation.take(plan)
    choice = _Choice(generation, _worst(generation, plan))
    settings = generation.settings.model_copy(update={"node_limit": NODES})
    start = choice.of_plan(plan)
    for _ in range(ROUNDS):
        ended = optimise(choice.program(), start, settings, least)
        if ended.values is None:
            return None
        found = choice.plan(ended.values)
        if not generation.broken(found, choice.open):
            return found
    return None


def _worst(generation: Generation, plan: NDArray[np.int64]) -> list[int]:
    """Return the blocks in which something is decided, and those whose part costs most too much."""
    costs = generation.master.priced(generation.costs, generation.prices)
    lost = [
        float(costs[block.columns] @ plan[block.columns]) - bound
        for block, bound in zip(generation.blocks, generation.bounds.tolist(), strict=True)
    ]
    touched = list(generation.touched)
    others = [number for number in range(len(lost)) if number not in generation.touched]
    others.sort(key=lambda number: (-lost[number], number))
    return sorted([*touched, *others[:FEW]])


class _Choice:
    """Columns of the open blocks after one column for each plan of the others.

    Parameters
    ----------
    generation
        Blocks and their plans.
    numbers
        Of the blocks to open, ascending.
    """

    def __init__(self, generation: Generation, numbers: Sequence[int]) -> None:
        self.open = numbers
        self._generation = generation
        every = generation.allowed()
        closed = [number for number in range(len(every)) if number not in set(numbers)]
        self._plans = [every[number] for number in closed]
        self._columns = np.concatenate([generation.blocks[number].columns for number in numbers])
        count = len(generation.costs)
        blocks = [generation.blocks[number].columns for number in closed]
        self._master = Master(generation.master.rows, blocks, count)
        self._start = sum(len(some) for some in self._plans)
        self._place = np.full(count, -1, dtype=np.int64)
        self._place[self._columns] = self._start + np.arange(len(self._columns))

    def program(self) -> Program:
        """Return the choice, with the clauses that the open blocks need so far."""
        generation, mine = self._generation, self._columns
        rows = range(len(self._master.rows))
        chosen = self._master.program(self._plans, generation.costs, rows, whole=True)
        blocks = [generation.blocks[number] for number in self.open]
        spanning = [
            _with(row, self._moved(whole))
            for row, whole in zip(chosen.rows[: len(rows)], self._master.rows, strict=True)
        ]
        own = [self._moved(row) for block in blocks for row in block.rows]
        return Program(
            lower=np.concatenate([chosen.lower, *(block.lower for block in blocks)]),
            upper=np.concatenate([chosen.upper, *(block.upper for block in blocks)]),
            whole=np.concatenate([chosen.whole, np.ones(len(mine), dtype=bool)]),
            costs=np.concatenate([chosen.costs, generation.costs[mine]]),
            rows=[*spanning, *chosen.rows[len(rows) :], *own],
        )

    def of_plan(self, plan: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a plan of the model, shape (m,), as a choice."""
        chosen = np.zeros(self._start + len(self._columns), dtype=np.int64)
        at = 0
        for mine, some in zip(self._master.blocks, self._plans, strict=True):
            known = [np.array_equal(plan[mine], one) for one in some]
            chosen[at + int(np.argmax(known))] = 1
            at += len(some)
        chosen[self._start :] = plan[self._columns]
        return chosen

    def plan(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the plan of the model, shape (m,), that a choice stands for."""
        plan = self._master.put_together(self._plans, chosen)
        plan[self._columns] = chosen[self._start :]
        return plan

    def _moved(self, row: Row) -> Row:
        """Return the part of a row that lies in the open blocks, over the choice's columns."""
        terms = [
            (int(self._place[column]), term)
            for column, term in zip(row.columns, row.coefficients, strict=True)
            if self._place[column] >= 0
        ]
        columns, coefficients = zip(*terms, strict=True) if terms else ((), ())
        return replace(row, columns=columns, coefficients=coefficients)


def _with(row: Row, more: Row) -> Row:
    """Return a row with the terms of another one added."""
    return replace(
        row,
        columns=(*row.columns, *more.columns),
        coefficients=(*row.coefficients, *more.coefficients),
    )
