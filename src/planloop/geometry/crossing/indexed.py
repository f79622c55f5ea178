"""A layer with an index: what crosses an edge, and which polygons a point lies in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.loops.cells import Cells
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.growing import longer
from planloop.geometry.loops.rings import Rings  # noqa: TC001  # a field of a named tuple
from planloop.geometry.loops.shifted import meeting, side_of_shifted_point


class Sets(NamedTuple):
    """Sets of polygons.

    Parameters
    ----------
    first
        Where each set begins in `item`, and the end, shape (s + 1,).
    item
        Indices of polygons.
    """

    first: NDArray[np.int64]
    item: NDArray[np.int64]


class Edges(NamedTuple):
    """The edges of a layer by cell, no more than what a walk looks at: see `Indexed`."""

    first: NDArray[np.int64]
    edge: NDArray[np.int64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    ring: NDArray[np.int32]
    polygon: NDArray[np.int32]
    turn: NDArray[np.int64]


class Indexed(NamedTuple):
    """A layer that is searched. It counts as shifted by less than anything: see `shifted`.

    Parameters
    ----------
    rings
        Its rings. Polygons may overlap each other.
    ring
        The ring of each vertex, shape (v,).
    polygon
        The polygon of each vertex, shape (v,).
    cells
        Its edges by cell.
    label
        For the centre of each cell the set of polygons it lies in, an index into `sets`.
    sets
        The sets.
    """

    rings: Rings
    ring: NDArray[np.int32]
    polygon: NDArray[np.int32]
    cells: Cells
    label: NDArray[np.int32]
    sets: Sets

    @classmethod
    def of(cls, rings: Rings) -> Indexed:
        """Return a layer with its index."""
        ring = np.repeat(np.arange(len(rings.turn), dtype=np.int32), np.diff(rings.first))
        polygon = rings.polygon.astype(np.int32)[ring]
        cells = Cells.over(rings.x, rings.y, _edges(rings))
        label = np.zeros(len(cells.first) - 1, np.int32)
        none = Sets(np.zeros(2, np.int64), np.empty(0, np.int64))
        bare = cls(rings, ring, polygon, cells, label, none)
        return cls(*bare[:5], _label(bare))


@compiled
def covering_starts(rings: Rings, layer: Indexed) -> Sets:
    """Return for the first vertex of each ring of another layer the polygons it lies in."""
    cells, shift = layer.cells, layer.cells.shift
    edges = _edges_by_cell(layer)
    half = 1 << (shift - 1)
    first = np.zeros(len(rings.turn) + 1, np.int64)
    item = np.empty(len(rings.turn) + 1, np.int64)
    polygons, counts = np.empty(8, np.int64), np.empty(8, np.int64)
    total = 0
    for ring in range(len(rings.turn)):
        x, y = rings.x[rings.first[ring]], rings.y[rings.first[ring]]
        column, row = (x - cells.west) >> shift, (y - cells.south) >> shift
        if 0 <= column < cells.columns and 0 <= row < cells.rows:
            cell = row * cells.columns + column
            size = 0
            this = layer.label[cell]
            for k in range(layer.sets.first[this], layer.sets.first[this + 1]):
                polygons, counts = _room(polygons, counts, size)
                polygons[size], counts[size] = layer.sets.item[k], 1
                size += 1
            x0, y0 = cells.west + (column << shift) + half, cells.south + (row << shift) + half
            polygons, counts, size = _walk(edges, cell, x0, y0, x, y, polygons, counts, size)
            for k in range(size):
                if total == len(item):
                    item = longer(item)
                item[total] = polygons[k]
                total += 1
        first[ring + 1] = total
    return Sets(first, item[:total])


@compiled
def starts_covered(layer: Indexed, rings: Rings) -> Sets:
    """Return for the first vertex of each ring of an indexed layer the polygons it lies in.

    Parameters
    ----------
    layer
        The indexed layer, r rings.
    rings
        The polygons of the other one.

    Returns
    -------
    Sets
        r of them.
    """
    starts = layer.rings.first[:-1]
    x, y = layer.rings.x[starts], layer.rings.y[starts]
    order = np.argsort(x, kind="mergesort")
    sorted_x = x[order]
    near = np.empty(len(starts), np.int64)
    found_ring, found_polygon = np.empty(16, np.int64), np.empty(16, np.int64)
    total = 0
    for polygon in range(len(rings.ring) - 1):
        start, stop = rings.first[rings.ring[polygon]], rings.first[rings.ring[polygon + 1]]
        if start == stop:
            continue
        west, south, east, north = _extent(rings, start, stop)
        count = 0
        for k in range(np.searchsorted(sorted_x, west), len(order)):
            if sorted_x[k] > east:
                break
            near[count] = order[k]
            count += south <= y[order[k]] <= north
        held = _held(rings, polygon, near[:count], x, y)
        for k in range(len(held)):
            if total == len(found_ring):
                found_ring, found_polygon = longer(found_ring), longer(found_polygon)
            found_ring[total], found_polygon[total] = held[k], polygon
            total += 1
    first = np.zeros(len(starts) + 1, np.int64)
    item = np.empty(total, np.int64)
    for k in range(total):
        first[found_ring[k] + 1] += 1
    for ring in range(len(starts)):
        first[ring + 1] += first[ring]
    place = first[:-1].copy()
    for k in range(total):
        item[place[found_ring[k]]] = found_polygon[k]
        place[found_ring[k]] += 1
    return Sets(first, item)


@compiled
def _edges(rings: Rings) -> NDArray[np.int64]:
    """Return the first vertex of each edge that has a length."""
    edges = np.empty(len(rings.x), np.int64)
    total = 0
    for ring in range(len(rings.turn)):
        for v in range(rings.first[ring], rings.first[ring + 1] - 1):
            if rings.x[v] != rings.x[v + 1] or rings.y[v] != rings.y[v + 1]:
                edges[total] = v
                total += 1
    return edges[:total]


@compiled
def _edges_by_cell(layer: Indexed) -> Edges:
    rings, cells = layer.rings, layer.cells
    return Edges(cells.first, cells.edge, rings.x, rings.y, layer.ring, layer.polygon, rings.turn)


@compiled
def _label(layer: Indexed) -> Sets:
    """Fill in the label of each cell and return the sets: each row is walked from the west."""
    cells, label = layer.cells, layer.label
    edges = _edges_by_cell(layer)
    shift = cells.shift
    half = 1 << (shift - 1)
    first, item = np.zeros(16, np.int64), np.empty(16, np.int64)
    sets = 1
    polygons, counts = np.empty(8, np.int64), np.empty(8, np.int64)
    for row in range(cells.rows):
        y = cells.south + (row << shift) + half
        size = now = 0
        for column in range(1, cells.columns):
            cell = row * cells.columns + column
            border = cells.west + (column << shift)
            before = size
            walked = False
            if cells.first[cell - 1] < cells.first[cell]:
                walked = True
                polygons, counts, size = _walk(
                    edges, cell - 1, border - half, y, border, y, polygons, counts, size
                )
            if cells.first[cell] < cells.first[cell + 1]:
                walked = True
                polygons, counts, size = _walk(
                    edges, cell, border, y, border + half, y, polygons, counts, size
                )
            if walked and (size != before or not _same(polygons, size, first, item, now)):
                if sets + 2 > len(first):
                    first = longer(first)
                while first[sets] + size > len(item):
                    item = longer(item)
                item[first[sets] : first[sets] + size] = polygons[:size]
                first[sets + 1] = first[sets] + size
                now = sets
                sets += 1
            label[cell] = now
    return Sets(first[: sets + 1], item[: first[sets]])


@compiled
def _same(
    polygons: NDArray[np.int64],
    size: int,
    first: NDArray[np.int64],
    item: NDArray[np.int64],
    index: int,
) -> bool:
    """Return whether the polygons are those of a set; both list none twice."""
    if first[index + 1] - first[index] != size:
        return False
    for k in range(size):
        known = False
        for other in range(first[index], first[index + 1]):
            known = known or item[other] == polygons[k]
        if not known:
            return False
    return True


@compiled
def _walk(  # a way, and what it leads through  # noqa: PLR0913, PLR0917
    edges: Edges,
    cell: int,
    x1: int,
    y1: int,
    x2: int,
    y2: int,
    polygons: NDArray[np.int64],
    counts: NDArray[np.int64],
    size: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return the polygons at the end of a straight way within one cell, from those at its start."""
    if x1 == x2 and y1 == y2:
        return polygons, counts, size
    x, y = edges.x, edges.y
    for k in range(edges.first[cell], edges.first[cell + 1]):
        e = edges.edge[k]
        sign, _ = meeting(x1, y1, x2, y2, x[e], y[e], x[e + 1], y[e + 1])
        if sign:
            polygon = edges.polygon[e]
            place = 0
            while place < size and polygons[place] != polygon:
                place += 1
            if place == size:
                polygons, counts = _room(polygons, counts, size)
                polygons[size], counts[size] = polygon, 0
                size += 1
            counts[place] += sign * edges.turn[edges.ring[e]]
    left = 0
    for place in range(size):
        if counts[place]:
            polygons[left], counts[left] = polygons[place], counts[place]
            left += 1
    return polygons, counts, left


