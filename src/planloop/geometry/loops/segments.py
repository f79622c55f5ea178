"""Each distinct segment of many outlines once, whichever way it runs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.loops.compiled import compiled

MIX = 0x2545F4914F6CDD1D
"""An odd number whose multiples scatter over 64 bits (Vigna 2016, xorshift64*)."""


class Segments(NamedTuple):
    """The distinct undirected segments of some walks, named as edges of :class:`Cells` are.

    Parameters
    ----------
    same
        For each edge the first edge with the same two ends, in this or the other direction, shape
        (v,): edge `e` runs from vertex `e` to vertex `e + 1`. Arbitrary at the end of each walk.
    edges
        The edges that are the first with their ends, ascending, shape (m,). Among them are edges
        without length, where a walk repeats a vertex.
    points
        How many edges have no length.
    """

    same: NDArray[np.int32]
    edges: NDArray[np.int64]
    points: int


@compiled
def distinct(x: NDArray[np.int64], y: NDArray[np.int64], first: NDArray[np.int64]) -> Segments:
    """Return the distinct segments of walks.

    Parameters
    ----------
    x, y
        Vertices of all walks in whole grid steps, shape (v,); fewer than 2**31.
    first
        Where each walk begins, and the end, shape (w + 1,).

    Notes
    -----
    A hash table of segments by the place of their middles. Buckets of middles near each other lie
    near each other in memory, so that walking along an outline finds them in the cache.
    """
    shift = _size(x, y, first) + 1  # twice the middle has twice the size
    table = 1 << 6
    while table < len(x):
        table *= 2
    newest = np.zeros(table, np.int32)
    older = np.empty(len(x), np.int32)
    same = np.empty(len(x), np.int32)
    count = points = 0
    for walk in range(len(first) - 1):
        for e in range(first[walk], first[walk + 1] - 1):
            x1, y1, x2, y2 = x[e], y[e], x[e + 1], y[e + 1]
            if x1 == x2 and y1 == y2:
                points += 1
            bucket = _bucket(x1 + x2 >> shift, y1 + y2 >> shift, table)
            o = newest[bucket] - 1  # 0 says that there is none
            while o >= 0 and not _equal(x, y, o, e):
                o = older[o] - 1
            if o < 0:
                older[e] = newest[bucket]
                newest[bucket] = e + 1
                count += 1
                o = e
            same[e] = o
    edges = np.empty(count, np.int64)
    count = 0
    for walk in range(len(first) - 1):
        for e in range(first[walk], first[walk + 1] - 1):
            if same[e] == e:
                edges[count] = e
                count += 1
    return Segments(same, edges, points)


@compiled
def _equal(x: NDArray[np.int64], y: NDArray[np.int64], one: int, other: int) -> bool:
    """Return whether two edges have the same ends, in whichever order."""
    x1, y1, x2, y2 = x[one], y[one], x[one + 1], y[one + 1]
    x3, y3, x4, y4 = x[other], y[other], x[other + 1], y[other + 1]
    if x1 == x3 and y1 == y3:
        return bool(x2 == x4 and y2 == y4)
    return bool(x1 == x4 and y1 == y4 and x2 == x3 and y2 == y3)


@compiled
def _size(x: NDArray[np.int64], y: NDArray[np.int64], first: NDArray[np.int64]) -> int:
    """Return the binary logarithm of the mean length of the segments, rounded up."""
    total = 0.0
    for walk in range(len(first) - 1):
        for e in range(first[walk], first[walk + 1] - 1):
            total += float(abs(x[e + 1] - x[e]) + abs(y[e + 1] - y[e]))
    size = 0
    while float(1 << size) * float(len(x)) < total:
        size += 1
    return size


@compiled
def _bucket(column: int, row: int, table: int) -> int:
    """Return the bucket of a cell: blocks of four by four cells are scattered over the table.

    A block's buckets lie side by side, sixteen of four bytes: one line of the cache.
    """
    block = (column >> 2) * MIX ^ (row >> 2)
    block = (block ^ (block >> 32)) * MIX
    block ^= block >> 29
    return (block << 4 | (row & 3) << 2 | column & 3) & table - 1
