"""The official ellipsoidal area (CGCS2000), the only kind of area that planloop calls area.

Edges are straight in the Gauss plane between the vertices as delivered; edges longer than 70 m are
densified there. Plane coordinates keep 4 decimals, latitude and longitude 6 decimals of a second.
Each edge adds the area of the trapezoid between it and a meridian, by the five-term series; holes
count negative. Source: 国土调查办发〔2008〕32号 with the constants of CGCS2000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.ellipsoid.geodetic import (
    Geodetic,
    Origin,
    origin,
    put_origin,
    swept,
    to_geodetic,
)
from planloop.geometry.ellipsoid.meridian import Reference, coefficients, put, reference, rise
from planloop.geometry.gauss import ECCENTRICITY_SQUARED, SEMI_MINOR
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.rings import MULTIPOLYGON, POLYGON, Rings, direction

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK = 2_000_000
"""Vertices worked on at a time, which bounds the memory."""


def area(geometries: NDArray[np.object_], *, epsg: int) -> NDArray[np.float64]:
    """Return the official ellipsoidal area, not rounded.

    Parameters
    ----------
    geometries
        Polygons and multipolygons in a 3° Gauss-Krüger zone, shape (n,). Anything else has area 0.
    epsg
        The zone, with or without zone number in the easting.

    Returns
    -------
    ndarray of float64, shape (n,)
        m².
    """
    geometries = np.asarray(geometries, dtype=object)
    total = np.zeros(len(geometries))
    at = origin(epsg)
    polygons = np.flatnonzero(np.isin(shapely.get_type_id(geometries), (POLYGON, MULTIPOLYGON)))
    vertices = np.cumsum(shapely.get_num_coordinates(geometries[polygons]))
    cuts = np.searchsorted(vertices, np.arange(CHUNK, vertices[-1:].sum(), CHUNK))
    for chunk in np.split(polygons, np.unique(cuts)):
        total[chunk] = area_of_rings(Rings.of(geometries[chunk]), at)
    return total


def area_dm2(geometries: NDArray[np.object_], *, epsg: int) -> NDArray[np.int64]:
    """Return the official ellipsoidal area in whole dm² (0.01 m²), rounded half up, shape (n,)."""
    return np.floor(area(geometries, epsg=epsg) * 100.0 + 0.5).astype(np.int64)


def area_of_rings(rings: Rings, at: Origin) -> NDArray[np.float64]:
    """Return the official ellipsoidal area of each polygon, m², shape (n,).

    Parameters
    ----------
    rings
        Polygons, n of them, in the zone of `at`.
    at
        An origin in a zone.
    """
    areas = official_of_rings(rings, to_geodetic(rings.x, rings.y, at.east), at)
    return np.bincount(rings.polygon, weights=areas, minlength=rings.polygons).astype(np.float64)


def ring_areas(
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    first: NDArray[np.int64],
    *,
    semi_minor: float = SEMI_MINOR,
    e2: float = ECCENTRICITY_SQUARED,
) -> NDArray[np.float64]:
    """Return the area that each ring sweeps by the series, its edges as they are, m².

    Parameters
    ----------
    latitude, longitude
        Vertices of all rings, the first of each repeated at its end, radians, shape (v,).
    first
        Where each ring begins, and the end, shape (r + 1,).
    semi_minor, e2
        The ellipsoid: semi-minor axis, metres, and eccentricity squared; CGCS2000 by default.

    Returns
    -------
    ndarray of float64, shape (r,)
        Positive for a ring that runs counter-clockwise. Nothing is densified or rounded.
    """
    return _rings(latitude, longitude, first, reference(coefficients(e2)), semi_minor)


@compiled
def official_of_rings(rings: Rings, on: Geodetic, at: Origin) -> NDArray[np.float64]:
    """Return the official area of each ring, m², shape (r,), negative for holes.

    Parameters
    ----------
    rings
        Rings, r of them.
    on
        Their vertices on the ellipsoid.
    at
        An origin in their zone.
    """
    areas = np.zeros(len(rings.turn))
    x, y = rings.x, rings.y
    for ring in range(len(areas)):
        start, last = rings.first[ring], rings.first[ring + 1] - 1
        put_origin(at, on.latitude[start], on.longitude[start])
        # The rule counts a shell's area positive, even of one so thin that rounding turned it.
        shell = rings.turn[ring] * direction(x, y, start, last + 1)
        areas[ring] = shell * abs(swept(at, on, x, y, start, last))
    return areas


@compiled
def _rings(
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    first: NDArray[np.int64],
    at: Reference,
    semi_minor: float,
) -> NDArray[np.float64]:
    areas = np.zeros(len(first) - 1)
    for ring in range(len(areas)):
        start = first[ring]
        put(at, latitude[start])
        below = total = 0.0
        west = longitude[start]
        for v in range(start + 1, first[ring + 1]):
            above = rise(at, latitude[v] - latitude[start])
            total += ((longitude[v - 1] - west) + (longitude[v] - west)) * (above - below)
            below = above
        areas[ring] = semi_minor * semi_minor / 2.0 * total
    return areas
