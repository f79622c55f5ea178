"""Walking round the faces of an arrangement of segments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.arranging.planar_graph import PlanarGraph, around
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.exact import turn

NOWHERE = -1
"""Contour of a half-edge that bounds no face, and shell of a contour that has none."""


class Contours(NamedTuple):
    """Closed walks with a face to their right, each cut into rings that do not touch themselves.

    The walk along the outer side of a face has one ring that runs clockwise, its shell; all others
    run counter-clockwise. So shells and holes run as normalised polygons have it, and like there
    each begins at its vertex that is lowest by x, then y.

    Segments with the same walk on both sides bound no face and are in no ring.

    Parameters
    ----------
    contour
        Walk that each half-edge is part of, shape (2 s,), or -1.
    walk
        Half-edges, ring by ring, shape (k,).
    first
        Where each ring begins in `walk`, and the end, shape (r + 1,).
    part_of
        Walk that each ring is part of, shape (r,).
    bounds
        Lowest x and y, highest x and y of each ring, shape (r, 4).
    shell
        The ring of each walk that runs clockwise, shape (c,), or -1: then the walk is the outer
        side of a connected set of segments, seen from the face around it.
    """

    contour: NDArray[np.int32]
    walk: NDArray[np.int32]
    first: NDArray[np.int32]
    part_of: NDArray[np.int32]
    bounds: NDArray[np.int64]
    shell: NDArray[np.int32]


@compiled
def contours(graph: PlanarGraph) -> Contours:
    """Return the contours of all faces, the unbounded one among them."""
    first, leaving = around(graph)
    dead = np.zeros(len(graph.tail) // 2, np.bool_)
    following = _following(first, leaving, dead)
    contour, count, longest = _contours(following)
    bridges = 0
    for segment in range(len(dead)):
        if contour[2 * segment] == contour[2 * segment + 1]:
            dead[segment] = True
            bridges += 1
    if bridges:
        following = _following(first, leaving, dead)
        contour, count, longest = _contours(following)
    return _rings(graph, following, contour, count, longest)


@compiled
def _following(
    first: NDArray[np.int32], leaving: NDArray[np.int32], dead: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Return the next half-edge of the face to the right of each; -1 for those of dead segments."""
    following = np.full(len(leaving), -1, np.int32)
    for vertex in range(len(first) - 1):
        start = last = -1
        for k in range(first[vertex], first[vertex + 1]):
            h = leaving[k]
            if dead[h >> 1]:
                continue
            if start < 0:
                start = h
            else:
                following[last ^ 1] = h
            last = h
        if start >= 0:
            following[last ^ 1] = start
    return following


@compiled
def _contours(following: NDArray[np.int32]) -> tuple[NDArray[np.int32], int, int]:
    """Return the walk of each half-edge, numbered by first ones, how many, and the longest."""
    contour = np.full(len(following), NOWHERE, np.int32)
    count = longest = 0
    for start in range(len(following)):
        if following[start] < 0 or contour[start] >= 0:
            continue
        h, length = start, 0
        while contour[h] < 0:
            contour[h] = count
            h = following[h]
            length += 1
        count += 1
        longest = max(longest, length)
    return contour, count, longest


@compiled
def _rings(
    graph: PlanarGraph,
    following: NDArray[np.int32],
    contour: NDArray[np.int32],
    count: int,
    longest: int,
) -> Contours:
    """Walk each contour, and take a ring off whenever it comes back to a vertex."""
    most = len(following) // 3 + 1
    found = Contours(
        contour,
        np.empty(len(following), np.int32),
        np.zeros(most + 1, np.int32),
        np.empty(most, np.int32),
        np.empty((most, 4), np.int64),
        np.full(count, NOWHERE, np.int32),
    )
    path = np.empty(longest + 1, np.int32)
    place = np.full(len(graph.x), -1, np.int32)
    rings = walked = 0
    for start in range(len(following)):
        # Walks are numbered by their first half-edges.
        if contour[start] != walked:
            continue
        walked += 1
        h, depth = start, 0
        while True:
            vertex = graph.tail[h]
            if place[vertex] >= 0:
                begin = place[vertex]
                _take_ring(graph, found, path[begin:depth], rings)
                rings += 1
                for k in range(begin, depth):
                    place[graph.tail[path[k]]] = -1
                depth = begin
            place[vertex] = depth
            path[depth] = h
            depth += 1
            h = following[h]
            if h == start:
                break
        _take_ring(graph, found, path[:depth], rings)
        rings += 1
        for k in range(depth):
            place[graph.tail[path[k]]] = -1
    return Contours(
        contour,
        found.walk[: found.first[rings]].copy(),
        found.first[: rings + 1].copy(),
        found.part_of[:rings].copy(),
        found.bounds[:rings].copy(),
        found.shell,
    )


@compiled
def _take_ring(graph: PlanarGraph, found: Contours, path: NDArray[np.int32], ring: int) -> None:
    """Write one ring, beginning at its lowest vertex, and say which way it runs."""
    lowest = 0
    x, y = graph.x[graph.tail[path[0]]], graph.y[graph.tail[path[0]]]
    south = north = y
    east = x
    for k in range(1, len(path)):
        vertex = graph.tail[path[k]]
        if graph.x[vertex] < x or (graph.x[vertex] == x and graph.y[vertex] < y):
            lowest, x, y = k, graph.x[vertex], graph.y[vertex]
        east = max(east, graph.x[vertex])
        south, north = min(south, graph.y[vertex]), max(north, graph.y[vertex])
    bounds = found.bounds[ring]
    bounds[0], bounds[1], bounds[2], bounds[3] = x, south, east, north
    start = found.first[ring]
    for k in range(len(path)):
        found.walk[start + k] = path[(lowest + k) % len(path)]
    found.first[ring + 1] = start + len(path)
    contour = found.contour[path[0]]
    found.part_of[ring] = contour
    before, after = graph.tail[path[lowest - 1]], graph.tail[path[lowest] ^ 1]
    bend = turn(x - graph.x[before], y - graph.y[before], graph.x[after] - x, graph.y[after] - y)
    if bend < 0:
        found.shell[contour] = ring
