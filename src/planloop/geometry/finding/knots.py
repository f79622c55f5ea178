"""Vertices that lie on another outline, but for noise, become vertices of that outline, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.finding.weld import NOISE

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
    mine = np.repeat(chosen, shapely.get_num_coordinates(polygons))
    ours, its_edge = _on(xy, np.arange(len(xy)), start[mine[start]])
    own, their_edge = _on(xy, np.flatnonzero(mine), start[~mine[start]])
    point, edge = np.concatenate([ours, own]), np.concatenate([its_edge, their_edge])
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


def _on(
    xy: NDArray[np.float64], points: NDArray[np.int64], edges: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of a vertex and an edge that it lies on, not at its ends."""
    tree = shapely.STRtree(shapely.linestrings(np.stack([xy[edges], xy[edges + 1]], axis=1)))
    point, edge = tree.query(shapely.points(xy[points]), predicate="dwithin", distance=NOISE)
    point, edge = points[point], edges[edge]
    apart = (xy[point] != xy[edge]).any(axis=1) & (xy[point] != xy[edge + 1]).any(axis=1)
    return point[apart], edge[apart]
