"""The outlines of intersections, traced along the outlines of the two layers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.crossing.crossings import PLACING
from planloop.geometry.grid import SCALE
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.growing import longer
from planloop.geometry.loops.rings import Rings  # noqa: TC001  # a field of a named tuple

CORNERS = 3
"""Fewest vertices of a ring, the closing one not counted."""


class Track(NamedTuple):
    """The crossings of all pairs of polygons along the outlines of one layer.

    Parameters
    ----------
    rings
        The layer.
    edge
        The edge of each crossing, shape (k,).
    ring
        The ring of each crossing, shape (k,).
    following
        The next crossing of the same pair and ring in the direction that keeps the polygon's inside
        on the left, shape (k,).
    rank
        Its place in the order along the ring, among those of the same pair, shape (k,).
    """

    rings: Rings
    edge: NDArray[np.int64]
    ring: NDArray[np.int64]
    following: NDArray[np.int64]
    rank: NDArray[np.int64]


class Whole(NamedTuple):
    """Rings that lie wholly inside a pair's other polygon.

    Parameters
    ----------
    first
        Where the rings of each pair begin in `ring`, and the end, shape (p + 1,).
    ring
        Rings of one layer.
    """

    first: NDArray[np.int64]
    ring: NDArray[np.int64]


class Outlines(NamedTuple):
    """Traced outlines.

    Parameters
    ----------
    xy
        Vertices of all rings, metres, the first of each repeated at its end, shape (v, 2).
    first
        Where each ring begins in `xy`, and the end, shape (r + 1,).
    ring
        Where the rings of each pair begin in `first`, and the end, shape (p + 1,).
    shells
        How many of a pair's rings are shells: these come first, shape (p,). 0 if the outline
        could not be traced.
    """

    xy: NDArray[np.float64]
    first: NDArray[np.int64]
    ring: NDArray[np.int64]
    shells: NDArray[np.int64]


class Path(NamedTuple):
    """A ring under construction: its vertices, metres, and how many there are, shape (1,)."""

    xy: NDArray[np.float64]
    size: NDArray[np.int64]


class Drawn(NamedTuple):
    """Rings that are ready: their vertices, where each begins, and how many there are.

    Also how many rings were passed over since they run the other way, shape (1,) both.
    """

    xy: NDArray[np.float64]
    first: NDArray[np.int64]
    rings: NDArray[np.int64]
    passed: NDArray[np.int64]


class Task(NamedTuple):
    """What is traced: both layers, the crossings, and which of them are behind us."""

    a: Track
    b: Track
    enters: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    done: NDArray[np.bool_]


@compiled
def trace(  # two layers with what lies on their outlines  # noqa: PLR0913, PLR0917
    a: Track,
    b: Track,
    whole_a: Whole,
    whole_b: Whole,
    first: NDArray[np.int64],
    member: NDArray[np.int64],
    enters: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> Outlines:
    """Trace the outlines of intersections.

    Parameters
    ----------
    a, b
        The two layers.
    whole_a, whole_b
        Rings of `a` inside the pair's polygon of `b`, and the reverse, that nothing crosses.
    first, member
        The crossings of each pair: pair `p` has those from ``member[first[p]]`` on, shapes
        (p + 1,), (k,).
    enters
        1 where a's outline, its inside on the left, enters b's polygon, -1 where it leaves it,
        shape (k,).
    x, y
        Where each crossing is, metres, shape (k,).
    """
    pairs = len(first) - 1
    task = Task(a, b, enters, x, y, np.zeros(len(enters), np.bool_))
    path = Path(np.empty((1024, 2)), np.zeros(1, np.int64))
    drawn = Drawn(
        np.empty((4096, 2)), np.zeros(1024, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64)
    )
    ring_first, shells = np.zeros(pairs + 1, np.int64), np.zeros(pairs, np.int64)
    for pair in range(pairs):
        before = drawn.rings[0]
        own = member[first[pair] : first[pair + 1]]
        inner_a = whole_a.ring[whole_a.first[pair] : whole_a.first[pair + 1]]
        inner_b = whole_b.ring[whole_b.first[pair] : whole_b.first[pair + 1]]
        # Shells first; a second time over the rings if there are holes.
        drawn.passed[0] = 0
        path, drawn, sound = _draw(task, own, inner_a, inner_b, 1, path, drawn)
        outer, holes = drawn.rings[0] - before, drawn.passed[0]
        if holes:
            path, drawn, _ = _draw(task, own, inner_a, inner_b, -1, path, drawn)
        if sound and not (holes and outer > 1):
            shells[pair] = outer
        if not shells[pair]:
            drawn.rings[0] = before
        ring_first[pair + 1] = drawn.rings[0]
    starts = drawn.first[: drawn.rings[0] + 1]
    return Outlines(drawn.xy[: starts[-1]], starts, ring_first, shells)


@compiled
def _draw(  # a pair, its rings, and where they are drawn  # noqa: PLR0913, PLR0917
    task: Task,
    crossings: NDArray[np.int64],
    inner_a: NDArray[np.int64],
    inner_b: NDArray[np.int64],
    wanted: int,
    path: Path,
    drawn: Drawn,
) -> tuple[Path, Drawn, bool]:
    """Draw the rings of a pair that run in the wanted direction; return whether all close."""
    sound = True
    for k in crossings:
        task.done[k] = False
    for k in crossings:
        if task.enters[k] > 0 and not task.done[k]:
            path.size[0] = 0
            path, closed = _loop(task, k, len(crossings), path)
            sound = sound and closed
            path, drawn = _keep(path, wanted, drawn)
    for ring in inner_a:
        path.size[0] = 0
        path, drawn = _keep(_copy(task.a.rings, ring, path), wanted, drawn)
    for ring in inner_b:
        path.size[0] = 0
        path, drawn = _keep(_copy(task.b.rings, ring, path), wanted, drawn)
    return path, drawn, sound


@compiled
def _keep(path: Path, wanted: int, drawn: Drawn) -> tuple[Path, Drawn]:
    """Close a ring and keep it if it has an area and runs in the wanted direction."""
    path, size = _closed(path)
    runs = _direction(path.xy, size) if size > CORNERS else 0
    if runs != wanted:
        drawn.passed[0] += runs == -wanted
        return path, drawn
    xy, first = drawn.xy, drawn.first
    rings = drawn.rings[0]
    start = first[rings]
    while start + size > len(xy):
        xy = longer(xy)
    xy[start : start + size] = path.xy[:size]
    if rings + 1 == len(first):
        first = np.concatenate((first, np.zeros_like(first)))
    first[rings + 1] = start + size
    drawn.rings[0] = rings + 1
    return path, Drawn(xy, first, drawn.rings, drawn.passed)


@compiled
def _loop(task: Task, start: int, most: int, path: Path) -> tuple[Path, bool]:
    """Follow a's outline into b's polygon, b's outline back, and so on until the start."""
    x, y = task.x, task.y
    here = start
    for _ in range(most):
        task.done[here] = True
        path = _push(path, x[here], y[here])
        leaving = task.a.following[here]
        path = _along(task.a, here, leaving, path)
        path = _push(path, x[leaving], y[leaving])
        if task.enters[leaving] > 0:
            return path, False
        here = task.b.following[leaving]
        path = _along(task.b, leaving, here, path)
        if task.enters[here] < 0:
            return path, False
        if here == start:
            return path, True
    return path, False


