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
    joined: Any = shapely.transform(geometries, linked)
    narrow = _narrow(joined)
    for number in np.flatnonzero(narrow):
        joined[number] = _mixed(geometries[number], joined[number])
    joined[~narrow] = shapely.remove_repeated_points(joined[~narrow], 0.0)
    joined[narrow] = without_repeats(joined[narrow])
    return np.asarray(joined, dtype=object)


def without_repeats(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries, shape (n,), without vertices that repeat the one before.

    One with a ring of which fewer than three vertices would be left stays as it is: GEOS alone
    would end with an error.
    """
    whole = ~_narrow(geometries)
    single: Any = geometries.copy()
    single[whole] = shapely.remove_repeated_points(geometries[whole], 0.0)
    return np.asarray(single, dtype=object)


def _narrow(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which geometries have a ring of fewer than three different vertices, shape (n,)."""
    rings, owner = outlines_of(geometries)
    narrow = np.zeros(len(geometries), dtype=bool)
    narrow[owner[_corners(rings) < CORNERS]] = True
    return narrow


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
    pairs = coordinates[:, 0] + 1j * coordinates[:, 1]
    points, index = np.unique(pairs, return_inverse=True)
    corner = points.real.min(initial=0.0) + 1j * points.imag.min(initial=0.0)
    # Where no other point lies so near in x, none shares a square: most of the sorting is saved.
    beside = np.diff(points.real) < 4 * NOISE
    near = np.zeros(len(points), dtype=bool)
    near[1:] |= beside
    near[:-1] |= beside
    some = points[near]
    left, right = [], []
    for east, north in product((0.0, NOISE), repeat=2):
        away = some - corner + (east + 1j * north)
        square = np.floor(away.real / (2 * NOISE)) + 1j * np.floor(away.imag / (2 * NOISE))
        _, first, cell = np.unique(square, return_index=True, return_inverse=True)
        shared = np.flatnonzero(first[cell] != np.arange(len(some)))
        left.append(first[cell[shared]])
        right.append(shared)
    points[near] = some[components(len(some), np.concatenate(left), np.concatenate(right))]
    linked = points[index]
    return np.column_stack([linked.real, linked.imag])
