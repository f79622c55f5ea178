"""Arrays of polygons: what may be in one, and what is kept of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.loops.rings import MULTIPOLYGON, POLYGON

if TYPE_CHECKING:
    from numpy.typing import NDArray


FARTHEST = 1e9
"""Coordinates, metres, of which none is larger in any projection; sums of products of these fit
into floating numbers and, as grid steps, into 64 bits."""

DUST = 1e-100
"""Coordinates nearer to 0 than this, in metres, are 0."""


def only_polygons(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the array as it is, once every geometry in it is a polygon or missing.

    Raises
    ------
    InputError
        One is not, or lies off any map; it is named by its index.
    """
    geometries = np.asarray(geometries, dtype=object)
    wrong = ~np.isin(shapely.get_type_id(geometries), (-1, POLYGON, MULTIPOLYGON))
    if wrong.any():
        index = int(np.argmax(wrong))
        kind = geometries[index].geom_type
        raise InputError("geometry.no-polygon", feature=str(index), kind=kind)
    far = (np.abs(shapely.bounds(geometries)) > FARTHEST).any(axis=1)
    # A hole should lie in its shell, but need not.
    pierced = np.flatnonzero(_may_have_holes(geometries))
    rings, owner = outlines_of(geometries[pierced])
    far[pierced[owner[(np.abs(shapely.bounds(rings)) > FARTHEST).any(axis=1)]]] = True
    if far.any():
        raise InputError("geometry.off-the-map", feature=str(np.argmax(far)))
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
        raise InputError("geometry.invalid", feature=str(index), reason=reason_of(polygons[index]))
    return polygons


def reason_of(polygon: shapely.Geometry) -> str:
    """Return why a polygon is invalid, and where, in the words of GEOS."""
    with np.errstate(invalid="ignore"):  # the place may be no number
        return str(shapely.is_valid_reason(polygon))


def without_empty_holes(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the array without holes that have no vertex; itself, if there are none.

    Such a hole is valid, and no hole; but GEOS 3.14 ends the process when it is to relate a polygon
    with one to anything.
    """
    several = np.flatnonzero(_may_have_holes(geometries))
    parts, owner = shapely.get_parts(geometries[several], return_index=True)
    pierced = np.flatnonzero(shapely.get_num_interior_rings(parts))
    rings, part = shapely.get_rings(parts[pierced], return_index=True)
    hollow = np.unique(several[owner[pierced[part[shapely.is_empty(rings)]]]])
    if len(hollow):
        geometries = geometries.copy()
    for number in hollow:
        found = []
        for one in shapely.get_parts(geometries[number]):
            holes = [ring for ring in one.interiors if not shapely.is_empty(ring)]
            found.append(shapely.Polygon(one.exterior, holes))
        is_one = shapely.get_type_id(geometries[number]) == POLYGON
        geometries[number] = found[0] if is_one else shapely.MultiPolygon(found)
    return geometries


def _may_have_holes(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which polygons have holes, or several parts, shape (n,)."""
    several = shapely.get_type_id(geometries) == MULTIPOLYGON
    return np.asarray(several | (shapely.get_num_interior_rings(geometries) > 0))


def made_valid(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return valid geometries of any polygons, shape (n,).

    What an outline encloses an odd number of times is inside. GEOS 3.14 cannot do so for a hole
    in a shell that is but a point; it does it by another rule there, and nothing is left.
    """
    try:
        valid = shapely.make_valid(polygons)
    except shapely.errors.GEOSException:
        one_by_one = [_made_valid(polygon) for polygon in polygons]
        valid = np.array(one_by_one, dtype=object)
    return np.asarray(valid, dtype=object)


def _made_valid(polygon: shapely.Geometry) -> shapely.Geometry:
    try:
        return shapely.make_valid(polygon)
    except shapely.errors.GEOSException:
        return shapely.make_valid(polygon, method="structure")


def outlines_of(
    polygons: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the rings of Polygons and of the parts of MultiPolygons, and the owner of each.

    GEOS alone passes over the rings of MultiPolygons.
    """
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return rings, owner[part]


def without_dust(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the array with coordinates that are next to nothing put to 0; itself without any.

    GEOS squares distances: the square of what is smaller than :data:`DUST` is 0, or no number.
    """
    if not (shapely.bounds(polygons)[:, :2] < DUST).any():
        return polygons
    clean: Any = shapely.transform(polygons, lambda xy: np.where(np.abs(xy) < DUST, 0.0, xy))
    return np.asarray(clean, dtype=object)


def polygonal(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries, shape (n,), without the lines and points among their parts.

    What has no polygon in it becomes an empty polygon.
    """
    geometries = np.array(geometries, dtype=object)
    kind = shapely.get_type_id(geometries)
    mixed = (kind != POLYGON) & (kind != MULTIPOLYGON)
    for index in np.flatnonzero(mixed):
        parts: Any = shapely.get_parts(shapely.get_parts(geometries[index]))
        parts = parts[shapely.get_type_id(parts) == POLYGON]
        geometries[index] = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return geometries


def united(polygons: NDArray[np.object_]) -> shapely.Geometry:
    """Return the union of polygons that need not share vertices.

    Where vertices that are closer than noise become one, an outline may come to touch itself; if
    GEOS cannot unite polygons for that, it can once they are made valid.
    """
    try:
        return shapely.union_all(polygons)
    except shapely.GEOSException:
        return shapely.union_all(made_valid(polygons))
