"""A real city: the tax parcels and zoning of Cambridge, Massachusetts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.tasks.packed import packed
from planloop.geometry.grid import snap_geometry
from planloop.geometry.overlay import overlay
from planloop.geometry.tabulate import tabulate
from planloop.geometry.topology import topology

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock

PLANE = 26_986
"""Massachusetts, metres."""

PARCELS = "ASSESSING_ParcelsFY2014.topojson"
ZONING = "zoning_2016-06-01_1c18767.geojson"


def ours(clock: Clock, folder: str) -> dict[str, NDArray[Any]]:
    """Tabulate, overlay and check the city."""
    parcels, zones, given = _city(Path(folder))
    _counted(clock, parcels, zones)
    with clock.phase("tabulate"):
        table = tabulate(parcels, zones)
    with clock.phase("overlay"):
        pieces = overlay(parcels, zones)
    with clock.phase("topology"):
        clock.facts["defects"] = len(topology(given))
    areas = {"table_a": table.a, "table_b": table.b, "area": table.planar_area}
    return {**areas, "a": pieces.a, "b": pieces.b, **packed(pieces.geometry)}


def theirs(clock: Clock, folder: str) -> dict[str, NDArray[Any]]:
    """Overlay the city by geopandas, check it by GEOS."""
    parcels, zones, given = _city(Path(folder))
    one = gpd.GeoDataFrame({"a": np.arange(len(parcels))}, geometry=parcels, crs=PLANE)
    other = gpd.GeoDataFrame({"b": np.arange(len(zones))}, geometry=zones, crs=PLANE)
    with clock.phase("overlay"):
        pieces = gpd.overlay(one, other, how="intersection", keep_geom_type=True)
    with clock.phase("topology"):
        shapely.coverage_invalid_edges(given)
    clock.facts["version"] = f"geopandas {gpd.__version__}"
    geometries = np.asarray(pieces.geometry.array, dtype=object)
    a, b = pieces["a"].to_numpy(), pieces["b"].to_numpy()
    return {"a": a, "b": b, "area": shapely.area(geometries), **packed(geometries)}


def _counted(clock: Clock, parcels: NDArray[np.object_], zones: NDArray[np.object_]) -> None:
    clock.facts["parcels"], clock.facts["zones"] = len(parcels), len(zones)
    vertices = shapely.get_num_coordinates(np.concatenate([parcels, zones])).sum()
    clock.facts["vertices"] = int(vertices)


def _city(
    folder: Path,
) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.object_]]:
    """Return the valid parcels and the zones on the grid, and all parcels as they are."""
    city = folder / "urban" / "cambridge"
    frames = [
        gpd.read_file(city / name).set_crs(4326, allow_override=True).to_crs(PLANE)
        for name in (PARCELS, ZONING)
    ]
    given, zones = (np.asarray(frame.geometry.array, dtype=object) for frame in frames)
    parcels = snap_geometry(given)
    areal = np.isin(shapely.get_type_id(parcels), (3, 6)) & ~shapely.is_empty(parcels)
    parcels = parcels[areal & shapely.is_valid(parcels)]
    zones = shapely.make_valid(snap_geometry(zones))
    return parcels, np.asarray(zones, dtype=object), given
