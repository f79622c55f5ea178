"""Coordinate systems: which are accepted, and how they come into which working zone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from planloop.errors import InputError
from planloop.geometry.gauss import (
    FIRST_ZONE,
    LAST_ZONE,
    central_meridian,
    epsg_of_zone,
    zone_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

GEOGRAPHIC = 4490
CGCS2000 = "China 2000"
"""Datum name of CGCS2000 in the EPSG registry."""

REFUSED = ("Xian 1980", "Beijing 1954", "New Beijing")
"""Datums whose transformation needs parameters of the place; PROJ would silently do nothing."""

ZONE_WIDTH = 3.0
SLACK = 2.0
"""Degrees by which coordinates may lie outside the area where their CRS is used."""


@cache
def transformer(source: str, target: int) -> pyproj.Transformer:
    """Return the transformation between two coordinate systems, x before y."""
    return pyproj.Transformer.from_crs(source, f"EPSG:{target}", always_xy=True)


def transform(
    geometries: NDArray[np.object_], source: int | str, target: int
) -> NDArray[np.object_]:
    """Return geometries, shape (n,), in another coordinate system, vertex by vertex.

    Parameters
    ----------
    geometries
        Geometries with x (or longitude) before y.
    source
        EPSG code or anything that PROJ understands.
    target
        EPSG code.
    """
    name = f"EPSG:{source}" if isinstance(source, int) else source
    if name == f"EPSG:{target}":
        return geometries
    change = transformer(name, target)

    def move(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(change.transform(coordinates[:, 0], coordinates[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(geometries, move)
    return moved


def check_datum(crs: pyproj.CRS | None, assumption: str | None, where: Mapping[str, Any]) -> str:
    """Return how a source's CRS is used, in words.

    Parameters
    ----------
    crs
        CRS of the source, or None where it says none.
    assumption
        What the mapping says of its datum, or None.
    where
        Path and layer, for the error.

    Raises
    ------
    InputError
        There is no CRS; the datum needs parameters of the place; or the datum is another one and
        the mapping does not say that it is taken as CGCS2000.
    """
    if crs is None:
        raise InputError("read.no-crs", **where)
    datum = "" if crs.datum is None else crs.datum.name
    epsg = crs.to_epsg()
    name = f"EPSG:{epsg}" if epsg else crs.name
    if any(word in datum for word in REFUSED):
        raise InputError("read.datum-refused", crs=name, datum=datum, **where)
    if CGCS2000 in datum:
        return name
    if not assumption:
        raise InputError("read.datum-unstated", crs=name, datum=datum, **where)
    return f"{name} ({assumption})"


def zone_shares(region: NDArray[np.object_]) -> dict[int, float]:
    """Return how much of a region lies in which 3° zone.

    Parameters
    ----------
    region
        Polygons in longitude and latitude (EPSG:4490).

    Returns
    -------
    dict
        Zone → share of the area on the sphere's cylinder, from the largest share down.
    """

    def level(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(
            [coordinates[:, 0], np.degrees(np.sin(np.radians(coordinates[:, 1])))]
        )

    flat = shapely.union_all(shapely.transform(region, level))
    west, south, east, north = shapely.bounds(flat)
    shares = {}
    for zone in range(zone_of(float(west)), zone_of(float(east)) + 1):
        middle = central_meridian(zone)
        strip = shapely.box(middle - ZONE_WIDTH / 2, south - 1, middle + ZONE_WIDTH / 2, north + 1)
        shares[zone] = float(shapely.area(shapely.intersection(flat, strip)) / shapely.area(flat))
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def working_epsg(shares: Mapping[int, float]) -> int:
    """Return the EPSG code of the zone that holds most of the region.

    Raises
    ------
    InputError
        CGCS2000 has no such zone.
    """
    zone = max(shares, key=lambda zone: shares[zone])
    if not FIRST_ZONE <= zone <= LAST_ZONE:
        raise InputError("read.no-zone", zone=zone)
    return epsg_of_zone(zone)


def check_place(geometries: NDArray[np.object_], crs: pyproj.CRS, where: Mapping[str, Any]) -> None:
    """Check that coordinates can be what their CRS says.

    Raises
    ------
    InputError
        Coordinates are not finite, or lie far outside the area where the CRS is used: wrong zone,
        swapped axes, or degrees taken for metres.
    """
    bounds = shapely.total_bounds(geometries)
    at = (float(bounds[0]), float(bounds[1]))
    if not np.isfinite(bounds).all():
        raise InputError("read.not-finite", at=at, **where)
    # A CRS under a name of its own has no area of use: it must at least lie where CGCS2000 is used.
    use = crs.area_of_use or pyproj.CRS(GEOGRAPHIC).area_of_use
    to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs or crs, always_xy=True)
    corners = bounds[[0, 2]], bounds[[1, 3]]
    longitude, latitude = to_degrees.transform(*corners)
    inside = np.isfinite([*longitude, *latitude]).all() and (
        use is None
        or (
            use.west - SLACK <= min(longitude)
            and max(longitude) <= use.east + SLACK
            and use.south - SLACK <= min(latitude)
            and max(latitude) <= use.north + SLACK
        )
    )
    if not inside:
        raise InputError("read.wrong-place", at=at, crs=crs.name, **where)
