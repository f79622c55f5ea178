"""Which edges run through which square of the plane."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.loops.compiled import compiled

SPARSE = 2
"""Cells for each edge: most edges then lie in one or two cells, and a cell holds one or none."""


class Cells(NamedTuple):
    """Square cells over the extent of some edges, and the edges in each.

    Parameters
    ----------
    west, south
        Corner of the first cell, grid steps. A column of empty cells runs along the west side.
    shift
        A cell is ``2 ** shift`` grid steps wide.
    columns, rows
        How many cells there are each way.
    first
        Where the edges of each cell, row by row, begin in `edge`, and the end, shape
        (columns * rows + 1,).
    edge
        Edges of each cell, each named by its first vertex: edge `e` runs from vertex `e` to vertex
        `e + 1`. Every cell that an edge meets holds it, and some near by may, too.
    """

    west: int
    south: int
    shift: int
    columns: int
    rows: int
    first: NDArray[np.int64]
    edge: NDArray[np.int64]

    @classmethod
    def over(cls, x: NDArray[np.int64], y: NDArray[np.int64], edges: NDArray[np.int64]) -> Cells:
        """Return the cells of edges.

        Parameters
        ----------
        x, y
            Vertices in whole grid steps, shape (v,).
        edges
            First vertex of each edge, shape (m,).
        """
        west, south, east, north = _extent(x, y, edges)
        shift, most = 1, SPARSE * len(edges) + 64
        while ((east - west >> shift) + 2) * ((north - south >> shift) + 1) > most:
            shift += 1
        west -= 1 << shift
        columns, rows = (east - west >> shift) + 1, (north - south >> shift) + 1
        empty = cls(
            west, south, shift, columns, rows, np.zeros(columns * rows + 1, np.int64), edges
        )
        return cls(*empty[:6], _sorted(x, y, edges, empty))


@compiled
def span(  # an edge, a row and the cell size  # noqa: PLR0913, PLR0917
    x1: int, y1: int, x2: int, y2: int, row: int, shift: int, reach: int = 0
) -> tuple[int, int]:
    """Return the first and the last column of cells that an edge may meet in a row.

    Among them are the cells of all grid points of the row that lie in the edge's bounding box and
    that it passes within half a step each way.

    Parameters
    ----------
    x1, y1, x2, y2
        The edge, in grid steps from the corner of the first cell.
    row
        A row of cells that the edge meets, or comes within `reach` of.
    shift
        A cell is ``2 ** shift`` grid steps wide.
    reach
        How many steps off, each way, still count as met; the columns may then not exist.
    """
    west, east = min(x1, x2) - reach, max(x1, x2) + reach
    if (east >> shift) - (west >> shift) > 1 and (y1 >> shift) != (y2 >> shift):
        # Where the edge enters and leaves the row, with two steps to spare for rounding.
        slope = float(x2 - x1) / float(y2 - y1)
        low = max((row << shift) - 1 - reach, min(y1, y2))
        high = min(((row + 1) << shift) + reach, max(y1, y2))
        one = x1 + int(np.floor(slope * float(low - y1)))
        other = x1 + int(np.floor(slope * float(high - y1)))
        west = max(west, min(one, other) - 2 - reach)
        east = min(east, max(one, other) + 2 + reach)
    return west >> shift, east >> shift


@compiled
def _extent(
    x: NDArray[np.int64], y: NDArray[np.int64], edges: NDArray[np.int64]
) -> tuple[int, int, int, int]:
    if not len(edges):
        return 0, 0, 0, 0
    west = east = x[edges[0]]
    south = north = y[edges[0]]
    for e in edges:
        for v in (e, e + 1):
            west, east = min(west, x[v]), max(east, x[v])
            south, north = min(south, y[v]), max(north, y[v])
    return int(west), int(south), int(east), int(north)


@compiled
def _sorted(
    x: NDArray[np.int64], y: NDArray[np.int64], edges: NDArray[np.int64], cells: Cells
) -> NDArray[np.int64]:
    """Return the edges by cell, and fill in where each cell begins: count, then place."""
    first, shift = cells.first, cells.shift
    edge = np.empty(0, np.int64)
    for placing in (False, True):
        if placing:
            for cell in range(len(first) - 1):
                first[cell + 1] += first[cell]
            edge = np.empty(first[-1], np.int64)
        # From the last edge to the first, so that the places count down to where each cell begins.
        for k in range(len(edges) - 1, -1, -1):
            e = edges[k]
            x1, y1 = x[e] - cells.west, y[e] - cells.south
            x2, y2 = x[e + 1] - cells.west, y[e + 1] - cells.south
            for row in range(min(y1, y2) >> shift, (max(y1, y2) >> shift) + 1):
                left, right = span(x1, y1, x2, y2, row, shift)
                for cell in range(row * cells.columns + left, row * cells.columns + right + 1):
                    if placing:
                        first[cell] -= 1
                        edge[first[cell]] = e
                    else:
                        first[cell] += 1
    return edge
