"""The weakest ring round a node: an exact minimum cut within what it could reach and stay small."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planloop.geometry.loops.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 80
"""Nodes that are looked at round one node."""

EPSILON = 1e-7
"""Below this a share of a node is none."""


class Web(NamedTuple):
    """The nodes of one side, as the compiled loops read them.

    Parameters
    ----------
    first, near
        Nodes beside each node: ``near[first[i]:first[i + 1]]``.
    share
        How far each node is of the side, 0 to 1, shape (k,).
    area
        Area, dm², shape (k,).
    least
        Area at which a piece with this node in it is large enough, dm², shape (k,).
    shut
        Nodes that no piece which is too small can hold, shape (k,).
    """

    first: NDArray[np.int64]
    near: NDArray[np.int64]
    share: NDArray[np.float64]
    area: NDArray[np.int64]
    least: NDArray[np.int64]
    shut: NDArray[np.bool_]


@compiled
def weakest(web: Web, start: int, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nodes within the weakest ring round a node, if that is weaker than the node.

    Parameters
    ----------
    web
        The nodes.
    start
        The node.
    place
        Room for the loop, shape (k,), all -1; it is left so.

    Returns
    -------
    ndarray of int64
        The nodes, `start` first; none where no ring within a small enough set is weaker.

    Notes
    -----
    The set grows greedily, the node of the largest share first, for as long as it is too small; the
    ring is a minimum node cut between the start and what lies beyond the set (Ford and Fulkerson
    1956: shortest augmenting paths, each node split in two).
    """
    ball = _ball(web, start, place)
    nodes = _with_shell(web, ball, place)
    inner, arcs = len(ball), _arcs(web, nodes, len(ball), place)
    through, along = np.zeros(len(nodes)), np.zeros(len(arcs[0]))
    capacity = web.share[nodes]
    limit, flow = capacity[0] - EPSILON, 0.0
    # How each half of a node is reached: 2 k its entry, 2 k + 1 its exit.
    came = np.empty(2 * len(nodes), np.int64)
    while flow < limit:
        end = _path(arcs, (along, through), capacity, inner, came)
        if end < 0:
            within: NDArray[np.int64] = ball[came[1 : 2 * inner : 2] != -1]
            return within
        flow += _push(end, limit - flow, arcs, (along, through), capacity, came)
    return ball[:0]