@compiled
def _extent(rings: Rings, start: int, stop: int) -> tuple[int, int, int, int]:
    """Return west, south, east and north of some vertices."""
    west = east = rings.x[start]
    south = north = rings.y[start]
    for v in range(start, stop):
        west, east = min(west, rings.x[v]), max(east, rings.x[v])
        south, north = min(south, rings.y[v]), max(north, rings.y[v])
    return int(west), int(south), int(east), int(north)


@compiled
def _held(
    rings: Rings,
    polygon: int,
    points: NDArray[np.int64],
    x: NDArray[np.int64],
    y: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return which of some shifted points lie inside a polygon, by rays to the east.

    The points are sorted from south to north, so that each edge looks only at those it may hide.
    """
    if not len(points):
        return points
    order = points[np.argsort(y[points], kind="mergesort")]
    height = y[order]
    inside = np.zeros(len(order), np.bool_)
    for ring in range(rings.ring[polygon], rings.ring[polygon + 1]):
        for v in range(rings.first[ring], rings.first[ring + 1] - 1):
            y1, y2 = rings.y[v], rings.y[v + 1]
            low, high = min(y1, y2), max(y1, y2)
            for k in range(np.searchsorted(height, low), len(order)):
                if height[k] >= high:
                    break
                dx, dy = rings.x[v + 1] - rings.x[v], y2 - y1
                left = side_of_shifted_point(dx, dy, x[order[k]] - rings.x[v], height[k] - y1) > 0
                if left == (dy > 0):
                    inside[k] = not inside[k]
    return order[inside]


@compiled
def _room(
    polygons: NDArray[np.int64], counts: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if size == len(polygons):
        return longer(polygons), longer(counts)
    return polygons, counts
