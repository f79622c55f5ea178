"""Which polygons a face lies in, decided so that the grid's rounding cannot mislead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.grid import STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAFE = 2.0 * STEP
"""A point this far inside its face, in metres, lies on the same side of every polygon's edge as the
face does: noding moves an edge by at most half the diagonal of a grid cell."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where the faces of an arrangement lie.

    A face lies in a polygon or outside it, up to what noding moved. For most faces one point well
    inside tells which. A face that is hardly wider than the grid has no such point, and one with a
    long spike may have its usual point in the spike: there the larger part of its area tells.

    Parameters
    ----------
    faces
        Polygons that noding together with the polygons in question has yielded, shape (n,).
    points
        A point inside each face, shape (n,).
    unsafe
        Faces whose point lies less than :data:`SAFE` from their outline, shape (n,).
    """

    faces: NDArray[np.object_]
    points: NDArray[np.object_]
    unsafe: NDArray[np.bool_]

    @classmethod
    def of(cls, faces: NDArray[np.object_]) -> Places:
        """Find a point inside each face."""
        points = shapely.point_on_surface(faces)
        unsafe = shapely.distance(shapely.boundary(faces), points) < SAFE
        return cls(faces, points, unsafe)

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.faces)

    def within(self, polygons: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs (face, polygon) of faces that lie in polygons, ordered by face.

        Parameters
        ----------
        polygons
            Polygons whose boundaries were noded, shape (m,).

        Returns
        -------
        face, polygon
            Indices, shape (k,).
        """
        safe, unsafe = np.flatnonzero(~self.unsafe), np.flatnonzero(self.unsafe)
        polygon, index = shapely.STRtree(self.points[safe]).query(polygons, predicate="contains")
        near, slim = shapely.STRtree(self.faces[unsafe]).query(polygons)
        slim = unsafe[slim]
        shared = shapely.area(shapely.intersection(self.faces[slim], polygons[near]))
        most = 2.0 * shared > shapely.area(self.faces[slim])
        face = np.concatenate([safe[index], slim[most]])
        polygon = np.concatenate([polygon, near[most]])
        order = np.lexsort((polygon, face))
        return face[order], polygon[order]
