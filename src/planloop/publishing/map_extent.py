"""Which part of the region the panels show, and in which scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

MARGIN = 1.12
"""How much wider than its contents the extent is, at least."""

REACH = 1.6
"""How much smaller than the main body alone would allow the scale may become for pieces outside."""

ENOUGH = 0.75
"""Share of the changed area that must lie in the panels, whatever the scale."""

STEPS = np.array([1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0])
"""Denominators of scales, times a power of ten."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A window on the ground.

    Parameters
    ----------
    x, y
        Its middle, working CRS, m.
    scale
        Denominator of the scale.
    width, height
        Its size on paper, mm.
    """

    x: float
    y: float
    scale: int
    width: float
    height: float

    @property
    def metres(self) -> float:
        """Metres on the ground of one mm on paper (planar)."""
        return self.scale / 1000.0

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, m."""
        half = self.width * self.metres / 2, self.height * self.metres / 2
        return self.x - half[0], self.y - half[1], self.x + half[0], self.y + half[1]

    @property
    def box(self) -> shapely.Polygon:
        """The window as a polygon."""
        return shapely.box(*self.bounds)


def main_body(boundary: NDArray[np.object_], reach: float) -> shapely.Geometry:
    """Return the largest group of parts of the boundary, those within `reach` m counted together.

    Parameters
    ----------
    boundary
        Polygons, shape (n,).
    reach
        Distance that separates a patch from the main body, m.
    """
    groups = shapely.get_parts(shapely.union_all(shapely.buffer(boundary, reach / 2, quad_segs=2)))
    tree = shapely.STRtree(groups)
    part, group = tree.query(boundary, predicate="within")
    size = np.bincount(group, weights=shapely.area(boundary)[part], minlength=len(groups))
    chosen = part[group == int(np.argmax(size))]
    return shapely.union_all(boundary[chosen])


def choose_extent(
    body: shapely.Geometry, pieces: NDArray[np.object_], width: float, height: float
) -> Extent:
    """Return the extent that shows the body and as many of the pieces as a good scale allows.

    Pieces are taken in by how small a scale they ask for. Those that would make the scale smaller
    than :data:`REACH` allows stay outside, as long as :data:`ENOUGH` of the changed area is in.

    Parameters
    ----------
    body
        What must be seen.
    pieces
        Polygons that changed, shape (n,).
    width, height
        Size of the panel on paper, mm.
    """
    paper = np.array([width, height]) / 1000.0
    low, high = np.array(body.bounds).reshape(2, 2)
    limit = REACH * _denominator(low, high, paper)
    bounds = shapely.bounds(pieces).reshape(-1, 2, 2)
    alone = [
        _denominator(np.minimum(low, item[0]), np.maximum(high, item[1]), paper) for item in bounds
    ]
    size = shapely.area(pieces)
    inside, total = 0.0, float(size.sum())
    for index in np.argsort(alone, kind="stable"):
        wide = np.minimum(low, bounds[index, 0]), np.maximum(high, bounds[index, 1])
        if _denominator(*wide, paper) > limit and inside >= ENOUGH * total:
            continue
        low, high = wide
        inside += float(size[index])
    middle = (low + high) / 2
    scale = _round_up(_denominator(low, high, paper))
    return Extent(float(middle[0]), float(middle[1]), scale, width, height)


def _denominator(
    low: NDArray[np.float64], high: NDArray[np.float64], paper: NDArray[np.float64]
) -> float:
    return float((MARGIN * (high - low) / paper).max())


def _round_up(denominator: float) -> int:
    """Return the next usual denominator."""
    power = 10.0 ** np.floor(np.log10(max(denominator, 100.0)))
    usual = STEPS * power
    return round(float(usual[np.searchsorted(usual, denominator * (1 - 1e-12))]))
