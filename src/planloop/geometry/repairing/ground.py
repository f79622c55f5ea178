"""Polygons near the places of a repair, noded, and the faces that they make."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.arranging.arrangement import Arrangement
from planloop.geometry.arranging.noding import node
from planloop.geometry.fabric import union
from planloop.geometry.finding.outlines import SPIKE_WIDTH, without_spikes
from planloop.geometry.grid import SCALE, STEP
from planloop.geometry.loops.rings import Rings
from planloop.geometry.repairing.holdings import Extent, Holdings, Judge
from planloop.geometry.repairing.led_outlines import Led, Point, is_bent, led_edges, twice_area

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.geometry.ledger import Done
    from planloop.geometry.repairing.limits import Limits

MARGIN = 4.0 * STEP
"""How far round a place lines are noded and faces may change hands, metres: noding moves lines by
less."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What one round of a repair works on.

    Parameters
    ----------
    polygons
        The layer, on the grid, shape (n,).
    tree
        Over polygons that reach as far.
    blunted
        Polygons as they were before their spikes were cut off, by index.
    dropped
        Polygons to drop, by index: the duplicate that stays, or None.
    limit
        The boundary as one polygon, or None.
    limits
        What is allowed.
    """

    polygons: NDArray[np.object_]
    tree: shapely.STRtree
    blunted: Mapping[int, shapely.Geometry]
    dropped: Mapping[int, int | None]
    limit: shapely.Geometry | None
    limits: Limits


def surroundings(places: Iterable[shapely.Geometry]) -> NDArray[np.object_]:
    """Return the areas round places in which a repair may change anything."""
    found: Any = shapely.buffer(np.array(list(places), dtype=object), MARGIN, quad_segs=2)
    return np.asarray(found, dtype=object)


class Ground:
    """The polygons in some areas, noded.

    Parameters
    ----------
    work
        What to work on.
    parts
        Areas in which something may change, shape (k,). No invalid polygon meets them.
    cuts
        Rings to and fro across areas that could not be given away whole.
    refused
        These areas.

    Attributes
    ----------
    members
        The polygons that were noded.
    arrangement
        Their faces.
    held
        The faces that each of them holds.
    cut
        Faces that polygons have lost with their spikes, by polygon.
    led
        Edges that were led through further vertices, by polygon.
    near
        Those of these vertices that are in the areas.
    """

    def __init__(
        self,
        work: Work,
        parts: NDArray[np.object_],
        cuts: Sequence[shapely.Geometry] = (),
        refused: Sequence[shapely.Geometry] = (),
    ) -> None:
        self.work = work
        self._cuts = cuts
        self._refused = refused
        self._count = len(work.polygons)
        self._area = shapely.union_all(parts)
        shapely.prepare(self._area)
        self._polygons: dict[int, shapely.Geometry] = {}
        self._sizes: dict[int, int] = {}
        self.members = set(work.tree.query(parts, predicate="intersects")[1].tolist())
        while self._node():
            pass
        self._label()

    def _node(self) -> bool:
        """Node the members, add those that come near edges that are bent, return if any are."""
        work = self.work
        numbers = sorted(self.members)
        stack = [work.polygons[index] for index in numbers]
        numbers += [self._count + index for index in work.blunted]
        stack += work.blunted.values()
        if work.limit is not None:
            numbers.append(2 * self._count)
            stack.append(work.limit)
        numbers += [2 * self._count + 1] * len(self._cuts)
        stack += self._cuts
        self.numbers = np.array(numbers, dtype=np.int64)
        self.before = Rings.of(np.array(stack, dtype=object))
        after = node(self.before)
        led = led_edges(self.before, after)
        self.led: dict[int, list[Led]] = {
            numbers[at]: edges for at, edges in led.items() if numbers[at] < self._count
        }
        self.near = self._near({p for edges in led.values() for *_, ps in edges for p in ps})
        bent = [
            shapely.LineString(np.array(edge[:2]) / SCALE)
            for edges in self.led.values()
            for edge in edges
            if is_bent(edge) and not self.near.isdisjoint(edge[2])
        ]
        lines = np.array(bent, dtype=object)
        found = set(work.tree.query(lines, predicate="dwithin", distance=STEP)[1].tolist())
        found -= self.members
        found = {index for index in found if shapely.is_valid(work.polygons[index])}
        self.members |= found
        if not found:
            self.arrangement = Arrangement.of(after)
        return bool(found)

    def _label(self) -> None:
        """Find out what each face lies in."""
        count = self._count
        every: list[set[int]] = [set() for _ in range(len(self.arrangement) + 1)]
        faces_of: defaultdict[int, set[int]] = defaultdict(set)
        face, polygon = self.arrangement.within()
        for one, who in zip(face.tolist(), self.numbers[polygon].tolist(), strict=True):
            every[one].add(who)
            faces_of[who].add(one)
        self.holders = [{who for who in at if who < count} for at in every]
        self.held: Mapping[int, set[int]] = faces_of
        self._inside = None if self.work.limit is None else faces_of[2 * count]
        self.cut = {index: faces_of[count + index] - faces_of[index] for index in self.work.blunted}

    def _near(self, points: set[Point]) -> set[Point]:
        """Return those of some vertices that lie in the areas."""
        order = sorted(points)
        xy = np.array(order, dtype=float).reshape(-1, 2) / SCALE
        lies = shapely.intersects_xy(self._area, *xy.T)
        return {point for point, is_near in zip(order, lies.tolist(), strict=True) if is_near}

    def settled(self) -> Holdings:
        """Return who holds which face once all has changed hands."""
        polygons = self.arrangement.polygons()
        apart = np.zeros(len(polygons), dtype=bool)
        if self._refused:
            area = shapely.buffer(shapely.union_all(self._refused), STEP)
            apart = shapely.covers(area, polygons)
        extent = Extent(
            free=frozenset(np.flatnonzero(shapely.covers(self._area, polygons)).tolist()),
            inside=None if self._inside is None else frozenset(self._inside),
            apart=frozenset(np.flatnonzero(apart).tolist()),
        )
        holders = [set(who) for who in self.holders]
        holdings = Holdings(self.arrangement, holders, extent, Judge(self._allows, self._spoils))
        dropped = self.work.dropped
        holdings.give_spikes(self.cut)
        for polygon, twin in sorted(dropped.items()):
            holdings.drop(polygon, "sliver" if twin is None else "duplicate", twin, set(dropped))
        holdings.cut_outside()
        holdings.part_overlaps()
        holdings.drop_parts()
        holdings.fill_gaps(self.cut)
        return holdings

    def _allows(self, kind: Done, group: set[int]) -> bool:
        return self.work.limits.allow(kind, self.union(group))

    def _spoils(self, polygon: int, group: set[int]) -> bool:
        """Return whether a polygon of the layer that gets some faces has more spikes than before.

        Whether with what it has got already or without matters little: that is on other sides.
        """
        mine = self.held[polygon]
        both = np.array([self.union(mine), self.union(mine | group)], dtype=object)
        spikes = without_spikes(both, max(self.work.limits.spike_width, SPIKE_WIDTH))[1]
        return sum(2 * spike.polygon - 1 for spike in spikes) > 0

    def union(self, faces: Iterable[int]) -> shapely.Geometry:
        """Return the area of some faces."""
        wanted = sorted(faces)
        missing = [face for face in wanted if face not in self._polygons]
        polygons = self.arrangement.polygons(np.array(missing, dtype=np.int64))
        self._polygons.update(zip(missing, polygons, strict=True))
        if len(wanted) == 1:
            return self._polygons[wanted[0]]
        return union(np.array([self._polygons[face] for face in wanted], dtype=object))

    def size(self, faces: Iterable[int]) -> int:
        """Return twice the area of some faces, square steps."""
        total = 0
        for face in faces:
            if face not in self._sizes:
                self._sizes[face] = twice_area(self.union([face]))
            total += self._sizes[face]
        return total
