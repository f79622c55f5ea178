"""What the rules for pieces and holes decide before any search.

Where even the largest piece that could come to be round a cell is too small, the cell cannot be of
that side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.ground import FREE
from planloop.maintenance.boundary.pieces.judging import Judge
from planloop.maintenance.boundary.problem import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What is the same in every legal plan.

    Parameters
    ----------
    inside
        1 for cells that are inside in every plan, 0 for those outside, -1 for others, shape
        (:attr:`Problem.cells`,).
    nodes
        The same of the nodes, shape (k,).
    reasons
        Cell → the nodes of the largest piece that it could be part of and that is too small.
        Cells that are fixed by a lock, or because no project can use them, are not here.
    impossible
        Nodes of a piece that has to be and may not be; None where there is none.
    """

    inside: NDArray[np.int8]
    nodes: NDArray[np.int8]
    reasons: dict[int, NDArray[np.int64]]
    impossible: NDArray[np.int64] | None = None

    def why(self, cell: int) -> NDArray[np.int64]:
        """Return the enclosing nodes that fix a cell; none where something else does."""
        return self.reasons.get(cell, np.zeros(0, dtype=np.int64))


def presolve(problem: Problem) -> Fixed:
    """Fix the cells whose side the rules decide."""
    judge = Judge(problem)
    inside = _locked(problem)
    reasons: dict[int, NDArray[np.int64]] = {}
    while True:
        _without_use(problem, inside)
        nodes = problem.ground.spread(inside)
        found = list(_too_small(judge, nodes)) if problem.limits.any else []
        if not found:
            return Fixed(inside, nodes, reasons)
        for piece, side in found:
            if (nodes[piece] == side).any():
                return Fixed(inside, nodes, reasons, piece)
            for cell in np.unique(judge.ground.cell[piece]).tolist():
                inside[cell] = 1 - side
                reasons[cell] = piece


def _locked(problem: Problem) -> NDArray[np.int8]:
    ins = [1 if cell.locked else FREE for cell in problem.ins]
    outs = [0 if cell.locked else FREE for cell in problem.outs]
    return np.array([*ins, *outs], dtype=np.int8)


def _too_small(
    judge: Judge, nodes: NDArray[np.int8]
) -> Iterator[tuple[NDArray[np.int64], np.int8]]:
    """Yield the largest pieces that there could be of a side, where they are too small for it.

    Those of the outside only where there are none of the inside: these may change them.
    """
    none = True
    for side in (np.int8(1), np.int8(0)):
        could = nodes != 1 - side
        for piece, inside in judge.illegal(could if side else ~could):
            if inside == side:
                none = False
                yield piece, side
        if not none:
            return


def _without_use(problem: Problem, inside: NDArray[np.int8]) -> None:
    """Fix land outside that could go in only for projects which can no longer be served."""
    lost = {
        number
        for index, cell in enumerate(problem.ins)
        if inside[index] == 0
        for number in cell.projects
    }
    missed = dict.fromkeys(lost, 0)
    whole = dict.fromkeys(lost, 0)
    for index, cell in enumerate(problem.ins):
        for number in lost.intersection(cell.projects):
            whole[number] += cell.area
            missed[number] += cell.area * (inside[index] == 0)
    barred = {
        item.number
        for item in problem.demands
        if item.number in lost
        and WHOLE * missed[item.number] > (WHOLE - item.share) * whole[item.number]
    }
    for index, cell in enumerate(problem.ins):
        if inside[index] == FREE and not cell.filler and barred.issuperset(cell.projects):
            inside[index] = 0
