"""Arrays of polygons: what may be in one, and what is kept of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.rings import MULTIPOLYGON, POLYGON

if TYPE_CHECKING:
    from numpy.typing import NDArray


def only_polygons(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the array as it is, once every geometry in it is a polygon or missing.

    Raises
    ------
    InputError
        One is not; it is named by its index.
    """
    geometries = np.asarray(geometries, dtype=object)
    wrong = ~np.isin(shapely.get_type_id(geometries), (-1, POLYGON, MULTIPOLYGON))
    if wrong.any():
        index = int(np.argmax(wrong))
        kind = geometries[index].geom_type
        raise InputError("geometry.no-polygon", feature=str(index), kind=kind)
    return geometries


def checked(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the array as it is, once every geometry in it is a valid polygon or missing.

    Raises
    ------
    InputError
        One is not; it is named by its index.
    """
    polygons = only_polygons(polygons)
    wrong = ~shapely.is_missing(polygons) & ~shapely.is_valid(polygons)
    if wrong.any():
        index = int(np.argmax(wrong))
        reason = shapely.is_valid_reason(polygons[index])
        raise InputError("geometry.invalid", feature=str(index), reason=reason)
    return polygons


def polygonal(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries, shape (n,), without the lines and points among their parts.

    What has no polygon in it becomes an empty polygon.
    """
    geometries = np.array(geometries, dtype=object)
    mixed = ~np.isin(shapely.get_type_id(geometries), (POLYGON, MULTIPOLYGON))
    for index in np.flatnonzero(mixed):
        parts: Any = shapely.get_parts(shapely.get_parts(geometries[index]))
        parts = parts[shapely.get_type_id(parts) == POLYGON]
        geometries[index] = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return geometries
