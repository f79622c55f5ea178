"""Land that may not go into the boundary: hazards, border strip, water source, mine safety."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
import shapely.ops

from planloop.demo.frame import CENTRE, polygon, survey_geometry, to_map

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.demo.clearance import Clearance

BORDER_STRIP = 420.0
"""Width of the border control strip, m."""

BORDER_ENDS = np.array([[377_000.0, 5_007_500.0], [460_500.0, 4_980_500.0]])
"""Near these points the national border meets the limit towards the neighbouring counties."""

FANS = (
    ((1450.0, 1650.0), (1820.0, 1600.0), (1900.0, 2050.0), (1400.0, 2120.0)),
    ((4300.0, 250.0), (4900.0, 150.0), (5100.0, 800.0), (4400.0, 900.0)),
    ((600.0, -4200.0), (1300.0, -4300.0), (1500.0, -3700.0), (700.0, -3750.0)),
)
WELL_FIELD = ((4000.0, 2400.0), (4450.0, 2350.0), (4500.0, 2800.0), (4050.0, 2850.0))
MINE_AT, MINE_RADIUS = np.array([442_500.0, 4_974_000.0]), 600.0


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Land that may not go into the boundary; arrays of polygons."""

    hazards: NDArray[np.object_]
    border: NDArray[np.object_]
    water_source: NDArray[np.object_]
    mine_safety: NDArray[np.object_]

    @property
    def union(self) -> shapely.Geometry:
        """All of it."""
        return shapely.union_all(
            np.concatenate([self.hazards, self.border, self.water_source, self.mine_safety])
        )


def limits_of(city: shapely.Polygon, clearance: Clearance | None) -> Limits:
    """Return the limits within the city, clear of the survey where there is one."""
    mine = shapely.buffer(shapely.Point(MINE_AT), MINE_RADIUS, quad_segs=4)
    drawn = {
        "hazards": [polygon(fan) for fan in FANS],
        "water_source": [polygon(WELL_FIELD)],
        "mine_safety": [survey_geometry(np.array([mine], dtype=object))[0]],
    }
    if clearance is not None:
        drawn = {
            name: [clearance.cleared(item) for item in shapes] for name, shapes in drawn.items()
        }
    arrays = {name: np.array(shapes, dtype=object) for name, shapes in drawn.items()}
    return Limits(border=survey_geometry(_border(city)), **arrays)


def border_line(city: shapely.Polygon) -> shapely.LineString:
    """Return the part of the city limit that is the national border: its northern side."""
    ring = shapely.get_coordinates(city)[:-1]
    first, last = (int(np.argmin(np.hypot(*(ring - end).T))) for end in BORDER_ENDS)
    ways = [
        np.roll(ring, -start, axis=0)[: (end - start) % len(ring) + 1]
        for start, end in ((first, last), (last, first))
    ]
    town = to_map(np.array([[-5_000.0, 0.0]]))[0]
    lines = [shapely.LineString(way) for way in ways]
    return min(lines, key=lambda line: float(shapely.distance(line, shapely.Point(town))))


def _border(city: shapely.Polygon) -> NDArray[np.object_]:
    strip = shapely.buffer(border_line(city), BORDER_STRIP, cap_style="flat", join_style="mitre")
    parts: NDArray[np.object_] = shapely.get_parts(shapely.intersection(strip, city))
    large: NDArray[np.object_] = parts[shapely.area(parts) > BORDER_STRIP]
    return large


def border_point(city: shapely.Polygon, depth: float) -> shapely.Point:
    """Return a point of the border strip west of the town, `depth` m inside."""
    border = border_line(city)
    near = shapely.line_interpolate_point(
        border,
        shapely.line_locate_point(border, shapely.Point(to_map(np.array([[-3900.0, 900.0]]))[0])),
    )
    way = shapely.LineString([near, shapely.Point(CENTRE)])
    return shapely.line_interpolate_point(way, depth)
