"""The land of a swap as a graph: what adjoins what, what may change sides, what keeps its side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE, components

if TYPE_CHECKING:
    from typing import TypeVar

    from numpy.typing import NDArray

    Value = TypeVar("Value", np.bool_, np.int8, np.float64)

FREE = -1
"""The side of a cell, or of a node, that is not known; else it is 1 inside and 0 outside."""

CENTIMETRES = 100
"""In a metre."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Nodes: connected parts of the cells, and connected fixed land of one side.

    Parameters
    ----------
    cell
        The cell that decides on each node, counted through the cells that may go in and then those
        that may go out (:attr:`Problem.cells`); -1 for fixed land. Shape (k,).
    inside
        Whether each node is inside the boundary before, shape (k,).
    area
        Area of each node, dm², shape (k,).
    edge
        Whether each node reaches the edge of the region, shape (k,).
    left, right
        Nodes that adjoin each other: that share an edge, not just a point. Each pair once, shape
        (m,).
    length
        Length of the shared edge, cm, shape (m,).
    """

    cell: NDArray[np.int64]
    inside: NDArray[np.bool_]
    area: NDArray[np.int64]
    edge: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    length: NDArray[np.int64]

    @classmethod
    def none(cls) -> Ground:
        """Return the ground of a problem that says nothing of where its cells lie."""
        whole, yes = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
        return cls(whole, yes, whole, yes, whole, whole, whole)

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.cell)

    @cached_property
    def neighbours(self) -> tuple[NDArray[np.int64], ...]:
        """The nodes that adjoin each node, ascending."""
        ends = np.concatenate([self.left, self.right])
        others = np.concatenate([self.right, self.left])
        order = np.lexsort((others, ends))
        stops = np.cumsum(np.bincount(ends, minlength=len(self)))
        return tuple(np.split(others[order], stops[:-1])) if len(self) else ()

    def beside(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the nodes that adjoin some nodes and are none of them, ascending."""
        found = np.unique(np.concatenate([self.neighbours[node] for node in nodes]))
        return np.setdiff1d(found, nodes)

    def pieces(self, side: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the piece that each node is part of, by the piece's smallest node, shape (k,).

        Parameters
        ----------
        side
            Whether each node is inside, shape (k,). A piece is a connected set of nodes of one
            side.
        """
        link = side[self.left] == side[self.right]
        return components(len(self), self.left[link], self.right[link])

    def spread(self, cells: NDArray[Value]) -> NDArray[Value]:
        """Return of each node what its cell has, and of fixed land its side, shape (k,).

        Parameters
        ----------
        cells
            The side of each cell, or its share of the inside, shape (:attr:`Problem.cells`,).
        """
        kind = cells.dtype.type
        return np.where(
            self.cell == NONE, self.inside.astype(kind), np.append(cells, kind(0))[self.cell]
        )

    def after(self, gone_in: NDArray[np.bool_], gone_out: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return whether each node is inside after some cells changed sides, shape (k,).

        Parameters
        ----------
        gone_in, gone_out
            Which of the cells that may go in, and which of those that may go out, have gone.
        """
        return self.spread(np.concatenate([gone_in, ~gone_out]))


@dataclass(frozen=True, slots=True)
class PieceLimits:
    """How small a piece of land may be. Zero sets no limit.

    Parameters
    ----------
    least_new
        Area of a piece of the boundary that has no land in it which was inside before, dm².
    least_rest
        Area of any piece of the boundary, dm².
    least_hole
        Area of a piece outside the boundary that does not reach the edge of the region, dm².

    Notes
    -----
    A piece that is smaller is legal only where it holds, whole, an old piece of its side that was
    smaller before: what is old and small may stay as it is, and may grow.
    """

    least_new: int = 0
    least_rest: int = 0
    least_hole: int = 0

    def least(self, old: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the area from which on pieces of the boundary are large enough, dm², shape (n,).

        Parameters
        ----------
        old
            Whether each has land in it that was inside before, shape (n,).
        """
        return np.where(old, self.least_rest, max(self.least_new, self.least_rest))

    @property
    def any(self) -> bool:
        """Whether there is a limit."""
        return (self.least_new, self.least_rest, self.least_hole) != (0, 0, 0)
