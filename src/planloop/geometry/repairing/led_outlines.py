"""Outlines before and after noding: which vertices were put in, and which of them may go again."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely

from planloop.geometry.grid import SCALE, to_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.geometry.arranging.arrangement import Arrangement
    from planloop.geometry.loops.rings import Rings

Point: TypeAlias = tuple[int, int]
"""A vertex in whole grid steps."""

Led: TypeAlias = tuple[Point, Point, list[Point]]
"""An edge of an outline, and the vertices put in between its ends."""

Step: TypeAlias = tuple[Point, Point]
"""A directed edge."""


def led_edges(before: Rings, after: Rings) -> dict[int, list[Led]]:
    """Return the edges that noding has led through further vertices, by polygon.

    Parameters
    ----------
    before
        Rings of polygons.
    after
        The same, noded: :func:`~planloop.geometry.arranging.noding.node`.
    """
    found: defaultdict[int, list[Led]] = defaultdict(list)
    sizes = np.diff(before.first), np.diff(after.first)
    for ring in np.flatnonzero(sizes[0] != sizes[1]):
        old, new = (
            list(zip(rings.x[at].tolist(), rings.y[at].tolist(), strict=True))
            for rings in (before, after)
            for at in [slice(rings.first[ring], rings.first[ring + 1])]
        )
        found[int(before.polygon[ring])] += _led(old, new)
    return {polygon: edges for polygon, edges in found.items() if edges}


def _led(old: Sequence[Point], new: Sequence[Point]) -> Iterator[Led]:
    at = 0
    for start, end in pairwise(old):
        if start == end:
            continue
        stop = at + 1
        while new[stop] != end:
            stop += 1
        if stop > at + 1:
            yield start, end, list(new[at + 1 : stop])
        at = stop


def is_bent(edge: Led) -> bool:
    """Return whether an edge was led off its line."""
    start, end, between = edge
    return any(_off_line(start, point, end) for point in between)


def strays(edges: Sequence[Led], near: set[Point]) -> set[Point]:
    """Return the vertices put into a polygon's edges that are not wanted there.

    Parameters
    ----------
    edges
        The polygon's edges that were led.
    near
        Vertices at what is repaired. Elsewhere noding has put in vertices at defects that are to be
        left, but an edge that was bent keeps all that it was led through.
    """
    away: set[Point] = set()
    for start, end, between in edges:
        wanted = [point for point in between if point in near]
        if not any(_off_line(start, point, end) for point in wanted):
            away |= set(between) - near
    return away


def spare_vertices(
    arrangement: Arrangement,
    holders: Sequence[frozenset[int]],
    interest: set[Point],
    owners: Mapping[Point, set[int]],
) -> set[Point]:
    """Return the vertices that no polygon needs any more.

    Parameters
    ----------
    arrangement
        The faces.
    holders
        The polygons that hold each face, shape (n + 1,), the unbounded one at last.
    interest
        The vertices that may be spare.
    owners
        The polygons that have had each of these from the beginning.

    Returns
    -------
    set
        Vertices where a line between two holdings runs straight on, put in by noding or left over
        from an outline that no longer passes.
    """
    names = {who: number for number, who in enumerate(dict.fromkeys(holders))}
    label = np.array([names[who] for who in holders])
    graph = arrangement.graph
    left, right = label[arrangement.right[1::2]], label[arrangement.right[::2]]
    drawn = np.flatnonzero(left != right)
    tails, heads = graph.tail[2 * drawn], graph.tail[2 * drawn + 1]
    degree = np.bincount(np.concatenate([tails, heads]), minlength=len(graph.x))
    asked = np.isin(graph.x + 1j * graph.y, [complex(*point) for point in interest])
    passed = asked & (degree == 2)  # noqa: PLR2004  # a line in, a line out
    ways: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for ends in ((tails, heads), (heads, tails)):
        at = passed[ends[0]]
        for vertex, other, segment in zip(*(e[at].tolist() for e in (*ends, drawn)), strict=True):
            ways[vertex].append((other, segment))
    spare = set()
    for vertex, ((one, segment), (other, _)) in ways.items():
        here, start, end = ((int(graph.x[v]), int(graph.y[v])) for v in (vertex, one, other))
        sides = (holders[arrangement.right[2 * segment + half]] for half in (0, 1))
        users = frozenset.symmetric_difference(*sides)
        if users.isdisjoint(owners.get(here, ())) and not _off_line(start, here, end):
            spare.add(here)
    return spare


def without(polygon: shapely.Geometry, drop: set[Point]) -> shapely.Geometry:
    """Return a polygon on the grid without some vertices at which it runs straight, normalised."""
    parts = []
    for part in shapely.get_parts(polygon):
        rings = []
        for ring in shapely.get_rings(part):
            kept = [point for point in points_of(ring)[:-1] if point not in drop]
            rings.append(np.array([*kept, kept[0]]) / SCALE)
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    normal: shapely.Geometry = shapely.normalize(whole)
    return normal


def enclosed(edges: set[Step]) -> shapely.Geometry:
    """Return the polygon that directed edges enclose, each with the inside on its left."""
    lines: Any = shapely.linestrings(np.array(sorted(edges), dtype=float).reshape(-1, 2, 2) / SCALE)
    faces: Any = shapely.get_parts(shapely.polygonize(lines))
    inner = []
    for face in shapely.orient_polygons(faces, exterior_cw=False):
        start, end = points_of(face)[:2]
        if (start, end) in edges:
            inner.append(face)
    return inner[0] if len(inner) == 1 else shapely.MultiPolygon(inner)


def steps_of(polygon: shapely.Geometry) -> set[Step]:
    """Return the directed edges of a polygon on the grid, its inside on their left."""
    steps: set[Step] = set()
    for part in shapely.get_parts(shapely.orient_polygons(polygon, exterior_cw=False)):
        for ring in shapely.get_rings(part):
            steps ^= set(pairwise(points_of(ring)))
    return {step for step in steps if step[0] != step[1]}


def led_steps(steps: set[Step], led: Sequence[Led], drop: set[Point]) -> set[Step]:
    """Return directed edges led through the vertices put in, but for some vertices."""
    found = set(steps)
    for start, end, between in led:
        way = [start, *(point for point in between if point not in drop), end]
        forth = (start, end) in steps
        found.discard((start, end) if forth else (end, start))
        add(found, pairwise(way if forth else way[::-1]))
    return found


def add(steps: set[Step], others: Iterable[Step]) -> None:
    """Add directed edges to others; of two that run to and fro nothing is left."""
    for start, end in others:
        if (end, start) in steps:
            steps.discard((end, start))
        else:
            steps.add((start, end))


def points_of(geometry: shapely.Geometry) -> list[Point]:
    """Return the vertices of a geometry in whole grid steps, in order."""
    east, north = to_steps(shapely.get_coordinates(geometry)).T.tolist()
    return list(zip(east, north, strict=True))


def twice_area(polygon: shapely.Geometry) -> int:
    """Return twice the area of a polygon on the grid, valid or not, in square steps, exactly.

    As shapely has it: the sizes of the shells less those of their holes.
    """
    total = 0
    for part in shapely.get_parts(polygon):
        for number, ring in enumerate(shapely.get_rings(part)):
            steps = to_steps(shapely.get_coordinates(ring))
            if not len(steps):  # a hole may be empty
                continue
            x, y = (steps - steps[0]).T
            # Modulo 2**64 the products wrap and are exact; the estimate tells how often.
            wrapped = int((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())
            east, north = x.astype(float), y.astype(float)
            estimate = float((east[:-1] * north[1:] - east[1:] * north[:-1]).sum())
            size = abs(wrapped + round((estimate - wrapped) / 2**64) * 2**64)
            total += -size if number else size
    return total


def square_metres(twice: int) -> float:
    """Return twice an area in square steps as square metres, rounded once."""
    return twice / (2.0 * SCALE * SCALE)


def shift(before: shapely.Geometry, after: shapely.Geometry) -> float:
    """Return how far a vertex of either outline is from the other outline at most, metres.

    0 where either is empty.
    """
    if shapely.is_empty(before) or shapely.is_empty(after):
        return 0.0
    lines = shapely.boundary([before, after])
    names = [set(map(tuple, shapely.get_coordinates(line).tolist())) for line in lines]
    farthest = 0.0
    for own, other, line in ((names[0], names[1], lines[1]), (names[1], names[0], lines[0])):
        points = shapely.points(np.array(sorted(own - other)).reshape(-1, 2))
        farthest = max(farthest, *shapely.distance(points, line).tolist(), 0.0)
    return farthest


def shift_across(
    place: shapely.Geometry, before: shapely.Geometry, after: shapely.Geometry
) -> float:
    """Return how far an outline has moved across an area that its polygon has lost or got, metres.

    The largest distance of the area's vertices and the middles of its edges from either outline;
    0 where either is empty.
    """
    if shapely.is_empty(before) or shapely.is_empty(after):
        return 0.0
    samples = []
    for ring in shapely.get_parts(shapely.boundary(place)):
        xy = shapely.get_coordinates(ring)
        samples += [xy[1:], (xy[1:] + xy[:-1]) / 2.0]
    points = shapely.points(np.concatenate(samples))
    lines = shapely.boundary([before, after])
    return float(shapely.distance(points[:, None], lines).max())


def _off_line(start: Point, point: Point, end: Point) -> bool:
    east, north = end[0] - start[0], end[1] - start[1]
    return east * (point[1] - start[1]) != north * (point[0] - start[0])


def distance(edge: Led) -> float:
    """Return how far an edge was led off its line, metres."""
    line = shapely.LineString([edge[0], edge[1]])
    return float(shapely.distance(shapely.points(np.array(edge[2])), line).max()) / SCALE


def multipoint(points: NDArray[np.int64] | Sequence[Point]) -> shapely.Geometry:
    """Return vertices in whole grid steps as a geometry in metres."""
    place: shapely.Geometry = shapely.normalize(shapely.multipoints(np.array(points) / SCALE))
    return place
