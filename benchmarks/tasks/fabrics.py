"""One partition out of parcels, zones and boundary, and a swap of land in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.ground import EPSG
from benchmarks.tasks.files import read
from planloop.geometry.fabric import Fabric
from planloop.geometry.grid import snap
from planloop.geometry.insert import insert

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock

SWAP = 250
"""Shapes that one swap puts in."""

ASIDE = 7.3
"""Metres by which a parcel is moved, so that its outline cuts its neighbours."""


def built(  # a file for each layer  # noqa: PLR0913
    clock: Clock, parcels: str, zones: str, boundary: str, sites: str, *, check: bool
) -> dict[str, NDArray[Any]]:
    """Read three layers, build their Fabric, and swap land in it, three times.

    Twice it is 250 shapes of the size of parcels, at last 250 large sites and corridors.

    Parameters
    ----------
    clock
        Has the phases ``read``, ``build``, ``swap 0``, ``swap 1``, ``swap 2`` and, if asked,
        ``check``.
    parcels, zones, boundary, sites
        Files of the layers.
    check
        Whether to ask GEOS for the validity of the coverage after each step.
    """
    with clock.phase("read"):
        layers = {
            name: read(Path(path))
            for name, path in (("parcels", parcels), ("zones", zones), ("boundary", boundary))
        }
    shapes = [*_aside(layers["parcels"].polygons), read(Path(sites)).polygons[:SWAP]]
    with clock.phase("build"):
        named = {name: (layer.ids.astype(str), layer.polygons) for name, layer in layers.items()}
        fabric = Fabric.build(named, epsg=EPSG, host="parcels")
    first = fabric
    valid = []
    if check:
        valid.append(shapely.coverage_is_valid(fabric.faces))
    for number, chosen in enumerate(shapes):
        names = np.arange(len(chosen)).astype(str)
        with clock.phase(f"swap {number}"):
            layer = f"sites {number}"
            fabric = insert(fabric, layer, names, chosen, overlapping=True)
            taken = np.flatnonzero(fabric.relations[layer].covers(len(fabric)))
            fabric = fabric.relabel("zones", taken, np.full(len(taken), "site", dtype=object))
        if check:
            with clock.phase("check"):
                valid.append(shapely.coverage_is_valid(fabric.faces))
    clock.facts.update(faces=len(first), faces_after=len(fabric), checks=len(valid))
    clock.facts["broken"] = len(valid) - int(sum(valid))
    parcel, zone = (first.labels[name].of_face for name in ("parcels", "zones"))
    both = np.flatnonzero((parcel >= 0) & (zone >= 0))
    area = shapely.area(first.faces[both])
    return {"a": parcel[both].astype(np.int64), "b": zone[both].astype(np.int64), "area": area}


def _aside(parcels: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return parcels from all over, moved a bit aside, for two swaps, shape (2, 250)."""
    chosen = np.random.default_rng(5).choice(len(parcels), 2 * SWAP, replace=False)
    moved = shapely.transform(parcels[chosen], lambda xy: snap(xy + ASIDE))
    return np.asarray(moved, dtype=object).reshape(2, SWAP)


def overlaid_by_geopandas(
    clock: Clock, parcels: str, zones: str, boundary: str
) -> dict[str, NDArray[Any]]:
    """Read three layers and overlay them by geopandas, the boundary's outside kept."""
    with clock.phase("read"):
        one, two, three = (
            gpd.read_parquet(path).rename(columns={"id": name})[[name, "geometry"]]
            for name, path in (("parcel", parcels), ("zone", zones), ("part", boundary))
        )
    with clock.phase("overlay"):
        pieces = gpd.overlay(gpd.overlay(one, two), three, how="identity")
    clock.facts["pieces"] = len(pieces)
    return {
        "a": pieces["parcel"].to_numpy(dtype=np.int64),
        "b": pieces["zone"].to_numpy(dtype=np.int64),
        "area": pieces.area.to_numpy(),
    }


def swapped_by_shapely(clock: Clock, parcels: str, sites: str) -> dict[str, NDArray[Any]]:
    """Cut sites out of parcels by floating overlay, parcel by parcel, as is commonly done."""
    polygons = read(Path(parcels)).polygons
    chosen = read(Path(sites)).polygons[:SWAP]
    with clock.phase("swap"):
        together = shapely.union_all(chosen)
        hit = np.sort(shapely.STRtree(polygons).query(together, predicate="intersects"))
        rest = shapely.difference(polygons[hit], together)
        inside = shapely.intersection(polygons[hit], together)
        after = np.concatenate([np.delete(polygons, hit), rest, inside])
        areal = np.isin(shapely.get_type_id(after), (3, 6)) & ~shapely.is_empty(after)
    after = after[areal]
    edges = shapely.coverage_invalid_edges(after)
    clock.facts["broken"] = int((~shapely.is_empty(edges)).sum())
    return {}
