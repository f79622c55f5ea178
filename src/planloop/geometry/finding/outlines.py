"""What is wrong with the outline of a single polygon: spikes and self-crossings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from planloop.geometry.polygons import outlines_of, reason_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLENDER = 20.0
"""A spike is at least this many times as long as it is wide; a corner is not."""

SPIKE_WIDTH = 1e-3
"""Widest spike unless told otherwise, metres."""

SLIVER_WIDTH = 1e-2
"""Widest sliver unless told otherwise, metres."""

TRIANGLE = 4
"""Fewest coordinates of a ring, the first repeated at the end."""


class Widths(NamedTuple):
    """How wide a spike and a sliver are at most, metres."""

    spike: float = SPIKE_WIDTH
    sliver: float = SLIVER_WIDTH


@dataclass(frozen=True, slots=True)
class Spike:
    """A place where an outline runs out and straight back, or in and straight back.

    Parameters
    ----------
    polygon
        Index of the polygon.
    line
        From where the spike leaves the outline to its tip.
    planar_area
        Area between its two sides, m².
    """

    polygon: int
    line: shapely.LineString
    planar_area: float


def without_spikes(
    polygons: NDArray[np.object_], width: float
) -> tuple[NDArray[np.object_], list[Spike]]:
    """Find the spikes and return the polygons without their tips.

    Parameters
    ----------
    polygons
        Polygons and MultiPolygons without repeated vertices, shape (n,); they may be invalid.
    width
        Width, metres, up to which a spike is one.

    Notes
    -----
    At a spike's tip the shorter of the two edges keeps within `width` of the other, and is at
    least :data:`SLENDER` times as long as it is wide; vertices within `width` of each other count
    as one, so a tip may be blunt. Cutting a tip may lay bare the next one (a spike with vertices
    along its sides), so this repeats until there is none.
    """
    polygons = polygons.copy()
    spikes: list[Spike] = []
    suspects = np.arange(len(polygons))
    while len(suspects):
        owner, at, base, area = _tips(polygons[suspects], width)
        owner = suspects[owner]
        lines: Any = shapely.linestrings(np.stack([base, at], axis=1))
        spikes += map(Spike, owner.tolist(), lines, area.tolist())
        suspects = np.unique(owner)
        for index in suspects:
            polygons[index] = _without(polygons[index], at[owner == index], width)
    return polygons, spikes


def crossings(polygon: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the places where an invalid polygon's outlines cross, touch or retrace themselves.

    Parameters
    ----------
    polygon
        Polygon or MultiPolygon.

    Returns
    -------
    list
        Points and lines; none for a valid polygon. An invalid one without such a place has holes
        outside or inside each other, or parts that lie on each other: a point there.
    """
    if shapely.is_valid(polygon):
        return []
    places = list(shapely.get_parts(shapely.union_all(_contacts(polygon))))
    if places:
        return places
    _, _, place = reason_of(polygon).rstrip("]").partition("[")
    return [shapely.Point(*map(float, place.split()))]


def _tips(
    polygons: NDArray[np.object_], width: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return of each spike: polygon (k,), tip (k, 2), base (k, 2), area (k,).

    Of two tips side by side, as in an outline that runs to and fro, only the first is returned.
    """
    rings, owner = outlines_of(polygons)
    # As lines: of a hole that is smaller than the width no ring would be left.
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    lines = shapely.linestrings(coordinates, indices=ring)
    rough = shapely.remove_repeated_points(lines, width)
    coordinates, ring = shapely.get_coordinates(rough, return_index=True)
    last = np.append(ring[1:] != ring[:-1], [True])[: len(ring)]
    corner = np.flatnonzero(~last)
    first = np.flatnonzero(np.append([True], last[:-1])[: len(ring)])
    size = np.bincount(ring, minlength=len(rings))
    before = np.where(np.isin(corner, first), corner + size[ring[corner]] - 2, corner - 1)
    back = coordinates[before] - coordinates[corner]
    ahead = coordinates[corner + 1] - coordinates[corner]
    twice = np.abs(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0])
    lengths = np.sort(np.hypot(*np.stack([back, ahead], axis=-1).transpose(1, 0, 2)), axis=1)
    wide = twice / np.maximum(lengths[:, 1], np.finfo(float).tiny)
    is_tip = (
        ((back * ahead).sum(axis=1) > 0.0)
        & (wide <= width)
        & (lengths[:, 0] >= SLENDER * wide)
        & (size[ring[corner]] >= TRIANGLE)
    )
    found = np.flatnonzero(is_tip)
    beside = (np.diff(found) == 1) & (np.diff(ring[corner[found]]) == 0)
    found = found[np.append([True], ~beside)[: len(found)]]
    nearer = (np.hypot(*back[found].T) <= np.hypot(*ahead[found].T))[:, None]
    at = coordinates[corner[found]]
    base = at + np.where(nearer, back[found], ahead[found])
    return owner[ring[corner[found]]], at, base, twice[found] / 2.0


def _without(
    polygon: shapely.Geometry, tips: NDArray[np.float64], width: float
) -> shapely.Geometry:
    """Return a polygon without the vertices at some tips; a ring that collapses goes, too."""
    parts = []
    for part in shapely.get_parts(polygon):
        rings = []
        for ring in shapely.get_rings(part):
            open_ring = shapely.get_coordinates(ring)[:-1]
            away = np.hypot(*(open_ring[:, None] - tips).transpose(2, 0, 1)) > width
            kept = open_ring[away.all(axis=1)]
            # Each of what is left once, however often in a row.
            kept = kept[(kept != np.roll(kept, 1, axis=0)).any(axis=1)]
            rings.append(np.vstack([kept, kept[:1]]) if len(kept) >= TRIANGLE - 1 else None)
        if rings[0] is not None:
            parts.append(
                shapely.Polygon(rings[0], [hole for hole in rings[1:] if hole is not None])
            )
    rest = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    repaired: shapely.Geometry = shapely.remove_repeated_points(rest, 0.0)
    return repaired


def _contacts(polygon: shapely.Geometry) -> NDArray[np.object_]:
    """Return where edges of one ring meet that are not next to each other, and rings cross."""
    rings, _ = outlines_of(np.array([polygon], dtype=object))
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    edges: Any = shapely.linestrings(np.stack([coordinates[start], coordinates[start + 1]], axis=1))
    one, other = shapely.STRtree(edges).query(edges, predicate="intersects")
    one, other = one[one < other], other[one < other]
    meeting: Any = shapely.intersection(edges[one], edges[other])
    same = ring[start[one]] == ring[start[other]]
    closing = np.append(np.flatnonzero(np.diff(ring[start])), len(start) - 1)
    opening = np.append([0], closing[:-1] + 1)
    following = (other == one + 1) | (
        (one == opening[ring[start[one]]]) & (other == closing[ring[start[one]]])
    )
    along = shapely.get_dimensions(meeting) == 1
    crossing = shapely.crosses(edges[one], edges[other])
    wrong: NDArray[np.object_] = meeting[along | crossing | (same & ~following)]
    return wrong
