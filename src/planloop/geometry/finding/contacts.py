"""Which edges of a layer match, and which come too near to each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.finding.directed_edges import (
    BOUND,
    CLASH,
    LOOK,
    REACH,
    DirectedEdges,
    after,
    comes_back,
    same,
)
from planloop.geometry.finding.weld import NOISE
from planloop.geometry.loops.compiled import compiled

WIDTH = 1.4
"""Width of a cell, in mean lengths of an edge: two edges then share a cell with few others."""

POLYGON, LIMIT = 1, 2
"""What may end at the vertex where an edge begins."""

CROWD = 40
"""Edges in a cell from which on they are sorted before they are compared."""


class Contacts(NamedTuple):
    """What the edges of a layer have to do with each other.

    Parameters
    ----------
    partner
        The edge of another polygon that runs the same way back, shape (v,), or -1. Of the limit's
        edges, an edge of a polygon that runs along it.
    touched
        What else ends at the vertex where each edge begins, shape (v,): nothing, or the sum of
        :data:`POLYGON`, for an edge of another polygon or another stretch of the same outline, and
        :data:`LIMIT`.
    """

    partner: NDArray[np.int32]
    touched: NDArray[np.uint8]

    @classmethod
    def of(cls, edges: DirectedEdges, limit: int) -> Contacts:
        """Return the contacts, and mark the polygons that clash, or that touch themselves.

        Parameters
        ----------
        edges
            Edges of a layer; its marks are added to.
        limit
            Number of the limit among the polygons, or -1. What comes too near to an edge of it is
            not marked as clashing but as bound by it.

        Notes
        -----
        Edges are put into square cells, and compared within each cell. The cells of the endless
        plane share a finite table, which repeats to the east and to the north, so that a vertex
        gone far astray costs no more than the cells on its way.
        """
        result = cls(np.full(len(edges.owner), -1, np.int32), np.zeros(len(edges.owner), np.uint8))
        if edges.edges:
            width = max(WIDTH * edges.length, 16.0 * REACH)
            bits = max(int(edges.edges).bit_length(), 6)
            first, entry = _placed(edges.xy, edges.owner, width, bits // 2, bits - bits // 2)
            _compared(edges, first, entry, result, limit)
        return result


@compiled
def _placed(
    xy: NDArray[np.float64], owner: NDArray[np.int32], width: float, east: int, north: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return where each cell's edges begin, and the edges by cell: count, then place.

    Every cell within :data:`REACH` of an edge holds it. There are ``2 ** east`` columns of cells.
    """
    columns, rows = (1 << east) - 1, (1 << north) - 1
    first = np.zeros((1 << (east + north)) + 1, np.int32)
    entry = np.empty(0, np.int32)
    west, south, scale = xy[0, 0], xy[0, 1], 1.0 / width
    for placing in (False, True):
        if placing:
            for cell in range(1, len(first)):
                first[cell] += first[cell - 1]
            entry = np.empty(first[-1], np.int32)
        # From the last to the first, so that the places count down to where each cell begins.
        for e in range(len(owner) - 2, -1, -1):
            if owner[e] < 0:
                continue
            x1, y1 = (xy[e, 0] - west) * scale, (xy[e, 1] - south) * scale
            x2, y2 = (xy[e + 1, 0] - west) * scale, (xy[e + 1, 1] - south) * scale
            reach = REACH * scale
            low, high = np.floor(min(y1, y2) - reach), np.floor(max(y1, y2) + reach)
            for row in range(int(low), int(high) + 1):
                left, right = _span(x1, y1, x2, y2, row, reach)
                for column in range(left, right + 1):
                    cell = ((row & rows) << east) + (column & columns)
                    if placing:
                        first[cell] -= 1
                        entry[first[cell]] = e
                    else:
                        first[cell] += 1
    return first, entry


@compiled
def _span(  # an edge, a row and the reach  # noqa: PLR0913, PLR0917
    x1: float, y1: float, x2: float, y2: float, row: int, reach: float
) -> tuple[int, int]:
    """Return the first and the last column of cells near an edge in a row; unit: cells."""
    west, east = min(x1, x2) - reach, max(x1, x2) + reach
    if np.floor(east) - np.floor(west) > 1.0 and y1 != y2:
        slope = (x2 - x1) / (y2 - y1)
        one = x1 + slope * (max(float(row) - reach, min(y1, y2)) - y1)
        other = x1 + slope * (min(float(row + 1) + reach, max(y1, y2)) - y1)
        west, east = max(west, min(one, other) - reach), min(east, max(one, other) + reach)
    return int(np.floor(west)), int(np.floor(east))


