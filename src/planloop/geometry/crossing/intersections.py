"""How two layers lie on each other: their crossings, and what lies in what."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.area import official_of_rings
from planloop.geometry.crossing.arcs import Anchors, Sides, planar_of_rings, shares_of
from planloop.geometry.crossing.crossings import crossings_of
from planloop.geometry.crossing.indexed import Indexed, covering_starts, starts_covered
from planloop.geometry.ellipsoid.geodetic import Geodetic, Origin, origin, to_geodetic
from planloop.geometry.gauss import FIRST_EPSG

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from numpy.typing import NDArray

    from planloop.geometry.crossing.crossings import Crossings
    from planloop.geometry.crossing.indexed import Sets
    from planloop.geometry.loops.rings import Rings

    Result = TypeVar("Result")

CHUNK = 1_000_000
"""Vertices worked on at a time, which bounds the memory."""

CELL = 1e-8
"""Area of one grid cell, m²: what is smaller is no intersection."""

NEITHER, A_INSIDE, B_INSIDE = 0, 1, 2
"""Which of two polygons lies wholly in the other."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A layer with the areas of its rings and polygons.

    Parameters
    ----------
    rings
        The layer.
    on
        Its vertices on the ellipsoid; empty without a zone.
    planar, official
        Area of each ring, m², negative for holes, shape (r,).
    polygon
        The polygon of each ring, shape (r,).
    whole
        Planar and official area of each polygon, m², shape (n,) each.
    """

    rings: Rings
    on: Geodetic
    planar: NDArray[np.float64]
    official: NDArray[np.float64]
    polygon: NDArray[np.int64]
    whole: tuple[NDArray[np.float64], NDArray[np.float64]]

    @classmethod
    def of(cls, rings: Rings, at: Origin | None) -> Measured:
        """Measure a layer, on the ellipsoid too if its zone is given."""
        planar = planar_of_rings(rings)
        nothing = np.empty(0, np.int64)
        on, official = Geodetic(nothing, nothing), np.zeros_like(planar)
        if at is not None:
            on = to_geodetic(rings.x, rings.y, at.east)
            official = official_of_rings(rings, on, at)
        polygon, count = rings.polygon, rings.polygons
        whole = (
            np.bincount(polygon, weights=planar, minlength=count).astype(np.float64),
            np.bincount(polygon, weights=official, minlength=count).astype(np.float64),
        )
        return cls(rings, on, planar, official, polygon, whole)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What lies on the outlines of one of two layers.

    Parameters
    ----------
    ring
        The ring of each crossing, shape (k,).
    polygon
        The polygon of each crossing, shape (k,).
    order
        The crossings by ring, partner and place along the ring, shape (k,).
    whole_ring, whole_partner
        Rings that lie in a polygon of the other layer as a whole, shape (w,).
    """

    ring: NDArray[np.int64]
    polygon: NDArray[np.int64]
    order: NDArray[np.int64]
    whole_ring: NDArray[np.int64]
    whole_partner: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Intersections:
    """The intersections of some polygons of one layer with those of another.

    Parameters
    ----------
    start
        Number of the first of the polygons.
    rings
        The polygons.
    crossings
        Where their outlines cross those of the other layer.
    side_a, side_b
        What lies on the outlines of each layer.
    a, b
        Indices of the pairs that share an area, shape (p,), ordered by `a`, then `b`; `a` counts
        from `start`.
    planar, official
        The areas they share, m², shape (p,); official ones are 0 without a zone.
    how
        Whether one lies wholly in the other, shape (p,): `NEITHER`, `A_INSIDE` or `B_INSIDE`.
    """

    start: int
    rings: Rings
    crossings: Crossings
    side_a: Outline
    side_b: Outline
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    planar: NDArray[np.float64]
    official: NDArray[np.float64]
    how: NDArray[np.int8]

    def touching(self, layer: Indexed) -> NDArray[np.bool_]:
        """Return for each pair whether a vertex of one lies on the other's outline, shape (p,)."""
        width = max(layer.rings.polygons, 1)
        ring = np.searchsorted(self.rings.first, self.crossings.loose_a, side="right") - 1
        keys = self.rings.polygon[ring] * width + layer.polygon[self.crossings.loose_b]
        return np.isin(self.a * width + self.b, keys)


def intersect(
    a: Rings, b: Rings, epsg: int | None, work: Callable[[Intersections, Indexed], Result]
) -> list[Result]:
    """Intersect two layers, piece by piece of the first one, and return what `work` makes of each.

    Parameters
    ----------
    a, b
        The layers; the second one is searched. Either may overlap itself.
    epsg
        The 3° Gauss-Krüger zone they lie in, to have official areas, too.
    work
        Called for each piece, from several threads; the pieces are polygons of `a` in order.
    """
    layer = Indexed.of(b)
    measured = Measured.of(b, None if epsg is None else origin(epsg))
    vertices = a.first[a.ring]
    cuts = np.searchsorted(vertices, np.arange(CHUNK, vertices[-1], CHUNK))
    stops = [*np.unique(cuts[cuts > 0]).tolist(), a.polygons]

    def piece(start: int, stop: int) -> Result:
        return work(_intersections(start, a.take(start, stop), layer, measured, epsg), layer)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(piece, [0, *stops[:-1]], stops))


