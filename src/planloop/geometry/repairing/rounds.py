"""The rounds of a repair: what is to be done, done, and looked at again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.arranging.planar_graph import PlanarGraph
from planloop.geometry.defect import Defect
from planloop.geometry.loops.rings import Rings
from planloop.geometry.polygons import made_valid, polygonal
from planloop.geometry.repairing.ground import Work, surroundings
from planloop.geometry.repairing.reassign import reassign
from planloop.geometry.repairing.redrawn import redrawn
from planloop.geometry.topology import topology

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planloop.geometry.ledger import Entry
    from planloop.geometry.repairing.limits import Limits
    from planloop.geometry.repairing.redrawn import Redrawn

NEAR = 1e-3
"""How far round what was worked on the polygons are looked at again, metres."""

NOBODY = -1
"""Owner of an area that belongs to no single polygon."""


@dataclass(slots=True)
class _Tasks:
    """What is to be done in one round.

    Parameters
    ----------
    places
        Where outlines do not fit each other.
    outlines
        Polygons to draw anew.
    dropped
        Polygons to drop, by index: the duplicate that stays, or None.
    """

    places: list[shapely.Geometry] = field(default_factory=list)
    outlines: set[int] = field(default_factory=set)
    dropped: dict[int, int | None] = field(default_factory=dict)


class Rounds:
    """A layer under repair.

    Parameters
    ----------
    polygons
        The layer, on the grid, shape (n,); its elements are exchanged as they change.
    limit
        The boundary as one polygon, or None.
    limits
        What is allowed.
    """

    def __init__(
        self, polygons: NDArray[np.object_], limit: shapely.Geometry | None, limits: Limits
    ) -> None:
        self.polygons = polygons
        self._limit = limit
        self._limits = limits
        self._parts = np.empty(0, dtype=object)
        self._tree: shapely.STRtree | None = None
        self._is_whole = False

    def run(self, defects: Iterable[Defect]) -> tuple[list[Entry], set[int]]:
        """Do one round; return what was done and the polygons that were looked at."""
        tasks = self._tasks(defects)
        tree, before = self._over_layer(), self.polygons.copy()
        anew = self._redrawn(tasks)
        places: list[tuple[int, shapely.Geometry]] = [(NOBODY, place) for place in tasks.places]
        places += [(index, place) for index, drawn in anew.items() for place in drawn.places]
        places += [(index, before[index]) for index in tasks.dropped]
        parts = surroundings(place for _, place in places)
        owner = np.array([who for who, _ in places], dtype=np.int64)
        keep = self._keep(tree, parts, owner, {index: before[index] for index in anew})
        left = set(owner[~keep].tolist())
        anew = {index: drawn for index, drawn in anew.items() if index not in left}
        self._parts = parts[keep]
        entries = [entry for drawn in anew.values() for entry in drawn.entries]
        if not len(self._parts):
            return entries, set()
        work = Work(
            polygons=self.polygons,
            tree=tree,
            blunted={index: drawn.before for index, drawn in anew.items() if drawn.cut},
            dropped={who: twin for who, twin in tasks.dropped.items() if who not in left},
            limit=self._limit,
            limits=self._limits,
        )
        found, drawn, members = reassign(work, self._parts)
        for index, polygon in drawn.items():
            self.polygons[index] = polygon
        if drawn or anew:
            self._tree = None
        return entries + found, set(anew) | members

    def examined(self, polygons: set[int], *, everywhere: bool = False) -> list[Defect]:
        """Return the defects that some polygons have now, with each other or with others.

        Gaps only where polygons near by are all around, or where the last round has worked; or
        `everywhere`.
        """
        index = np.arange(len(self.polygons)) if everywhere else self._beside(polygons)
        self._is_whole = len(index) == len(self.polygons)
        limits = self._limits
        found = topology(
            self.polygons[index], spike_width=limits.spike_width, sliver_width=limits.sliver_width
        )
        defects = []
        for defect in found:
            who = tuple(index[list(defect.polygons)].tolist())
            if polygons.isdisjoint(who):
                continue
            place = defect.place
            if defect.kind == "gap":
                others = self._over_layer().query(place, predicate="intersects")
                place = self._uncovered(place, np.setdiff1d(others, index))
            if not shapely.is_empty(place):
                defects.append(replace(defect, polygons=who, place=place))
        if self._limit is not None:
            defects += self._at_limit(polygons)
        return defects

    def is_open(self, polygons: set[int]) -> bool:
        """Return whether a gap may have been closed that nobody has looked for.

        That is where there is no boundary, some polygons have edges without neighbour, and not the
        whole layer was looked at last.
        """
        if self._limit is not None or not polygons or self._is_whole:
            return False
        index = self._beside(polygons)
        graph = PlanarGraph.of(Rings.of(self.polygons[index]))
        alone = graph.along[graph.first[:-1][np.diff(graph.first) == 1]] >> 1
        return bool(np.isin(index[alone], list(polygons)).any())

    def _over_layer(self) -> shapely.STRtree:
        if self._tree is None:
            self._tree = shapely.STRtree(self.polygons)
        return self._tree

    def _beside(self, polygons: set[int]) -> NDArray[np.int64]:
        """Return some polygons and those that touch them, ascending."""
        near = self.polygons[sorted(polygons)]
        found = self._over_layer().query(near, predicate="dwithin", distance=NEAR)[1]
        index = np.unique(found).astype(np.int64)
        # A polygon as long as the streets of a city touches most others.
        return np.arange(len(self.polygons)) if 2 * len(index) > len(self.polygons) else index

    def _tasks(self, defects: Iterable[Defect]) -> _Tasks:
        """Return what is to be done about some defects."""
        tasks, limits = _Tasks(), self._limits
        for defect in defects:
            match defect.kind:
                case "spike" if limits.spike_width > 0.0:
                    tasks.outlines |= set(defect.polygons)
                case "self-crossing" if limits.self_crossings:
                    tasks.outlines |= set(defect.polygons)
                case "sliver" if limits.allow_sliver(self.polygons[defect.polygons[0]]):
                    tasks.dropped[defect.polygons[0]] = None
                case "duplicate" if limits.duplicates:
                    twin, dropped = defect.polygons
                    if twin not in tasks.dropped:
                        tasks.dropped.setdefault(dropped, twin)
                case "edge" if limits.edges:
                    tasks.places.append(defect.place)
                case "overlap" | "gap" | "outside":
                    parts = shapely.get_parts(defect.place)
                    tasks.places += [part for part in parts if limits.allow(defect.kind, part)]
        tasks.outlines -= set(tasks.dropped)
        return tasks

    def _redrawn(self, tasks: _Tasks) -> dict[int, Redrawn]:
        """Draw outlines anew, and return what was done to which polygon."""
        anew = {}
        for index in sorted(tasks.outlines):
            drawn = redrawn(
                index,
                self.polygons[index],
                spike_width=self._limits.spike_width,
                self_crossings=self._limits.self_crossings,
            )
            if drawn is not None:
                anew[index] = drawn
                self.polygons[index] = drawn.after
        return anew

    def _keep(
        self,
        tree: shapely.STRtree,
        parts: NDArray[np.object_],
        owner: NDArray[np.int64],
        before: dict[int, shapely.Geometry],
    ) -> NDArray[np.bool_]:
        """Return which areas no invalid polygon meets, shape (k,).

        All that belongs to one owner is done together or not at all: its polygon goes back to what
        it was before.
        """
        part, near = tree.query(parts, predicate="intersects")
        keep = np.ones(len(parts), dtype=bool)
        while True:
            members = np.unique(near[keep[part]])
            invalid = members[~shapely.is_valid(self.polygons[members])]
            lost = part[np.isin(near, invalid)]
            if not keep[lost].any():
                return keep
            keep[lost] = False
            left = set(owner[~keep].tolist()) - {NOBODY}
            keep &= ~np.isin(owner, list(left))
            for index in left & set(before):
                self.polygons[index] = before[index]

    def _uncovered(self, area: shapely.Geometry, others: NDArray[np.int64]) -> shapely.Geometry:
        """Return what of an area none of some polygons covers."""
        if not len(others):
            return area
        covered = shapely.union_all(made_valid(self.polygons[others]))
        return polygonal(np.array([shapely.difference(area, covered)], dtype=object))[0]

    def _at_limit(self, polygons: set[int]) -> list[Defect]:
        """Return gaps within the boundary, and what reaches beyond it, where work was done.

        Of some that reach further only a part is found; the rules leave these alone.
        """
        shapely.prepare(self._limit)
        who = np.array(sorted(polygons), dtype=np.int64)
        who = who[shapely.is_valid(self.polygons[who])]
        inner = shapely.contains_properly(self._limit, self.polygons[who])
        # What is thinner than a step may run along whole outlines.
        seams = shapely.buffer(shapely.boundary(self.polygons[who[~inner]]), NEAR, quad_segs=1)
        boxes = shapely.box(*shapely.bounds(shapely.buffer(self._parts, NEAR)).T)
        region = shapely.union_all(np.concatenate([boxes, seams]))
        land = shapely.intersection(self._limit, region)
        over = self._over_layer().query(land, predicate="intersects")
        gaps = shapely.get_parts(self._uncovered(land, over))
        gap, near = self._over_layer().query(gaps, predicate="dwithin", distance=NEAR)
        defects = [
            Defect.at("gap", near[gap == number], place) for number, place in enumerate(gaps)
        ]
        defects = [defect for defect in defects if not polygons.isdisjoint(defect.polygons)]
        for index in who[~inner].tolist():
            here = shapely.intersection(self.polygons[index], region)
            place = polygonal(np.array([shapely.difference(here, self._limit)], dtype=object))[0]
            defects.append(Defect.at("outside", [index], place))
        return defects
