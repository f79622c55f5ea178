"""Outlines compared edge by edge: which polygons are exactly the union of their faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from planloop.geometry.neighbours import NONE, edges_of

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
        self._face, tail, head = _edges(faces)
        self._points = pd.Index(pd.unique(np.append(tail, head)))
        start, end = self._points.get_indexer(tail), self._points.get_indexer(head)
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
        owner, tail, head = _edges(polygons)
        ends = (self._points.get_indexer(points) for points in (tail, head))
        edge = self._known.get_indexer(self._keys(*ends))
        fits = (edge != NONE) & outline[edge] & (mine[edge] == owner)
        told, made, off = (
            np.bincount(owners, minlength=len(polygons))
            for owners in (owner, mine[outline], owner[~fits])
        )
        wrong: NDArray[np.bool_] = (told != made) | (made == 0) | (off > 0)
        return wrong

    def _keys(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return one number for each edge, from the numbers of its ends; -1 is a point, too."""
        return (start + 1) * (len(self._points) + 1) + end + 1


def _edges(
    polygons: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.complex128], NDArray[np.complex128]]:
    """Return the owner, tail and head of each edge, shape (k,), with the polygon on its left."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    part, tail, head = edges_of(shapely.orient_polygons(parts))
    return owner[part], *(np.ascontiguousarray(at).view(np.complex128)[:, 0] for at in (tail, head))
