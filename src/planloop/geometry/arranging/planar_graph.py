"""The distinct segments of noded rings, and whose rings run along them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.exact import turn
from planloop.geometry.loops.rings import Rings  # noqa: TC001  # passes into compiled functions
from planloop.geometry.loops.sorting import first_gap, sort_stretch

MOST = 2**29
"""Rings may have so many vertices in all: half-edges and polygons are numbered in 32 bits."""


class PlanarGraph(NamedTuple):
    """Distinct vertices and segments of noded rings.

    Half-edge ``2 s`` runs along segment `s` one way and ``2 s + 1`` the other way: ``h ^ 1`` is
    the other half of `h`.

    Parameters
    ----------
    x, y
        Vertices, whole grid steps, shape (v,).
    tail
        Vertex that each half-edge leaves, shape (2 s,); it arrives at ``tail[h ^ 1]``.
    first
        Where each segment begins in `along`, and the end, shape (s + 1,).
    along
        Polygons whose rings run along each segment, ascending, shape (e,): twice the index, plus 1
        if the ring has its inside to the left of half-edge ``2 s``. A polygon whose rings run along
        a segment twice is there twice.
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    tail: NDArray[np.int32]
    first: NDArray[np.int32]
    along: NDArray[np.int32]

    @classmethod
    def of(cls, rings: Rings) -> PlanarGraph:
        """Return the half-edges of rings.

        Parameters
        ----------
        rings
            Noded: any two segments are equal or meet at common ends only.

        Raises
        ------
        OverflowError
            The rings have more than 2**29 vertices.
        """
        if len(rings.x) > MOST:
            message = f"{len(rings.x)} vertices at once; {MOST} at most"
            raise OverflowError(message)
        return planar_graph(rings)

    def bounding(self) -> PlanarGraph:
        """Return the graph without the segments that bound no polygon.

        Along these every polygon runs as often one way as the other: noding has made a part of it
        so thin.
        """
        keep = _bounding(self)
        if keep.all():
            return self
        kept = np.flatnonzero(keep)
        size = np.diff(self.first)
        first = np.concatenate([[0], np.cumsum(size[kept])]).astype(np.int32)
        tail = self.tail.reshape(-1, 2)[kept].ravel()
        return PlanarGraph(self.x, self.y, tail, first, self.along[np.repeat(keep, size)])


@compiled
def planar_graph(rings: Rings) -> PlanarGraph:
    """Return what :meth:`PlanarGraph.of` does: without a look at the number of vertices."""
    number, x, y = _vertices(rings.x, rings.y)
    first_of, keys = _by_vertex(rings.first, number, len(x))
    count = 0
    for vertex in range(len(x)):
        start, stop = first_of[vertex], first_of[vertex + 1]
        sort_stretch(keys, start, stop)
        for k in range(start, stop):
            if k == start or keys[k] >> 32 != keys[k - 1] >> 32:
                count += 1
    inside = _insides(rings)
    tail = np.empty(2 * count, np.int32)
    first = np.empty(count + 1, np.int32)
    along = np.empty(len(keys), np.int32)
    segment = 0
    for vertex in range(len(x)):
        start, stop = first_of[vertex], first_of[vertex + 1]
        for k in range(start, stop):
            head, edge = keys[k] >> 32, keys[k] & 0xFFFFFFFF
            if k == start or head != keys[k - 1] >> 32:
                tail[2 * segment] = vertex
                tail[2 * segment + 1] = head
                first[segment] = k
                segment += 1
            forth = number[edge] == vertex
            along[k] = inside[edge] if forth else inside[edge] ^ 1
    first[count] = len(keys)
    return PlanarGraph(x, y, tail, first, along)


