"""The scattered patches of the boundary: where they lie, and what holds some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.demo.frame import CENTRE, PRECISION, polygon, ragged, survey_geometry
from planloop.demo.natural import blob
from planloop.demo.zones import RURAL_AT

if TYPE_CHECKING:
    from numpy.typing import NDArray

BOUNDARY = 2_556.2
"""Planar area of the whole boundary, ha; weak patches are scaled so that it comes out. On the
ellipsoid it is 0.8 ha less."""

HECTARE = 1e4
WEAK = 26
WEAK_SIZES = (1.25, 0.5)
"""Mean and spread of the logarithm of a weak patch's area in ha before scaling."""

NEAR, FAR, RURAL = 2_700.0, 9_000.0, 2_600.0
"""Spreads of the patches round the town, and round the rural zone, m."""

FAR_SHARE = 0.45
APART = 260.0
"""Distance between patches, m."""

PART, MOST_PARTS = 2.4, 4
"""Area of a survey parcel of a patch, about, ha, and how many a patch has at most."""

CAMP_PART, MOST_CAMP_PARTS = 0.075, 72
"""The same for an abandoned workers' camp, which was let in small lots."""

CAMP_ROWS = 6
OVERHANG = 0.1

HELD = (
    ("settlement", 26.0, FAR),
    ("settlement", 26.0, FAR),
    ("settlement", 15.0, FAR),
    ("built", 3.2, NEAR),
    ("built", 2.1, FAR),
    ("titled", 2.6, NEAR),
    ("titled", 1.7, FAR),
    ("approved", 3.4, NEAR),
    ("town-land", 1.9, FAR),
    ("project-site", 2.8, FAR),
    ("open-in-rural", 2.2, RURAL),
    ("farm", 1.6, RURAL),
    ("gravel", 2.4, FAR),
    ("noted", 2.0, FAR),
    ("noted", 1.4, NEAR),
    ("noted", 3.1, FAR),
    ("camp", 4.4, NEAR),
    ("camp", 4.9, NEAR),
)
"""Use, area (ha) and spread of the patches that stand for a rule each."""

RAGGED = ((900.0, -1862.0), (2420.0, -1850.0), (2420.0, -1800.0), (900.0, -1810.0))
"""A long strip beside the yard: large and near enough, but ragged."""

COMPACT = ((-2900.0, 1400.0), (-2610.0, 1380.0), (-2600.0, 1660.0), (-2890.0, 1690.0))
"""A patch beside the belt: large, near and compact, so not scattered at all."""

SINGLE = ("noted", "gravel", "open-in-rural", "farm", "project-site", "town-land")
"""Uses of patches that are one parcel each."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch away from the main body.

    Parameters
    ----------
    shape
        Its outline.
    use
        ``weak``, or the rule that it stands for.
    parts
        Its survey parcels.
    """

    shape: shapely.Polygon
    use: str
    parts: NDArray[np.object_]


def patches(
    open_ground: shapely.Geometry, body: shapely.Geometry, random: np.random.Generator
) -> list[Patch]:
    """Return patches that lie on open ground, apart from each other and from the main body."""
    fixed = [("ragged", polygon(RAGGED)), ("compact", polygon(COMPACT))]
    sizes = random.lognormal(*WEAK_SIZES, WEAK)
    room = BOUNDARY - (body.area + sum(shape.area for _, shape in fixed)) / HECTARE
    room -= sum(area for _, area, _ in HELD)
    wanted = [*HELD]
    for size in sizes * room / sizes.sum():
        spread = FAR if random.uniform() < FAR_SHARE else NEAR
        wanted.append(("weak", float(size), spread))
    found = list(fixed)
    taken = shapely.buffer(shapely.union_all([shape for _, shape in fixed]), APART)
    for use, area, spread in wanted:
        middle = RURAL_AT if spread == RURAL else CENTRE
        while True:
            shape = blob(middle + random.normal(0.0, spread, 2), area * HECTARE, random)
            if shapely.contains(open_ground, shape) and not shapely.intersects(taken, shape):
                break
        found.append((use, shape))
        taken = shapely.union(taken, shapely.buffer(shape, APART))
    outlines = survey_geometry(np.array([shape for _, shape in found], dtype=object))
    return [
        Patch(shape, use, _parts(shape, use, random))
        for (use, _), shape in zip(found, outlines, strict=True)
    ]


def _parts(shape: shapely.Polygon, use: str, random: np.random.Generator) -> NDArray[np.object_]:
    """Cut a patch along and across into parcels with natural edges between them."""
    camp = use == "camp"
    part, most = (CAMP_PART, MOST_CAMP_PARTS) if camp else (PART, MOST_PARTS)
    count = 1 if use in SINGLE else int(np.clip(round(shape.area / HECTARE / part), 1, most))
    if count == 1:
        return np.array([shape], dtype=object)
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))[:4]
    long, wide = corners[1] - corners[0], corners[3] - corners[0]
    if np.hypot(*long) < np.hypot(*wide):
        long, wide = wide, long
    rows = CAMP_ROWS if camp else 1 + int(count >= MOST_PARTS)
    lines = [
        *_cuts(corners[0], long, wide, -(-count // rows), random),
        *_cuts(corners[0], wide, long, rows, random),
        shapely.boundary(shape),
    ]
    noded = shapely.union_all(np.array(lines, dtype=object), grid_size=PRECISION)
    parts = survey_geometry(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))
    outline = shapely.buffer(shape, 10.0 * PRECISION)
    inside: NDArray[np.object_] = parts[shapely.contains(outline, parts)]
    return inside


def _cuts(
    corner: NDArray[np.float64],
    along: NDArray[np.float64],
    across: NDArray[np.float64],
    count: int,
    random: np.random.Generator,
) -> list[shapely.LineString]:
    """Return the ragged lines that cut a rectangle across into a number of parts."""
    if count == 1:
        return []
    shares = (np.arange(1, count) + random.uniform(-0.2, 0.2, count - 1)) / count
    start = corner + along * shares[:, None] - across * OVERHANG
    ends = np.stack([start, start + across * (1.0 + 2.0 * OVERHANG)], axis=1)
    return list(ragged(ends, random, roughness=0.05, levels=3))
