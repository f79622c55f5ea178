"""Vertices that lie on another outline, but for noise, become vertices of that outline, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.finding.weld import NOISE
from planloop.geometry.loops.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


def knotted(polygons: NDArray[np.object_], chosen: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return polygons whose outlines meet in common vertices.

    Parameters
    ----------
    polygons
        Polygons and MultiPolygons without equal vertices that differ by noise, shape (n,).
    chosen
        Which of them may have vertices on others' edges, or others' vertices on their edges, shape
        (n,).

    Returns
    -------
    ndarray of object, shape (n,)
        Outlines that ran along each other at less than noise now run along each other: without
        this, their union has cracks, and their difference threads that nobody could see.
    """
    if not chosen.any():
        return polygons
    there = ~shapely.is_empty(polygons)
    if not there.all():
        # shapely 2.2.0 crashes when it makes an empty polygon among MultiPolygons.
        found = polygons.copy()
        found[there] = knotted(polygons[there], chosen[there])
        return found
    kind, xy, offsets = shapely.to_ragged_array(polygons)
    rings = offsets[0]
    ring = np.repeat(np.arange(len(rings) - 1), np.diff(rings))
    start = np.flatnonzero(np.diff(ring) == 0)
    point, edge = _on_edges(xy, start, np.repeat(chosen, shapely.get_num_coordinates(polygons)))
    if not len(point):
        return polygons
    away = xy[point] - xy[edge]
    order = np.lexsort([(away * (xy[edge + 1] - xy[edge])).sum(axis=1), edge])
    point, edge = point[order], edge[order]
    new = np.append([True], (np.diff(edge) != 0) | (xy[point[1:]] != xy[point[:-1]]).any(axis=1))
    point, edge = point[new], edge[new]
    more = np.concatenate([[0], np.cumsum(np.bincount(ring[edge], minlength=len(rings) - 1))])
    whole = np.insert(xy, edge + 1, xy[point], axis=0)
    made = shapely.from_ragged_array(kind, whole, (rings + more, *offsets[1:]))
    return np.asarray(made, dtype=object)


def _on_edges(
    xy: NDArray[np.float64], edges: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of a vertex and an edge that it lies on, not at its ends.

    Parameters
    ----------
    xy
        The vertices, shape (v, 2).
    edges
        At which vertices an edge to the next one begins, shape (e,).
    chosen
        Of which vertices the polygon is chosen, shape (v,): one of each pair is.
    """
    # Of all vertices, sorted along the longer side of the whole, each edge has a stretch beside it.
    axis = int(np.argmax(np.ptp(xy, axis=0)))
    order = np.argsort(xy[:, axis], kind="stable")
    low = np.minimum(xy[edges], xy[edges + 1]).T - NOISE
    high = np.maximum(xy[edges], xy[edges + 1]).T + NOISE
    along, aside = xy[order, axis], xy[order, 1 - axis]
    first = np.searchsorted(along, low[axis], side="left")
    stop = np.searchsorted(along, high[axis], side="right")
    return _on(xy, edges, chosen, order, first, stop, aside, low[1 - axis], high[1 - axis])


@compiled
def _on(  # what is sorted, each edge's stretch, and its bounds aside  # noqa: PLR0913, PLR0917
    xy: NDArray[np.float64],
    edges: NDArray[np.int64],
    chosen: NDArray[np.bool_],
    order: NDArray[np.int64],
    first: NDArray[np.int64],
    stop: NDArray[np.int64],
    aside: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the same, of the vertices in an edge's stretch and between its bounds."""
    point, edge = np.empty(0, np.int64), np.empty(0, np.int64)
    for writing in (False, True):
        count = 0
        for k in range(len(edges)):
            e = edges[k]
            for at in range(first[k], stop[k]):
                if low[k] <= aside[at] <= high[k]:
                    p = order[at]
                    if (chosen[p] or chosen[e]) and _lies_on(xy, p, e):
                        if writing:
                            point[count], edge[count] = p, e
                        count += 1
        if not writing:
            point, edge = np.empty(count, np.int64), np.empty(count, np.int64)
    return point, edge


@compiled
def _lies_on(xy: NDArray[np.float64], point: int, edge: int) -> bool:
    """Return whether a vertex is at most :data:`NOISE` from an edge, and is none of its ends."""
    for end in range(edge, edge + 2):
        if xy[point, 0] == xy[end, 0] and xy[point, 1] == xy[end, 1]:
            return False
    x, y = xy[point, 0] - xy[edge, 0], xy[point, 1] - xy[edge, 1]
    along_x, along_y = xy[edge + 1, 0] - xy[edge, 0], xy[edge + 1, 1] - xy[edge, 1]
    square = along_x * along_x + along_y * along_y
    dot = x * along_x + y * along_y
    if 0.0 < dot < square:
        cross = x * along_y - y * along_x
        return bool(cross * cross <= NOISE * NOISE * square)
    if dot > 0.0:
        x, y = x - along_x, y - along_y
    return bool(x * x + y * y <= NOISE * NOISE)
