"""The outlines of a layer as directed edges, each with its polygon on the left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.finding.weld import CORNERS, NOISE
from planloop.geometry.grid import STEP
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.rings import POLYGON
from planloop.geometry.polygons import FARTHEST

if TYPE_CHECKING:
    from typing import Self

    from planloop.geometry.finding.outlines import Widths

LOOK, RINGS, CLASH, BOUND = 1, 2, 4, 8
"""Marks of a polygon: its outline may be wrong by itself; it has several rings; an edge of it
comes too near to another edge; an edge of it comes too near to one of the limit's."""

SHARP = 0.06
"""Tangent of the widest corner that may be a spike's tip: :data:`~outlines.SLENDER` and noise."""

REACH = STEP + 4.0 * NOISE
"""Edges this near to each other, metres, match, share an end, or clash."""


class DirectedEdges(NamedTuple):
    """The edges of polygons, shells counter-clockwise and holes clockwise.

    Parameters
    ----------
    xy
        Vertices of all rings, the first of each repeated at its end, metres, shape (v, 2), without
        vertices that are the one before but for noise. Edge `e` runs from vertex `e` to `e + 1`.
    owner
        The polygon that each edge belongs to, shape (v,). The last vertex of a ring begins no edge:
        there stands ``-1 - first``, where `first` is the ring's first vertex.
    marks
        Of each polygon, shape (n,): a sum of the marks above.
    edges
        The number of edges.
    length
        The mean length of an edge, metres, measured along the axes.
    """

    xy: NDArray[np.float64]
    owner: NDArray[np.int32]
    marks: NDArray[np.uint8]
    edges: int
    length: float

    @classmethod
    def of(
        cls,
        polygons: NDArray[np.object_],
        limit: shapely.Geometry | None,
        widths: Widths,
    ) -> Self:
        """Return the edges of polygons, and of the rest of the world as one polygon more.

        Parameters
        ----------
        polygons
            Polygons and MultiPolygons in a metre plane, shape (n,), valid or not.
        limit
            What the polygons should cover. What is left of it is no polygon's, so that polygons
            meet their neighbour there, too; its number is `n`.
        widths
            What may be a spike or a sliver by these is marked :data:`LOOK`.
        """
        layer = polygons if limit is None else np.append(polygons, [limit])
        size, polygon, shell = _rings(layer)
        shell[polygon == len(polygons)] ^= True
        xy = np.ascontiguousarray(shapely.get_coordinates(layer))
        owner = np.empty(len(xy), np.int32)
        marks = np.zeros(len(layer), np.uint8)
        marks[np.bincount(polygon, minlength=len(layer)) > 1] = RINGS
        used, edges, length = _tidied(
            xy, size, polygon, shell, widths.spike, widths.sliver, owner, marks
        )
        return cls(xy[:used], owner[:used], marks, edges, length / max(edges, 1))