@compiled
def _along(track: Track, start: int, stop: int, path: Path) -> Path:
    """Add the vertices of an outline from one crossing to the next, the inside on the left."""
    rings, ring = track.rings, track.ring[start]
    low, high = rings.first[ring], rings.first[ring + 1] - 1
    now, end = track.edge[start], track.edge[stop]
    if rings.turn[ring] > 0:
        around = track.rank[stop] <= track.rank[start]
        for v in range(now + 1, (high if around else end) + 1):
            path = _push(path, rings.x[v] / SCALE, rings.y[v] / SCALE)
        if around:
            for v in range(low + 1, end + 1):
                path = _push(path, rings.x[v] / SCALE, rings.y[v] / SCALE)
    else:
        around = track.rank[stop] >= track.rank[start]
        for v in range(now, low - 1 if around else end, -1):
            path = _push(path, rings.x[v] / SCALE, rings.y[v] / SCALE)
        if around:
            for v in range(high - 1, end, -1):
                path = _push(path, rings.x[v] / SCALE, rings.y[v] / SCALE)
    return path


@compiled
def _copy(rings: Rings, ring: int, path: Path) -> Path:
    """Add a whole ring, the inside on the left."""
    low, high = rings.first[ring], rings.first[ring + 1] - 1
    for k in range(high - low):
        v = low + k if rings.turn[ring] > 0 else high - k
        path = _push(path, rings.x[v] / SCALE, rings.y[v] / SCALE)
    return path


