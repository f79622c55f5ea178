"""One partition out of many layers: node all lines together, once, and take the faces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.grid import STEP, snap_geometry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def faces_of(layers: Sequence[NDArray[np.object_]]) -> NDArray[np.object_]:
    """Return the bounded faces of the arrangement of all polygon boundaries, in canonical order.

    Parameters
    ----------
    layers
        Arrays of polygons on the grid.

    Returns
    -------
    ndarray of Polygon, shape (n,)
        Normalised, on the grid, ordered by (min x, min y, max x, max y) of their bounds and then by
        their first vertices, so that the same lines give the same array whatever their order.
        Together they form a valid coverage; holes of the arrangement that no polygon covers are
        among them.
    """
    faces: Any = shapely.get_parts(shapely.polygonize(noded(unique_lines(layers))))
    return in_canonical_order(shapely.normalize(faces))


def noded(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return lines on the grid that meet at their ends only, and that noding again leaves alone.

    Snap rounding bends lines, and a bent line may run through the grid cell of a vertex that it
    passed before. So it is repeated until no segment changes.
    """
    segments = np.empty((0, 4))
    while True:
        pieces = snap_geometry(shapely.get_parts(shapely.union_all(lines, grid_size=STEP)))
        before, segments = segments, _segments(pieces)
        if np.array_equal(before, segments):
            return pieces
        lines = _chains(segments)


def in_canonical_order(faces: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return normalised polygons ordered by their bounds, then by their well-known binary."""
    bounds = shapely.bounds(faces)
    order = np.lexsort(bounds.T[::-1])
    ranked = bounds[order]
    tied = np.flatnonzero((ranked[1:] == ranked[:-1]).all(axis=1))
    if len(tied):
        keys = [(*bounds[index], shapely.to_wkb(faces[index])) for index in order]
        order = order[sorted(range(len(order)), key=keys.__getitem__)]
    return faces[order]


def unique_lines(layers: Sequence[NDArray[np.object_]]) -> NDArray[np.object_]:
    """Return the boundaries of all polygons, each distinct segment once, joined to chains.

    Layers that agree repeat each other's lines; noding each line once saves most of the work.
    """
    polygons = np.concatenate([np.asarray(layer, dtype=object) for layer in layers])
    rings = shapely.get_parts(shapely.boundary(polygons[~shapely.is_empty(polygons)]))
    return _chains(_segments(rings))


def _segments(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return each distinct segment of the lines once, in order, shape (n, 4)."""
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    # Complex numbers sort as pairs do, and many times faster than rows.
    place = coordinates @ np.array([1.0, 1.0j])
    inside = line[1:] == line[:-1]
    low, high = np.sort(np.stack([place[:-1][inside], place[1:][inside]]), axis=0)
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    first = np.append([True], (low[1:] != low[:-1]) | (high[1:] != high[:-1]))[: len(low)]
    keep = first & (low != high)
    columns = np.column_stack([low.real, low.imag, high.real, high.imag])
    return np.asarray(columns[keep], dtype=np.float64)


def _chains(segments: NDArray[np.float64]) -> NDArray[np.object_]:
    lines: Any = shapely.linestrings(segments.reshape(-1, 2, 2))
    merged: Any = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    return np.asarray(merged, dtype=object)
