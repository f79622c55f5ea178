"""Areas that two polygons cover, and how thick an area is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.defect import Defect
from planloop.geometry.finding.weld import NOISE
from planloop.geometry.grid import STEP
from planloop.geometry.polygons import polygonal

if TYPE_CHECKING:
    from numpy.typing import NDArray


def width(areas: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the mean width of each area, shape (n,), metres: its size by half its perimeter."""
    perimeter = np.maximum(shapely.length(areas), np.finfo(float).tiny)
    return np.asarray(2.0 * shapely.area(areas) / perimeter)


def overlaps(
    polygons: NDArray[np.object_], suspect: NDArray[np.bool_], index: NDArray[np.int64]
) -> list[Defect]:
    """Find overlaps and duplicates of which one polygon is suspect.

    Parameters
    ----------
    polygons
        Valid polygons, shape (n,).
    suspect
        Which are suspect, shape (n,).
    index
        The number under which each is reported, ascending, shape (n,).
    """
    first = np.flatnonzero(suspect)
    one, other = shapely.STRtree(polygons).query(polygons[first], predicate="intersects")
    pairs = np.unique(np.sort([first[one], other], axis=0)[:, first[one] != other], axis=1)
    pairs = pairs[:, ~shapely.touches(*polygons[pairs])]
    defects = []
    for pair, common in zip(pairs.T, shapely.intersection(*polygons[pairs]), strict=True):
        place = thick(common)
        if shapely.is_empty(place):
            continue
        rest = shapely.symmetric_difference(*polygons[pair])
        same = shapely.area(rest) < STEP * shapely.length(place)
        defects.append(Defect.at("duplicate" if same else "overlap", index[pair], place))
    return defects


def thick(area: shapely.Geometry) -> shapely.Geometry:
    """Return the parts of an intersection or a difference that are wider than noise."""
    return as_one(thick_parts(np.array([area], dtype=object)))


def as_one(parts: NDArray[np.object_]) -> shapely.Geometry:
    """Return the polygon, or polygons as one MultiPolygon."""
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def thick_parts(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the polygons in intersections or differences that are wider than noise, shape (k,)."""
    parts: Any = shapely.get_parts(polygonal(areas))
    return np.asarray(parts[width(parts) >= NOISE], dtype=object)