@compiled
def _push(path: Path, x: float, y: float) -> Path:
    """Add a vertex; a repeated one is none, and where the path turns straight back it is cut."""
    xy, size = path.xy, path.size[0]
    while size and _is_spike(xy, size, x, y):
        size -= 1
    if size and xy[size - 1, 0] == x and xy[size - 1, 1] == y:
        path.size[0] = size
        return path
    if size == len(xy):
        xy = longer(xy)
    xy[size, 0], xy[size, 1] = x, y
    path.size[0] = size + 1
    return Path(xy, path.size)


@compiled
def _is_spike(xy: NDArray[np.float64], size: int, x: float, y: float) -> bool:
    """Return whether the way from the last vertex but one to a point turns back at the last."""
    if size < 2:  # noqa: PLR2004  # two vertices make a way
        return False
    dx, dy = xy[size - 1, 0] - xy[size - 2, 0], xy[size - 1, 1] - xy[size - 2, 1]
    ex, ey = x - xy[size - 1, 0], y - xy[size - 1, 1]
    return bool(dx * ex + dy * ey < 0.0 and _is_straight(dx, dy, ex, ey))


@compiled
def _is_straight(dx: float, dy: float, ex: float, ey: float) -> bool:
    """Return whether one way continues another one's line, but for the rounding of places."""
    size = abs(dx) + abs(dy) + abs(ex) + abs(ey)
    return bool(abs(dx * ey - dy * ex) <= PLACING * size)


@compiled
def _closed(path: Path) -> tuple[Path, int]:
    """Close a ring, without spikes where it closes; return its size, 0 if nothing is left."""
    xy, size = path.xy, path.size[0]
    start = 0
    while size - start >= CORNERS:
        if xy[start, 0] == xy[size - 1, 0] and xy[start, 1] == xy[size - 1, 1]:
            size -= 1
            continue
        if _is_spike(xy, size, xy[start, 0], xy[start, 1]):
            size -= 1
            continue
        dx, dy = xy[start, 0] - xy[size - 1, 0], xy[start, 1] - xy[size - 1, 1]
        ex, ey = xy[start + 1, 0] - xy[start, 0], xy[start + 1, 1] - xy[start, 1]
        if dx * ex + dy * ey >= 0.0 or not _is_straight(dx, dy, ex, ey):
            break
        start += 1
    if size - start < CORNERS:
        return path, 0
    for k in range(start, size):
        xy[k - start] = xy[k]
    size -= start
    if size == len(xy):
        xy = longer(xy)
    xy[size] = xy[0]
    return Path(xy, path.size), size + 1


@compiled
def _direction(xy: NDArray[np.float64], size: int) -> int:
    """Return 1 for a ring that runs counter-clockwise, -1 for clockwise, 0 for no area."""
    twice = 0.0
    for k in range(size - 1):
        twice += (xy[k, 0] - xy[0, 0]) * (xy[k + 1, 1] - xy[0, 1])
        twice -= (xy[k + 1, 0] - xy[0, 0]) * (xy[k, 1] - xy[0, 1])
    if twice > 0.0:
        return 1
    return -1 if twice < 0.0 else 0
