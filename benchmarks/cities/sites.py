"""Sites of projects: drawn from a seed where a city's fields adjoin its development land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE, SPREAD = 2.2, 0.7
"""Median of the areas, ha, and spread of their logarithm."""

SMALLEST, LARGEST = 0.5, 9.0
"""Areas that a site may have, ha."""

STRETCH = (0.6, 1.6)
"""Width over depth."""

REACH = 12.0
"""How far a site reaches into the street at the edge of the town, m."""

APART, GAP = 0.25, (30.0, 250.0)
"""Share of the sites that do not adjoin the town, and how far they are from it, m."""

CROSSING, SHARED = 0.2, 0.4
"""Share of the sites that may lie on others' land, and how much of it at most."""

BUILT = 0.25
"""Most of a site that may be development land already."""

HAIR = 0.01
"""m."""

TRIES = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """Where sites may be.

    Parameters
    ----------
    town
        The development land.
    farmland
        All farmland.
    open_ground
        The part of it that is no basic farmland.
    ground
        Town and open ground.
    edge
        Straight pieces of the edge between the two, shape (m, 2, 2).
    """

    town: shapely.Geometry
    farmland: shapely.Geometry
    open_ground: shapely.Geometry
    ground: shapely.Geometry
    edge: NDArray[np.float64]

    @classmethod
    def between(
        cls, town: shapely.Geometry, farmland: shapely.Geometry, basic: shapely.Geometry
    ) -> Fields:
        """Return the fields of a town, some of which are basic farmland."""
        open_ground = shapely.difference(farmland, basic)
        shared = shapely.intersection(shapely.boundary(open_ground), shapely.boundary(town))
        lines = shapely.get_parts(shapely.line_merge(shared))
        lines = lines[shapely.get_dimensions(lines) == 1]
        points, line = shapely.get_coordinates(lines, return_index=True)
        edge = np.stack([points[:-1], points[1:]], axis=1)[line[:-1] == line[1:]]
        ground = shapely.union(town, open_ground)
        shapely.prepare([open_ground, ground])
        return cls(town, farmland, open_ground, ground, edge)


def sites(fields: Fields, count: int, random: np.random.Generator) -> list[shapely.Polygon]:
    """Return rectangles on the fields, most of them with a strip of the town that they adjoin.

    A site that would cut a field apart is left out: that zones hang together is proved of a scheme,
    but it is not searched by it.

    Raises
    ------
    ValueError
        There is not room for so many.
    """
    length = np.hypot(*(fields.edge[:, 1] - fields.edge[:, 0]).T)
    odds = length / length.sum()
    found: list[shapely.Polygon] = []
    left = fields.farmland
    for _ in range(TRIES):
        site = _drawn(fields, int(random.choice(len(odds), p=odds)), random)
        limit = SHARED if random.random() < CROSSING else 0.0
        if site is None or _taken(site, found) > limit * site.area:
            continue
        # A hair wider: rounding would leave slivers that hold the rest together.
        rest = shapely.difference(left, shapely.buffer(site, HAIR, join_style="mitre"))
        if shapely.get_num_geometries(rest) > shapely.get_num_geometries(fields.farmland):
            continue
        found.append(site)
        left = rest
        if len(found) == count:
            return found
    message = f"only {len(found)} of {count} sites found room"
    raise ValueError(message)


def _drawn(fields: Fields, piece: int, random: np.random.Generator) -> shapely.Polygon | None:
    """Return one site at a piece of the edge, or None where it would be none."""
    start, end = fields.edge[piece]
    along = (end - start) / np.hypot(*(end - start))
    away = along[::-1] * [-1.0, 1.0]
    place = start + random.random() * (end - start)
    if not shapely.contains_xy(fields.open_ground, *(place + away)):
        away = -away
    area = 1e4 * np.clip(SIZE * np.exp(random.normal(0.0, SPREAD)), SMALLEST, LARGEST)
    width = np.sqrt(area * random.uniform(*STRETCH))
    off = random.uniform(*GAP) if random.random() < APART else -REACH
    near, far = place + off * away, place + (off + area / width) * away
    half = 0.5 * width * along
    box = shapely.Polygon([near - half, near + half, far + half, far - half])
    if not shapely.contains(fields.ground, box):
        return None
    built = shapely.area(shapely.intersection(box, fields.town))
    return box if built <= BUILT * box.area else None


def _taken(site: shapely.Polygon, others: list[shapely.Polygon]) -> float:
    if not others:
        return 0.0
    return float(shapely.area(shapely.intersection(site, np.array(others, dtype=object))).sum())
