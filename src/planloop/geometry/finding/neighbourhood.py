"""The polygons near a place, looked up in a tree that is built when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.grid import STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Neighbourhood:
    """Polygons, some of which may be replaced by what is left of them.

    Parameters
    ----------
    given
        Polygons, valid or not, shape (n,). The array stays as it is.
    """

    def __init__(self, polygons: NDArray[np.object_]) -> None:
        """Look polygons up."""
        self.given = polygons
        self._polygons = polygons.copy()

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.given)

    def __getitem__(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> NDArray[np.object_]:
        """Return some of the polygons; replaced ones as they are now."""
        return self._polygons[index]

    def replace(self, index: NDArray[np.int64], polygons: NDArray[np.object_]) -> None:
        """Put what is left of some polygons in their place; they are still found as given."""
        self._polygons[index] = polygons

    def to(self, places: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs of a place and a polygon, as given, at most a grid step from it."""
        place, polygon = np.empty((2, 0), dtype=np.int64)
        if len(places):
            place, polygon = self._tree.query(places, predicate="dwithin", distance=STEP)
        return place, polygon

    def around(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return some polygons, chosen by a mask, and those at most a grid step from them."""
        result = chosen.copy()
        result[self.to(self.given[chosen])[1]] = True
        return result