def _rings(
    polygons: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return of each ring: how many coordinates it has, its polygon, whether it is a shell."""
    size = shapely.get_num_coordinates(polygons).astype(np.int64)
    rings = (size > 0).astype(np.int64)
    plain = (shapely.get_type_id(polygons) == POLYGON) & (
        shapely.get_num_interior_rings(polygons) == 0
    )
    several = np.flatnonzero(~plain & (size > 0))
    parts, holder = shapely.get_parts(polygons[several], return_index=True)
    inner, part = shapely.get_rings(parts, return_index=True)
    rings[several] = np.bincount(holder[part], minlength=len(several))
    polygon = np.repeat(np.arange(len(polygons)), rings)
    sizes, shell = size[polygon], np.ones(len(polygon), dtype=bool)
    theirs = np.isin(polygon, several)
    sizes[theirs] = shapely.get_num_coordinates(inner)
    shell[theirs] = np.append([True], part[1:] != part[:-1])[: len(part)]
    return sizes, polygon, shell


@compiled
def after(owner: NDArray[np.int32], edge: int) -> int:
    """Return the edge of the ring that follows an edge."""
    closing = owner[edge + 1]
    return edge + 1 if closing >= 0 else -int(closing) - 1


@compiled
def _tidied(  # what is read and what is written  # noqa: PLR0913, PLR0917
    xy: NDArray[np.float64],
    size: NDArray[np.int64],
    polygon: NDArray[np.int64],
    shell: NDArray[np.bool_],
    spike_width: float,
    sliver_width: float,
    owner: NDArray[np.int32],
    marks: NDArray[np.uint8],
) -> tuple[int, int, float]:
    """Tidy the rings in place, fill in `owner` and `marks`; return vertices, edges, length."""
    start = read = edges = 0
    total = area = perimeter = 0.0
    for ring in range(len(size)):
        this, end = polygon[ring], read + size[ring]
        if ring == 0 or this != polygon[ring - 1]:
            area = perimeter = 0.0
        at = _kept(xy, read, end, start)
        read = end
        if at - start < CORNERS:
            # What is not looked at here must be looked at closely.
            marks[this] |= LOOK | CLASH
        else:
            twice, around, along, mark = _measured(xy, start, at, spike_width)
            marks[this] |= mark
            area += abs(twice) / 2.0 if shell[ring] else -abs(twice) / 2.0
            perimeter += around
            total += along
            edges += at - start
            if (twice < 0.0) == shell[ring]:
                _turned(xy, start, at)
            xy[at] = xy[start]
            owner[start:at] = this
            owner[at] = -1 - start
            start = at + 1
        if (ring + 1 == len(size) or this != polygon[ring + 1]) and not (
            2.0 * area > (1.001 * sliver_width + 2.0 * NOISE) * perimeter
        ):
            marks[this] |= LOOK
    return start, edges, total


@compiled
def _kept(xy: NDArray[np.float64], read: int, end: int, start: int) -> int:
    """Move a ring to `start`, without repeated vertices; return where it ends, not closed."""
    at = start
    for k in range(read, end):
        # Not a number is not less, either.
        if not (abs(xy[k, 0]) < FARTHEST and abs(xy[k, 1]) < FARTHEST):
            return start
        if at == start or not same(xy[k, 0], xy[k, 1], xy[at - 1, 0], xy[at - 1, 1]):
            xy[at, 0], xy[at, 1] = xy[k, 0], xy[k, 1]
            at += 1
    while at - start > 1 and same(xy[at - 1, 0], xy[at - 1, 1], xy[start, 0], xy[start, 1]):
        at -= 1
    return at


@compiled
def same(ax: float, ay: float, bx: float, by: float) -> bool:
    """Return whether two points are one but for noise."""
    return (ax - bx) * (ax - bx) + (ay - by) * (ay - by) <= NOISE * NOISE


@compiled
def comes_back(ux: float, uy: float, vx: float, vy: float) -> bool:
    """Return whether of two edges from one point, one ends within reach of the other."""
    u, v = ux * ux + uy * uy, vx * vx + vy * vy
    if min(u, v) <= REACH * REACH:
        return True
    cross = ux * vy - uy * vx
    return ux * vx + uy * vy > 0.0 and cross * cross <= REACH * REACH * max(u, v)


@compiled
def _measured(
    xy: NDArray[np.float64], start: int, at: int, spike_width: float
) -> tuple[float, float, float, int]:
    """Return twice the area, the perimeter, the length along the axes, and a mark."""
    least = 1.001 * spike_width + 2.0 * NOISE
    short = max(least, REACH / SHARP)
    twice = around = along = 0.0
    mark = 0
    back_x, back_y = xy[start, 0] - xy[at - 1, 0], xy[start, 1] - xy[at - 1, 1]
    before = np.sqrt(back_x * back_x + back_y * back_y)
    for k in range(start, at):
        after_k = start if k + 1 == at else k + 1
        x, y = xy[k, 0] - xy[start, 0], xy[k, 1] - xy[start, 1]
        ahead_x, ahead_y = xy[after_k, 0] - xy[k, 0], xy[after_k, 1] - xy[k, 1]
        twice += x * ahead_y - ahead_x * y
        length = np.sqrt(ahead_x * ahead_x + ahead_y * ahead_y)
        around += length
        along += abs(ahead_x) + abs(ahead_y)
        cross = abs(back_x * ahead_y - back_y * ahead_x)
        sharp = cross < -SHARP * (back_x * ahead_x + back_y * ahead_y)
        if sharp or min(length, before) < short:
            if length < least or (sharp and cross <= least * max(length, before)):
                mark |= LOOK
            if comes_back(-back_x, -back_y, ahead_x, ahead_y):
                mark |= CLASH
        back_x, back_y, before = ahead_x, ahead_y, length
    return twice, around, along, mark


@compiled
def _turned(xy: NDArray[np.float64], start: int, at: int) -> None:
    """Turn a ring round in place."""
    at -= 1
    while start < at:
        for axis in range(2):
            xy[start, axis], xy[at, axis] = xy[at, axis], xy[start, axis]
        start += 1
        at -= 1
