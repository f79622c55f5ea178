"""What polygons should cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.finding.weld import weld

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Limit:
    """The union of some polygons, prepared for many questions."""

    def __init__(self, boundary: NDArray[np.object_]) -> None:
        """Take valid polygons; missing and empty ones are none."""
        there = boundary[~(shapely.is_missing(boundary) | shapely.is_empty(boundary))]
        if len(there) == 1:
            # Not the caller's own, which another thread may use: this one is prepared.
            self.area: shapely.Geometry = shapely.from_wkb(shapely.to_wkb(there[0]))
        else:
            self.area = shapely.union_all(weld(there)) if len(there) else shapely.Polygon()
        shapely.prepare(self.area)

    def holds(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points, shape (k, 2), lie inside."""
        return np.asarray(shapely.contains_xy(self.area, points))

    def surrounds(self, polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Return which polygons, shape (n,), lie inside and do not touch its outline."""
        return np.asarray(shapely.contains_properly(self.area, polygons))
