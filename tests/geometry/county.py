"""A seeded county: parcels with natural outlines, zones that cross them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.grid import snap

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPSG = 4537
CORNER = np.array([380_000.0, 5_000_000.0])
PARCEL = 12.0
"""Mean area of a parcel, hectares: 10,000 make 1,200 km²."""

VERTICES = 40
"""About how many vertices an outline has."""


@dataclass(frozen=True, slots=True, eq=False)
class County:
    """Parcels that cover a region, zones that cover more than it, and the region's boundary."""

    parcels: NDArray[np.object_]
    zones: NDArray[np.object_]
    boundary: shapely.Geometry


def county(count: int, seed: int = 1) -> County:
    """Return a county of about `count` parcels, and of a zone for each 40 of them."""
    size = float(np.sqrt(count * PARCEL * 1e4))
    parcels = cells(count, size, seed)
    boundary = shapely.coverage_union_all(parcels)
    # Wider by a tenth, so that the zones cover the parcels.
    zones = cells(count // 40, size, seed + 1, margin=0.1)
    return County(parcels, zones[shapely.intersects(zones, boundary)], boundary)


def cells(count: int, size: float, seed: int, margin: float = 0.0) -> NDArray[np.object_]:
    """Return the closed cells of a Voronoi diagram whose edges are drawn out to bent lines.

    Each edge is cut, bent and put on the grid once, before the cells are made of it, so that the
    cells are a valid coverage.
    """
    random = np.random.default_rng(seed)
    points: Any = random.uniform(-margin * size, (1.0 + margin) * size, (count, 2))
    edges = shapely.voronoi_polygons(shapely.MultiPoint(points), only_edges=True)
    width = size * (1.0 + 2.0 * margin)
    spacing = 4.0 * width / np.sqrt(count) / VERTICES
    phase = random.uniform(0.0, 2.0 * np.pi, (4, 2))

    def bent(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        # Waves across the other axis, each gentle enough not to fold the plane.
        moved = xy.copy()
        for octave, shift in enumerate(phase):
            wave = 8.0 * spacing * 2.0**-octave
            moved += wave / 40.0 * np.sin(2.0 * np.pi * xy[:, ::-1] / wave + shift)
        return snap(moved + CORNER)

    lines: Any = shapely.transform(shapely.segmentize(edges, spacing), bent)
    polygons: Any = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    return np.asarray(polygons[np.lexsort(shapely.bounds(polygons).T)], dtype=object)
