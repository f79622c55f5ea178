"""The area of a layer's intersections with another, added up along the outlines.

The outline of the intersection of two polygons consists of arcs of the one inside the other, both
ways. So its area is a sum over these arcs, and no geometry is built for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.crossing.crossings import PLACING
from planloop.geometry.crossing.indexed import Sets  # noqa: TC001  # a field of a named tuple
from planloop.geometry.ellipsoid.geodetic import (
    Geodetic,
    Origin,
    locate,
    put_origin,
    swept,
    swept_edge,
)
from planloop.geometry.grid import SCALE, STEP
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.rings import Rings  # noqa: TC001  # a field of a named tuple

ROUNDING = 16 * float(np.finfo(np.float64).eps)
"""Most that rounding adds to a sum, for each unit of the sum of its terms' sizes: terms along one
outline are of alternating sign, so errors do not add up as their number does."""


class Sides(NamedTuple):
    """One layer of two, with the places where its outlines enter and leave the other's polygons.

    Parameters
    ----------
    rings
        The layer.
    on
        Its vertices on the ellipsoid; empty to leave out official areas.
    whole, whole_official
        Area of each ring, m², negative for holes, shape (r,).
    starts
        For each ring the other layer's polygons that its first vertex lies in.
    ring, partner, edge
        Of each crossing, ordered by ring, partner, edge and place on the edge, shape (k,).
    enters
        1 where the outline enters the partner, -1 where it leaves, shape (k,).
    x, y
        The place, metres, shape (k,).
    """

    rings: Rings
    on: Geodetic
    whole: NDArray[np.float64]
    whole_official: NDArray[np.float64]
    starts: Sets
    ring: NDArray[np.int64]
    partner: NDArray[np.int64]
    edge: NDArray[np.int64]
    enters: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


class Anchors(NamedTuple):
    """Where the areas of each polygon's intersections count from, one for each polygon of a.

    Parameters
    ----------
    x, y
        Grid steps, shape (n,).
    latitude, longitude
        Millionths of a second of arc, shape (n,); empty to leave out official areas.
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    latitude: NDArray[np.int64]
    longitude: NDArray[np.int64]


class Shares(NamedTuple):
    """What single rings add to the areas of intersections.

    Parameters
    ----------
    ring, partner
        Ring of the one layer and polygon of the other, shape (s,).
    planar, official
        m², shape (s,).
    noise
        Most that rounding may have added to `planar`, m², shape (s,).
    whole
        Whether the ring lies inside the partner as a whole, shape (s,).
    """

    ring: NDArray[np.int64]
    partner: NDArray[np.int64]
    planar: NDArray[np.float64]
    official: NDArray[np.float64]
    noise: NDArray[np.float64]
    whole: NDArray[np.bool_]


class Point(NamedTuple):
    """A point of an outline: on which edge, where in the plane and on the ellipsoid."""

    edge: int
    x: float
    y: float
    grid_x: int
    grid_y: int
    latitude: int
    longitude: int


@compiled
def planar_of_rings(rings: Rings) -> NDArray[np.float64]:
    """Return the planar area of each ring, m², shape (r,), negative for holes."""
    areas = np.zeros(len(rings.turn))
    for ring in range(len(areas)):
        start = rings.first[ring]
        x0, y0 = rings.x[start], rings.y[start]
        twice = x1 = y1 = 0.0
        for v in range(start + 1, rings.first[ring + 1]):
            x2, y2 = float(rings.x[v] - x0), float(rings.y[v] - y0)
            twice += x1 * y2 - x2 * y1
            x1, y1 = x2, y2
        areas[ring] = rings.turn[ring] * twice / 2.0 * STEP * STEP
    return areas


@compiled
def shares_of(side: Sides, anchors: Anchors, own: NDArray[np.int64], at: Origin) -> Shares:
    """Return what the rings of one layer add to the intersections with the other's polygons.

    Parameters
    ----------
    side
        The layer.
    anchors
        Where areas count from.
    own
        The polygon of each ring if the layer is a, shape (r,); empty if it is b, whose partners
        are a's polygons.
    at
        An origin in the layers' zone.
    """
    rings, starts = side.rings, side.starts
    room = len(side.ring) + len(starts.item)
    ring_of, partner_of = np.empty(room, np.int64), np.empty(room, np.int64)
    planar, official, noise = np.empty(room), np.empty(room), np.empty(room)
    whole = np.zeros(room, np.bool_)
    total = k = 0
    for ring in range(len(rings.turn)):
        groups = k
        while k < len(side.ring) and side.ring[k] == ring:
            partner = side.partner[k]
            stop = k
            while (
                stop < len(side.ring)
                and side.ring[stop] == ring
                and (side.partner[stop] == partner)
            ):
                stop += 1
            inside = 0
            for member in range(starts.first[ring], starts.first[ring + 1]):
                inside += starts.item[member] == partner
            anchor = own[ring] if len(own) else partner
            ring_of[total], partner_of[total] = ring, partner
            planar[total], official[total], noise[total] = _inside(
                side, ring, k, stop, inside, anchors, anchor, at
            )
            total += 1
            k = stop
        for member in range(starts.first[ring], starts.first[ring + 1]):
            partner = starts.item[member]
            crossed = False
            for crossing in range(groups, k):
                crossed = crossed or side.partner[crossing] == partner
            if not crossed:
                ring_of[total], partner_of[total] = ring, partner
                planar[total], official[total] = side.whole[ring], side.whole_official[ring]
                noise[total], whole[total] = 0.0, True
                total += 1
    return Shares(
        ring_of[:total],
        partner_of[:total],
        planar[:total],
        official[:total],
        noise[:total],
        whole[:total],
    )


