"""Rings of a coordinate file: told apart, closed, and put together to polygons by containment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely

MOST_RINGS = 2_000
"""Most rings of a parcel: each may lie in all others, and all are held against each other."""

LEAST_POINTS = 3
"""Fewest different points that make a ring."""


@dataclass(frozen=True, slots=True)
class Point:
    """A row of coordinates.

    Parameters
    ----------
    row
        One-based line of the file.
    name
        Point number, as J1.
    ring
        Ring number as written.
    x, y
        Easting and northing, m.
    """

    row: int
    name: str
    ring: str
    x: float
    y: float

    @property
    def at(self) -> tuple[float, float]:
        """Easting and northing."""
        return self.x, self.y


@dataclass(frozen=True, slots=True)
class Ring:
    """The points of a ring, without the one that repeats the first.

    Parameters
    ----------
    points
        In their order.
    closed
        Whether the first was repeated at the end.
    """

    points: tuple[Point, ...]
    closed: bool

    @property
    def polygon(self) -> shapely.Polygon:
        """The ring as a polygon of its own."""
        return shapely.Polygon([point.at for point in self.points])

    @property
    def misclosed(self) -> bool:
        """Whether the last point has the name of the first, but not its place."""
        first, last = self.points[0], self.points[-1]
        return not self.closed and len(self.points) > 1 and first.name == last.name != ""


def rings_of(points: list[Point]) -> list[Ring]:
    """Return the rings that the points of a parcel make up.

    A ring ends where the ring number changes, and where its first point comes again: some programs
    write every ring under the number 1.
    """
    rings: list[Ring] = []
    begun: list[Point] = []
    for point in points:
        if begun and point.ring != begun[0].ring:
            rings.append(Ring(tuple(begun), closed=False))
            begun = []
        if len(begun) >= LEAST_POINTS and point.at == begun[0].at:
            rings.append(Ring(tuple(begun), closed=True))
            begun = []
        else:
            begun.append(point)
    if begun:
        rings.append(Ring(tuple(begun), closed=False))
    return rings


def polygon_of(rings: list[Ring]) -> shapely.Geometry:
    """Return the polygon of a parcel's rings.

    A ring within an odd number of others is a hole, whatever its number says: some programs write
    further parts the way that others write holes. Where a ring crosses itself nobody can tell, and
    all but the first are taken as holes; what comes out is then invalid.
    """
    shapes = np.array([ring.polygon for ring in rings], dtype=object)
    if not shapely.is_valid(shapes).all():
        return shapely.Polygon(shapes[0].exterior, [shape.exterior for shape in shapes[1:]])
    # Largest first: a ring can only lie in larger ones, and in the first of equal ones.
    shapes = shapes[np.argsort(-shapely.area(shapes), kind="stable")]
    inner, outer = shapely.STRtree(shapes).query(shapes, predicate="covered_by")
    above = np.bincount(inner[outer < inner], minlength=len(shapes))
    around = np.full(len(shapes), -1)
    np.maximum.at(around, inner[outer < inner], outer[outer < inner])
    holes: dict[int, list[shapely.LinearRing]] = defaultdict(list)
    for one in np.flatnonzero(above % 2 == 1).tolist():
        holes[int(around[one])].append(shapes[one].exterior)
    parts = [
        shapely.Polygon(shapes[shell].exterior, holes[shell])
        for shell in np.flatnonzero(above % 2 == 0).tolist()
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
