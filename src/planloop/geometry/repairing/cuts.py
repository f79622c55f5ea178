"""Cuts straight across an area that no neighbour can take as a whole."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.grid import SCALE, STEP, snap_geometry

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from planloop.geometry.arranging.arrangement import Arrangement


def cuts_across(
    arrangement: Arrangement,
    holders: Sequence[Collection[int]],
    faces: Collection[int],
    *,
    everywhere: bool,
) -> list[shapely.Geometry]:
    """Return cuts that part an area so that each piece fits one neighbour.

    Parameters
    ----------
    arrangement
        The faces.
    holders
        The polygons that hold each face, shape (n + 1,).
    faces
        Those of the area, which together are connected.
    everywhere
        Whether to cut from all vertices of its outline, or only from where two neighbours meet.

    Returns
    -------
    list of Polygon
        Rings to and fro between two points on the grid: a vertex, and the point nearest to it on
        the line with a neighbour that is not at the vertex.
    """
    graph, right = arrangement.graph, arrangement.right
    inner = np.isin(right, list(faces))
    halves = np.flatnonzero(inner & ~inner[np.arange(len(right)) ^ 1])
    ends = np.stack([graph.tail[halves], graph.tail[halves ^ 1]], axis=1)
    across = [frozenset(holders[face]) for face in right[halves ^ 1]]
    xy = np.stack([graph.x, graph.y], axis=1) / SCALE
    lines = shapely.linestrings(xy[ends])
    area = shapely.union_all(arrangement.polygons(np.array(sorted(faces), dtype=np.int64)))
    # The point on the grid may lie a little outside.
    hull = shapely.buffer(area, 2.0 * STEP)
    meeting: defaultdict[int, set[frozenset[int]]] = defaultdict(set)
    for pair, who in zip(ends.tolist(), across, strict=True):
        for vertex in pair:
            meeting[vertex].add(who)
    cuts = []
    for vertex, sides in sorted(meeting.items()):
        beyond = [line for line, who in zip(lines, across, strict=True) if who not in sides]
        if not beyond or (len(sides) == 1 and not everywhere):
            continue
        point = shapely.Point(xy[vertex])
        (cut,) = snap_geometry(
            np.array([shapely.shortest_line(point, shapely.multilinestrings(beyond))])
        )
        start, end = shapely.get_coordinates(cut)
        if shapely.covers(hull, cut) and not np.array_equal(start, end):
            cuts.append(shapely.Polygon([start, end, end, start]))
    return cuts
