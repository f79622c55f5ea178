"""Open ground: natural cells with ragged outlines, denser around the town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.demo.frame import CENTRE, ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR, FAR = 2_200, 8_100
"""Seeds within and beyond the town's surroundings."""

SURROUNDINGS = 6_500.0
"""Spread of the denser seeds round the town, m."""

MARGIN = 1_500.0
"""How far beyond the land seeds lie, so that the cells at its edge look like the others, m."""

ROUGHNESS, HALVINGS = 0.16, 3
CORNERS, CORNER_ROUGHNESS, CORNER_HALVINGS = 9, 0.12, 2


def natural_lines(land: shapely.Geometry, random: np.random.Generator) -> NDArray[np.object_]:
    """Return the ragged edges of cells that cover the land and a margin."""
    wide = shapely.buffer(land, MARGIN)
    west, south, east, north = shapely.bounds(wide)
    near = CENTRE + random.normal(0.0, SURROUNDINGS, (NEAR, 2))
    spread = random.uniform([west, south], [east, north], (FAR * 8, 2))
    shapely.prepare(wide)
    far = spread[shapely.contains_xy(wide, spread)][:FAR]
    points = np.concatenate([near[shapely.contains_xy(wide, near)], far])
    edges = shapely.voronoi_polygons(shapely.multipoints(points), only_edges=True)
    coordinates, line = shapely.get_coordinates(shapely.get_parts(edges), return_index=True)
    inside = line[1:] == line[:-1]
    segments = np.stack([coordinates[:-1][inside], coordinates[1:][inside]], axis=1)
    segments = segments[np.lexsort(segments.reshape(-1, 4).T)]
    on = shapely.contains_xy(wide, segments[:, 0]) & shapely.contains_xy(wide, segments[:, 1])
    lines = ragged(segments[on], random, roughness=ROUGHNESS, levels=HALVINGS)
    kept: NDArray[np.object_] = lines[shapely.intersects(lines, land)]
    return kept


def blob(centre: NDArray[np.float64], area: float, random: np.random.Generator) -> shapely.Polygon:
    """Return a ragged patch of a given area (m²) round a point."""
    angles = np.linspace(0.0, 2.0 * np.pi, CORNERS, endpoint=False)
    angles += random.uniform(0.0, 0.4, CORNERS)
    radii = random.uniform(0.75, 1.3, CORNERS)
    ring = np.column_stack([np.cos(angles) * radii, np.sin(angles) * radii]) * np.sqrt(area)
    sides = np.stack([ring, np.roll(ring, -1, axis=0)], axis=1)
    sides = ragged(sides, random, roughness=CORNER_ROUGHNESS, levels=CORNER_HALVINGS)
    shape = shapely.Polygon(shapely.get_coordinates(sides))
    if not shape.is_valid:
        shape = shapely.Polygon(ring)
    points = shapely.get_coordinates(shape) * np.sqrt(area / shape.area)
    return shapely.Polygon(centre + points)
