"""How much of each polygon of one layer lies in each polygon of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.area import area
from planloop.geometry.overlay import overlay

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Areas of the intersections of two arrays of polygons.

    Parameters
    ----------
    a, b
        Indices into the two arrays, or classes once summed, shape (k,), each pair once, ordered by
        `a`, then `b`.
    planar_area
        Area in the plane, m², greater than 0, shape (k,).
    area
        Official ellipsoidal area, m², shape (k,); None unless a zone was named.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    planar_area: NDArray[np.float64]
    area: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.a)

    def by_class(self, class_a: NDArray[np.int64], class_b: NDArray[np.int64]) -> Table:
        """Return the sums by pair of classes.

        Parameters
        ----------
        class_a, class_b
            Class of each polygon of the first array, shape (n,), and of the second, shape (m,):
            whole numbers from 0; negative for polygons to leave out.
        """
        first, second = class_a[self.a], class_b[self.b]
        kept = np.flatnonzero((first >= 0) & (second >= 0))
        width = int(second[kept].max(initial=0)) + 1
        pair, index = np.unique(first[kept] * width + second[kept], return_inverse=True)

        def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.bincount(index, weights=values[kept], minlength=len(pair)).astype(np.float64)

        return Table(
            pair // width,
            pair % width,
            total(self.planar_area),
            None if self.area is None else total(self.area),
        )


def tabulate(a: NDArray[np.object_], b: NDArray[np.object_], *, epsg: int | None = None) -> Table:
    """Return the areas of all intersections of two arrays of polygons.

    Parameters
    ----------
    a, b
        Valid Polygons and MultiPolygons, shapes (n,) and (m,), in the same plane.
    epsg
        The 3° Gauss-Krüger zone they lie in, to have ellipsoidal areas, too.

    Returns
    -------
    Table
        Pairs that share an area; touching lines and points are no pair.

    Raises
    ------
    InputError
        A geometry is no polygon, or is invalid.

    Notes
    -----
    The ellipsoidal area of a pair is that of the piece that :func:`overlay` cuts, its edges
    straight in the Gauss plane. The official rule rounds latitude and longitude to 1e-6 seconds of
    arc, so the pieces of a polygon add up to its own area but for some 1e-5 m² a metre of cut.
    """
    pieces = overlay(a, b)
    official = None
    if epsg is not None:
        # A sum of rings can come out as a negative zero, or below zero in its last bits.
        official = np.maximum(area(pieces.geometry, epsg=epsg), 0.0) + 0.0
    return Table(pieces.a, pieces.b, shapely.area(pieces.geometry), official)
