"""The rims of a layer: where its edges have no polygon on their other side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.finding.contacts import POLYGON
from planloop.geometry.finding.directed_edges import after
from planloop.geometry.finding.weld import linked, weld
from planloop.geometry.loops.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.finding.contacts import Contacts
    from planloop.geometry.finding.directed_edges import DirectedEdges


def rim_points(
    edges: DirectedEdges, contacts: Contacts
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return points on the rim, and the polygon of each.

    Returns
    -------
    points
        One of each stretch of a rim, shape (k, 2). A stretch ends where another edge touches it:
        what lies over one point of it lies over all.
    owner
        The polygon whose rim it is, shape (k,).
    """
    longest = _longest(edges.xy, edges.owner, contacts.partner, contacts.touched)
    middle = (edges.xy[longest] + edges.xy[longest + 1]) / 2.0
    return middle, edges.owner[longest]


@dataclass(frozen=True, slots=True, eq=False)
class Rims:
    """The loops in which the rims of some polygons run, the polygons on the left.

    Parameters
    ----------
    edge
        The edges of the loops, one loop after the other, shape (k,).
    xy
        Where these edges begin, shape (k, 2).
    first
        Where each loop begins in `edge`, and the end, shape (m + 1,).
    twice
        Twice the area of each loop, m², shape (m,): negative round what is not covered.
    """

    edge: NDArray[np.int64]
    xy: NDArray[np.float64]
    first: NDArray[np.int64]
    twice: NDArray[np.float64]

    @classmethod
    def of(cls, edges: DirectedEdges, contacts: Contacts, sound: NDArray[np.bool_]) -> Rims:
        """Return the rims of some polygons.

        Parameters
        ----------
        edges, contacts
            Of the layer.
        sound
            Which polygons to take, shape (n,). They do not overlap, and where they meet, they
            match. With a limit, what lies beyond it is taken for one polygon more.
        """
        partner = contacts.partner
        if len(edges.marks) > len(sound):
            sound = np.append(sound, [True])
            partner = _with_limit(edges, contacts, len(sound) - 1)
        edge, first, twice = _loops(edges.xy, edges.owner, partner, sound)
        return cls(edge, edges.xy[edge], first, twice).simple(contacts.touched[edge] > 0)

    def uncovered(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Return what the polygons enclose and do not cover.

        Returns
        -------
        holes
            Valid Polygons that share no more than points with each other: each is enclosed by
            polygons connected by their edges, less the islands in it.
        islands
            Valid Polygons: the islands as if they had no holes.
        """
        holes, islands = self._polygons(self.twice <= 0.0), self._islands()
        place, island = np.empty((2, 0), dtype=np.int64)
        if len(holes) and len(islands):
            tree = shapely.STRtree(shapely.point_on_surface(islands))
            place, island = tree.query(holes, predicate="contains")
        # A hole in an island holds none of the points, unless it is as large as a hole can be.
        smaller = shapely.area(islands[island]) < shapely.area(holes[place])
        place, island = place[smaller], island[smaller]
        for hole in np.unique(place):
            less = shapely.union_all(islands[island[place == hole]])
            holes[hole] = shapely.difference(holes[hole], less)
        return np.asarray(shapely.get_parts(holes), dtype=object), islands

    def shells(self) -> NDArray[np.object_]:
        """Return all that the polygons cover or enclose, as valid Polygons that may be nested."""
        return self._polygons(self.twice > 0.0)

    def simple(self, touched: NDArray[np.bool_]) -> Rims:
        """Return the rims with a loop for each part of a loop that comes by a vertex twice."""
        often = np.flatnonzero(touched)
        loop = np.searchsorted(self.first, often, side="right") - 1
        _, place = np.unique(linked(self.xy[often]), axis=0, return_inverse=True)
        _, key, count = np.unique(
            loop * len(often) + place.ravel(), return_inverse=True, return_counts=True
        )
        pinched = np.unique(loop[count[key.ravel()] > 1])
        if not len(pinched):
            return self
        pieces = []
        for number, (start, stop) in enumerate(pairwise(self.first)):
            if number in pinched:
                mine = loop == number
                pieces += _cycles(int(start), int(stop), often[mine], place[mine])
            else:
                pieces.append(np.arange(start, stop))
        order = np.concatenate(pieces)
        first = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
        twice = np.array([_twice(self.xy[piece]) for piece in pieces])
        return Rims(self.edge[order], self.xy[order], first, twice)

    def _islands(self) -> NDArray[np.object_]:
        """Return the shells that may lie in a hole: their bounds lie within those of one."""
        low = np.minimum.reduceat(self.xy, self.first[:-1]) if len(self.twice) else self.xy
        high = np.maximum.reduceat(self.xy, self.first[:-1]) if len(self.twice) else self.xy
        shell = self.twice > 0.0
        boxes = shapely.box(*low[~shell].T, *high[~shell].T)
        inside = shapely.STRtree(boxes).query(
            shapely.box(*low[shell].T, *high[shell].T), predicate="within"
        )[0]
        chosen = np.zeros(len(shell), dtype=bool)
        chosen[np.flatnonzero(shell)[np.unique(inside)]] = True
        return self._polygons(chosen)

    def _polygons(self, chosen: NDArray[np.bool_]) -> NDArray[np.object_]:
        """Return some loops as valid Polygons of one part each."""
        size = np.diff(self.first)[chosen]
        xy = self.xy[np.repeat(chosen, np.diff(self.first))]
        rings = shapely.linearrings(xy, indices=np.repeat(np.arange(len(size)), size))
        loops = weld(np.asarray(shapely.polygons(rings), dtype=object))
        wrong = ~shapely.is_valid(loops)
        loops[wrong] = shapely.make_valid(loops[wrong])
        parts = shapely.get_parts(shapely.get_parts(loops))
        return np.asarray(parts[shapely.area(parts) > 0.0], dtype=object)


def _cycles(
    start: int, stop: int, at: NDArray[np.int64], place: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Return the parts of a loop, from `start` to `stop`, between visits of the same place."""
    cycles = []
    # What is open: where each stretch came from, and its edges.
    since: list[int] = []
    stretches = [np.arange(start, at[0])]
    for this, end, where in zip(at, np.append(at[1:], stop), place, strict=True):
        if where in since:
            back = since.index(where)
            cycles.append(np.concatenate(stretches[back + 1 :]))
            del since[back:], stretches[back + 1 :]
        since.append(int(where))
        stretches.append(np.arange(this, end))
    return [*cycles, np.concatenate(stretches)]


def _twice(xy: NDArray[np.float64]) -> float:
    """Return twice the area of a ring, positive when it runs counter-clockwise."""
    x, y = (xy - xy[0]).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


def _with_limit(edges: DirectedEdges, contacts: Contacts, limit: int) -> NDArray[np.int32]:
    """Return the partners if what lies beyond the limit is a polygon like others."""
    partner = contacts.partner.copy()
    along = np.flatnonzero((edges.owner == limit) & (partner >= 0))
    other = partner[along]
    free = contacts.partner[other] < 0
    partner[other[free]] = along[free]
    partner[along[~free]] = -1
    return partner


@compiled
def _longest(
    xy: NDArray[np.float64],
    owner: NDArray[np.int32],
    partner: NDArray[np.int32],
    touched: NDArray[np.uint8],
) -> NDArray[np.int64]:
    """Return the longest edge of each stretch."""
    found = np.empty(len(owner), np.int64)
    count = 0
    length = -1.0
    for e in range(len(owner)):
        if owner[e] < 0 or partner[e] >= 0:
            length = -1.0
            continue
        if touched[e] & POLYGON:
            length = -1.0
        along = abs(xy[e + 1, 0] - xy[e, 0]) + abs(xy[e + 1, 1] - xy[e, 1])
        if length < 0.0:
            count += 1
        if along > length:
            found[count - 1], length = e, along
    return found[:count].copy()


@compiled
def _loops(
    xy: NDArray[np.float64],
    owner: NDArray[np.int32],
    partner: NDArray[np.int32],
    sound: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the edges of each loop, where each begins, and twice its area, with a sign."""
    rim = np.zeros(len(owner), np.bool_)
    count = 0
    for e in range(len(owner)):
        if owner[e] >= 0 and sound[owner[e]]:
            rim[e] = partner[e] < 0 or not sound[owner[partner[e]]]
            count += rim[e]
    edge, first, twice = np.empty(count, np.int64), np.empty(count + 1, np.int64), np.empty(count)
    at = loops = 0
    for start in range(len(owner)):
        if not rim[start]:
            continue
        first[loops], area, e = at, 0.0, start
        while rim[e]:
            rim[e] = False
            edge[at] = e
            at += 1
            x, y = xy[e, 0] - xy[start, 0], xy[e, 1] - xy[start, 1]
            area += x * (xy[e + 1, 1] - xy[e, 1]) - (xy[e + 1, 0] - xy[e, 0]) * y
            # Round the vertex, from polygon to neighbour, to the next edge without one.
            e = after(owner, e)
            while partner[e] >= 0 and sound[owner[partner[e]]]:
                e = after(owner, partner[e])
        twice[loops] = area
        loops += 1
    first[loops] = at
    return edge, first[: loops + 1].copy(), twice[:loops].copy()
