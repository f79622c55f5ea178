"""Where two layers lie on each other: the intersections, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.crossing.intersections import A_INSIDE, B_INSIDE, NEITHER, intersect
from planloop.geometry.crossing.pieces import cut
from planloop.geometry.loops.rings import Rings
from planloop.geometry.polygons import checked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.crossing.indexed import Indexed
    from planloop.geometry.crossing.intersections import Intersections


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """The intersections of two arrays of polygons.

    Parameters
    ----------
    a, b
        Indices into the two arrays, shape (k,), each pair once, ordered by `a`, then `b`.
    geometry
        What the two have in common, Polygons and MultiPolygons with an area, shape (k,).
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    geometry: NDArray[np.object_]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.a)


def overlay(a: NDArray[np.object_], b: NDArray[np.object_]) -> Overlay:
    """Return the intersection of each pair of polygons that share an area.

    Parameters
    ----------
    a, b
        Valid Polygons and MultiPolygons, shapes (n,) and (m,), in the same plane. Either array may
        overlap itself. Vertices count as rounded to the grid. Empty and missing ones meet nothing.

    Returns
    -------
    Overlay
        A polygon that lies wholly in its partner is passed through as the object it is; only pairs
        that cross are cut. What they share is never less than a grid cell (1e-8 m²).

    Raises
    ------
    InputError
        A geometry is no polygon, or is invalid; the first one is named by its index.

    Notes
    -----
    Pairs are cut along the crossings that :func:`planloop.geometry.tabulate.tabulate` adds up
    between, so both speak of the same areas. The few outlines that touch themselves are left to
    GEOS.
    """
    a, b = checked(a), checked(b)
    one, two = Rings.of(a), Rings.of(b)
    # The layer of fewer rings is indexed.
    swapped = len(two.turn) > len(one.turn)
    if swapped:
        a, b, one, two = b, a, two, one
    parts = intersect(one, two, None, lambda part, layer: _pieces(part, layer, a, b))
    i, j, shared = (np.concatenate(column) for column in zip(*parts, strict=True))
    if swapped:
        order = np.lexsort((i, j))
        i, j, shared = j[order], i[order], shared[order]
    return Overlay(i, j, shared)


def _pieces(
    part: Intersections, layer: Indexed, a: NDArray[np.object_], b: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Return the pairs of a part and what each shares."""
    index = part.a + part.start
    shared = np.empty(len(index), dtype=object)
    for how, polygons in ((A_INSIDE, a[index]), (B_INSIDE, b[part.b])):
        inside = part.how == how
        shared[inside] = polygons[inside]
    crossing = np.flatnonzero(part.how == NEITHER)
    shared[crossing] = cut(part, layer, crossing)
    return index, part.b, shared
