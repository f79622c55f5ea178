"""Nested balls round every node, for as long as they are too small, and what lies beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.growing import longer
from planloop.geometry.loops.sorting import sort_stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray

RADIUS = 4
"""Steps from a node at most."""

FIXED = -1
"""Stands for the cell of a ball that holds land fixed to its side."""


class Land(NamedTuple):
    """The nodes of one side, as the compiled loop reads them; all but `near` of shape (k,).

    Parameters
    ----------
    first, near
        Nodes beside each node: ``near[first[i]:first[i + 1]]``.
    cell
        The cell that decides on each node.
    area
        Area, dm².
    least
        Area from which on a piece with this node in it is large enough, dm².
    shut
        Nodes that no piece which is too small can hold.
    barred, held
        Nodes that are of the other side, and of this side, in every plan.
    old
        For nodes of old pieces of this side that were too small, their piece; else -1.
    whole
        Number of nodes of each old piece.
    """

    first: NDArray[np.int64]
    near: NDArray[np.int64]
    cell: NDArray[np.int64]
    area: NDArray[np.int64]
    least: NDArray[np.int64]
    shut: NDArray[np.bool_]
    barred: NDArray[np.bool_]
    held: NDArray[np.bool_]
    old: NDArray[np.int64]
    whole: NDArray[np.int64]


@compiled
def rings(land: Land) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the cells round the balls of all nodes, where none of these nodes is held.

    Returns
    -------
    heads : ndarray of int64
        The cell in the middle of each ball, or -1 where the ball holds land fixed to the side.
        Shape (n,).
    stops : ndarray of int64
        Where the cells of each ring stop in `beside`, shape (n,).
    beside : ndarray of int64
        The cells of the rings, those of each ascending.
    """
    count = len(land.cell)
    heads, stops = np.empty(1024, np.int64), np.empty(1024, np.int64)
    beside = np.empty(8192, np.int64)
    found, filled = 0, 0
    # The start whose ball a node came to last, and how much of each old piece a ball holds; the
    # last place stands for none of them.
    seen, whole = np.full(count, -1, np.int64), np.zeros(count + 1, np.int64)
    ball = np.empty(count, np.int64)
    for start in range(count):
        if land.barred[start]:
            continue
        ball[0], seen[start] = start, start
        begin, end, inner = 0, 1, 0
        size, least, head = 0, land.least[start], land.cell[start]
        for _ in range(RADIUS):
            more, lowest, large, held = _shell(land, ball[begin:end], whole)
            size, least, inner = size + more, min(least, lowest), end
            head = FIXED if held else head
            if large or size >= least:
                break
            stop, free = _grown(land, ball, begin, end, seen)
            begin, end = end, stop
            if begin == end:
                break
            if not free:
                continue
            while filled + end - begin > len(beside):
                beside = longer(beside)
            stop = filled + end - begin
            beside[filled:stop] = land.cell[ball[begin:end]]
            stop = _once(beside, filled, stop)
            if head not in beside[filled:stop]:
                if found == len(heads):
                    heads, stops = longer(heads), longer(stops)
                heads[found], stops[found] = head, stop
                found, filled = found + 1, stop
        whole[land.old[ball[:inner]]] = 0
    return heads[:found].copy(), stops[:found].copy(), beside[:filled].copy()


@compiled
def _shell(
    land: Land, shell: NDArray[np.int64], whole: NDArray[np.int64]
) -> tuple[int, int, bool, bool]:
    """Return of nodes that join a ball their area, their least, and if any is shut, or held.

    They count as shut, too, where with them the ball holds an old piece that was too small.
    """
    size, least, shut, held = 0, land.least[shell[0]], False, False
    for node in shell:
        size += land.area[node]
        least = min(least, land.least[node])
        shut |= land.shut[node]
        held |= land.held[node]
        piece = land.old[node]
        whole[piece] += 1
        shut |= piece >= 0 and whole[piece] == land.whole[piece]
    return size, least, shut, held


@compiled
def _grown(
    land: Land, ball: NDArray[np.int64], begin: int, end: int, seen: NDArray[np.int64]
) -> tuple[int, bool]:
    """Add what lies beside the last nodes of a ball; return where it ends, and if none is held."""
    stop, free = end, True
    for k in range(begin, end):
        for at in range(land.first[ball[k]], land.first[ball[k] + 1]):
            node = land.near[at]
            if seen[node] != ball[0] and not land.barred[node]:
                seen[node] = ball[0]
                free &= not land.held[node]
                ball[stop] = node
                stop += 1
    return stop, free


@compiled
def _once(values: NDArray[np.int64], start: int, stop: int) -> int:
    """Sort ``values[start:stop]`` and keep each value once; return where they stop then."""
    sort_stretch(values, start, stop)
    last = start
    for k in range(start + 1, stop):
        if values[k] != values[last]:
            last += 1
            values[last] = values[k]
    return last + 1
