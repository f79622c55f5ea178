"""Areas of rings on the ellipsoid, latitude and longitude given: planloop's and pyproj's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from benchmarks.ground import EPSG
from benchmarks.tasks.files import read
from planloop.geometry.area import ring_areas

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock

SEMI_MAJOR, INVERSE_FLATTENING = 6_378_137.0, 298.257222101
"""Of CGCS2000; metres."""


def located(clock: Clock, path: str, vertices: int, into: str) -> dict[str, NDArray[Any]]:
    """Write the latitudes and longitudes, radians, of a layer's first rings to a file.

    Parameters
    ----------
    clock
        Not used: nothing here is measured.
    path
        File of the layer.
    vertices
        How many vertices the rings have together, at most.
    into
        The .npz file to write: `latitude`, `longitude`, and where each ring begins, `first`.
    """
    rings: Any = shapely.get_rings(read(Path(path)).polygons)
    first = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))])
    count = int(np.searchsorted(first, vertices, side="right")) - 1
    xy = shapely.get_coordinates(rings[:count])
    crs = pyproj.CRS.from_epsg(EPSG)
    transformer = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    longitude, latitude = transformer.transform(xy[:, 0], xy[:, 1], radians=True)
    np.savez(into, latitude=latitude, longitude=longitude, first=first[: count + 1])
    clock.facts["rings"] = count
    return {}


def ours(clock: Clock, path: str, times: int) -> dict[str, NDArray[Any]]:
    """Measure all rings, several times."""
    with np.load(path) as arrays:
        latitude, longitude = arrays["latitude"], arrays["longitude"]
        first = arrays["first"].astype(np.int64)
    for number in range(times):
        with clock.phase(f"call {number}"):
            areas = ring_areas(latitude, longitude, first)
    return {"area": areas}


def theirs(clock: Clock, path: str) -> dict[str, NDArray[Any]]:
    """Measure all rings by pyproj's geodesics."""
    with np.load(path) as arrays:
        latitude, longitude = np.degrees(arrays["latitude"]), np.degrees(arrays["longitude"])
        first = arrays["first"]
    geod = pyproj.Geod(a=SEMI_MAJOR, rf=INVERSE_FLATTENING)
    with clock.phase("geod"):
        areas = [
            geod.polygon_area_perimeter(longitude[start:stop], latitude[start:stop])[0]
            for start, stop in zip(first[:-1].tolist(), first[1:].tolist(), strict=True)
        ]
    clock.facts["version"] = f"pyproj.Geod (PROJ {pyproj.proj_version_str})"
    return {"area": np.array(areas)}
