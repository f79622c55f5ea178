"""The town's own frame: u along the railway (south-south-east), v across it (east-north-east)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.grid import snap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Point = tuple[float, float]

EPSG = 4537
"""The 3° zone of 84°E."""

CENTRE = np.array([387_583.0, 5_004_832.0])
"""The town's middle."""

STEP = 0.13
ALONG, ACROSS = np.array([0.05, -0.12]), np.array([0.12, 0.05])
"""The axes for one step of the frame, m. They are the legs of the 5-12-13 triangle, so that whole
steps fall on whole centimetres, and a corner on an edge lies on it exactly."""

PRECISION = 0.01
"""Survey coordinates are whole centimetres, m: far coarser than the grid, so that no parcel has a
spike that noding on the grid would close."""


def survey(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metre coordinates of any shape rounded to whole centimetres, on the grid."""
    return snap(np.rint(coordinates / PRECISION) * PRECISION)


def survey_geometry(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries, shape (n,), with every vertex on whole centimetres."""
    return np.asarray(shapely.transform(geometries, survey), dtype=object)


def to_map(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return map coordinates of (u, v) points in metres, shape (n, 2), on whole steps."""
    steps = np.rint(points / STEP)
    return survey(CENTRE + steps[:, :1] * ALONG + steps[:, 1:] * ACROSS)


def rectangle(u1: float, v1: float, u2: float, v2: float) -> shapely.Polygon:
    """Return the map polygon of a rectangle of the frame."""
    return polygon([(u1, v1), (u2, v1), (u2, v2), (u1, v2)])


def polygon(points: Sequence[Point]) -> shapely.Polygon:
    """Return the map polygon of frame points."""
    return shapely.Polygon(to_map(np.array(points, dtype=np.float64)))


def line(points: Sequence[Point]) -> shapely.LineString:
    """Return the map line through frame points."""
    return shapely.LineString(to_map(np.array(points, dtype=np.float64)))


def ragged(
    segments: NDArray[np.float64], random: np.random.Generator, *, roughness: float, levels: int
) -> NDArray[np.object_]:
    """Return segments, shape (n, 2, 2), as natural-looking lines by midpoint displacement.

    Parameters
    ----------
    segments
        Straight segments.
    random
        Source of randomness.
    roughness
        Largest displacement as a share of a segment's length; halves at each level.
    levels
        How often each segment is halved.
    """
    points = segments
    for level in range(levels):
        start, end = points[:, :-1], points[:, 1:]
        normal = np.stack([start[..., 1] - end[..., 1], end[..., 0] - start[..., 0]], axis=-1)
        shift = random.uniform(-1.0, 1.0, start.shape[:2])[..., None] * roughness / 2.0**level
        middle = (start + end) / 2.0 + normal * shift
        merged = np.empty((len(points), points.shape[1] * 2 - 1, 2))
        merged[:, 0::2], merged[:, 1::2] = points, middle
        points = merged
    return np.asarray(shapely.linestrings(survey(points)), dtype=object)
