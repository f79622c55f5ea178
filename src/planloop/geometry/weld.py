"""Vertices that noise has driven apart become one again."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.neighbours import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOISE = 1e-6
"""Vertices at most this far apart, in metres, are the same: a projection there and back moves
coordinates by less, and the grid is 100 times wider."""


def weld(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries in which vertices closer than :data:`NOISE` are equal.

    Parameters
    ----------
    geometries
        Any geometries in a metre plane, shape (n,). Those on the grid keep all coordinates.

    Returns
    -------
    ndarray of object, shape (n,)
        Without vertices that repeat the one before.

    Notes
    -----
    Rounding would part two neighbours that lie on either side of a rounding edge. Instead, two
    vertices are linked when they share a square, twice as wide as the noise, of one of four
    lattices, each shifted by half a square: of two vertices that are close enough, one lattice
    always holds both in one square. Linked vertices take the place of their first one.
    """
    joined = shapely.transform(geometries, _joined)
    welded: Any = shapely.remove_repeated_points(joined, 0.0)
    return np.asarray(welded, dtype=object)


def _joined(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return coordinates, shape (n, 2), with every vertex moved to the first one linked to it."""
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
