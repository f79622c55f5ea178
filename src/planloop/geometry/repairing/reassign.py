"""One round of a repair: what lies near the places is noded, and its faces change hands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.ledger import Entry
from planloop.geometry.repairing.cuts import cuts_across
from planloop.geometry.repairing.ground import Ground
from planloop.geometry.repairing.led_outlines import (
    Point,
    add,
    distance,
    enclosed,
    led_steps,
    multipoint,
    points_of,
    shift_across,
    spare_vertices,
    square_metres,
    steps_of,
    strays,
    twice_area,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planloop.geometry.repairing.ground import Work
    from planloop.geometry.repairing.holdings import Holdings, Move


def reassign(
    work: Work, parts: NDArray[np.object_]
) -> tuple[list[Entry], dict[int, shapely.Geometry], set[int]]:
    """Node the polygons in some areas, let faces change hands, and draw what has changed.

    Parameters
    ----------
    work
        What to work on.
    parts
        Areas in which something may change, shape (k,). No invalid polygon meets them.

    Returns
    -------
    entries
        What was done.
    drawn
        The polygons that have changed, by index.
    members
        The polygons that were noded.
    """
    ground = Ground(work, parts)
    holdings = ground.settled()
    cuts: list[shapely.Geometry] = []
    refused: list[shapely.Geometry] = []
    for everywhere in (False, True):
        for group in holdings.refused:
            refused.append(ground.union(group))
            cuts += cuts_across(ground.arrangement, ground.holders, group, everywhere=everywhere)
        if holdings.refused:
            ground = Ground(work, parts, cuts, refused)
            holdings = ground.settled()
    drawing = _Drawing(ground, holdings)
    return drawing.told(holdings.moves), drawing.drawn, ground.members


class _Drawing:
    """What has changed hands, drawn.

    Attributes
    ----------
    drawn
        The polygons that have changed, by index.
    """

    def __init__(self, ground: Ground, holdings: Holdings) -> None:
        self._ground = ground
        self._work = ground.work
        interest = ground.near | {
            point
            for face in {face for move in holdings.moves for face in move.faces}
            for point in points_of(ground.union([face]))
        }
        self._spare = spare_vertices(
            ground.arrangement,
            [frozenset(who) for who in holdings.holders],
            interest,
            self._owners(interest),
        )
        self.drawn = self._drawn(holdings)

    def _drawn(self, holdings: Holdings) -> dict[int, shapely.Geometry]:
        ground, near = self._ground, self._ground.near
        moved = {who for move in holdings.moves for who, _, _ in move.change}
        moved |= {who for who, edges in ground.led.items() for *_, ps in edges if near & set(ps)}
        drawn = {}
        for polygon in sorted(moved):
            old = self._work.polygons[polygon]
            new = self._outline(polygon, holdings.held[polygon])
            tidy = shapely.normalize(shapely.remove_repeated_points(old, 0.0))
            if not shapely.equals_identical(new, tidy):
                drawn[polygon] = new
        return drawn

    def _outline(self, polygon: int, faces: set[int]) -> shapely.Geometry:
        """Return a polygon led through what it needs, with the faces that it has got or lost."""
        if not faces:
            return shapely.Polygon()
        ground, old = self._ground, self._work.polygons[polygon]
        led = ground.led.get(polygon, [])
        steps = led_steps(steps_of(old), led, strays(led, ground.near))
        had = ground.held[polygon]
        for face in sorted(faces - had):
            add(steps, sorted(steps_of(ground.union([face]))))
        for face in sorted(had - faces):
            add(steps, sorted((end, start) for start, end in steps_of(ground.union([face]))))
        return without(enclosed(steps), self._spare - set(points_of(old)))

    def _owners(self, interest: set[Point]) -> dict[Point, set[int]]:
        """Return the polygons of the layer that have had some vertices from the beginning."""
        rings = self._ground.before
        wanted = np.array([complex(*point) for point in interest])
        which = np.flatnonzero(np.isin(rings.x + 1j * rings.y, wanted))
        ring = np.searchsorted(rings.first, which, side="right") - 1
        polygon = self._ground.numbers[rings.polygon[ring]]
        owners: defaultdict[Point, set[int]] = defaultdict(set)
        for x, y, who in zip(
            rings.x[which].tolist(), rings.y[which].tolist(), polygon.tolist(), strict=True
        ):
            owners[x, y].add(who)
        return owners

    def told(self, moves: Iterable[Move]) -> list[Entry]:
        """Return the entries: of each move, and of each outline that was led through vertices."""
        ground, drawn = self._ground, self.drawn
        entries = []
        corners: defaultdict[int, set[Point]] = defaultdict(set)
        rest: defaultdict[int, int] = defaultdict(int)
        for who, new in drawn.items():
            rest[who] = twice_area(new) - twice_area(self._work.polygons[who])
        for move in moves:
            place = shapely.normalize(ground.union(move.faces))
            change = {who: sign * ground.size(faces) for who, sign, faces in move.change}
            for who, size in change.items():
                rest[who] -= size
            shifts = [
                shift_across(place, self._work.polygons[who], drawn[who])
                for who in change
                if who in drawn
            ]
            told = tuple((who, square_metres(size)) for who, size in sorted(change.items()))
            entries.append(
                Entry(move.kind, move.polygons, move.to, place, told, max(shifts, default=0.0))
            )
            for who in change:
                corners[who] |= {p for face in move.faces for p in points_of(ground.union([face]))}
        for who, new in sorted(drawn.items()):
            entries += self._edge(who, rest[who], set(points_of(new)), corners[who])
        return entries

    def _edge(self, who: int, size: int, vertices: set[Point], corners: set[Point]) -> list[Entry]:
        """Return what was done to a polygon's edges besides what changed hands, if anything.

        `vertices` are those of its outline now, `corners` those of areas that changed hands.
        """
        near = self._ground.near
        led = [e for e in self._ground.led.get(who, []) if not near.isdisjoint(e[2])]
        through = [point for edge in led for point in edge[2]]
        points = [point for point in through if point in vertices and point not in corners]
        if not points and not size:
            return []
        # What noding alone changed lies anywhere along the outline, or along what was lost of it.
        place = multipoint(points or through or sorted(vertices | corners))
        told = ((who, square_metres(size)),) if size else ()
        farthest = max((distance(edge) for edge in led), default=0.0)
        return [Entry("edge", (who,), None, place, told, farthest)]
