"""Polygons cut to pieces of few vertices, for peers that need it to be fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 256
"""Vertices of a piece, the default of PostGIS' ST_Subdivide."""


def subdivide(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return pieces of at most 256 vertices and the polygon each is of.

    Polygons with more are halved across their longer side, again and again.
    """
    done: list[NDArray[np.object_]] = []
    of: list[NDArray[np.int64]] = []
    owner = np.arange(len(polygons))
    while len(polygons):
        small = shapely.get_num_coordinates(polygons) <= MOST
        done.append(polygons[small])
        of.append(owner[small])
        polygons, owner = polygons[~small], owner[~small]
        left, bottom, right, top = shapely.bounds(polygons).T
        across = right - left > top - bottom
        x = np.where(across, (left + right) / 2.0, right)
        y = np.where(across, top, (bottom + top) / 2.0)
        low: Any = shapely.box(left, bottom, x, y)
        high: Any = shapely.box(np.where(across, x, left), np.where(across, bottom, y), right, top)
        halves = np.concatenate(
            [shapely.intersection(polygons, low), shapely.intersection(polygons, high)]
        )
        parts, half = shapely.get_parts(halves, return_index=True)
        areal = shapely.get_dimensions(parts) == 2  # noqa: PLR2004  # of lines and points, none
        owner = np.concatenate([owner, owner])[half[areal]]
        polygons = parts[areal]
    return np.concatenate(done), np.concatenate(of)