@compiled
def _compared(  # what is met most often stays in one loop: calls cost  # noqa: C901, PLR0912
    edges: DirectedEdges,
    first: NDArray[np.int32],
    entry: NDArray[np.int32],
    contacts: Contacts,
    limit: int,
) -> None:
    """Compare the edges of each cell; fill in contacts and marks."""
    # Taken out of their tuples once: every time would count references.
    xy, owner, marks = edges.xy, edges.owner, edges.marks
    partner, touched = contacts.partner, contacts.touched
    near = np.empty((CROWD, 4))
    for cell in range(len(first) - 1):
        start, count = first[cell], first[cell + 1] - first[cell]
        if count <= 1:
            continue
        if count > len(near):
            near = np.empty((2 * count, 4))
        axis = _sorted(xy, entry[start : start + count]) if count > CROWD else -1
        for i in range(count):
            e = entry[start + i]
            near[i, 0], near[i, 1] = xy[e, 0], xy[e, 1]
            near[i, 2], near[i, 3] = xy[e + 1, 0], xy[e + 1, 1]
        for i in range(count - 1):
            e = entry[start + i]
            ax, ay, bx, by = near[i, 0], near[i, 1], near[i, 2], near[i, 3]
            west, east = min(ax, bx) - REACH, max(ax, bx) + REACH
            south, north = min(ay, by) - REACH, max(ay, by) + REACH
            end = east if axis == 0 else north
            twin = partner[e]
            if twin < 0:
                for j in range(i + 1, count):
                    if abs(near[j, 2] - ax) <= NOISE and abs(near[j, 0] - bx) <= NOISE:
                        f, one, other = entry[start + j], owner[e], owner[entry[start + j]]
                        ahead = same(bx, by, near[j, 0], near[j, 1])
                        behind = same(ax, ay, near[j, 2], near[j, 3])
                        plain = limit != one != other != limit
                        if ahead and behind and plain and partner[e] < 0 and partner[f] < 0:
                            partner[e], partner[f] = f, e
                        else:
                            _meet(xy, owner, marks, partner, touched, limit, e, f)
                twin = partner[e] if partner[e] >= 0 else e
            for j in range(i + 1, count):
                f = entry[start + j]
                # Nothing is new about an edge's partner, nor about those that follow the two in
                # their rings: where these come back was seen when the rings were measured.
                if -1 <= f - e <= 1 or -1 <= f - twin <= 1:
                    continue
                cx, cy, dx, dy = near[j, 0], near[j, 1], near[j, 2], near[j, 3]
                if axis >= 0 and near[j, axis] > end and near[j, 2 + axis] > end:
                    break
                if (cx > east and dx > east) or (cx < west and dx < west):
                    continue
                if (cy > north and dy > north) or (cy < south and dy < south):
                    continue
                _meet(xy, owner, marks, partner, touched, limit, e, f)


@compiled
def _meet(  # arrays one by one, as above; a case each  # noqa: C901, PLR0912, PLR0913, PLR0917
    xy: NDArray[np.float64],
    owner: NDArray[np.int32],
    marks: NDArray[np.uint8],
    partner: NDArray[np.int32],
    touched: NDArray[np.uint8],
    limit: int,
    e: int,
    f: int,
) -> None:
    """Note what two edges have to do with each other."""
    ax, ay, bx, by = xy[e, 0], xy[e, 1], xy[e + 1, 0], xy[e + 1, 1]
    cx, cy, dx, dy = xy[f, 0], xy[f, 1], xy[f + 1, 0], xy[f + 1, 1]
    one, other = owner[e], owner[f]
    ahead, behind = same(bx, by, cx, cy), same(ax, ay, dx, dy)
    bound = one == limit or other == limit  # numba knows no `in` here  # noqa: PLR1714
    if one == other == limit:
        return
    if ahead and behind:
        if not bound:
            _match(owner, marks, partner, e, f)
        elif one == limit:
            partner[e] = f
        else:
            partner[f] = e
        return
    wrong = BOUND if bound else CLASH
    # From the end that they share, one runs by (ux, uy), the other by (vx, vy).
    if ahead:
        ux, uy, vx, vy = ax - bx, ay - by, dx - bx, dy - by
        here, there = after(owner, e), f
    elif behind:
        ux, uy, vx, vy = bx - ax, by - ay, cx - ax, cy - ay
        here, there = e, after(owner, f)
    elif same(ax, ay, cx, cy):
        ux, uy, vx, vy = bx - ax, by - ay, dx - ax, dy - ay
        here, there = e, f
    elif same(bx, by, dx, dy):
        ux, uy, vx, vy = ax - bx, ay - by, cx - bx, cy - by
        here, there = after(owner, e), after(owner, f)
    else:
        if _close(ax, ay, bx, by, cx, cy, dx, dy):
            marks[one] |= wrong
            marks[other] |= wrong
        return
    if comes_back(ux, uy, vx, vy):
        marks[one] |= wrong
        marks[other] |= wrong
    if here != there:
        # Two vertices in one place.
        touched[here] |= LIMIT if bound else POLYGON
        touched[there] |= LIMIT if bound else POLYGON
        if one == other:
            marks[one] |= LOOK


