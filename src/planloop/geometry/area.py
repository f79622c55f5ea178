"""The official ellipsoidal area (CGCS2000), the only kind of area that planloop calls area.

Edges are straight in the Gauss plane between the vertices as delivered; edges longer than 70 m are
densified there. Plane coordinates keep 4 decimals, latitude and longitude 6 decimals of a second.
Each edge adds the area of the trapezoid between it and the central meridian, by the five-term
series; holes count negative. Source: 国土调查办发〔2008〕32号 with the constants of CGCS2000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.gauss import ECCENTRICITY_SQUARED, SEMI_MINOR, inverse
from planloop.geometry.grid import SCALE, to_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

DENSIFY = 70.0
"""Longest edge, in metres, that is not densified."""

SECONDS = 206264.8062471
"""ρ″ of the official rule: seconds of arc in one radian."""

CHUNK = 400_000
"""Edges worked on at a time, which bounds the memory."""


def series(e2: float) -> tuple[float, float, float, float, float]:
    """Return the coefficients A to E of the trapezoid series for an eccentricity squared."""
    return (
        1.0 + 3 / 6 * e2 + 30 / 80 * e2**2 + 35 / 112 * e2**3 + 630 / 2304 * e2**4,
        1 / 6 * e2 + 15 / 80 * e2**2 + 21 / 112 * e2**3 + 420 / 2304 * e2**4,
        3 / 80 * e2**2 + 7 / 112 * e2**3 + 180 / 2304 * e2**4,
        1 / 112 * e2**3 + 45 / 2304 * e2**4,
        5 / 2304 * e2**4,
    )


SERIES = series(ECCENTRICITY_SQUARED)


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
    parts, owner = shapely.get_parts(geometries, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    if not len(rings):
        return np.zeros(len(geometries))
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    steps = to_steps(coordinates)
    inside = np.flatnonzero(ring[1:] == ring[:-1])
    swept = np.zeros(len(rings))
    for first in range(0, len(inside), CHUNK):
        edge = inside[first : first + CHUNK]
        values = _edges(steps[edge], steps[edge + 1], epsg)
        swept += np.bincount(ring[edge], weights=values, minlength=len(rings))
    shell = np.append(True, part[1:] != part[:-1])
    signed = np.where(shell, 1.0, -1.0) * np.abs(swept)
    return np.bincount(owner[part], weights=signed, minlength=len(geometries)).astype(np.float64)


def area_dm2(geometries: NDArray[np.object_], *, epsg: int) -> NDArray[np.int64]:
    """Return the official ellipsoidal area in whole dm² (0.01 m²), rounded half up, shape (n,)."""
    return np.floor(area(geometries, epsg=epsg) * 100.0 + 0.5).astype(np.int64)


def trapezoid(
    south: NDArray[np.float64], north: NDArray[np.float64], width: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the area between two parallels over a width of longitude, m².

    Parameters
    ----------
    south, north
        Latitudes, radians; south of north counts positive.
    width
        Difference of longitude, radians.
    """
    half = (north - south) / 2.0
    middle = (south + north) / 2.0
    total = np.zeros(np.broadcast(half, middle).shape)
    sign = 1.0
    for order, coefficient in zip((1, 3, 5, 7, 9), SERIES, strict=True):
        total = total + sign * coefficient * np.sin(order * half) * np.cos(order * middle)
        sign = -sign
    return 2.0 * SEMI_MINOR**2 * width * total


def _edges(start: NDArray[np.int64], end: NDArray[np.int64], epsg: int) -> NDArray[np.float64]:
    """Return the signed area between each edge, in grid steps, and the central meridian, m².

    Inner points are counted from the lower end of an edge, so that both sides of a shared edge get
    the same points.
    """
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    low = np.where(swap[:, None], end, start)
    high = np.where(swap[:, None], start, end)
    length = np.hypot(*(high - low).T) / SCALE
    inner = np.where(length > DENSIFY, np.floor(length / DENSIFY), 0.0).astype(np.int64)
    count = inner + 2
    edge = np.repeat(np.arange(len(low)), count)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    part = np.arange(len(edge)) - first[edge]
    points = _between(low[edge], high[edge], part, (inner + 1)[edge])
    latitude, longitude = inverse(points / SCALE + 0.0, epsg)
    latitude = np.rint(latitude * SECONDS * 1e6) / 1e6 / SECONDS
    longitude = np.rint(longitude * SECONDS * 1e6) / 1e6 / SECONDS
    along = np.flatnonzero(edge[1:] == edge[:-1])
    width = (longitude[along] + longitude[along + 1]) / 2.0
    values = trapezoid(latitude[along], latitude[along + 1], width)
    total = np.bincount(edge[along], weights=values, minlength=len(low))
    return np.where(swap, -total, total)


def _between(
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    part: NDArray[np.int64],
    parts: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the points that divide edges, in whole grid steps, rounded half up and exactly.

    A point often lies just between two grid points; floating numbers would round it by chance.
    """
    part, parts = part[:, None], parts[:, None]
    points: NDArray[np.int64] = (2 * (low * (parts - part) + high * part) + parts) // (2 * parts)
    return points
