"""Where edges of two layers cross, one layer being shifted by less than anything.

The second layer is thought of as moved by (ε, ε²) with ε smaller than any number (simulation of
simplicity, Edelsbrunner and Mücke 1990). So no vertex lies on an edge and no two edges are
collinear: every crossing is a proper one, and what coincides on the grid is told apart
consistently. Areas do not notice: the shift adds nothing to them.
"""

from __future__ import annotations

from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.exact import turn


@compiled
def meeting(  # two edges  # noqa: PLR0913, PLR0917
    ax1: int, ay1: int, ax2: int, ay2: int, bx1: int, by1: int, bx2: int, by2: int
) -> tuple[int, int]:
    """Return how an edge meets a shifted one, and whether an end of one lies on the other's line.

    Returns
    -------
    int
        1 for a crossing to the left of the shifted edge, -1 to its right, 0 for none.
    int
        1 if an end of one, before the shift, lies on the other's line: of edges whose extents
        meet and that do not lie apart on either side, these are the ones that touch.
    """
    bdx, bdy = bx2 - bx1, by2 - by1
    before = turn(bdx, bdy, ax1 - bx1, ay1 - by1)
    after = turn(bdx, bdy, ax2 - bx1, ay2 - by1)
    if before * after > 0:
        return 0, 0
    adx, ady = ax2 - ax1, ay2 - ay1
    start, end = turn(adx, ady, bx1 - ax1, by1 - ay1), turn(adx, ady, bx2 - ax1, by2 - ay1)
    if start * end > 0:
        return 0, 0
    loose = 0
    if before == 0 or after == 0 or start == 0 or end == 0:
        loose = 1
        aside, beside = _aside(bdx, bdy), _aside(adx, ady)
        before, after = before or aside, after or aside
        start, end = start or -beside, end or -beside
    return (after if before != after and start != end else 0), loose


@compiled
def side_of_shifted_point(dx: int, dy: int, px: int, py: int) -> int:
    """Return 1 for a shifted point left of an edge, -1 for one right of it.

    Parameters
    ----------
    dx, dy
        The edge's vector, not zero.
    px, py
        The point before the shift, less the edge's start.
    """
    return turn(dx, dy, px, py) or -_aside(dx, dy)


@compiled
def _aside(dx: int, dy: int) -> int:
    """Return the side of a line on which its points lie once the line is shifted."""
    if dy:
        return 1 if dy > 0 else -1
    return -1 if dx > 0 else 1
