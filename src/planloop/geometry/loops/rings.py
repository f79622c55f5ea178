"""A layer's rings as arrays of whole grid steps: what the compiled loops work on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.grid import SCALE
from planloop.geometry.loops.compiled import compiled

POLYGON, MULTIPOLYGON = 3, 6
"""Types of geometry that have an area, as shapely and well-known binary number them."""


class Rings(NamedTuple):
    """The rings of an array of polygons, in whole grid steps.

    Parameters
    ----------
    x, y
        Vertices of all rings, the first of each repeated at its end, shape (v,).
    first
        Where each ring begins in `x` and `y`, and the end, shape (r + 1,).
    ring
        Where the rings of each polygon begin in `first`, and the end, shape (n + 1,). Polygons and
        multipolygons alike: a part is no more than a further shell.
    turn
        By what the signed area of each ring counts, shape (r,): 1 or -1, so that shells count
        positive and holes negative however they run.
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    first: NDArray[np.int64]
    ring: NDArray[np.int64]
    turn: NDArray[np.int64]

    @classmethod
    def of(cls, polygons: NDArray[np.object_]) -> Rings:
        """Return the rings of polygons.

        Parameters
        ----------
        polygons
            Polygons and MultiPolygons in a metre plane, shape (n,). Missing and empty ones have no
            rings. Vertices are rounded to the grid; on the grid already they are kept exactly.
        """
        polygons = np.asarray(polygons, dtype=object)
        texts = shapely.to_wkb(polygons, output_dimension=2, byte_order=1)
        texts[shapely.is_missing(polygons)] = b""
        size = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        data = np.frombuffer(b"".join(texts), dtype=np.uint8)
        offset = np.concatenate([[0], np.cumsum(size)])
        count, rings = _sizes(data, offset)
        return cls(*_read(data, offset, count, rings))

    @property
    def polygons(self) -> int:
        """The number of polygons."""
        return len(self.ring) - 1

    @property
    def polygon(self) -> NDArray[np.int64]:
        """The polygon that each ring belongs to, shape (r,)."""
        return np.repeat(np.arange(self.polygons), np.diff(self.ring))

    def take(self, start: int, stop: int) -> Rings:
        """Return the rings of the polygons from `start` up to `stop`."""
        rings = slice(self.ring[start], self.ring[stop] + 1)
        first = self.first[rings]
        vertices = slice(first[0], first[-1])
        ring = self.ring[start : stop + 1]
        return Rings(
            self.x[vertices],
            self.y[vertices],
            first - first[0],
            ring - ring[0],
            self.turn[ring[0] : ring[-1]],
        )


def polygons_of(rings: Rings, index: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return some polygons of a layer as geometry, shape (n,): a part of several is a polygon.

    Parameters
    ----------
    rings
        The layer.
    index
        Which polygons, shape (n,); one that is asked for twice is the same object twice.
    """
    wanted, number = np.unique(index, return_inverse=True)
    made = np.empty(len(wanted), dtype=object)
    for place, polygon in enumerate(wanted):
        parts: list[list[NDArray[np.float64]]] = []
        for ring in range(rings.ring[polygon], rings.ring[polygon + 1]):
            vertices = slice(rings.first[ring], rings.first[ring + 1])
            xy = np.column_stack([rings.x[vertices], rings.y[vertices]])
            if rings.turn[ring] == direction(rings.x, rings.y, vertices.start, vertices.stop):
                parts.append([])
            parts[-1].append(xy / SCALE)
        shapes = [shapely.Polygon(part[0], part[1:]) for part in parts]
        made[place] = shapes[0] if len(shapes) == 1 else shapely.MultiPolygon(shapes)
    return made[number]


@compiled
def _word(data: NDArray[np.uint8], at: int) -> int:
    """Return the little-endian 32-bit number at a place of well-known binary."""
    word = 0
    for byte in range(4):
        word += int(data[at + byte]) << 8 * byte
    return word


@compiled
def _sizes(data: NDArray[np.uint8], offset: NDArray[np.int64]) -> tuple[int, int]:
    """Return how many vertices and rings there are."""
    vertices = rings = 0
    for index in range(len(offset) - 1):
        at, end = offset[index], offset[index + 1]
        while at < end:
            number = _word(data, at + 5)
            multi = _word(data, at + 1) == MULTIPOLYGON
            at += 9
            if multi:
                continue
            for _ in range(number):
                size = _word(data, at)
                # A hole without vertices is none.
                rings += size > 0
                vertices += size
                at += 4 + 16 * size
    return vertices, rings


@compiled
def _read(
    data: NDArray[np.uint8], offset: NDArray[np.int64], vertices: int, rings: int
) -> tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]
]:
    """Return what :class:`Rings` holds."""
    x = np.empty(vertices, np.int64)
    y = np.empty(vertices, np.int64)
    first = np.zeros(rings + 1, np.int64)
    ring = np.zeros(len(offset), np.int64)
    turn = np.empty(rings, np.int64)
    vertex = number = 0
    for index in range(len(offset) - 1):
        at, end = offset[index], offset[index + 1]
        while at < end:
            count = _word(data, at + 5)
            multi = _word(data, at + 1) == MULTIPOLYGON
            at += 9
            if multi:
                continue
            for part in range(count):
                size = _word(data, at)
                at += 4
                if size == 0:
                    continue
                xy = data[at : at + 16 * size].view(np.float64)
                at += 16 * size
                for k in range(size):
                    x[vertex + k] = np.int64(np.rint(xy[2 * k] * SCALE))
                    y[vertex + k] = np.int64(np.rint(xy[2 * k + 1] * SCALE))
                wanted = 1 if part == 0 else -1
                turn[number] = wanted * direction(x, y, vertex, vertex + size)
                vertex += size
                number += 1
                first[number] = vertex
        ring[index + 1] = number
    return x, y, first, ring, turn


@compiled
def direction(x: NDArray[np.int64], y: NDArray[np.int64], start: int, stop: int) -> int:
    """Return 1 for a ring that runs counter-clockwise, -1 for one that runs clockwise.

    Parameters
    ----------
    x, y
        Vertices, grid steps, shape (v,).
    start, stop
        The ring's first vertex, and the one behind its last.
    """
    twice = 0.0
    for k in range(start, stop - 1):
        twice += float(x[k] - x[start]) * float(y[k + 1] - y[start])
        twice -= float(x[k + 1] - x[start]) * float(y[k] - y[start])
    return -1 if twice < 0.0 else 1
