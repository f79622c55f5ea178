"""Seeded layers for the tests of this room: coverages, rectangles, layers that nearly agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.grid import snap, snap_geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPSG = 4537
CORNER = np.array([387_500.0, 5_004_800.0])
"""South-west corner of every layer: near the check values of the data standard."""

SIZE = 200.0
"""Metres that a layer extends to the east and to the north."""


def at(east: float, north: float) -> NDArray[np.float64]:
    """Return the coordinates of a point given by its metres from the corner."""
    point: NDArray[np.float64] = CORNER + np.array([east, north])
    return point


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a rectangle given by its metres from the corner."""
    return shapely.box(*at(west, south), *at(east, north))


def region(size: float = SIZE) -> shapely.Polygon:
    """Return the square that the coverages cover."""
    return shapely.box(*CORNER, *(CORNER + size))


def voronoi(seed: int, count: int, size: float = SIZE) -> NDArray[np.object_]:
    """Return a valid coverage of the square by Voronoi cells of random points, on the grid.

    The points are mirrored at the four sides, so that the sides are edges of the diagram and no
    cell need be clipped.
    """
    random = np.random.default_rng(seed)
    points = random.uniform(0.02, 0.98, (count, 2)) * size
    flipped = points * [-1.0, 1.0], points * [1.0, -1.0]
    beyond = [2.0 * size, 0.0] - points * [1.0, -1.0], [0.0, 2.0 * size] - points * [-1.0, 1.0]
    mirrored: Any = np.concatenate([points, *flipped, *beyond])
    cells: Any = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(mirrored)))
    order = shapely.STRtree(cells).query(shapely.points(points), predicate="within")[1]
    return cleaned(shapely.transform(cells[order], lambda xy: _on_square(xy, size)))


def _on_square(coordinates: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    return snap(np.clip(coordinates, 0.0, size) + CORNER)


def cleaned(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons on the grid, without repeated vertices, normalised, only the valid ones."""
    repaired: Any = shapely.remove_repeated_points(snap_geometry(polygons), 0.0)
    sound: Any = repaired[shapely.is_valid(repaired) & (shapely.area(repaired) > 0.0)]
    return np.asarray(shapely.normalize(sound), dtype=object)


def merged(polygons: NDArray[np.object_], groups: int, seed: int) -> NDArray[np.object_]:
    """Return a coverage of random unions of polygons: its edges coincide with theirs."""
    group = np.random.default_rng(seed).integers(0, groups, len(polygons))
    return np.array(
        [
            shapely.normalize(shapely.coverage_union_all(polygons[group == number]))
            for number in np.unique(group)
        ],
        dtype=object,
    )


def rectangles(seed: int, count: int, step: float = 1.0) -> NDArray[np.object_]:
    """Return rectangles that may overlap, corners at multiples of `step` metres."""
    random = np.random.default_rng(seed)
    corners = random.integers(0, int(SIZE / step), (count, 2, 2)) * step
    low, high = corners.min(axis=1), corners.max(axis=1) + step
    boxes: Any = shapely.box(*(low + CORNER).T, *(high + CORNER).T)
    return cleaned(boxes)


def jittered(polygons: NDArray[np.object_], seed: int, reach: float) -> NDArray[np.object_]:
    """Return polygons with every vertex moved by up to `reach` metres each way.

    A vertex that several polygons share stays shared.
    """
    random = np.random.default_rng(seed)

    def moved(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        points, index = np.unique(coordinates, axis=0, return_inverse=True)
        return (points + random.uniform(-reach, reach, points.shape))[index]

    return cleaned(shapely.transform(polygons, moved))


def stars(seed: int, count: int, vertices: int = 9) -> NDArray[np.object_]:
    """Return star-shaped, mostly concave polygons that may overlap."""
    random = np.random.default_rng(seed)
    centre = random.uniform(0.2, 0.8, (count, 1, 2)) * SIZE + CORNER
    steps = np.arange(vertices) + random.uniform(0.1, 0.9, (count, vertices))
    angle = steps * 2.0 * np.pi / vertices
    radius = random.uniform(0.02, 0.3, (count, vertices)) * SIZE
    rings = centre + np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    shapes: Any = shapely.polygons(snap(rings))
    return cleaned(shapes)
