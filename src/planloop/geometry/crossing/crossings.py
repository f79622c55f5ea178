"""Where the outlines of one layer cross those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.grid import SCALE
from planloop.geometry.loops.cells import span
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.exact import cross
from planloop.geometry.loops.growing import longer
from planloop.geometry.loops.shifted import meeting

if TYPE_CHECKING:
    from planloop.geometry.crossing.indexed import Indexed
    from planloop.geometry.loops.rings import Rings

PLACING = 2e-9
"""Metres that a crossing's coordinates may be off: the last place of a northing."""


class Crossings(NamedTuple):
    """Crossings of the outlines of two layers, in the order of the first one's edges.

    Parameters
    ----------
    a, b
        The edges, each named by its first vertex, shape (k,).
    sign
        1 where a's edge crosses to the left of b's, -1 to the right, shape (k,).
    along_a, along_b
        Where on the edges, from 0 at the start to 1 at the end, shape (k,).
    tie_a, tie_b
        What orders crossings at the same place of an edge, as the shift parts them, shape (k, 2).
    x, y
        The place, metres, shape (k,).
    loose_a, loose_b
        Edges of which an end of one lies on the other, whether they cross or not, shape (l,).
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    sign: NDArray[np.int64]
    along_a: NDArray[np.float64]
    along_b: NDArray[np.float64]
    tie_a: NDArray[np.float64]
    tie_b: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    loose_a: NDArray[np.int64]
    loose_b: NDArray[np.int64]


@compiled
def crossings_of(rings: Rings, layer: Indexed) -> Crossings:
    """Return all crossings of a layer's outlines with those of an indexed one."""
    a, b, sign, loose_a, loose_b, _ = _pairs(rings, layer)
    count = len(a)
    along_a, along_b = np.empty(count), np.empty(count)
    x, y = np.empty(count), np.empty(count)
    tie_a, tie_b = np.empty((count, 2)), np.empty((count, 2))
    for k in range(count):
        along_a[k], along_b[k], x[k], y[k] = _place(rings, a[k], layer.rings, b[k])
        _part(rings, a[k], layer.rings, b[k], tie_a[k], tie_b[k])
    return Crossings(a, b, sign, along_a, along_b, tie_a, tie_b, x, y, loose_a, loose_b)