def _intersections(
    start: int, rings: Rings, layer: Indexed, other: Measured, epsg: int | None
) -> Intersections:
    at = origin(FIRST_EPSG if epsg is None else epsg)
    this = Measured.of(rings, None if epsg is None else at)
    crossings = crossings_of(rings, layer)
    ring_a = np.searchsorted(rings.first, crossings.a, side="right") - 1
    ring_b = layer.ring[crossings.b].astype(np.int64)
    owner_a, owner_b = this.polygon, other.polygon
    a, b = owner_a[ring_a], owner_b[ring_b]
    order_a = _order(ring_a, b, crossings.a, crossings.along_a, crossings.tie_a)
    order_b = _order(ring_b, a, crossings.b, crossings.along_b, crossings.tie_b)
    anchors = _anchors(this)
    shares_a = shares_of(
        _sides(
            this,
            covering_starts(rings, layer),
            (ring_a, b, crossings.a, crossings.sign * layer.rings.turn[ring_b]),
            crossings,
            order_a,
        ),
        anchors,
        owner_a,
        at,
    )
    shares_b = shares_of(
        _sides(
            other,
            starts_covered(layer, rings),
            (ring_b, a, crossings.b, -crossings.sign * rings.turn[ring_a]),
            crossings,
            order_b,
        ),
        anchors,
        np.empty(0, np.int64),
        at,
    )
    one = np.concatenate([owner_a[shares_a.ring], shares_b.partner])
    two = np.concatenate([shares_a.partner, owner_b[shares_b.ring]])
    width = max(layer.rings.polygons, 1)
    key, index = np.unique(one * width + two, return_inverse=True)
    i, j = key // width, key % width
    planar, official, noise = (
        np.bincount(index, weights=np.concatenate(values), minlength=len(key)).astype(np.float64)
        for values in zip(shares_a[2:5], shares_b[2:5], strict=True)
    )
    noise += CELL
    planar, official, how = _settled(
        (this.whole[0][i], this.whole[1][i]),
        (other.whole[0][j], other.whole[1][j]),
        (planar, np.abs(official), noise),
    )
    keep = planar > noise
    whole_a, whole_b = shares_a.whole, shares_b.whole
    return Intersections(
        start=start,
        rings=rings,
        crossings=crossings,
        side_a=Outline(ring_a, a, order_a, shares_a.ring[whole_a], shares_a.partner[whole_a]),
        side_b=Outline(ring_b, b, order_b, shares_b.ring[whole_b], shares_b.partner[whole_b]),
        a=i[keep],
        b=j[keep],
        planar=planar[keep],
        official=official[keep],
        how=how[keep],
    )


def _settled(
    whole_a: tuple[NDArray[np.float64], ...],
    whole_b: tuple[NDArray[np.float64], ...],
    shared: tuple[NDArray[np.float64], ...],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]]:
    """Return planar and official areas and how the pairs lie.

    A polygon that lies wholly in its partner has its own areas, to the last digit.
    """
    planar, official, noise = shared
    how = np.full(len(planar), NEITHER, dtype=np.int8)
    for kind, whole in ((B_INSIDE, whole_b), (A_INSIDE, whole_a)):
        inside = np.abs(whole[0] - planar) <= noise
        how[inside] = kind
        official = np.where(inside, whole[1], official)
    planar = np.where(how == A_INSIDE, whole_a[0], np.where(how == B_INSIDE, whole_b[0], planar))
    return planar, official, how


def _order(
    ring: NDArray[np.int64],
    partner: NDArray[np.int64],
    edge: NDArray[np.int64],
    along: NDArray[np.float64],
    tie: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the order of crossings by ring, partner and place along the ring."""
    return np.lexsort((tie[:, 1], tie[:, 0], along, edge, partner, ring))


def _sides(
    layer: Measured,
    starts: Sets,
    columns: tuple[NDArray[np.int64], ...],
    crossings: Crossings,
    order: NDArray[np.int64],
) -> Sides:
    """Return a layer with its crossings in order: ring, partner, edge, whether it enters."""
    ring, partner, edge, enters = (column[order] for column in columns)
    return Sides(
        layer.rings, layer.on, layer.planar, layer.official, starts,
        ring, partner, edge, enters, crossings.x[order], crossings.y[order],
    )  # fmt: skip


def _anchors(layer: Measured) -> Anchors:
    rings, on = layer.rings, layer.on
    # A polygon without rings has no intersections; any vertex will do for it.
    vertex = rings.first[np.minimum(rings.ring[:-1], max(len(rings.turn) - 1, 0))]
    if not len(rings.x):
        vertex = np.empty(0, np.int64)
    if not len(on.latitude):
        return Anchors(rings.x[vertex], rings.y[vertex], on.latitude, on.longitude)
    return Anchors(rings.x[vertex], rings.y[vertex], on.latitude[vertex], on.longitude[vertex])
