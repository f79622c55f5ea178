"""One round of snap rounding: which grid points segments must be led through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.arranging.pixels import apart, crosses, crossing, meets
from planloop.geometry.arranging.walks import Insertions
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.growing import longer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.loops.cells import Cells

CROWDED = 48
"""Edges of one cell from which on they are swept from west to east, not compared all with all."""

NO_EDGE = -1

WEST, EAST, LOW, HIGH = 1, 3, 5, 6
"""Columns of an edge's row: its bounds. Columns 1 to 4 are its two ends."""


def insertions(x: NDArray[np.int64], y: NDArray[np.int64], cells: Cells) -> Insertions:
    """Return the vertices and rounded crossings whose pixels the edges in cells run through.

    Parameters
    ----------
    x, y
        Vertices in whole grid steps, shape (v,).
    cells
        The edges, no two of them equal.

    Notes
    -----
    Of all grid points in the pixels that a segment meets, those met later are at least as far
    along it in x and in y, since rounding keeps the order. So the sum of both distances from the
    start orders them as the segment meets them.
    """
    found = _met(x, y, cells)
    crossed = found[:, 0] == NO_EDGE
    if crossed.any():
        places = found[crossed, 1:]
        places = places[np.lexsort(places.T)]
        places = places[np.append(True, (places[1:] != places[:-1]).any(axis=1))]
        found = np.concatenate([found[~crossed], _through(x, y, cells, places)])
    edge, east, north = found.T
    along = np.abs(east - x[edge]) + np.abs(north - y[edge])
    order = np.lexsort((along, edge))
    edge, along = edge[order], along[order]
    new = np.append(True, edge[1:] != edge[:-1])[: len(edge)]
    keep = new | np.append(True, along[1:] != along[:-1])[: len(edge)]
    order, edge, new = order[keep], edge[keep], new[keep]
    first = np.append(np.flatnonzero(new), len(edge))
    return Insertions(edge[new], first, east[order], north[order])


@compiled
def _met(x: NDArray[np.int64], y: NDArray[np.int64], cells: Cells) -> NDArray[np.int64]:
    """Return the edges and the vertices in whose pixels they run, and the rounded crossings.

    Returns
    -------
    ndarray of int64, shape (f, 3)
        Rows of edge, x and y, some of them repeated; a crossing has `NO_EDGE`.
    """
    first, shift = cells.first, cells.shift
    most = 0
    for cell in range(len(first) - 1):
        most = max(most, first[cell + 1] - first[cell])
    ends = np.empty((most, 7), np.int64)
    found, count = np.empty((64, 3), np.int64), 0
    for cell in range(len(first) - 1):
        size = first[cell + 1] - first[cell]
        if size <= 1:
            continue
        swept = size > CROWDED
        edges = cells.edge[first[cell] : first[cell + 1]]
        _fill(ends, x, y, _from_west(x, edges) if swept else edges)
        column, row = cell % cells.columns, cell // cells.columns
        west, south = (column << shift) + cells.west, (row << shift) + cells.south
        for i in range(size):
            for j in range(i + 1, size):
                if ends[j, WEST] > ends[i, EAST]:
                    if swept:
                        break
                    continue
                if (
                    ends[j, EAST] >= ends[i, WEST]
                    and ends[j, LOW] <= ends[i, HIGH]
                    and ends[j, HIGH] >= ends[i, LOW]
                ):
                    found, count = _compare(found, count, ends, i, j, west, south, shift)
    return found[:count]


@compiled
def _fill(
    ends: NDArray[np.int64],
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    edges: NDArray[np.int64],
) -> None:
    """Write edges as rows: name, x and y of the lesser end, of the other, least and largest y."""
    for i in range(len(edges)):
        e = edges[i]
        x1, y1, x2, y2 = x[e], y[e], x[e + 1], y[e + 1]
        ends[i, 0] = e
        if x1 < x2 or (x1 == x2 and y1 <= y2):
            ends[i, 1], ends[i, 2], ends[i, 3], ends[i, 4] = x1, y1, x2, y2
        else:
            ends[i, 1], ends[i, 2], ends[i, 3], ends[i, 4] = x2, y2, x1, y1
        ends[i, LOW], ends[i, HIGH] = min(y1, y2), max(y1, y2)


@compiled
def _compare(  # a list, two edges and a cell  # noqa: PLR0913, PLR0917
    found: NDArray[np.int64],
    count: int,
    ends: NDArray[np.int64],
    i: int,
    j: int,
    west: int,
    south: int,
    shift: int,
) -> tuple[NDArray[np.int64], int]:
    """Add to the first `count` rows found what two edges of a cell have to do with each other.

    A pair may share many cells; each vertex and each crossing counts only in its own, which holds
    both edges.
    """
    ax, ay, bx, by = ends[i, 1], ends[i, 2], ends[i, 3], ends[i, 4]
    cx, cy, dx, dy = ends[j, 1], ends[j, 2], ends[j, 3], ends[j, 4]
    if apart(ax, ay, bx, by, cx, cy, dx, dy) or apart(cx, cy, dx, dy, ax, ay, bx, by):
        return found, count
    for k in (1, 3):
        px, py = ends[j, k], ends[j, k + 1]
        if _within(px - west, py - south, shift) and meets(ax, ay, bx, by, px, py):
            found, count = _added(found, count, ends[i, 0], px, py)
        px, py = ends[i, k], ends[i, k + 1]
        if _within(px - west, py - south, shift) and meets(cx, cy, dx, dy, px, py):
            found, count = _added(found, count, ends[j, 0], px, py)
    if crosses(ax, ay, bx, by, cx, cy, dx, dy):
        px, py = crossing(ax, ay, bx, by, cx, cy, dx, dy)
        if _within(px - west, py - south, shift):
            found, count = _added(found, count, NO_EDGE, px, py)
    return found, count


@compiled
def _through(
    x: NDArray[np.int64], y: NDArray[np.int64], cells: Cells, places: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the edges and the places in whose pixels they run: edge, x and y, shape (f, 3)."""
    found, count = np.empty((64, 3), np.int64), 0
    for k in range(len(places)):
        px, py = places[k]
        row, column = py - cells.south >> cells.shift, px - cells.west >> cells.shift
        cell = row * cells.columns + column
        for e in cells.edge[cells.first[cell] : cells.first[cell + 1]]:
            ax, ay, bx, by = x[e], y[e], x[e + 1], y[e + 1]
            if ax > bx or (ax == bx and ay > by):
                ax, ay, bx, by = bx, by, ax, ay
            if meets(ax, ay, bx, by, px, py):
                found, count = _added(found, count, e, px, py)
    return found[:count]


@compiled
def _from_west(x: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return edges by their western ends."""
    west = np.empty(len(edges), np.int64)
    for i in range(len(edges)):
        west[i] = min(x[edges[i]], x[edges[i] + 1])
    return edges[np.argsort(west)]


@compiled
def _within(east: int, north: int, shift: int) -> bool:
    """Return whether a place, counted from a cell's corner, lies in that cell."""
    return east >> shift == 0 and north >> shift == 0


@compiled
def _added(
    found: NDArray[np.int64], count: int, edge: int, px: int, py: int
) -> tuple[NDArray[np.int64], int]:
    """Return the rows found, with room for more, and how many there are with this one."""
    if count == len(found):
        found = longer(found)
    found[count, 0], found[count, 1], found[count, 2] = edge, px, py
    return found, count + 1
