"""Noded rings that need no noding: closed walks along the edges of a triangulated lattice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.loops.rings import Rings

if TYPE_CHECKING:
    from numpy.typing import NDArray

Node = tuple[int, int]
Walk = list[Node]


@dataclass(frozen=True)
class Lattice:
    """Nodes in columns and rows, joined along both and along one diagonal of each square.

    Parameters
    ----------
    size
        Squares each way.
    diagonals
        Whether a square's diagonal rises, shape (size, size).
    scale
        Grid steps between nodes.
    shear
        Grid steps by which each column is moved north, so that few edges are parallel to an axis.
    """

    size: int
    diagonals: NDArray[np.bool_]
    scale: int
    shear: int

    def around(self, node: Node) -> list[Node]:
        """Return the nodes that a node is joined with."""
        x, y = node
        found = [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
        for east, north in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            square = x + min(east, 0), y + min(north, 0)
            inside = all(0 <= place < self.size for place in square)
            if inside and self.diagonals[square] == (east == north):
                found.append((x + east, y + north))
        return [node for node in found if all(0 <= place <= self.size for place in node)]

    def triangles(self) -> list[tuple[Node, Node, Node]]:
        """Return the triangles that all edges divide the lattice into."""
        found: list[tuple[Node, Node, Node]] = []
        for x in range(self.size):
            for y in range(self.size):
                a, b, c, d = (x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)
                rising = [(a, b, c), (a, c, d)]
                found += rising if self.diagonals[x, y] else [(a, b, d), (b, c, d)]
        return found

    def steps(self, nodes: list[Node]) -> NDArray[np.int64]:
        """Return where nodes are, grid steps, shape (n, 2)."""
        xy = np.array(nodes, dtype=np.int64).reshape(-1, 2)
        return xy * self.scale + np.column_stack([0 * xy[:, 1], xy[:, 0] * self.shear])


@dataclass(frozen=True)
class Walks:
    """Closed walks on a lattice: each polygon has some of them as its rings.

    Parameters
    ----------
    lattice
        Where they run.
    polygons
        Walks of each polygon with the sign that each counts by.
    """

    lattice: Lattice
    polygons: list[list[tuple[Walk, int]]]

    @property
    def rings(self) -> Rings:
        """Return them as rings."""
        walks = [walk for polygon in self.polygons for walk in polygon]
        steps = [self.lattice.steps(walk) for walk, _ in walks]
        xy = np.concatenate([np.empty((0, 2), dtype=np.int64), *steps])
        return Rings(
            np.ascontiguousarray(xy[:, 0]),
            np.ascontiguousarray(xy[:, 1]),
            np.cumsum([0, *map(len, steps)], dtype=np.int64),
            np.cumsum([0, *map(len, self.polygons)], dtype=np.int64),
            np.array([sign for _, sign in walks], dtype=np.int64),
        )

    def lines(self) -> NDArray[np.object_]:
        """Return each segment once, in metres."""
        edges = {
            tuple(sorted(pair))
            for polygon in self.polygons
            for walk, _ in polygon
            for pair in pairwise(walk)
            if pair[0] != pair[1]
        }
        ends = self.lattice.steps([node for edge in sorted(edges) for node in edge]) / 1e4
        lines: Any = shapely.linestrings(ends.reshape(-1, 2, 2))
        return np.asarray(lines, dtype=object)

    def winding(self, polygon: int, triangle: tuple[Node, Node, Node]) -> int:
        """Return how often a polygon's rings wind round the centroid of a triangle, exactly."""
        # Three times as large, so that the centroid is whole.
        px, py = self.lattice.steps(list(triangle)).sum(axis=0).tolist()
        total = 0
        for walk, sign in self.polygons[polygon]:
            points = (3 * self.lattice.steps(walk)).tolist()
            for (x1, y1), (x2, y2) in pairwise(points):
                if (y1 <= py) != (y2 <= py):
                    side = (x2 - x1) * (py - y1) - (px - x1) * (y2 - y1)
                    upward = y2 > y1
                    if (side > 0) == upward:
                        total += sign if upward else -sign
        return total


def random_walks(seed: int, *, scale: int = 10_000, shear: int = 0) -> Walks:
    """Return closed walks: outlines of blocks, and aimless ones that run back on themselves."""
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 9))
    lattice = Lattice(size, random.random((size, size)) < 0.5, scale, shear)
    polygons = []
    for _ in range(random.integers(1, 7)):
        count = int(random.integers(0, 4))
        kinds = random.integers(0, 3, count)
        walks = [
            _aimless(lattice, random) if kind == 0 else _block(lattice, random) for kind in kinds
        ]
        polygons.append([(walk, int(random.choice([-1, 1]))) for walk in walks])
    return Walks(lattice, polygons)


def _aimless(lattice: Lattice, random: np.random.Generator) -> Walk:
    """Return a walk that goes where chance leads it, at last straight home."""
    x, y = (int(place) for place in random.integers(0, lattice.size + 1, 2))
    walk = [(x, y)]
    for _ in range(random.integers(0, 12)):
        around = lattice.around(walk[-1])
        # Now and then it stays where it is: a vertex repeated.
        walk.append(around[random.integers(len(around))] if random.random() < 0.9 else walk[-1])
    while walk[-1][0] != x:
        walk.append((walk[-1][0] + (1 if x > walk[-1][0] else -1), walk[-1][1]))
    while walk[-1][1] != y:
        walk.append((x, walk[-1][1] + (1 if y > walk[-1][1] else -1)))
    return walk


def _block(lattice: Lattice, random: np.random.Generator) -> Walk:
    """Return the outline of a rectangle, either way round."""
    (x1, x2), (y1, y2) = np.sort([random.choice(lattice.size + 1, 2, replace=False) for _ in "xy"])
    south = [(x, y1) for x in range(x1, x2)]
    east = [(x2, y) for y in range(y1, y2)]
    north = [(x, y2) for x in range(x2, x1, -1)]
    west = [(x1, y) for y in range(y2, y1 - 1, -1)]
    walk = [(int(x), int(y)) for x, y in (*south, *east, *north, *west)]
    return walk if random.random() < 0.5 else walk[::-1]
