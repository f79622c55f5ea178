"""Noding: outlines led through common vertices, so that they meet at vertices only.

Iterated snap rounding on the grid (Hobby 1999; Halperin and Packer 2002), and local: one pass over
all segments finds where outlines disagree, and only there it goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import InputError
from planloop.geometry.arranging.nearby import edges_near
from planloop.geometry.arranging.pixels import REACH
from planloop.geometry.arranging.snapping import insertions
from planloop.geometry.arranging.walks import Insertions, Walks, led, led_edges
from planloop.geometry.grid import SCALE
from planloop.geometry.loops.cells import Cells
from planloop.geometry.loops.rings import Rings
from planloop.geometry.loops.segments import Segments, distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray


def node(rings: Rings) -> Rings:
    """Return the rings with all vertices that they need to meet each other at vertices only.

    Parameters
    ----------
    rings
        Rings of all polygons of all layers together. They may be equal, overlap, touch and cross
        in any way.

    Returns
    -------
    Rings
        The same rings in the same order, each a closed walk through its old vertices in their old
        order and grid points between them. Two segments of any rings are equal or share no more
        than ends, and none runs through the pixel of a vertex that is not its end (see
        :mod:`planloop.geometry.arranging.pixels`). Repeated vertices are dropped; a ring that is
        but a point keeps it twice. Which segments there are depends neither on the order of the
        rings nor on how they run, and noding them again changes nothing.

    Raises
    ------
    InputError
        If the rings extend further than 859 km.

    Notes
    -----
    In each round all segments at once are led through every vertex, and every rounded crossing, in
    whose pixel they run. After the first round none cross (that is what snap rounding keeps), but
    a bent segment may now run through the pixel of a vertex that it passed before.

    It ends, whatever the input: a point inserted into a segment lies in the segment's bounding box,
    so that the city-block lengths of the two parts add up to that of the whole, and all lengths
    are whole numbers above zero. The points of the round k lie within k / 2 steps, in x and in y,
    of the old segment: half a step from a part that itself is that near by.
    """
    walks = Walks(rings.x, rings.y, rings.first)
    _check_extent(walks)
    segments, inserted = _disagreements(walks)
    if not len(inserted.edge) and not segments.points:
        return rings
    return Rings(*led(walks, segments.same, inserted), rings.ring, rings.turn)


def _disagreements(walks: Walks) -> tuple[Segments, Insertions]:
    """Return the distinct segments, and all points to lead them through."""
    segments = distinct(*walks)
    cells = Cells.over(*walks[:2], segments.edges)
    new = inserted = insertions(*walks[:2], cells)
    rounds = 1
    while len(new.edge):
        longer = led_edges(walks, new.edge, new)
        near = edges_near(*walks[:2], cells, longer, rounds)
        new = _insertions_between(walks, np.flatnonzero(near), inserted)
        inserted = inserted.updated(new)
        rounds += 1
    return segments, inserted


def _check_extent(walks: Walks) -> None:
    for values in walks[:2]:
        if len(values) and values.max() - values.min() > REACH:
            # The vertex furthest from the middle one is the one that is wrong, if any is.
            far = int(np.abs(values - np.sort(values)[len(values) // 2]).argmax())
            at = (float(walks.x[far] / SCALE), float(walks.y[far] / SCALE))
            raise InputError("geometry.too-far-apart", at=at, most=round(REACH / SCALE / 1e3))


def _insertions_between(walks: Walks, edges: NDArray[np.int64], inserted: Insertions) -> Insertions:
    """Return all insertions into those of some edges that need more than they have already."""
    parts = led_edges(walks, edges, inserted)
    segments = distinct(*parts)
    found = insertions(*parts[:2], Cells.over(*parts[:2], segments.edges))
    longer = led(parts, segments.same, found)
    between = np.ones(len(longer.x), np.bool_)
    between[longer.first[:-1]] = between[longer.first[1:] - 1] = False
    first = longer.first - 2 * np.arange(len(longer.first))
    every = Insertions(edges, first, longer.x[between], longer.y[between])
    return every.take(np.flatnonzero(np.diff(longer.first) > np.diff(parts.first)))
