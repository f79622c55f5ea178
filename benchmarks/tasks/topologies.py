"""Topology of parcels: clean, with noise, and with planted defects; planloop's and GEOS'."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.tasks.files import read
from planloop.geometry.topology import topology
from tests.geometry.planted import NEAR, Planted, plant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock
    from planloop.geometry.defect import Defect

NOISE = 1e-7
"""Metres that each vertex is moved by at most, each polygon's by itself, as reprojection does."""

HEIGHT = 0.5
"""Metres of a gap's width that GEOS is asked to look for in its second try."""


def clean(clock: Clock, path: str) -> dict[str, NDArray[Any]]:
    """Check a clean layer, alone, within its outline, and with noise."""
    polygons = read(Path(path)).polygons
    topology(polygons[:100])
    with clock.phase("alone"):
        clock.facts["found alone"] = len(topology(polygons))
    outline = np.array([shapely.disjoint_subset_union_all(polygons)], dtype=object)
    with clock.phase("within"):
        clock.facts["found within"] = len(topology(polygons, outline))
    noisy = _noisy(polygons)
    with clock.phase("noise"):
        clock.facts["found noise"] = len(topology(noisy))
    return {}


def clean_by_geos(clock: Clock, path: str) -> dict[str, NDArray[Any]]:
    """Check a clean layer by GEOS."""
    polygons = read(Path(path)).polygons
    with clock.phase("edges"):
        _broken(polygons, 0.0)
    with clock.phase("valid"):
        shapely.coverage_is_valid(polygons)
    return {}


def planted(clock: Clock, path: str, seeds: list[int], geos: int) -> dict[str, NDArray[Any]]:
    """Check a layer with defects, for some seeds; GEOS only for the first few of them.

    Told are how many were planted and found, what was missed, and how much was found elsewhere.
    """
    polygons = read(Path(path)).polygons
    topology(polygons[:100])
    found = wrong = asked = 0
    by_geos = {0.0: 0, HEIGHT: 0}
    missed = []
    for number, seed in enumerate(seeds):
        layer, defects = plant(polygons, seed)
        with clock.phase("topology"):
            told = topology(layer)
        seen = [defect.is_told(told) for defect in defects]
        missed += [
            f"{d.kind} {d.size:.2g}" for d, was in zip(defects, seen, strict=True) if not was
        ]
        found += sum(seen)
        asked += len(defects)
        wrong += _elsewhere(told, defects)
        if number < geos:
            for width in by_geos:
                with clock.phase(f"geos {width}"):
                    edges = _broken(layer, width)
                by_geos[width] += _seen(edges, defects)
    clock.facts.update(planted=asked, found=found, elsewhere=wrong, missed="; ".join(missed))
    clock.facts["planted for GEOS"] = asked // len(seeds) * geos
    clock.facts["found by GEOS"] = by_geos[0.0]
    clock.facts["found by GEOS with a gap width"] = by_geos[HEIGHT]
    return {}


def _noisy(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons with every vertex moved a little, rings closed as before."""
    random = np.random.default_rng(7)
    kind, xy, (rings, shells) = shapely.to_ragged_array(polygons)
    moved = xy + random.uniform(-NOISE, NOISE, xy.shape)
    moved[rings[1:] - 1] = moved[rings[:-1]]
    noisy: NDArray[np.object_] = shapely.from_ragged_array(kind, moved, (rings, shells))
    return noisy


def _broken(polygons: NDArray[np.object_], width: float) -> NDArray[np.object_]:
    """Return the invalid edges of each polygon; polygons that GEOS cannot take have all of them."""
    edges: NDArray[np.object_] = shapely.coverage_invalid_edges(polygons, gap_width=width)
    return edges


def _elsewhere(told: Sequence[Defect], defects: Sequence[Planted]) -> int:
    """Return how many findings neither are of a polygon that is wrong nor lie beside one."""
    hosts = shapely.STRtree([defect.host for defect in defects])
    places = np.array([item.place for item in told], dtype=object)
    near = set(hosts.query(places, predicate="dwithin", distance=1.0)[0].tolist())
    changed = {defect.polygon for defect in defects}
    return sum(
        number not in near and changed.isdisjoint(item.polygons) for number, item in enumerate(told)
    )


def _seen(edges: NDArray[np.object_], defects: Sequence[Planted]) -> int:
    """Return how many defects have an invalid edge near by."""
    there = edges[~shapely.is_empty(edges)]
    places = np.array([defect.place for defect in defects], dtype=object)
    near = shapely.STRtree(there).query(places, predicate="dwithin", distance=NEAR)[0]
    return len(np.unique(near))
