"""Which edges lie near walks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.loops.cells import span
from planloop.geometry.loops.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.arranging.walks import Walks
    from planloop.geometry.loops.cells import Cells


@compiled
def edges_near(
    x: NDArray[np.int64], y: NDArray[np.int64], cells: Cells, walks: Walks, reach: int
) -> NDArray[np.bool_]:
    """Return which edges may come within some steps of walks, each way, shape (v,).

    Parameters
    ----------
    x, y
        Vertices of the edges in whole grid steps, shape (v,).
    cells
        The edges; others are not near.
    walks
        The walks, within the extent of the cells.
    reach
        How far off still counts, grid steps.
    """
    near = np.zeros(len(x), np.bool_)
    for walk in range(len(walks.first) - 1):
        for v in range(walks.first[walk], walks.first[walk + 1] - 1):
            x1, y1, x2, y2 = walks.x[v], walks.y[v], walks.x[v + 1], walks.y[v + 1]
            _mark(near, x, y, cells, (x1, y1, x2, y2), reach)
    return near


@compiled
def _mark(  # edges, what they are near to and how near  # noqa: PLR0913, PLR0917
    near: NDArray[np.bool_],
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    cells: Cells,
    line: tuple[int, int, int, int],
    reach: int,
) -> None:
    """Mark the edges in cells near a line whose bounding boxes come near its box."""
    x1, y1, x2, y2 = line
    west, east = min(x1, x2) - reach, max(x1, x2) + reach
    south, north = min(y1, y2) - reach, max(y1, y2) + reach
    x1, y1, x2, y2 = x1 - cells.west, y1 - cells.south, x2 - cells.west, y2 - cells.south
    low = max(south - cells.south >> cells.shift, 0)
    high = min(north - cells.south >> cells.shift, cells.rows - 1)
    for row in range(low, high + 1):
        left, right = span(x1, y1, x2, y2, row, cells.shift, reach)
        left, right = max(left, 0), min(right, cells.columns - 1)
        start = cells.first[row * cells.columns + left]
        stop = cells.first[row * cells.columns + right + 1]
        for e in cells.edge[start:stop]:
            beside = max(x[e], x[e + 1]) < west or min(x[e], x[e + 1]) > east
            if not beside and max(y[e], y[e + 1]) >= south and min(y[e], y[e + 1]) <= north:
                near[e] = True
