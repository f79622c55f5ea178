"""Where two layers lie on each other: the intersections, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

POLYGON, MULTIPOLYGON = 3, 6
"""Types of geometry that have an area, as shapely numbers them."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """The intersections of two arrays of polygons.

    Parameters
    ----------
    a, b
        Indices into the two arrays, shape (k,), each pair once, ordered by `a`, then `b`.
    geometry
        What the two have in common, Polygons and MultiPolygons with an area, shape (k,).
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    geometry: NDArray[np.object_]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.a)


def overlay(a: NDArray[np.object_], b: NDArray[np.object_]) -> Overlay:
    """Return the intersection of each pair of polygons that share an area.

    Parameters
    ----------
    a, b
        Valid Polygons and MultiPolygons, shapes (n,) and (m,), in the same plane. Either array may
        overlap itself. Empty and missing ones meet nothing.

    Returns
    -------
    Overlay
        A polygon that lies wholly in its partner is passed through as the object it is; only pairs
        that cross are cut. Polygons that share no more than lines and points are no pair.

    Raises
    ------
    InputError
        A geometry is no polygon, or is invalid; the first one is named by its index.
    """
    a, b = checked(a), checked(b)
    tree = shapely.STRtree(a)
    if not len(a) or not len(b):
        none = np.empty(0, dtype=np.int64)
        return Overlay(none, none, np.empty(0, dtype=object))
    big, small = tree.query(b, predicate="intersects")
    order = np.lexsort((big, small))
    one, other = small[order], big[order]
    shared = np.empty(len(one), dtype=object)
    inside = _held(one, other, tree.query(b, predicate="covers"), len(b))
    shared[inside] = a[one[inside]]
    open_ = np.flatnonzero(~inside)
    around = shapely.covers(a[one[open_]], b[other[open_]])
    shared[open_[around]] = b[other[open_[around]]]
    cut = open_[~around]
    shared[cut] = polygonal(shapely.intersection(a[one[cut]], b[other[cut]]))
    keep = shapely.area(shared) > 0.0
    return Overlay(one[keep], other[keep], shared[keep])


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


def _held(
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    covered: NDArray[np.int64],
    count: int,
) -> NDArray[np.bool_]:
    """Return for each pair (one, other) whether it is among the pairs (other, one) of `covered`."""
    return np.isin(one * count + other, covered[1] * count + covered[0])
