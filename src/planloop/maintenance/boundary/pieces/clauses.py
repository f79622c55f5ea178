"""The one family of clauses that rules out pieces and holes that are too small.

Let C be a connected set of nodes that would be illegal if it were a piece of one side: too small,
not reaching the edge of the region (outside only), and holding no old small piece whole. Then a
node of C may be of that side only if some node beside C is, too::

    L_i ≤ Σ L_j    over the nodes j beside C,    for every i in C

with ``L = s`` for the inside and ``L = 1 - s`` for the outside. This holds of every such C, not
only of pieces seen: with no node of the side beside C, the piece of i lies within C, so it is no
larger than C, and illegal, too: land without an old node is never let off with less. Node-separator
inequalities as used for forest planning and districting (Carvajal et al. 2013; Wang, Buchanan and
Butenko 2017), with a way out by area.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE
from planloop.maintenance.boundary.ground import FREE
from planloop.maintenance.boundary.model import Row
from planloop.maintenance.boundary.rule_names import PIECES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.ground import Ground


@dataclass(frozen=True, slots=True, order=True)
class Clause:
    """A cell may be of one side only if one of some others is.

    Parameters
    ----------
    inside
        The side.
    cell
        The cell, or -1 where land fixed to that side stands in its place: then one of the others
        must be.
    beside
        The others, ascending.
    """

    inside: bool
    cell: int
    beside: tuple[int, ...]

    def row(self) -> Row:
        """Return the clause as a row of the model."""
        head = () if self.cell == NONE else (self.cell,)
        signs = (-1,) * len(head) + (1,) * len(self.beside)
        name = f"{'piece' if self.inside else 'hole'}:{self.cell}:{','.join(map(str, self.beside))}"
        least, most = (1 - len(head), None) if self.inside else (None, len(self.beside) - 1)
        return Row(name, (*head, *self.beside), signs, least, most, rule=PIECES)

    def excess(self, inside: NDArray[np.float64]) -> float:
        """Return by how much cells, between outside (0) and inside (1), break the clause."""
        side = inside if self.inside else 1.0 - inside
        head = 1.0 if self.cell == NONE else float(side[self.cell])
        return head - float(side[list(self.beside)].sum())


def clauses_of(
    ground: Ground, state: NDArray[np.int8], nodes: NDArray[np.int64], *, inside: bool
) -> list[Clause]:
    """Return the clauses of a set of nodes that would be illegal as a piece.

    Parameters
    ----------
    ground
        The ground.
    state
        1 or 0 for nodes that are inside, or outside, in every plan; -1 for others, shape (k,).
    nodes
        The set C, connected, none of it fixed to the other side.
    inside
        The side.
    """
    around = ground.beside(nodes)
    side = np.int8(inside)
    if (state[around] == side).any():
        return []
    beside = tuple(np.unique(ground.cell[around[state[around] == FREE]]).tolist())
    if (state[nodes] == side).any():
        return [Clause(inside, NONE, beside)]
    # A cell that has a node beside C, too, is held by that node.
    heads = np.setdiff1d(ground.cell[nodes], np.array(beside, dtype=np.int64))
    return [Clause(inside, int(cell), beside) for cell in heads]
