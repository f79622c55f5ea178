"""What changes sides costs, and so does the length of the outline."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE
from planloop.maintenance.boundary.ground import CENTIMETRES
from planloop.maintenance.boundary.parts.part import Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Draft
    from planloop.maintenance.boundary.problem import Aim


class Outlines(Part):
    """Measure the outline between nodes i and j that adjoin for the length l_ij.

    Where cells decide on both::

        e_ij ≥ s_i - s_j,    e_ij ≥ s_j - s_i

    Where j is fixed land, e_ij is s_i or 1 - s_i. The cost is Σ l_ij e_ij times what a metre costs,
    each term rounded, and what the aim says of cells that change sides.
    """

    def columns(self, draft: Draft) -> None:
        """Add e_ij for every pair that two cells decide on, if any aim asks for the outline."""
        if not any(aim.border for aim in self.problem.measured):
            return
        for left, right in self.pairs:
            # Whole by itself: both rows and a cost press it to |s_i - s_j|.
            draft.column(f"outline:{left}:{right}", whole=False)

    def rows(self, draft: Draft) -> None:
        """Add both rows for each of them."""
        for left, right in self.pairs:
            column = draft.number.get(f"outline:{left}:{right}")
            if column is not None:
                name = f"outline:{left}:{right}"
                draft.row(f"{name}:+", {column: 1, left: -1, right: 1}, 0, None)
                draft.row(f"{name}:-", {column: 1, left: 1, right: -1}, 0, None)

    def cost(self, draft: Draft, aim: Aim, costs: NDArray[np.int64]) -> int:
        """Add what cells that change sides cost, and each metre of the outline."""
        constant = aim.constant
        ins = len(self.problem.ins)
        if aim.change is not None:
            costs[:ins] += aim.change[:ins]
            costs[ins : len(aim.change)] -= aim.change[ins:]
            constant += int(aim.change[ins:].sum())
        if aim.border:
            constant += self._outline(draft, aim.border, costs)
        return constant

    def _outline(self, draft: Draft, metre: int, costs: NDArray[np.int64]) -> int:
        ground = self.problem.ground
        price = np.rint(ground.length * (metre / CENTIMETRES)).astype(np.int64)
        one, other = self._cells()
        pair = (one != NONE) & (other != NONE) & (one != other)
        low, high = np.minimum(one, other)[pair], np.maximum(one, other)[pair]
        for left, right, cost in zip(
            low.tolist(), high.tolist(), price[pair].tolist(), strict=True
        ):
            costs[draft.number[f"outline:{left}:{right}"]] += cost
        constant = 0
        for cell, fixed in ((one, ground.right), (other, ground.left)):
            alone = (cell != NONE) & (ground.cell[fixed] == NONE)
            inside = ground.inside[fixed]
            np.add.at(costs, cell[alone & ~inside], price[alone & ~inside])
            np.subtract.at(costs, cell[alone & inside], price[alone & inside])
            constant += int(price[alone & inside].sum())
        fixed = (one == NONE) & (other == NONE)
        parted = fixed & (ground.inside[ground.left] != ground.inside[ground.right])
        return constant + int(price[parted].sum())

    def _cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the cells on both sides of each pair of nodes."""
        ground = self.problem.ground
        return ground.cell[ground.left], ground.cell[ground.right]

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """Each pair of cells that adjoin, once."""
        one, other = self._cells()
        both = (one != NONE) & (other != NONE) & (one != other)
        pairs = np.unique(np.sort([one[both], other[both]], axis=0), axis=1).T
        return [(int(left), int(right)) for left, right in pairs]
