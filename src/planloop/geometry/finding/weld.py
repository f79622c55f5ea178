"""Vertices that noise has driven apart become one again."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.neighbours import components
from planloop.geometry.polygons import outlines_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOISE = 1e-6
"""Vertices at most this far apart, in metres, are the same: a projection there and back moves
coordinates by less, and the grid is 100 times wider."""

CORNERS = 3
"""Fewest vertices of a ring."""


def weld(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries in which vertices closer than :data:`NOISE` are equal.

    Parameters
    ----------
    geometries
        Any geometries in a metre plane, shape (n,). Those on the grid keep all coordinates.

    Returns
    -------
    ndarray of object, shape (n,)
        Without vertices that repeat the one before. A ring of which fewer than three vertices would
        be left stays as it is.

    Notes
    -----
    Rounding would part two neighbours that lie on either side of a rounding edge. Instead, two
    vertices are linked when they share a square, twice as wide as the noise, of one of four
    lattices, each shifted by half a square: of two vertices that are close enough, one lattice
    always holds both in one square. Linked vertices take the place of their first one.
    """
    joined = shapely.transform(geometries, linked)
    rings, owner = outlines_of(joined)
    for number in np.unique(owner[_corners(rings) < CORNERS]):
        joined[number] = _mixed(geometries[number], joined[number])
    return without_repeats(joined)


def without_repeats(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries, shape (n,), without vertices that repeat the one before.

    One with a ring of which fewer than three vertices would be left stays as it is: GEOS alone
    would end with an error.
    """
    rings, owner = outlines_of(geometries)
    whole = np.ones(len(geometries), dtype=bool)
    whole[owner[_corners(rings) < CORNERS]] = False
    single: Any = geometries.copy()
    single[whole] = shapely.remove_repeated_points(geometries[whole], 0.0)
    return np.asarray(single, dtype=object)


def _corners(rings: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return how many vertices of each ring differ from the one before, shape (r,)."""
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    moves = (xy[1:] != xy[:-1]).any(axis=1) & (ring[1:] == ring[:-1])
    return np.bincount(ring[1:][moves], minlength=len(rings))


def _mixed(before: shapely.Geometry, after: shapely.Geometry) -> shapely.Geometry:
    """Return a welded polygon with those rings that collapsed as they were before."""
    parts = []
    for old, new in zip(shapely.get_parts(before), shapely.get_parts(after), strict=True):
        rings = np.where(
            _corners(shapely.get_rings(new)) < CORNERS,
            shapely.get_rings(old),
            shapely.get_rings(new),
        )
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def linked(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points, shape (n, 2), each moved to the first one that it is linked to."""
    # Complex numbers sort as pairs do, and many times faster than rows.
    points, index = np.unique(coordinates @ np.array([1.0, 1.0j]), return_inverse=True)
    corner = points.real.min(initial=0.0) + 1j * points.imag.min(initial=0.0)
    left, right = [], []
    for east, north in product((0.0, NOISE), repeat=2):
        away = points - corner + (east + 1j * north)
        square = np.floor(away.real / (2 * NOISE)) + 1j * np.floor(away.imag / (2 * NOISE))
        _, first, cell = np.unique(square, return_index=True, return_inverse=True)
        shared = np.flatnonzero(first[cell] != np.arange(len(points)))
        left.append(first[cell[shared]])
        right.append(shared)
    linked = points[components(len(points), np.concatenate(left), np.concatenate(right))][index]
    return np.column_stack([linked.real, linked.imag])
