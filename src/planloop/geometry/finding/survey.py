"""A quick look at a whole layer: which polygons need a close one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.finding.contacts import Contacts
from planloop.geometry.finding.directed_edges import BOUND, CLASH, LOOK, RINGS, DirectedEdges
from planloop.geometry.finding.rims import Rims, rim_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.finding.limit import Limit
    from planloop.geometry.finding.outlines import Widths

TILES = 512
"""Tiles each way in which points are counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What a quick look at a layer tells.

    Parameters
    ----------
    edges, contacts
        The outlines, and what they have to do with each other.
    suspect
        Polygons that may overlap others, or whose edges do not match their neighbours', shape (n,).
        Of two polygons that overlap, one is suspect, or overlaps a suspect, or one that does, ...
    doubtful
        Polygons that may be wrong by themselves, shape (n,). All others are valid, wider than a
        sliver, and without spikes.
    """

    edges: DirectedEdges
    contacts: Contacts
    suspect: NDArray[np.bool_]
    doubtful: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        polygons: NDArray[np.object_],
        limit: shapely.Geometry | None,
        widths: Widths,
    ) -> Survey:
        """Return the survey of polygons, shape (n,), that should cover a limit.

        Notes
        -----
        An edge is sound when it runs back along exactly one edge of another polygon, or none, and
        else no edge comes within reach of it but at its ends. Where all edges of some polygons are
        sound, crossing one leads from one polygon into another, or over the rim. An overlap of such
        polygons is bounded by rims, one of which lies within the other polygon: so a point of each
        stretch of a rim is looked up.
        """
        count = len(polygons)
        edges = DirectedEdges.of(polygons, limit, widths)
        contacts = Contacts.of(edges, -1 if limit is None else count)
        suspect = (edges.marks[:count] & CLASH) > 0
        points, owner = rim_points(edges, contacts)
        mine = owner < count
        point, holder = holders(points[mine], polygons)
        over = owner[mine][point] != holder
        suspect[holder[over]] = True
        suspect[owner[mine][point[over]]] = True
        doubtful = (edges.marks[:count] & LOOK) > 0
        several = np.flatnonzero((edges.marks[:count] & RINGS) > 0)
        doubtful[several[~shapely.is_valid(polygons[several])]] = True
        return cls(edges, contacts, suspect, doubtful)

    def rims(self, sound: NDArray[np.bool_]) -> Rims:
        """Return the rims of polygons that do not overlap, chosen by a mask."""
        return Rims.of(self.edges, self.contacts, sound)

    @property
    def bound(self) -> NDArray[np.bool_]:
        """Polygons along the limit whose edges do not match it, shape (n,)."""
        return (self.edges.marks[: len(self.suspect)] & BOUND) > 0

    def strays(
        self, rims: Rims, sound: NDArray[np.bool_], polygons: NDArray[np.object_], limit: Limit
    ) -> bool:
        """Return whether some of the sound polygons, shape (n,), may reach beyond the limit.

        They do not when their edges match the limit's, or come nowhere near, and those that match
        neither it nor others lie within the limit, and none holds such an edge of the limit.
        """
        if (self.bound & sound).any():
            return True
        owner = self.edges.owner[rims.edge]
        middle = (rims.xy + self.edges.xy[rims.edge + 1]) / 2.0
        theirs = owner == len(sound)
        if not limit.holds(middle[~theirs]).all():
            return True
        return bool(sound[holders(middle[theirs], polygons)[1]].any())


def holders(
    points: NDArray[np.float64], polygons: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of a point and a polygon around it."""
    near = np.flatnonzero(_near(points, shapely.bounds(polygons)))
    tree = shapely.STRtree(shapely.points(points))
    polygon, point = tree.query(polygons[near], predicate="contains")
    return point, near[polygon]


def _near(points: NDArray[np.float64], bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which bounds, shape (n, 4), have a point in one of the tiles they touch."""
    if not len(points):
        return np.zeros(len(bounds), dtype=bool)
    corner = points.min(axis=0)
    width = np.maximum(np.ptp(points, axis=0), 1.0) / (TILES - 1)
    tile = np.floor((points - corner) / width).astype(int) @ [TILES, 1]
    counts = np.bincount(tile, minlength=TILES * TILES).reshape(TILES, TILES)
    summed: Any = np.pad(counts.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    with np.errstate(invalid="ignore"):
        low = np.nan_to_num(np.floor((bounds[:, :2] - corner) / width), nan=TILES)
        high = np.nan_to_num(np.floor((bounds[:, 2:] - corner) / width), nan=-1.0) + 1.0
    west, south = np.clip(low, 0, TILES).astype(int).T
    east, north = np.clip(high, 0, TILES).astype(int).T
    east, north = np.maximum(east, west), np.maximum(north, south)
    found = summed[east, north] - summed[west, north] - summed[east, south] + summed[west, south]
    return np.asarray(found > 0)
