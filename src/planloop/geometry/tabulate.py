"""How much of each polygon of one layer lies in each polygon of another, or of two others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from planloop.geometry.area import area
from planloop.geometry.crossing.intersections import NEITHER, Intersections, intersect
from planloop.geometry.crossing.pieces import cut
from planloop.geometry.loops.rings import Rings, polygons_of
from planloop.geometry.overlay import overlay
from planloop.geometry.polygons import checked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.crossing.indexed import Indexed

    Layer: TypeAlias = NDArray[np.object_] | Rings


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Areas of the intersections of two or three layers.

    Parameters
    ----------
    a, b
        Indices into the layers, or classes once summed, shape (k,). Each combination once, ordered
        by `a`, `b`, `c`.
    planar_area
        Area in the plane, m², greater than 0, shape (k,).
    area
        Official ellipsoidal area, m², shape (k,); None unless a zone was named.
    c
        Indices into the third layer, shape (k,); None if there is none.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    planar_area: NDArray[np.float64]
    area: NDArray[np.float64] | None = None
    c: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Return the number of pairs, or of triples."""
        return len(self.a)

    def by_class(self, *classes: NDArray[np.int64]) -> Table:
        """Return the sums by pair or triple of classes.

        Parameters
        ----------
        classes
            For each layer the class of each of its polygons, shape (n,): whole numbers from 0;
            negative for polygons to leave out.
        """
        layers = [self.a, self.b] if self.c is None else [self.a, self.b, self.c]
        columns = np.stack([of[at] for of, at in zip(classes, layers, strict=True)])
        kept = np.flatnonzero((columns >= 0).all(axis=0))
        named, index = np.unique(columns[:, kept], axis=1, return_inverse=True)

        def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
            sums = np.bincount(index, weights=values[kept], minlength=named.shape[1])
            return sums.astype(np.float64)

        return Table(
            a=named[0],
            b=named[1],
            planar_area=total(self.planar_area),
            area=None if self.area is None else total(self.area),
            c=None if self.c is None else named[2],
        )


def tabulate(a: Layer, b: Layer, c: Layer | None = None, *, epsg: int | None = None) -> Table:
    """Return the areas of all intersections of two or three layers, without building them.

    Parameters
    ----------
    a, b, c
        Layers in the same plane, of valid polygons: arrays of Polygons and MultiPolygons, shape
        (n,), or their rings, which are taken to be of valid polygons. Vertices count as rounded to
        the grid. Any layer may overlap itself.
    epsg
        The 3° Gauss-Krüger zone they lie in, to have ellipsoidal areas, too.

    Returns
    -------
    Table
        Pairs, or triples, that share an area; lines, points and less than a grid cell (1e-8 m²) are
        none.

    Raises
    ------
    InputError
        A geometry is no polygon, or is invalid.

    Notes
    -----
    Where outlines cross is decided in whole numbers; areas are sums along the outlines. A polygon
    wholly inside its partner has its own area, to the last digit. Of three layers, `b` and `c` are
    cut into pieces first, whose cut vertices count as rounded to the grid.

    The ellipsoidal area of a pair is that of the piece that
    :func:`~planloop.geometry.overlay.overlay` cuts, its edges straight in the Gauss plane. The
    official rule rounds latitude and longitude to 1e-6 seconds of arc, so the pieces of a polygon
    add up to its own area but for some 1e-5 m² a metre of cut.
    """
    if c is not None:
        pieces = overlay(_polygons(b), _polygons(c))
        table = tabulate(a, Rings.of(pieces.geometry), epsg=epsg)
        return Table(table.a, pieces.a[table.b], table.planar_area, table.area, pieces.b[table.b])
    one, two = rings_of(a), rings_of(b)
    # The layer of fewer rings is indexed.
    swapped = len(two.turn) > len(one.turn)
    if swapped:
        one, two = two, one
    parts = intersect(one, two, epsg, lambda part, layer: _columns(part, layer, epsg))
    i, j, planar, official = (np.concatenate(column) for column in zip(*parts, strict=True))
    if swapped:
        order = np.lexsort((i, j))
        i, j, planar, official = j[order], i[order], planar[order], official[order]
    return Table(i, j, planar, None if epsg is None else official)


def rings_of(layer: Layer) -> Rings:
    """Return the rings of a layer, once its polygons are found valid."""
    return layer if isinstance(layer, Rings) else Rings.of(checked(layer))


def _polygons(layer: Layer) -> NDArray[np.object_]:
    return polygons_of(layer, np.arange(layer.polygons)) if isinstance(layer, Rings) else layer


def _columns(
    part: Intersections, layer: Indexed, epsg: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the pairs of a part, and their planar and official areas."""
    official = part.official
    if epsg is not None:
        # Where outlines run along each other, the sum counts vertices that the piece has not.
        touching = np.flatnonzero((part.how == NEITHER) & part.touching(layer))
        official[touching] = area(cut(part, layer, touching), epsg=epsg)
    return part.a + part.start, part.b, part.planar, official