class Found(NamedTuple):
    """Pairs of edges so far: those that cross, those that are loose, and how many of both."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    sign: NDArray[np.int64]
    loose_a: NDArray[np.int64]
    loose_b: NDArray[np.int64]
    sizes: NDArray[np.int64]


@compiled
def _pairs(rings: Rings, layer: Indexed) -> Found:
    """Return the pairs of edges that cross, each once, and those that are loose."""
    cells, others, shift = layer.cells, layer.rings, layer.cells.shift
    found = _nothing()
    for ring in range(len(rings.turn)):
        start, last = rings.first[ring], rings.first[ring + 1] - 1
        x2, y2 = rings.x[start] - cells.west, rings.y[start] - cells.south
        for e in range(start, last):
            x1, y1 = x2, y2
            x2, y2 = rings.x[e + 1] - cells.west, rings.y[e + 1] - cells.south
            low, high = max(min(y1, y2) >> shift, 0), min(max(y1, y2) >> shift, cells.rows - 1)
            known = found.sizes[0]
            for row in range(low, high + 1):
                left, right = span(x1, y1, x2, y2, row, shift)
                from_cell = row * cells.columns + max(left, 0)
                to_cell = row * cells.columns + min(right, cells.columns - 1)
                if from_cell > to_cell or cells.first[from_cell] == cells.first[to_cell + 1]:
                    continue
                west, east = min(x1, x2) + cells.west, max(x1, x2) + cells.west
                south, north = min(y1, y2) + cells.south, max(y1, y2) + cells.south
                for k in range(cells.first[from_cell], cells.first[to_cell + 1]):
                    o = cells.edge[k]
                    ox1, oy1, ox2, oy2 = others.x[o], others.y[o], others.x[o + 1], others.y[o + 1]
                    if max(ox1, ox2) < west or min(ox1, ox2) > east:
                        continue
                    if max(oy1, oy2) < south or min(oy1, oy2) > north:
                        continue
                    if west == east and south == north:
                        continue
                    sign, loose = meeting(
                        x1, y1, x2, y2,
                        ox1 - cells.west, oy1 - cells.south, ox2 - cells.west, oy2 - cells.south,
                    )  # fmt: skip
                    if sign or loose:
                        found = _noted(found, e, o, sign, loose, known)
    crossed, loose_ones = found.sizes
    return Found(
        found.a[:crossed],
        found.b[:crossed],
        found.sign[:crossed],
        found.loose_a[:loose_ones],
        found.loose_b[:loose_ones],
        found.sizes,
    )


@compiled
def _nothing() -> Found:
    a, b, sign = np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024, np.int64)
    loose_a, loose_b = np.empty(1024, np.int64), np.empty(1024, np.int64)
    return Found(a, b, sign, loose_a, loose_b, np.zeros(2, np.int64))


@compiled
def _noted(  # two edges and how they meet  # noqa: PLR0913, PLR0917
    found: Found, e: int, o: int, sign: int, loose: int, known: int
) -> Found:
    """Return what is found, with a pair of edges that meets, if it does."""
    a, b, signs, loose_a, loose_b, sizes = found
    if loose:
        if sizes[1] == len(loose_a):
            loose_a, loose_b = longer(loose_a), longer(loose_b)
        loose_a[sizes[1]], loose_b[sizes[1]] = e, o
        sizes[1] += 1
    if sign:
        # A pair that shares several cells is met in each of them.
        for earlier in range(known, sizes[0]):
            if b[earlier] == o:
                return Found(a, b, signs, loose_a, loose_b, sizes)
        if sizes[0] == len(a):
            a, b, signs = longer(a), longer(b), longer(signs)
        a[sizes[0]], b[sizes[0]], signs[sizes[0]] = e, o, sign
        sizes[0] += 1
    return Found(a, b, signs, loose_a, loose_b, sizes)


@compiled
def _place(rings: Rings, a: int, others: Rings, b: int) -> tuple[float, float, float, float]:
    """Return where two edges cross: along each, and in metres.

    At the end of an edge the place is that vertex, exactly. Elsewhere it is taken along the
    shorter edge, where rounding weighs least.
    """
    ax1, ay1, ax2, ay2 = rings.x[a], rings.y[a], rings.x[a + 1], rings.y[a + 1]
    bx1, by1, bx2, by2 = others.x[b], others.y[b], others.x[b + 1], others.y[b + 1]
    adx, ady, bdx, bdy = ax2 - ax1, ay2 - ay1, bx2 - bx1, by2 - by1
    a1, a2 = cross(bdx, bdy, ax1 - bx1, ay1 - by1), cross(bdx, bdy, ax2 - bx1, ay2 - by1)
    b1, b2 = cross(adx, ady, bx1 - ax1, by1 - ay1), cross(adx, ady, bx2 - ax1, by2 - ay1)
    along_a, along_b = a1 / (a1 - a2), b1 / (b1 - b2)
    if a1 == 0.0:
        x, y = float(ax1), float(ay1)
    elif a2 == 0.0:
        x, y = float(ax2), float(ay2)
    elif b1 == 0.0:
        x, y = float(bx1), float(by1)
    elif b2 == 0.0:
        x, y = float(bx2), float(by2)
    elif abs(adx) + abs(ady) <= abs(bdx) + abs(bdy):
        x, y = float(ax1) + along_a * float(adx), float(ay1) + along_a * float(ady)
    else:
        x, y = float(bx1) + along_b * float(bdx), float(by1) + along_b * float(bdy)
    return along_a, along_b, x / SCALE, y / SCALE


@compiled
def _part(  # two edges and what to fill in  # noqa: PLR0913, PLR0917
    rings: Rings,
    a: int,
    others: Rings,
    b: int,
    tie_a: NDArray[np.float64],
    tie_b: NDArray[np.float64],
) -> None:
    """Fill in how fast a crossing moves along each edge as the shift grows: by ε and by ε²."""
    adx, ady = rings.x[a + 1] - rings.x[a], rings.y[a + 1] - rings.y[a]
    bdx, bdy = others.x[b + 1] - others.x[b], others.y[b + 1] - others.y[b]
    across = cross(adx, ady, bdx, bdy)
    tie_a[0], tie_a[1] = float(bdy) / across, -float(bdx) / across
    tie_b[0], tie_b[1] = float(ady) / across, -float(adx) / across