@compiled
def _sorted(xy: NDArray[np.float64], entry: NDArray[np.int32]) -> int:
    """Sort a crowded cell's edges from west to east or from south to north; return which."""
    size = np.zeros(2)
    for e in entry:
        for axis in range(2):
            size[axis] += abs(xy[e, axis] - xy[e + 1, axis])
    axis = 0 if size[0] < size[1] else 1
    step = len(entry) // 2
    while step:
        for k in range(step, len(entry)):
            e, at = entry[k], k
            low = min(xy[e, axis], xy[e + 1, axis])
            while at >= step:
                f = entry[at - step]
                if min(xy[f, axis], xy[f + 1, axis]) <= low:
                    break
                entry[at] = f
                at -= step
            entry[at] = e
        step = min(step // 2, max(step * 5 // 11, 1))
    return axis


@compiled
def _match(
    owner: NDArray[np.int32],
    marks: NDArray[np.uint8],
    partner: NDArray[np.int32],
    e: int,
    f: int,
) -> None:
    """Make partners of two edges, unless one has another, or both are of one polygon."""
    apart = owner[e] != owner[f]
    if apart and _is_free(partner, e, f) and _is_free(partner, f, e):
        partner[e], partner[f] = f, e
        return
    for edge in (e, f):
        marks[owner[edge]] |= CLASH
        if partner[edge] >= 0:
            marks[owner[partner[edge]]] |= CLASH


@compiled
def _is_free(partner: NDArray[np.int32], e: int, f: int) -> bool:
    """Return whether an edge has no partner but another edge."""
    known = int(partner[e])
    return known < 0 or known == f


@compiled
def _close(  # two edges  # noqa: PLR0913, PLR0917
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float
) -> bool:
    """Return whether two edges cross or come within reach of each other."""
    one, other = _side(cx, cy, ax, ay, bx, by), _side(dx, dy, ax, ay, bx, by)
    if one == other != 0:
        return False
    first, second = _side(ax, ay, cx, cy, dx, dy), _side(bx, by, cx, cy, dx, dy)
    if first == second != 0:
        return False
    return (
        one * other * first * second != 0
        or _by(ax, ay, cx, cy, dx, dy)
        or _by(bx, by, cx, cy, dx, dy)
        or _by(cx, cy, ax, ay, bx, by)
        or _by(dx, dy, ax, ay, bx, by)
    )


@compiled
def _side(  # a point and an edge  # noqa: PLR0913, PLR0917
    px: float, py: float, ax: float, ay: float, bx: float, by: float
) -> int:
    """Return on which side of an edge's line a point lies, -1 or 1; 0 within reach of the line."""
    x, y = bx - ax, by - ay
    cross = x * (py - ay) - y * (px - ax)
    if cross * cross <= REACH * REACH * (x * x + y * y):
        return 0
    return 1 if cross > 0.0 else -1


@compiled
def _by(  # a point and an edge  # noqa: PLR0913, PLR0917
    px: float, py: float, ax: float, ay: float, bx: float, by: float
) -> bool:
    """Return whether a point lies within reach of an edge."""
    x, y = bx - ax, by - ay
    length = x * x + y * y
    along = (px - ax) * x + (py - ay) * y
    if along <= 0.0:
        return (px - ax) * (px - ax) + (py - ay) * (py - ay) <= REACH * REACH
    if along >= length:
        return (px - bx) * (px - bx) + (py - by) * (py - by) <= REACH * REACH
    cross = x * (py - ay) - y * (px - ax)
    return cross * cross <= REACH * REACH * length
