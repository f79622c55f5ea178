"""Which face lies round each connected set of segments: the nearest one to the west tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.arranging.contours import NOWHERE
from planloop.geometry.loops.cells import Cells
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.exact import turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.arranging.contours import Contours
    from planloop.geometry.arranging.planar_graph import PlanarGraph

NEAR = 2.0
"""By so many grid steps at most, and far less, rounding moves the place where a line is met."""


def shells(graph: PlanarGraph, found: Contours) -> NDArray[np.int32]:
    """Return the shell of the face to the right of each contour.

    Parameters
    ----------
    graph, found
        Segments and their contours.

    Returns
    -------
    ndarray of int32, shape (c,)
        A ring of `found`, or -1 for the unbounded face.
    """
    shell: NDArray[np.int32] = found.shell.copy()
    inner = shell[found.part_of] == NOWHERE
    if np.count_nonzero(shell == NOWHERE) <= 1:
        # All segments are connected: none lie inside a face.
        return shell
    start = graph.tail[found.walk[found.first[:-1][inner]]]
    order = np.lexsort((graph.y[start], graph.x[start]))
    contour, lowest = np.unique(found.part_of[inner][order], return_index=True)
    # From west to east: what lies west of a contour is known before it.
    westward = np.argsort(lowest)
    vertex = start[order][lowest[westward]]
    x, y = graph.x[graph.tail], graph.y[graph.tail]
    cells = Cells.over(x, y, 2 * np.flatnonzero(found.contour[::2] != NOWHERE))
    _enclose(cells, x, y, found.contour, contour[westward], graph.x[vertex], graph.y[vertex], shell)
    return shell


@compiled
def _enclose(  # segments in cells, contours, points  # noqa: PLR0913, PLR0917
    cells: Cells,
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    contour: NDArray[np.int32],
    inner: NDArray[np.int32],
    inner_x: NDArray[np.int64],
    inner_y: NDArray[np.int64],
    shell: NDArray[np.int32],
) -> None:
    """Fill in the shells round the contours `inner`, given the lowest vertex by x of each."""
    for k in range(len(inner)):
        h = _nearest(cells, x, y, inner_x[k], inner_y[k])
        if h >= 0:
            shell[inner[k]] = shell[contour[h]]


@compiled
def _nearest(
    cells: Cells, x: NDArray[np.int64], y: NDArray[np.int64], east: int, north: int
) -> int:
    """Return the half-edge that runs north nearest to the west of a point, or -1.

    It is looked for along a line to the west that runs above the point by less than anything, so
    that the line meets no vertex.
    """
    nearest = -1
    row = north - cells.south >> cells.shift
    column = east - cells.west >> cells.shift
    while column >= 0:
        cell = row * cells.columns + column
        for k in range(cells.first[cell], cells.first[cell + 1]):
            h = cells.edge[k]
            if y[h] > y[h ^ 1]:
                h ^= 1
            if (
                y[h] <= north < y[h ^ 1]
                and turn(x[h ^ 1] - x[h], y[h ^ 1] - y[h], east - x[h], north - y[h]) < 0
                and (nearest < 0 or _west_of(x, y, nearest, h))
            ):
                nearest = h
        if nearest >= 0:
            h = nearest
            share = float(north - y[h]) / float(y[h ^ 1] - y[h])
            met = float(x[h]) + share * float(x[h ^ 1] - x[h])
            if met > float(cells.west + (column << cells.shift)) + NEAR:
                return nearest
        column -= 1
    return nearest


@compiled
def _west_of(x: NDArray[np.int64], y: NDArray[np.int64], one: int, other: int) -> bool:
    """Return whether `one` runs west of `other`: both run north, and side by side somewhere.

    They do not cross, so any end of one that lies beside the other tells.
    """
    for end in (0, 1):
        a, b = one ^ end, other ^ end
        # The nearer of both ends is beside the other half-edge.
        mine = y[a] > y[b] if end == 0 else y[a] < y[b]
        base, point, sign = (other, a, 1) if mine else (one, b, -1)
        side = sign * turn(
            x[base ^ 1] - x[base], y[base ^ 1] - y[base], x[point] - x[base], y[point] - y[base]
        )
        if side != 0:
            return side > 0
    return False
