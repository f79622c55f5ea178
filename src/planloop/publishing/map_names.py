"""Where the names on a map stand: inside what they name, off each other and off what matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.text import Text

from planloop.publishing.font import font, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.publishing.map_content import Name
    from planloop.publishing.map_extent import Extent
    from planloop.publishing.map_page import Page

AWAY = 1.5
"""Distance between names, and of names from the frame, mm."""

TRIALS = 15
"""Places tried across and up, in the part of a polygon that can be seen."""

BESIDE = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""Sides of a point, right and up, on which its name is tried."""

CLEAR = 1.2
"""Distance between a point and its name, mm."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A name and the middle of its place, working CRS."""

    name: Name
    x: float
    y: float


class Ground:
    """What lies below the names: inside of what matters, and every line.

    Parameters
    ----------
    matters
        Polygons and lines that names should not cover, shape (n,).
    others
        Polygons whose outlines names should not cross, shape (m,).
    extent
        What can be seen.
    """

    def __init__(
        self, matters: NDArray[np.object_], others: NDArray[np.object_], extent: Extent
    ) -> None:
        self.width = extent.metres
        areas = matters[shapely.get_dimensions(matters) == 2]  # noqa: PLR2004  # polygons
        self.areas = shapely.STRtree(areas[shapely.intersects(areas, extent.box)])
        every = np.concatenate([matters, others])
        every = every[shapely.intersects(every, extent.box)]
        every = shapely.clip_by_rect(every, *extent.bounds)
        areal = shapely.get_dimensions(every) == 2  # noqa: PLR2004  # polygons
        every[areal] = shapely.boundary(every[areal])
        self.lines = shapely.STRtree(_segments(every))

    def covered(self, box: shapely.Polygon) -> float:
        """Return how much of it a box covers, m²; a line counts as 1 mm wide on paper."""
        total = 0.0
        for tree, measure, width in (
            (self.areas, shapely.area, 1.0),
            (self.lines, shapely.length, self.width),
        ):
            met = tree.geometries[tree.query(box, predicate="intersects")]
            total += float(measure(shapely.intersection(met, box)).sum()) * width
        return total

    def room(self, box: shapely.Polygon) -> float:
        """Return the distance from a box to the nearest line, m."""
        if not len(self.lines):
            return np.inf
        _, distance = self.lines.query_nearest(box, return_distance=True, all_matches=False)
        return float(distance[0])


def place_names(page: Page, names: Sequence[Name], extent: Extent, ground: Ground) -> list[Placed]:
    """Return the names that have a place, the first ones placed first.

    A name that finds no place free of other names is left out. Among free places the one counts
    that covers least of what matters, then the one with most room around it.

    Parameters
    ----------
    page
        Whose renderer measures the names.
    names
        Names of polygons and points, the most important first.
    extent
        What can be seen.
    ground
        What lies below.
    """
    inner = extent.box.buffer(-AWAY * extent.metres, join_style="mitre")
    taken: list[shapely.Polygon] = []
    placed = []
    for name in names:
        half = _half_size(page, name, extent.metres)
        best: tuple[float, float] | None = None
        for x, y, depth in _places(name, extent, half):
            box = shapely.box(x - half[0], y - half[1], x + half[0], y + half[1])
            if not inner.contains(box) or any(box.intersects(other) for other in taken):
                continue
            rank = (-ground.covered(box), min(depth, ground.room(box)))
            if best is None or rank > best:
                best, chosen, seat = rank, box, (x, y)
        if best is not None:
            taken.append(chosen.buffer(AWAY * extent.metres, join_style="mitre"))
            placed.append(Placed(name, *seat))
    return placed


def _segments(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the straight pieces of lines."""
    points, owner = shapely.get_coordinates(
        shapely.get_parts(shapely.get_parts(lines)), return_index=True
    )
    follows = owner[1:] == owner[:-1]
    ends = np.stack([points[:-1], points[1:]], axis=1)[follows]
    pieces: NDArray[np.object_] = shapely.linestrings(ends)
    return pieces


def _half_size(page: Page, name: Name, metres: float) -> tuple[float, float]:
    text = Text(
        0, 0, printable(name.text), fontproperties=font(name.style.text_size), parse_math=False
    )
    text.set_figure(page.figure)
    width, height = page.size(text)
    return width * metres / 2, height * metres / 2


def _places(
    name: Name, extent: Extent, half: tuple[float, float]
) -> list[tuple[float, float, float]]:
    """Return places to try, with their distance from the outline of what is named."""
    if name.shape.geom_type == "Point":
        x, y = name.shape.x, name.shape.y
        away = half[0] + CLEAR * extent.metres, half[1] + CLEAR * extent.metres
        return [
            (x + away[0] * right, y + away[1] * up, -float(step))
            for step, (right, up) in enumerate(BESIDE)
        ]
    seen = shapely.intersection(name.shape, extent.box)
    if seen.is_empty:
        return []
    west, south, east, north = seen.bounds
    across, up = np.meshgrid(np.linspace(west, east, TRIALS), np.linspace(south, north, TRIALS))
    shapely.prepare(seen)
    points = shapely.points(across.ravel(), up.ravel())
    points = points[shapely.contains(seen, points)]
    points = np.append(points, shapely.point_on_surface(seen))
    depth = shapely.distance(points, seen.boundary)
    return [(float(p.x), float(p.y), float(d)) for p, d in zip(points, depth, strict=True)]
