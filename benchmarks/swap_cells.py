"""Cells of a county for the boundary swap: a Voronoi diagram cut to a rectangle, as a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.apportion import apportion
from planloop.geometry.neighbours import NONE, components, edges_of
from planloop.maintenance.boundary.ground import Ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXTENT = np.array([35_000.0, 35_040.0])
"""Width and height of the county, m; its lower left corner is the origin."""

DM2 = 100
"""dm² in a square metre, and cm in a metre."""

AREA = round(EXTENT[0] * EXTENT[1]) * DM2
"""Area of the county, dm²."""

SHORTEST = 0.5
"""Cells that share a shorter edge than this, in metres, do not adjoin."""


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """Cells that cover the county.

    Parameters
    ----------
    middle
        Centroid of each cell, m, shape (n, 2).
    area
        Area of each cell, dm², shape (n,); together that of the county.
    edge
        Whether each cell reaches the county's edge, shape (n,).
    left, right
        Cells that adjoin, ``left < right``, each pair once, shape (m,).
    length
        Length of the edge they share, cm, shape (m,).
    """

    middle: NDArray[np.float64]
    area: NDArray[np.int64]
    edge: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    length: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.area)

    def hops(
        self, start: NDArray[np.bool_], way: NDArray[np.bool_], most: int
    ) -> NDArray[np.int64]:
        """Return how many steps each cell is away from the nearest of some cells, shape (n,).

        Parameters
        ----------
        start
            Which cells count as reached, shape (n,).
        way
            Which cells steps may lead to, shape (n,).
        most
            Number of steps to look; what is farther away is said to be ``most + 1`` away.
        """
        steps = np.where(start, 0, most + 1)
        front = start
        for step in range(1, most + 1):
            near = np.zeros(len(self), dtype=bool)
            near[self.left[front[self.right]]] = True
            near[self.right[front[self.left]]] = True
            front = near & way & (steps > most)
            steps[front] = step
        return steps

    def graph(self, inside: NDArray[np.bool_], free: NDArray[np.int64]) -> Ground:
        """Return a node for each free cell, and for each connected part of the others.

        Parameters
        ----------
        inside
            Which cells are inside the boundary, shape (n,).
        free
            Those that may change sides, in the order of the problem's cells, shape (k,).
        """
        number = np.full(len(self), NONE, dtype=np.int64)
        number[free] = np.arange(len(free))
        fixed = number == NONE
        link = fixed[self.left] & fixed[self.right] & (inside[self.left] == inside[self.right])
        part = components(len(self), self.left[link], self.right[link])
        _, first, node = np.unique(part, return_index=True, return_inverse=True)
        area = np.zeros(len(first), dtype=np.int64)
        np.add.at(area, node, self.area)
        edge = np.zeros(len(first), dtype=bool)
        edge[node[self.edge]] = True

        ends = np.sort([node[self.left], node[self.right]], axis=0)
        apart = ends[0] != ends[1]
        pairs, pair = np.unique(ends[:, apart], axis=1, return_inverse=True)
        length = np.zeros(pairs.shape[1], dtype=np.int64)
        np.add.at(length, pair, self.length[apart])
        return Ground(number[first], inside[first], area, edge, pairs[0], pairs[1], length)


def land(points: NDArray[np.float64]) -> Land:
    """Return the cells of some distinct points in the county, moved to their cells' middles first.

    Parameters
    ----------
    points
        m, shape (n, 2).
    """
    cells = _cells(shapely.get_coordinates(shapely.centroid(_cells(points))))
    owner, start, end = edges_of(cells)
    _, corner = np.unique(np.concatenate([start, end]) @ np.array([1.0, 1.0j]), return_inverse=True)
    ends = np.sort(corner.reshape(2, -1), axis=0)
    order = np.lexsort((owner, *ends))
    same = (ends[:, order[1:]] == ends[:, order[:-1]]).all(axis=0)
    one, other = order[:-1][same], order[1:][same]
    length = np.hypot(*(end - start).T)

    outer = np.ones(len(owner), dtype=bool)
    outer[one] = outer[other] = False
    edge = np.zeros(len(cells), dtype=bool)
    edge[owner[outer & (length >= SHORTEST)]] = True
    adjoin = length[one] >= SHORTEST
    left, right = owner[one[adjoin]], owner[other[adjoin]]
    share = shapely.area(cells) * DM2
    return Land(
        middle=shapely.get_coordinates(shapely.centroid(cells)),
        area=apportion(share, np.zeros(len(cells), dtype=np.int64), np.array([AREA])),
        edge=edge,
        left=left.astype(np.int64),
        right=right.astype(np.int64),
        length=np.rint(length[one[adjoin]] * DM2).astype(np.int64),
    )


def _cells(points: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the cell of each point.

    What lies near the county's edge is mirrored in it, so that cells end there.
    """
    near = 10.0 * np.sqrt(AREA / DM2 / len(points))
    mirrored = [points]
    for axis in (0, 1):
        for line in (0.0, EXTENT[axis]):
            image = points[np.abs(points[:, axis] - line) < near].copy()
            image[:, axis] = 2.0 * line - image[:, axis]
            mirrored.append(image)
    everywhere = shapely.multipoints(np.concatenate(mirrored))
    diagram: Any = shapely.voronoi_polygons(everywhere, ordered=True)
    cells: NDArray[np.object_] = shapely.get_parts(diagram)[: len(points)]
    return cells
