"""Latitude and longitude of a layer as the official rule keeps them, and the area under an edge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.ellipsoid.meridian import (
    NEAR,
    Reference,
    coefficients,
    near_rise,
    put,
    reference,
    rise,
)
from planloop.geometry.gauss import ECCENTRICITY_SQUARED, SEMI_MINOR, false_easting, inverse_point
from planloop.geometry.grid import SCALE
from planloop.geometry.loops.compiled import compiled

DENSIFY = 70.0
"""Longest edge, in metres, that is not densified."""

SECONDS = 206264.8062471
"""ρ″ of the official rule: seconds of arc in one radian."""

MICRO = 1e6
"""Latitude and longitude are kept to 6 decimals of a second."""

RADIANS = 1.0 / (SECONDS * MICRO)
"""A millionth of a second of arc, radians."""

LONG = (DENSIFY * SCALE) ** 2
"""Square of the longest edge that is not densified, square grid steps."""

HALF = SEMI_MINOR * SEMI_MINOR / 2.0 * RADIANS
"""Turns a sum of two longitudes in millionths of a second, times a rise, into an area."""


class Geodetic(NamedTuple):
    """The vertices of a layer on the ellipsoid.

    Parameters
    ----------
    latitude, longitude
        Millionths of a second of arc, whole numbers, shape (v,); longitude counts from the central
        meridian.
    """

    latitude: NDArray[np.int64]
    longitude: NDArray[np.int64]


class Origin(NamedTuple):
    """Where the areas of one polygon count from, which keeps the digits of a small one.

    Parameters
    ----------
    east
        False easting of the zone, metres, shape (1,).
    place
        Latitude and longitude, millionths of a second of arc, shape (2,).
    reference
        The series about that latitude.
    """

    east: NDArray[np.float64]
    place: NDArray[np.int64]
    reference: Reference


def origin(epsg: int) -> Origin:
    """Return an origin in a 3° Gauss-Krüger zone, still to be put at a place."""
    east = np.array([false_easting(epsg)])
    series = coefficients(ECCENTRICITY_SQUARED)
    return Origin(east, np.zeros(2, np.int64), reference(series))


@compiled
def to_geodetic(x: NDArray[np.int64], y: NDArray[np.int64], east: NDArray[np.float64]) -> Geodetic:
    """Return vertices in whole grid steps, shape (v,), on the ellipsoid.

    Parameters
    ----------
    x, y
        Easting and northing, grid steps.
    east
        False easting, metres, shape (1,).
    """
    latitude, longitude = np.empty(len(x), np.int64), np.empty(len(x), np.int64)
    for v in range(len(x)):
        latitude[v], longitude[v] = locate(x[v], y[v], east)
    return Geodetic(latitude, longitude)


@compiled
def locate(x: int, y: int, east: NDArray[np.float64]) -> tuple[int, int]:
    """Return latitude and longitude of one point, millionths of a second of arc."""
    latitude, longitude = inverse_point(float(x) / SCALE - east[0], float(y) / SCALE)
    return (
        int(np.rint(latitude * SECONDS * MICRO)),
        int(np.rint(longitude * SECONDS * MICRO)),
    )


@compiled
def put_origin(at: Origin, latitude: int, longitude: int) -> None:
    """Put an origin at a place, millionths of a second of arc."""
    at.place[0], at.place[1] = latitude, longitude
    put(at.reference, latitude * RADIANS)


@compiled
def rise_to(at: Origin, latitude: int) -> float:
    """Return the rise from the origin to a latitude, millionths of a second of arc."""
    return rise(at.reference, (latitude - at.place[0]) * RADIANS)


@compiled
def swept(  # a way on the ellipsoid and in the plane  # noqa: PLR0913, PLR0917
    at: Origin, on: Geodetic, x: NDArray[np.int64], y: NDArray[np.int64], start: int, stop: int
) -> float:
    """Return the area between an outline's edges and the origin's meridian, m².

    Parameters
    ----------
    at
        The origin.
    on
        Vertices on the ellipsoid.
    x, y
        The same vertices, grid steps, shape (v,).
    start, stop
        First and last vertex of the way.
    """
    reference = at.reference
    south, twice = at.place[0], 2 * at.place[1]
    total = 0.0
    above1 = rise(reference, (on.latitude[start] - south) * RADIANS)
    for v in range(start + 1, stop + 1):
        above = (on.latitude[v] - south) * RADIANS
        if abs(above) <= NEAR:
            above2 = near_rise(reference.taylor, above)
        else:
            above2 = rise(reference, above)
        wide, tall = float(x[v] - x[v - 1]), float(y[v] - y[v - 1])
        if wide * wide + tall * tall <= LONG:
            total += float(on.longitude[v - 1] + on.longitude[v] - twice) * (above2 - above1)
        else:
            total += swept_long(
                at,
                x[v - 1],
                y[v - 1],
                on.longitude[v - 1],
                above1,
                x[v],
                y[v],
                on.longitude[v],
                above2,
            )
        above1 = above2
    return HALF * total


@compiled
def swept_edge(  # one edge, both ends in both systems  # noqa: PLR0913, PLR0917
    at: Origin,
    x1: int,
    y1: int,
    latitude1: int,
    longitude1: int,
    x2: int,
    y2: int,
    latitude2: int,
    longitude2: int,
) -> float:
    """Return the area between one edge and the origin's meridian, m²."""
    above1, above2 = rise_to(at, latitude1), rise_to(at, latitude2)
    wide, tall = float(x2 - x1), float(y2 - y1)
    if wide * wide + tall * tall > LONG:
        return HALF * swept_long(at, x1, y1, longitude1, above1, x2, y2, longitude2, above2)
    return HALF * float(longitude1 + longitude2 - 2 * at.place[1]) * (above2 - above1)


@compiled
def swept_long(  # one edge, both ends in both systems  # noqa: PLR0913, PLR0917
    at: Origin,
    x1: int,
    y1: int,
    longitude1: int,
    above1: float,
    x2: int,
    y2: int,
    longitude2: int,
    above2: float,
) -> float:
    """Return the sum of longitudes times rises along an edge that is densified.

    It is divided in the plane, from its lower end, so that both sides of a shared edge get the same
    points.
    """
    twice = 2 * at.place[1]
    wide, tall = float(x2 - x1), float(y2 - y1)
    parts = int(np.floor(np.sqrt(wide * wide + tall * tall) / SCALE / DENSIFY)) + 1
    upward = x1 < x2 or (x1 == x2 and y1 < y2)
    total, before, height = 0.0, longitude1, above1
    for part in range(1, parts):
        if upward:
            x, y = _between(x1, x2, part, parts), _between(y1, y2, part, parts)
        else:
            x = _between(x2, x1, parts - part, parts)
            y = _between(y2, y1, parts - part, parts)
        latitude, longitude = locate(x, y, at.east)
        above = rise_to(at, latitude)
        total += float(before + longitude - twice) * (above - height)
        before, height = longitude, above
    return total + float(before + longitude2 - twice) * (above2 - height)


@compiled
def _between(low: int, high: int, part: int, parts: int) -> int:
    """Return the point that divides an edge, in whole grid steps, rounded half up and exactly.

    A point often lies just between two grid points; floating numbers would round it by chance.
    """
    return low + (2 * (high - low) * part + parts) // (2 * parts)