@compiled
def _arcs(
    web: Web, nodes: NDArray[np.int64], inner: int, place: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ways from the first nodes to any but the very first, by their places."""
    count = 0
    for k in range(inner):
        count += web.first[nodes[k] + 1] - web.first[nodes[k]]
    for k in range(len(nodes)):
        place[nodes[k]] = k
    tail, head = np.empty(count, np.int64), np.empty(count, np.int64)
    count = 0
    for k in range(inner):
        for at in range(web.first[nodes[k]], web.first[nodes[k] + 1]):
            if place[web.near[at]] > 0:
                tail[count], head[count] = k, place[web.near[at]]
                count += 1
    for k in range(len(nodes)):
        place[nodes[k]] = -1
    return tail[:count].copy(), head[:count].copy()


@compiled
def _ball(web: Web, start: int, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a set of nodes round a node that is too small to be a piece."""
    ball = np.empty(MOST, np.int64)
    fringe = np.empty(16 * MOST, np.int64)
    ball[0], count, waiting = start, 1, 0
    size, least = web.area[start], web.least[start]
    place[start] = 0
    newest = start
    while count < MOST:
        for at in range(web.first[newest], web.first[newest + 1]):
            node = web.near[at]
            fresh = place[node] == -1 and not web.shut[node] and web.share[node] > EPSILON
            if fresh and waiting < len(fringe):
                place[node] = 1
                fringe[waiting] = node
                waiting += 1
        best = -1
        for k in range(waiting):
            node = fringe[k]
            fits = size + web.area[node] < min(least, web.least[node])
            if fits and (best < 0 or web.share[node] > web.share[fringe[best]]):
                best = k
        if best < 0:
            break
        newest = fringe[best]
        waiting -= 1
        place[newest] = 0
        fringe[best] = fringe[waiting]
        ball[count] = newest
        count += 1
        size += web.area[newest]
        least = min(least, web.least[newest])
    for k in range(waiting):
        place[fringe[k]] = -1
    for k in range(count):
        place[ball[k]] = -1
    return ball[:count].copy()


@compiled
def _with_shell(web: Web, ball: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a set of nodes, and after it those beside it that have a share."""
    count = len(ball)
    for k in range(count):
        place[ball[k]] = k
    most = count
    for k in range(count):
        most += web.first[ball[k] + 1] - web.first[ball[k]]
    nodes = np.empty(most, np.int64)
    nodes[:count] = ball
    for k in range(len(ball)):
        for at in range(web.first[ball[k]], web.first[ball[k] + 1]):
            node = web.near[at]
            if place[node] == -1 and web.share[node] > EPSILON:
                place[node] = count
                nodes[count] = node
                count += 1
    for k in range(count):
        place[nodes[k]] = -1
    return nodes[:count].copy()


@compiled
def _path(
    arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
    flows: tuple[NDArray[np.float64], NDArray[np.float64]],
    capacity: NDArray[np.float64],
    inner: int,
    came: NDArray[np.int64],
) -> int:
    """Find a shortest way to the exit of a node of the shell; return the exit, or -1.

    Fills `came`: for the entry of a node 2 + 2 arc (along it) or 1 (from its own exit, back); for
    the exit 0 (from its entry) or 3 + 2 arc (back along it); -1 where there is no way.
    """
    tail, head = arcs
    along, through = flows
    came[:] = -1
    queue = np.empty(len(came), np.int64)
    queue[0], begin, end = 1, 0, 1
    came[1] = 0
    while begin < end:
        half = queue[begin]
        begin += 1
        node = half >> 1
        if half & 1:
            if node >= inner:
                return int(half)
            if came[half - 1] == -1 and node > 0 and through[node] > EPSILON:
                came[half - 1] = 1
                queue[end] = half - 1
                end += 1
        elif came[half + 1] == -1 and capacity[node] - through[node] > EPSILON:
            came[half + 1] = 0
            queue[end] = half + 1
            end += 1
        for arc in range(len(tail)):
            if half & 1 and tail[arc] == node and came[2 * head[arc]] == -1:
                came[2 * head[arc]] = 2 + 2 * arc
                queue[end] = 2 * head[arc]
                end += 1
            back = not half & 1 and head[arc] == node and along[arc] > EPSILON
            if back and came[2 * tail[arc] + 1] == -1:
                came[2 * tail[arc] + 1] = 3 + 2 * arc
                queue[end] = 2 * tail[arc] + 1
                end += 1
    return -1


@compiled
def _push(  # noqa: PLR0913, PLR0917  # a compiled loop's arrays
    end: int,
    most: float,
    arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
    flows: tuple[NDArray[np.float64], NDArray[np.float64]],
    capacity: NDArray[np.float64],
    came: NDArray[np.int64],
) -> float:
    """Send as much as fits along the way that was found, but no more than `most`; return it."""
    tail, head = arcs
    along, through = flows
    half = end
    while half != 1:
        way, node = came[half], half >> 1
        if way == 0:
            most = min(most, capacity[node] - through[node])
            half -= 1
        elif way == 1:
            most = min(most, through[node])
            half += 1
        elif way & 1:
            most = min(most, along[way - 3 >> 1])
            half = 2 * head[way - 3 >> 1]
        else:
            half = 2 * tail[way - 2 >> 1] + 1
    half = end
    while half != 1:
        way, node = came[half], half >> 1
        if way == 0:
            through[node] += most
            half -= 1
        elif way == 1:
            through[node] -= most
            half += 1
        elif way & 1:
            along[way - 3 >> 1] -= most
            half = 2 * head[way - 3 >> 1]
        else:
            along[way - 2 >> 1] += most
            half = 2 * tail[way - 2 >> 1] + 1
    return most
