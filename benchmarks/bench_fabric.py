"""Building a Fabric of 10,000 parcels, zones and boundary, against geopandas.overlay.

Both get the same layers in memory and yield the pieces that parcels, zones and boundary cut each
other into. Compared before timed: the number of pairs (parcel, zone) that share more than 1 m², and
the areas of these pairs. geopandas' pieces share no vertices and are no coverage; the Fabric's are,
and come with their neighbours and their ellipsoidal areas.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.county import EPSG, County, county
from planloop.geometry.fabric import Fabric

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

COUNT = 10_000
SHARED = 1.0
"""Pairs that share less than this, in m², are what the grid's rounding may add or take."""

CLOSE = 0.1
"""Two areas of a pair differ by no more than this, m²: noding moves lines by 0.1 mm."""


def main() -> int:
    """Measure, and return 1 when the results disagree."""
    land = county(COUNT)
    vertices = shapely.get_num_coordinates([*land.parcels, *land.zones]).sum()
    print(f"{len(land.parcels)} parcels, {len(land.zones)} zones, {vertices} vertices")
    fabric, ours = timed(lambda: build(land))
    pieces, theirs = timed(lambda: overlay(land))
    print(f"Fabric.build        {ours:8.2f} CPU-s  {len(fabric)} faces")
    print(f"geopandas.overlay   {theirs:8.2f} CPU-s  {len(pieces)} pieces")
    print(f"ratio               {theirs / ours:8.2f}")
    return 0 if agree(fabric, pieces) else 1


def build(land: County) -> Fabric:
    """Return the Fabric of the three layers."""
    boundary = np.array([land.boundary], dtype=object)
    layers = {"parcels": land.parcels, "zones": land.zones, "boundary": boundary}
    named = {name: ([str(k) for k in range(len(item))], item) for name, item in layers.items()}
    return Fabric.build(named, epsg=EPSG, host="parcels")


def overlay(land: County) -> gpd.GeoDataFrame:
    """Return the pieces by geopandas: parcels by zones, within the boundary."""
    parcels = gpd.GeoDataFrame(
        {"parcel": np.arange(len(land.parcels))}, geometry=land.parcels, crs=EPSG
    )
    zones = gpd.GeoDataFrame({"zone": np.arange(len(land.zones))}, geometry=land.zones, crs=EPSG)
    boundary = gpd.GeoDataFrame(geometry=[land.boundary], crs=EPSG)
    return gpd.overlay(gpd.overlay(parcels, zones), boundary)


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return the result and the CPU seconds of this process that it took."""
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def agree(fabric: Fabric, pieces: gpd.GeoDataFrame) -> bool:
    """Compare the planar areas of all pairs (parcel, zone), and say how they differ."""
    parcel, zone = (fabric.labels[name].of_face for name in ("parcels", "zones"))
    both = (parcel >= 0) & (zone >= 0)
    area = shapely.area(fabric.faces[both])
    ours = pd.Series(area).groupby([parcel[both], zone[both]]).sum()
    theirs = pieces.area.groupby([pieces["parcel"].to_numpy(), pieces["zone"].to_numpy()]).sum()
    table = pd.concat([ours, theirs], axis=1).fillna(0.0)
    pairs = (table > SHARED).sum().tolist()
    largest = float((table[0] - table[1]).abs().max())
    print(f"pairs over {SHARED} m²    {pairs[0]} and {pairs[1]}")
    print(f"their areas differ  {largest:8.4f} m² at most")
    valid = bool(shapely.coverage_is_valid(fabric.faces))
    print(f"coverage is valid   {valid} for the Fabric")
    return pairs[0] == pairs[1] and largest < CLOSE and valid


if __name__ == "__main__":
    sys.exit(main())
