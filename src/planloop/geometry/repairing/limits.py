"""What a repair may do, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from planloop.geometry.finding.weld import NOISE
from planloop.geometry.grid import STEP


@dataclass(frozen=True, slots=True)
class Limits:
    """What a repair may do; see :func:`~planloop.geometry.repair.repair` for each."""

    edges: bool
    self_crossings: bool
    duplicates: bool
    spike_width: float
    sliver_width: float
    overlap_width: float
    gap_width: float
    outside_width: float
    most_area: float

    def allow(self, kind: str, area: shapely.Geometry) -> bool:
        """Return whether an area may be ended.

        An ``overlap``, a ``gap``, an area ``outside``, or a part of a polygon that is a ``sliver``.

        Parameters
        ----------
        area
            The area in metres, one part.
        """
        if shapely.area(area) > self.most_area:
            return False
        if self.edges and _mean_width(area) < STEP:
            return True
        if kind == "sliver":
            return self.allow_sliver(area)
        width = {
            "overlap": self.overlap_width,
            "gap": self.gap_width,
            "outside": self.outside_width,
        }[kind]
        return width > 0.0 and is_narrow(area, width)

    def allow_sliver(self, polygon: shapely.Geometry) -> bool:
        """Return whether a polygon may be dropped for being thin."""
        thin = 0.0 < self.sliver_width >= _mean_width(polygon)
        return thin and bool(shapely.area(polygon) <= self.most_area)


def is_narrow(area: shapely.Geometry, width: float) -> bool:
    """Return whether no circle wider than some metres fits into an area, but for noise."""
    if _mean_width(area) > width + NOISE:
        return False  # the largest circle is at least as wide as the area on average
    inner = shapely.buffer(area, -(width + NOISE) / 2.0, quad_segs=16)
    return bool(shapely.is_empty(inner))


def _mean_width(area: shapely.Geometry) -> float:
    """Return an area's size by half its perimeter, metres."""
    perimeter = float(shapely.length(area))
    return 2.0 * float(shapely.area(area)) / perimeter if perimeter else 0.0
