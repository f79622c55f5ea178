"""Which homes a service reaches within its radius: in a straight line, or along the streets."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.neighbours import FINE

if TYPE_CHECKING:
    from numpy.typing import NDArray


def within_reach(
    homes: NDArray[np.object_],
    places: NDArray[np.object_],
    radius: float,
    streets: Streets | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs (home, place) that are at most `radius` apart: :meth:`Homes.within_reach`.

    For homes that are asked once.
    """
    return Homes(homes, streets).within_reach(places, radius)


def crossing(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return lines cut where they cross or touch, so that one may turn there, shape (s,).

    Centre lines are drawn through crossings. One above another, on a bridge, is joined to it, too.
    """
    if not len(lines):
        return lines
    return np.asarray(shapely.get_parts(shapely.node(shapely.union_all(lines))))


@dataclass(frozen=True, eq=False)
class Homes:
    """Homes that are asked again and again which places are within reach.

    Without streets the distance is the straight one between the geometries, 0 where they meet.
    With them it is the way from a point inside the home (:func:`shapely.point_on_surface`) to the
    nearest street, along the streets, and from there to a point inside the place: never shorter
    than the straight one.

    Parameters
    ----------
    shapes
        Geometries in a metric plane, shape (n,); none empty.
    streets
        None: there are none to go by. Without any segment: nobody reaches anything.
    """

    shapes: NDArray[np.object_]
    streets: Streets | None = None

    def within_reach(
        self, places: NDArray[np.object_], radius: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs (home, place) that are at most `radius` apart, by home, then by place.

        Parameters
        ----------
        places
            Geometries in the same plane, shape (m,); none empty.
        radius
            Metres.

        Returns
        -------
        home, place
            Indices into the homes and `places`, shape (k,) each.
        """
        if self._stops is None or self.streets is None:
            tree = shapely.STRtree(places)
            home, place = tree.query(self.shapes, predicate="dwithin", distance=radius)
        else:
            home, place = _along(self.streets, self._stops, _Stops.of(self.streets, places), radius)
        order = np.lexsort((place, home))
        return home[order].astype(np.int64), place[order].astype(np.int64)

    def reached(self, places: NDArray[np.object_], radius: float) -> NDArray[np.bool_]:
        """Return which homes have some of the places within reach, shape (n,)."""
        found = np.zeros(len(self.shapes), dtype=bool)
        found[self.within_reach(places, radius)[0]] = True
        return found

    @cached_property
    def _stops(self) -> _Stops | None:
        return None if self.streets is None else _Stops.of(self.streets, self.shapes)


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """The graph of the streets: every vertex is a node, every segment a link.

    Lengths are whole multiples of :data:`FINE`, so that a way has one length in both directions.

    Parameters
    ----------
    segments
        Lines of two points, shape (e,).
    tail, head
        Nodes of each segment, shape (e,).
    length
        Metres, shape (e,).
    links
        For each node, where its segments lead and how far it is.
    tree
        Finds segments near by.
    """

    segments: NDArray[np.object_]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    length: NDArray[np.float64]
    links: list[list[tuple[int, float]]]
    tree: shapely.STRtree

    @classmethod
    def of(cls, lines: NDArray[np.object_]) -> Streets:
        """Return the graph of LineStrings, shape (s,).

        They meet where they have a vertex in common, and nowhere else: see :func:`crossing`.
        """
        points, street = shapely.get_coordinates(lines, return_index=True)
        inside = (street[1:] == street[:-1]) & (points[1:] != points[:-1]).any(axis=1)
        at, node = np.unique(points, axis=0, return_inverse=True)
        tail, head = node.reshape(-1)[:-1][inside], node.reshape(-1)[1:][inside]
        ends = np.stack([at[tail], at[head]], axis=1)
        length = _fine(np.hypot(*(ends[:, 1] - ends[:, 0]).T))
        links: list[list[tuple[int, float]]] = [[] for _ in at]
        for one, other, far in zip(tail.tolist(), head.tolist(), length.tolist(), strict=True):
            links[one].append((other, far))
            links[other].append((one, far))
        segments = shapely.linestrings(ends)
        return cls(segments, tail, head, length, links, shapely.STRtree(segments))

    def from_stop(self, stop: _Stops, index: int, radius: float) -> NDArray[np.float64]:
        """Return the distance of each node from a stop, infinite beyond `radius`, by Dijkstra."""
        far = np.full(len(self.links), np.inf)
        segment, leg, along = stop.segment[index], stop.leg[index], stop.along[index]
        ahead = [
            (float(leg + along), int(self.tail[segment])),
            (float(leg + self.length[segment] - along), int(self.head[segment])),
        ]
        heapq.heapify(ahead)
        while ahead:
            here, node = heapq.heappop(ahead)
            if here > radius:
                break
            if here < far[node]:
                far[node] = here
                for other, length in self.links[node]:
                    if here + length < far[other]:
                        heapq.heappush(ahead, (here + length, other))
        return far


@dataclass(frozen=True, slots=True, eq=False)
class _Stops:
    """Where each geometry comes to the streets.

    Parameters
    ----------
    segment
        Nearest segment, the lowest of several, shape (n,).
    leg
        Distance to it, metres, shape (n,).
    along
        Distance from the segment's tail to where it is reached, metres, shape (n,).
    """

    segment: NDArray[np.int64]
    leg: NDArray[np.float64]
    along: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of geometries; of streets without a segment, none."""
        return len(self.segment)

    @classmethod
    def of(cls, streets: Streets, geometries: NDArray[np.object_]) -> _Stops:
        """Return the stops of geometries."""
        points = shapely.point_on_surface(geometries)
        index, near = streets.tree.query_nearest(points)
        order = np.lexsort((near, index))
        first = np.unique(index[order], return_index=True)[1]
        segment = near[order][first].astype(np.int64)
        line = streets.segments[segment]
        along = _fine(shapely.line_locate_point(line, points))
        leg = _fine(shapely.distance(line, points))
        return cls(segment, leg, np.minimum(along, streets.length[segment]))


def _along(
    streets: Streets, homes: _Stops, places: _Stops, radius: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs (home, place) within reach along the streets, in any order."""
    swapped = len(homes) < len(places)  # one search per place, or per home: what is less
    start, goal = (homes, places) if swapped else (places, homes)
    tail, head = streets.tail[goal.segment], streets.head[goal.segment]
    rest = streets.length[goal.segment] - goal.along
    found = []
    for index in range(len(start)):
        node = streets.from_stop(start, index, radius)
        far = np.minimum(node[tail] + goal.along, node[head] + rest)
        beside = goal.segment == start.segment[index]
        direct = start.leg[index] + np.abs(goal.along - start.along[index])
        far[beside] = np.minimum(far[beside], direct[beside])
        found.append(np.flatnonzero(far + goal.leg <= radius))
    other = np.concatenate([np.empty(0, dtype=np.int64), *found])
    one = np.repeat(np.arange(len(start)), [len(each) for each in found])
    return (one, other) if swapped else (other, one)


def _fine(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lengths as multiples of :data:`FINE`."""
    return np.asarray(np.rint(metres / FINE) * FINE)
