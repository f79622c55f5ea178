"""The planar area that two polygons on the grid share, in fractions: slow, and never rounded."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

from planloop.geometry.grid import SCALE, to_steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    Edge: TypeAlias = tuple[int, int, int, int]


def shared_area(a: shapely.Geometry, b: shapely.Geometry) -> float:
    """Return the area of the intersection of two valid geometries on the grid, m².

    Notes
    -----
    Vertical lines through all vertices and crossings cut the plane into slabs in which no edges
    cross, so the area between two edges is their distance in the middle times the width.
    """
    edges = [(edge, 0) for edge in _edges(a)] + [(edge, 1) for edge in _edges(b)]
    cuts = {Fraction(x) for edge, _ in edges for x in (edge[0], edge[2])}
    cuts |= set(_crossings([edge for edge, _ in edges]))
    slabs = sorted(cuts)
    order = {cut: number for number, cut in enumerate(slabs)}
    active: list[list[tuple[Edge, int]]] = [[] for _ in slabs]
    for edge, layer in edges:
        for slab in range(order[Fraction(edge[0])], order[Fraction(edge[2])]):
            active[slab].append((edge, layer))
    total = Fraction(0)
    for number, (left, right) in enumerate(pairwise(slabs)):
        total += (right - left) * _shared((left + right) / 2, active[number])
    return float(total / int(SCALE) ** 2)


def _shared(x: Fraction, edges: Iterable[tuple[Edge, int]]) -> Fraction:
    """Return the length that both layers hold of a vertical line."""
    total = start = Fraction(0)
    inside = [False, False]
    for y, layer in sorted((_height(edge, x), layer) for edge, layer in edges):
        if all(inside):
            total += y - start
        inside[layer] = not inside[layer]
        start = y
    return total


def _height(edge: Edge, x: Fraction) -> Fraction:
    x1, y1, x2, y2 = edge
    return y1 + (x - x1) * (y2 - y1) / (x2 - x1)


def _edges(geometry: shapely.Geometry) -> list[Edge]:
    """Return the edges from west to east in grid steps; vertical ones bound no area here."""
    edges = []
    for ring in shapely.get_rings(shapely.get_parts(geometry)):
        vertices = to_steps(shapely.get_coordinates(ring)).tolist()
        for one, other in pairwise(vertices):
            west, east = sorted((one, other))
            if west[0] < east[0]:
                edges.append((west[0], west[1], east[0], east[1]))
    return edges


def _crossings(edges: list[Edge]) -> Iterable[Fraction]:
    """Yield where edges cross or touch between their ends."""
    ends = np.array(edges, dtype=np.float64).reshape(-1, 2, 2)
    lines = shapely.linestrings(ends)
    # Bounds only, widened: no rounding of whole numbers below 2**53 hides a pair.
    for one, other in shapely.STRtree(lines).query(lines).T:
        (x1, y1, x2, y2), (u1, v1, u2, v2) = edges[one], edges[other]
        rise = (y2 - y1) * (u2 - u1) - (v2 - v1) * (x2 - x1)
        if one < other and rise:
            reach = Fraction((v1 - y1) * (u2 - u1) - (v2 - v1) * (u1 - x1), rise)
            x = x1 + reach * (x2 - x1)
            if max(x1, u1) < x < min(x2, u2):
                yield x
