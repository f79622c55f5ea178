"""Distances along streets by brute force: every way between all junctions (Floyd and Warshall)."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely


class Streets:
    """Streets that join wherever they cross.

    Parameters
    ----------
    lines
        Centre lines in the working CRS.
    """

    def __init__(self, lines: Any) -> None:  # noqa: ANN401  # any sequence of geometries
        pieces = shapely.get_parts(shapely.node(shapely.union_all(np.asarray(lines, dtype=object))))
        points, line = shapely.get_coordinates(pieces, return_index=True)
        nodes, at = np.unique(points, axis=0, return_inverse=True)
        at = at.reshape(-1)
        inside = line[1:] == line[:-1]
        self.tail, self.head = at[:-1][inside], at[1:][inside]
        self.length = np.hypot(*(nodes[self.head] - nodes[self.tail]).T)
        self.segments = shapely.linestrings(np.stack([nodes[self.tail], nodes[self.head]], axis=1))
        self.way = np.full((len(nodes), len(nodes)), np.inf)
        np.fill_diagonal(self.way, 0.0)
        np.minimum.at(self.way, (self.tail, self.head), self.length)
        np.minimum.at(self.way, (self.head, self.tail), self.length)
        for middle in range(len(nodes)):
            over = self.way[:, middle, None] + self.way[None, middle, :]
            np.minimum(self.way, over, out=self.way)

    def distances(self, homes: Any, places: Any) -> np.ndarray:  # noqa: ANN401  # geometries
        """Return how far each home is from each place, m, shape (n, m).

        From a point inside the home straight to the nearest street, along the streets, and from the
        nearest street straight to a point inside the place.
        """
        one, other = self._stops(homes), self._stops(places)
        found = np.full((len(one[0]), len(other[0])), np.inf)
        for end, ahead in ((self.tail, False), (self.head, True)):
            for goal, onward in ((self.tail, False), (self.head, True)):
                there = self.length[one[0]] - one[1] if ahead else one[1]
                rest = self.length[other[0]] - other[1] if onward else other[1]
                along = self.way[np.ix_(end[one[0]], goal[other[0]])]
                found = np.minimum(found, there[:, None] + along + rest[None, :])
        beside = one[0][:, None] == other[0][None, :]
        direct = np.abs(one[1][:, None] - other[1][None, :])
        found = np.where(beside, np.minimum(found, direct), found)
        return np.asarray(one[2][:, None] + found + other[2][None, :])

    def _stops(self, shapes: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # noqa: ANN401
        """Return the nearest segment of each geometry, how far along it is, and how far away."""
        points = shapely.point_on_surface(np.asarray(shapes, dtype=object))
        if not len(points):
            return np.zeros(0, dtype=int), np.zeros(0), np.zeros(0)
        away = shapely.distance(points[:, None], self.segments[None, :])
        near = away.argmin(axis=1)
        along = shapely.line_locate_point(self.segments[near], points)
        return near, along, away[np.arange(len(points)), near]
