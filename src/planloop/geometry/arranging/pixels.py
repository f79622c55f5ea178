"""What snap rounding decides, in exact whole numbers: pixels that segments meet, and crossings.

A pixel is the half-open square of one grid step centred on a grid point: its west and south sides
belong to it, its east and north sides do not. So each point of the plane lies in one pixel: that of
the grid point it is rounded to, halves up.
"""

from __future__ import annotations

import numpy as np

from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.exact import CERTAIN, cross, turn

REACH = 2**33
"""Largest difference of two coordinates that the functions here are proved for, grid steps."""

UNSURE = 2.0**16
"""More than the rounding of a cross product of coordinate differences, square grid steps."""


@compiled
def meets(  # a segment and a point  # noqa: PLR0913, PLR0917
    ax: int, ay: int, bx: int, by: int, px: int, py: int
) -> bool:
    """Return whether a segment runs through the pixel of a grid point that is not its end.

    Parameters
    ----------
    ax, ay, bx, by
        The segment, its first end the lesser one by x, then y; no two coordinates further apart
        than `REACH`.
    px, py
        The point. Of an end of the segment the answer is no.

    Notes
    -----
    Where the segment meets the pixel it lies within half a step of the point, so the point lies
    in the segment's bounding box (all are whole). Conversely, if a point in the box is no end,
    the line meets the pixel nowhere but between the ends: beyond an end both coordinates run away
    from the point, and one of the two is a whole step off already.

    So the line decides. With (u, v) from `a` to `b`, u >= 0, and D the cross product of (u, v) and
    the way from `a` to the point, twice the cross product to a corner (±1/2, ±1/2) of the pixel is
    2 D ± u ± v. A rising line meets the square if it parts the north-west from the south-east
    corner, and neither is in the pixel: -(u + v) < 2 D < u + v. A falling one parts the north-east
    corner from the south-west one, which is in it: -(u - v) < 2 D <= u - v.

    With w = u + abs(v) all factors are at most w, so the estimate of D is off by less than
    w**2 * 2**-51 < w / 2**16: one above w tells that 2 abs(D) > w, and otherwise D fits into 64
    bits and is exact modulo 2**64.
    """
    if px < ax or px > bx or py < min(ay, by) or py > max(ay, by):
        return False
    if (px == ax and py == ay) or (px == bx and py == by):
        return False
    u, v, s, t = bx - ax, by - ay, px - ax, py - ay
    width = u + abs(v)
    if abs(float(u) * float(t) - float(v) * float(s)) > float(width):
        return False
    twice = 2 * (u * t - v * s)
    return -width < twice < width or (v < 0 and twice == width)


@compiled
def apart(  # two segments  # noqa: PLR0913, PLR0917
    ax: int, ay: int, bx: int, by: int, cx: int, cy: int, dx: int, dy: int
) -> bool:
    """Return True if a segment clearly lies beside the line of another, from `a` to `b`.

    Then neither runs through the pixel of an end of the other, and they do not cross.

    Notes
    -----
    With (u, v) from `a` to `b`, the cross product of (u, v) and the way from `a` to a place changes
    by at most (abs(u) + abs(v)) / 2 within half a step each way. It is 0 all along the first
    segment; along the second it is linear, so that what holds at both ends holds between.
    """
    u, v = float(bx - ax), float(by - ay)
    one = u * float(cy - ay) - v * float(cx - ax)
    other = u * float(dy - ay) - v * float(dx - ax)
    enough = abs(u) + abs(v) + UNSURE
    return (one > enough and other > enough) or (one < -enough and other < -enough)


@compiled
def crosses(  # two segments  # noqa: PLR0913, PLR0917
    ax: int, ay: int, bx: int, by: int, cx: int, cy: int, dx: int, dy: int
) -> bool:
    """Return whether two segments cross between their ends, neither touching the other's end."""
    one = turn(bx - ax, by - ay, cx - ax, cy - ay)
    if one == 0 or turn(bx - ax, by - ay, dx - ax, dy - ay) != -one:
        return False
    other = turn(dx - cx, dy - cy, ax - cx, ay - cy)
    return other != 0 and turn(dx - cx, dy - cy, bx - cx, by - cy) == -other


@compiled
def crossing(  # two segments  # noqa: PLR0913, PLR0917
    ax: int, ay: int, bx: int, by: int, cx: int, cy: int, dx: int, dy: int
) -> tuple[int, int]:
    """Return the grid point in whose pixel two segments cross.

    Parameters
    ----------
    ax, ay, bx, by, cx, cy, dx, dy
        Segments from `a` to `b` and from `c` to `d` that cross; no two coordinates further apart
        than `REACH`.
    """
    u, v, s, t, g, h = bx - ax, by - ay, dx - cx, dy - cy, cx - ax, cy - ay
    part = cross(g, h, s, t) / cross(u, v, s, t)
    return ax + _rounded(u, part, u, v, s, t, g, h), ay + _rounded(v, part, u, v, s, t, g, h)


@compiled
def _rounded(  # a side and two segments  # noqa: PLR0913, PLR0917
    side: int, part: float, u: int, v: int, s: int, t: int, g: int, h: int
) -> int:
    """Return how far along a side of its box the first segment crosses the second, halves up.

    `part` of the side is an estimate only: the exact comparison corrects it. It is off by less
    than 2**-40 (see :func:`cross`), so that there is at most one step to correct.
    """
    found = int(np.floor(float(side) * part + 0.5))
    while not _reaches(side, 2 * found - 1, u, v, s, t, g, h):
        found -= 1
    while _reaches(side, 2 * found + 1, u, v, s, t, g, h):
        found += 1
    return found


@compiled
def _reaches(  # a side, a bound and two segments  # noqa: PLR0913, PLR0917
    side: int, twice: int, u: int, v: int, s: int, t: int, g: int, h: int
) -> bool:
    """Return whether the crossing's distance along a side is at least half of `twice`.

    Notes
    -----
    The crossing is at the part N / D of the first segment, N = g t - h s, D = u t - v s, so that
    the question is the sign of 2 side N - twice D, times that of D. All of u, v, s, t, side are at
    most 2**33, g and h, too, `twice` at most 2**34 + 1: N and D are at most 2**67, their estimates
    off by less than 2**15, the products at most 2**101, the estimate of the difference off by less
    than 2**52. Far from zero it has the sign; else the value is below 2**63, and exact modulo
    2**64.
    """
    wide, high = (
        float(u) * float(t) - float(v) * float(s),
        float(g) * float(t) - float(h) * float(s),
    )
    estimate = 2.0 * float(side) * high - float(twice) * wide
    if abs(estimate) <= CERTAIN:
        estimate = float(2 * side * (g * t - h * s) - twice * (u * t - v * s))
    if turn(u, v, s, t) < 0:
        estimate = -estimate
    return estimate >= 0.0
