"""Sites of projects that want land outside the boundary, drawn by hand as planners draw them.

A site at the edge of the town reaches into the street there, as site limits do that follow a
street's middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.demo.frame import polygon

if TYPE_CHECKING:
    from collections.abc import Iterator

    import shapely

PORT, STORAGE, PROCESSING, WELFARE, OTHER = "口岸", "物流仓储", "进出口加工", "民生", "其他"
NEAR, LATER = True, False


@dataclass(frozen=True, slots=True)
class Band:
    """An edge of the town along which sites lie.

    Parameters
    ----------
    offset
        Distance of the edge from the frame's axis (v), m.
    direction
        1 where the open ground has the larger v, -1 where the smaller.
    first, last
        Where the band begins and ends (u), m.
    sites
        Sector, whether it starts in the near term, and area wanted (ha) of each site in turn.
    """

    offset: float
    direction: int
    first: float
    last: float
    sites: tuple[tuple[str, bool, float], ...]


BANDS = (
    Band(
        -1690.0,
        -1,
        -2300.0,
        100.0,
        (
            (PORT, NEAR, 6.4),
            (PORT, NEAR, 5.2),
            (PORT, NEAR, 7.1),
            (PORT, NEAR, 4.6),
            (PORT, LATER, 5.8),
            (PORT, LATER, 4.4),
        ),
    ),
    Band(
        700.0,
        1,
        2500.0,
        3420.0,
        ((STORAGE, NEAR, 6.8), (STORAGE, NEAR, 5.4), (STORAGE, LATER, 6.2)),
    ),
    Band(375.0, 1, 3475.0, 3935.0, ((STORAGE, NEAR, 5.6), (STORAGE, NEAR, 7.4))),
    Band(
        3290.0,
        1,
        -430.0,
        440.0,
        ((PROCESSING, NEAR, 5.1), (PROCESSING, NEAR, 6.3), (PROCESSING, LATER, 4.8)),
    ),
    Band(
        1250.0,
        1,
        -1860.0,
        -930.0,
        (
            (WELFARE, NEAR, 2.4),
            (WELFARE, NEAR, 3.1),
            (WELFARE, LATER, 2.2),
            (OTHER, NEAR, 2.7),
        ),
    ),
    Band(1000.0, 1, 1480.0, 2400.0, ((WELFARE, NEAR, 2.8), (PROCESSING, NEAR, 4.2))),
)

REACH = (6.0, 12.0)
"""How far a site reaches into the boundary, m."""

WIDTH_TO_DEPTH = (0.85, 1.35)
GAP = (10.0, 42.0)
SKEW = 14.0
SQUARE_METRES = 1e4


@dataclass(frozen=True, slots=True)
class Site:
    """A drawn site.

    Parameters
    ----------
    sector
        Sector of its project.
    near
        Whether the project starts in the near term.
    shape
        Its outline.
    case
        Planted case that it serves, or empty.
    """

    sector: str
    near: bool
    shape: shapely.Polygon
    case: str = ""


def drawn_sites(random: np.random.Generator) -> list[Site]:
    """Return the sites along the edges of the town, and those that are planted."""
    return [*_planted(), *(site for band in BANDS for site in _along(band, random))]


def _along(band: Band, random: np.random.Generator) -> Iterator[Site]:
    shapes = [random.uniform(*WIDTH_TO_DEPTH) for _ in band.sites]
    widths = [
        float(np.sqrt(area * SQUARE_METRES * shape))
        for (_, _, area), shape in zip(band.sites, shapes, strict=True)
    ]
    gaps = [float(random.uniform(*GAP)) for _ in band.sites]
    room = (band.last - band.first) / (sum(widths) + sum(gaps))
    start = band.first
    for (sector, near, area), width, gap in zip(band.sites, widths, gaps, strict=True):
        # A full band is squeezed: its sites are narrower and deeper.
        wide = width * min(room, 1.0)
        depth = area * SQUARE_METRES / wide
        inner = band.offset - band.direction * float(random.uniform(*REACH))
        skew = float(random.uniform(-SKEW, SKEW))
        far = band.offset + band.direction * depth
        corners = [
            (start, inner),
            (start + wide, inner),
            (start + wide, far + skew),
            (start, far - skew),
        ]
        yield Site(sector, near, polygon(corners))
        start += wide + gap * min(room, 1.0)


def _planted() -> list[Site]:
    boxes = (
        (STORAGE, NEAR, "hazard", (1500, 1720, 1740, 1930)),
        (STORAGE, NEAR, "too-large", (-1800, -3500, 2600, -2500)),
        (STORAGE, NEAR, "partly-inside", (3290, -1130, 3560, -1395)),
        (PROCESSING, NEAR, "detached", (-2200, 3300, -1960, 3520)),
        (PROCESSING, LATER, "large-later", (4560, -1500, 5560, -540)),
        (PORT, NEAR, "overlap", (180, -1683, 380, -1880)),
        (PORT, NEAR, "overlap", (310, -1682, 560, -1850)),
        (OTHER, NEAR, "large-last", (2050, 1600, 2850, 2480)),
        (OTHER, LATER, "large-last", (-2300, 1750, -1300, 2600)),
        (WELFARE, NEAR, "water-source", (4180, 2530, 4320, 2660)),
    )
    return [Site(sector, near, polygon(_corners(box)), case) for sector, near, case, box in boxes]


def _corners(box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    u1, v1, u2, v2 = box
    return [(u1, v1), (u2, v1), (u2, v2), (u1, v2)]