@compiled
def _inside(  # a ring, its crossings with one polygon, and where to count from  # noqa: PLR0913, PLR0917
    side: Sides,
    ring: int,
    start: int,
    stop: int,
    inside: int,
    anchors: Anchors,
    anchor: int,
    at: Origin,
) -> tuple[float, float, float]:
    """Return planar area, official area and noise of a ring's arcs inside one polygon."""
    rings = side.rings
    x0, y0 = anchors.x[anchor], anchors.y[anchor]
    official = len(side.on.latitude) > 0
    if official:
        put_origin(at, anchors.latitude[anchor], anchors.longitude[anchor])
    first, last = rings.first[ring], rings.first[ring + 1] - 1
    place = _vertex(side, first, first, x0, y0)
    areas = np.zeros(3)
    for k in range(start, stop):
        here = _crossing(side, k, x0, y0, at)
        if inside:
            _add(areas, side, place, here, inside, x0, y0, at)
        inside += side.enters[k]
        place = here
    if inside:
        end = _vertex(side, last - 1, last, x0, y0)
        _add(areas, side, place, end, inside, x0, y0, at)
    turn = rings.turn[ring]
    step = STEP * STEP
    return turn * areas[0] / 2.0 * step, turn * areas[1], areas[2]


@compiled
def _vertex(side: Sides, edge: int, v: int, x0: int, y0: int) -> Point:
    x, y = side.rings.x[v], side.rings.y[v]
    latitude = longitude = 0
    if len(side.on.latitude):
        latitude, longitude = side.on.latitude[v], side.on.longitude[v]
    return Point(edge, float(x - x0), float(y - y0), x, y, latitude, longitude)


@compiled
def _crossing(side: Sides, k: int, x0: int, y0: int, at: Origin) -> Point:
    x, y = side.x[k] * SCALE, side.y[k] * SCALE
    grid_x, grid_y = int(np.rint(x)), int(np.rint(y))
    latitude = longitude = 0
    if len(side.on.latitude):
        latitude, longitude = locate(grid_x, grid_y, at.east)
    return Point(side.edge[k], x - float(x0), y - float(y0), grid_x, grid_y, latitude, longitude)


@compiled
def _add(  # an arc and where to count from  # noqa: PLR0913, PLR0917
    areas: NDArray[np.float64],
    side: Sides,
    start: Point,
    end: Point,
    weight: int,
    x0: int,
    y0: int,
    at: Origin,
) -> None:
    """Add an arc of an outline to planar area (twice, in square steps), official area and noise."""
    x, y, on = side.rings.x, side.rings.y, side.on
    first, last = start.edge + 1, end.edge
    twice = size = reach = 0.0
    x1, y1 = start.x, start.y
    for v in range(first, last + 1):
        x2, y2 = float(x[v] - x0), float(y[v] - y0)
        twice += x1 * y2 - x2 * y1
        size += abs(x1 * y2) + abs(x2 * y1)
        if v == first:
            reach = abs(x2 - x1) + abs(y2 - y1)
        x1, y1 = x2, y2
    twice += x1 * end.y - end.x * y1
    size += abs(x1 * end.y) + abs(end.x * y1)
    reach += abs(end.x - x1) + abs(end.y - y1)
    areas[0] += weight * twice
    areas[2] += ROUNDING * size * STEP * STEP + PLACING * reach * STEP
    if not len(on.latitude):
        return
    if first > last:
        areas[1] += weight * swept_edge(
            at, start.grid_x, start.grid_y, start.latitude, start.longitude,
            end.grid_x, end.grid_y, end.latitude, end.longitude,
        )  # fmt: skip
        return
    areas[1] += weight * (
        swept_edge(
            at, start.grid_x, start.grid_y, start.latitude, start.longitude,
            x[first], y[first], on.latitude[first], on.longitude[first],
        )
        + swept(at, on, x, y, first, last)
        + swept_edge(
            at, x[last], y[last], on.latitude[last], on.longitude[last],
            end.grid_x, end.grid_y, end.latitude, end.longitude,
        )
    )  # fmt: skip
