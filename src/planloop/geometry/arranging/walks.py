"""Walks from vertex to vertex, and how they are led through points between."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.loops.compiled import compiled


class Walks(NamedTuple):
    """Vertices one after the other.

    Parameters
    ----------
    x, y
        Vertices of all walks in whole grid steps, shape (v,).
    first
        Where each walk begins, and the end, shape (w + 1,).
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    first: NDArray[np.int64]


class Insertions(NamedTuple):
    """Points between the ends of some edges.

    Parameters
    ----------
    edge
        The edges, each named by its first vertex, ascending, shape (k,).
    first
        Where the points of each edge begin, and the end, shape (k + 1,).
    x, y
        The points in whole grid steps, from the start of each edge to its end, shape (p,).
    """

    edge: NDArray[np.int64]
    first: NDArray[np.int64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]

    def take(self, index: NDArray[np.int64]) -> Insertions:
        """Return the insertions into the edges at some places of `edge`, in this order."""
        size = np.diff(self.first)[index]
        first = np.concatenate([[0], np.cumsum(size)])
        at = np.arange(first[-1]) + np.repeat(self.first[index] - first[:-1], size)
        return Insertions(self.edge[index], first, self.x[at], self.y[at])

    def updated(self, other: Insertions) -> Insertions:
        """Return these insertions, but for the edges of `other` those."""
        kept = self.take(np.flatnonzero(~np.isin(self.edge, other.edge)))
        both = Insertions(
            np.concatenate([kept.edge, other.edge]),
            np.concatenate([kept.first, kept.first[-1] + other.first[1:]]),
            np.concatenate([kept.x, other.x]),
            np.concatenate([kept.y, other.y]),
        )
        return both.take(np.argsort(both.edge))


@compiled
def led(walks: Walks, same: NDArray[np.int32], inserted: Insertions) -> Walks:
    """Return walks led through the points inserted into their edges, without repeated vertices.

    Parameters
    ----------
    walks
        The walks.
    same
        For each edge the one whose insertions it gets, shape (v,): itself, or one with the same
        two ends in this or the other direction.
    inserted
        The points.

    Returns
    -------
    Walks
        As many. One that never leaves its first vertex ends there: it has that vertex twice.
    """
    first = walks.first
    at = np.full(len(walks.x), -1, np.int32)
    for k in range(len(inserted.edge)):
        at[inserted.edge[k]] = k
    starts = np.zeros(len(first), np.int64)
    nothing = np.empty(0, np.int64)
    for walk in range(len(first) - 1):
        size = _lead(walks, walk, same, at, inserted, nothing, nothing)
        starts[walk + 1] = starts[walk] + size
    x, y = np.empty(starts[-1], np.int64), np.empty(starts[-1], np.int64)
    for walk in range(len(first) - 1):
        _lead(walks, walk, same, at, inserted, x[starts[walk] :], y[starts[walk] :])
    return Walks(x, y, starts)


@compiled
def _lead(  # a walk, how to lead it and where to  # noqa: PLR0913, PLR0917
    walks: Walks,
    walk: int,
    same: NDArray[np.int32],
    at: NDArray[np.int32],
    inserted: Insertions,
    east: NDArray[np.int64],
    north: NDArray[np.int64],
) -> int:
    """Write a walk led through the points inserted, if there is room, and return its size.

    `at` is the place of each edge among the insertions, -1 if it has none.
    """
    x, y = walks.x, walks.y
    start, stop = walks.first[walk], walks.first[walk + 1]
    size = 0
    for v in range(start, stop):
        e = v - 1  # the edge that ends in the vertex
        if v > start:
            if x[e] == x[v] and y[e] == y[v]:
                if v < stop - 1 or size > 1:
                    continue
            elif at[same[e]] >= 0:
                k = at[same[e]]
                if len(east):
                    along = x[same[e]] == x[e] and y[same[e]] == y[e]
                    _put(inserted, k, along, east[size:], north[size:])
                size += inserted.first[k + 1] - inserted.first[k]
        if len(east):
            east[size], north[size] = x[v], y[v]
        size += 1
    return size


@compiled
def _put(
    inserted: Insertions,
    k: int,
    along: bool,  # noqa: FBT001  # a compiled loop has no named arguments
    east: NDArray[np.int64],
    north: NDArray[np.int64],
) -> None:
    """Write the points inserted into an edge, in or against their order."""
    start, stop = inserted.first[k], inserted.first[k + 1]
    for i in range(stop - start):
        p = start + i if along else stop - 1 - i
        east[i], north[i] = inserted.x[p], inserted.y[p]


def led_edges(walks: Walks, edges: NDArray[np.int64], inserted: Insertions) -> Walks:
    """Return some edges of walks as walks of their own, led through the points inserted.

    Parameters
    ----------
    walks
        The walks.
    edges
        Edges of them, ascending, shape (m,).
    inserted
        The points, of these and other edges.
    """
    ends = np.stack([edges, edges + 1], axis=1).ravel()
    pairs = Walks(walks.x[ends], walks.y[ends], np.arange(0, len(ends) + 1, 2))
    place = np.searchsorted(edges, inserted.edge)
    here = np.flatnonzero(np.append(edges, -1)[place] == inserted.edge)
    local = inserted.take(here)._replace(edge=2 * place[here])
    return led(pairs, np.arange(len(ends), dtype=np.int32), local)