@compiled
def _vertices(
    x: NDArray[np.int64], y: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each vertex, equal ones alike, and where the numbered ones are."""
    size = 64
    while 4 * size < 5 * len(x):
        size *= 2
    table = np.full(size, -1, np.int32)
    number = np.empty(len(x), np.int32)
    count = 0
    for v in range(len(x)):
        slot = ((x[v] * 73856093 ^ y[v] * 19349663) * -7046029254386353131 >> 32) & (size - 1)
        while True:
            known = table[slot]
            if known < 0:
                table[slot] = v
                number[v] = count
                count += 1
                break
            if x[known] == x[v] and y[known] == y[v]:
                number[v] = number[known]
                break
            slot = (slot + 1) & (size - 1)
    distinct_x = np.empty(count, np.int64)
    distinct_y = np.empty(count, np.int64)
    seen = 0
    for v in range(len(x)):
        if number[v] == seen:
            distinct_x[seen] = x[v]
            distinct_y[seen] = y[v]
            seen += 1
    return number, distinct_x, distinct_y


@compiled
def _by_vertex(
    first: NDArray[np.int64], number: NDArray[np.int32], vertices: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the edges of rings by their lower vertex.

    Returns
    -------
    first_of
        Where the edges of each vertex begin, and the end, shape (vertices + 1,).
    keys
        The higher vertex in the upper 32 bits, the edge (its first vertex in the rings) in the
        lower ones. Edges without length are left out.
    """
    first_of = np.zeros(vertices + 1, np.int32)
    for ring in range(len(first) - 1):
        for e in range(first[ring], first[ring + 1] - 1):
            if number[e] != number[e + 1]:
                first_of[min(number[e], number[e + 1])] += 1
    for vertex in range(vertices):
        first_of[vertex + 1] += first_of[vertex]
    keys = np.empty(first_of[vertices], np.int64)
    # From the last to the first, so that the places count down to where each vertex begins.
    for ring in range(len(first) - 2, -1, -1):
        for e in range(first[ring + 1] - 2, first[ring] - 1, -1):
            low, high = min(number[e], number[e + 1]), max(number[e], number[e + 1])
            if low != high:
                first_of[low] -= 1
                keys[first_of[low]] = np.int64(high) << 32 | e
    return first_of, keys


@compiled
def _insides(rings: Rings) -> NDArray[np.int32]:
    """Return for each ring edge twice its polygon, plus 1 if that lies to the left."""
    inside = np.empty(len(rings.x), np.int32)
    for polygon in range(len(rings.ring) - 1):
        for ring in range(rings.ring[polygon], rings.ring[polygon + 1]):
            left = 1 if rings.turn[ring] > 0 else 0
            inside[rings.first[ring] : rings.first[ring + 1]] = 2 * polygon + left
    return inside


@compiled
def _bounding(graph: PlanarGraph) -> NDArray[np.bool_]:
    """Return along which segments some polygon runs more often one way than the other."""
    keep = np.zeros(len(graph.first) - 1, np.bool_)
    for segment in range(len(keep)):
        net, polygon = 0, -1
        for k in range(graph.first[segment], graph.first[segment + 1]):
            if graph.along[k] >> 1 != polygon:
                if net != 0:
                    break
                polygon = graph.along[k] >> 1
            net += 2 * (graph.along[k] & 1) - 1
        keep[segment] = net != 0
    return keep


@compiled
def around(graph: PlanarGraph) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the half-edges that leave each vertex, counter-clockwise.

    Returns
    -------
    first
        Where the half-edges of each vertex begin in `leaving`, and the end, shape (v + 1,).
    leaving
        Half-edges, shape (2 s,).
    """
    vertices = len(graph.x)
    first = np.zeros(vertices + 1, np.int32)
    for vertex in graph.tail:
        first[vertex] += 1
    for vertex in range(vertices):
        first[vertex + 1] += first[vertex]
    leaving = np.empty(len(graph.tail), np.int32)
    for h in range(len(graph.tail) - 1, -1, -1):
        vertex = graph.tail[h]
        first[vertex] -= 1
        leaving[first[vertex]] = h
    for vertex in range(vertices):
        # Two are in order however they lie.
        if first[vertex + 1] - first[vertex] > 2:  # noqa: PLR2004  # said above
            _sort_around(graph, leaving, first[vertex], first[vertex + 1])
    return first, leaving


@compiled
def _sort_around(graph: PlanarGraph, leaving: NDArray[np.int32], start: int, stop: int) -> None:
    gap = first_gap(stop - start)
    while gap > 0:
        for k in range(start + gap, stop):
            h, at = leaving[k], k
            while at - gap >= start and _before(graph, h, leaving[at - gap]):
                leaving[at] = leaving[at - gap]
                at -= gap
            leaving[at] = h
        gap //= 3


@compiled
def _before(graph: PlanarGraph, one: int, other: int) -> bool:
    """Return whether `one` comes before `other`, counter-clockwise from due east."""
    centre = graph.tail[one]
    end, other_end = graph.tail[one ^ 1], graph.tail[other ^ 1]
    x1, y1 = graph.x[end] - graph.x[centre], graph.y[end] - graph.y[centre]
    x2, y2 = graph.x[other_end] - graph.x[centre], graph.y[other_end] - graph.y[centre]
    south1 = y1 < 0 or (y1 == 0 and x1 < 0)
    south2 = y2 < 0 or (y2 == 0 and x2 < 0)
    if south1 != south2:
        return bool(south2)
    return turn(x1, y1, x2, y2) > 0
