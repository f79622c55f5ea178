"""Outlines compared edge by edge: which polygons are exactly the union of their faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from planloop.geometry.neighbours import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray


class FaceOutlines:
    """The edges of faces, each with its face on the left and what lies beyond it.

    Parameters
    ----------
    faces
        The faces, shape (n,): a valid coverage.

    Notes
    -----
    Where two faces of a group meet, their edge stands twice, once in each direction. What is left
    without such pairs is the outline of the group's union, vertex by vertex. A valid polygon has
    no edge twice, and no other valid polygon has the same edges: so no union need be built.
    """

    def __init__(self, faces: NDArray[np.object_]) -> None:
        self._face, vertices, begins = _outlines(faces)
        self._points = pd.Index(pd.unique(vertices))
        start, end = self._ends(vertices, begins)
        self._known = pd.Index(self._keys(start, end))
        twin = self._known.get_indexer(self._keys(end, start))
        self._beyond = np.where(twin == NONE, NONE, self._face[twin])

    def misfits(self, group: NDArray[np.int64], polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Return which polygons are not exactly the union of the faces of their group, shape (m,).

        Exactly: with every vertex that the faces have along the outline, and no other. A polygon
        whose group has no face is a misfit.

        Parameters
        ----------
        group
            Index of the polygon that each face belongs to, shape (n,); -1 for none.
        polygons
            Polygons and MultiPolygons, shape (m,). What is said of an invalid one means nothing.
        """
        groups = np.append(group, NONE)
        mine = groups[self._face]
        outline = (mine != NONE) & (mine != groups[self._beyond])
        owner, vertices, begins = _outlines(polygons)
        edge = self._known.get_indexer(self._keys(*self._ends(vertices, begins)))
        fits = edge != NONE
        fits[fits] = outline[edge[fits]] & (mine[edge[fits]] == owner[fits])
        told, made, off = (
            np.bincount(owners, minlength=len(polygons))
            for owners in (owner, mine[outline], owner[~fits])
        )
        wrong: NDArray[np.bool_] = (told != made) | (made == 0) | (off > 0)
        return wrong

    def _ends(
        self, vertices: NDArray[np.complex128], begins: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of the points where each edge begins and ends; -1 for no point."""
        number = self._points.get_indexer(vertices)
        return number[begins], number[begins + 1]

    def _keys(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return one number for each edge, from the numbers of its ends; -1 is a point, too."""
        return (start + 1) * (len(self._points) + 1) + end + 1


def _outlines(
    polygons: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.complex128], NDArray[np.int64]]:
    """Return the outlines of polygons, which lie on the left.

    Returns
    -------
    owner
        Polygon of each edge, shape (k,).
    vertices
        x + iy of every vertex of every ring, the first of each repeated at its end, shape (v,).
    begins
        Where each edge begins: it runs to the next vertex, shape (k,).
    """
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    begins = np.flatnonzero(ring[1:] == ring[:-1])
    return owner[part[ring[begins]]], at.view(np.complex128)[:, 0], begins
