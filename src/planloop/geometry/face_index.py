"""Finding the faces of a Fabric near by: an index that outlives edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

FRESH = 4
"""An index is built anew once more than one in so many faces have changed."""


class FaceIndex:
    """An index of faces, built when first asked.

    Parameters
    ----------
    faces
        Polygons, shape (n,).
    """

    __slots__ = ("_recent", "_recent_tree", "_stale", "_tree", "faces")

    def __init__(self, faces: NDArray[np.object_]) -> None:
        self.faces = faces
        self._tree: shapely.STRtree | None = None
        # Faces that the tree has as they were before edits; faces that it does not have as they are
        # have a small tree of their own.
        self._stale = np.zeros(len(faces), dtype=bool)
        self._recent = np.empty(0, dtype=np.int64)
        self._recent_tree = shapely.STRtree([])

    def near(
        self, shapes: NDArray[np.object_], distance: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs of shapes and of faces that lie within a distance of them.

        Parameters
        ----------
        shapes
            Polygons or lines, shape (m,); missing and empty ones are near nothing.
        distance
            Metres.

        Returns
        -------
        shape, face
            Indices, shape (k,), ordered by shape, then face.
        """
        if self._tree is None:
            self._tree = shapely.STRtree(self.faces)
        shape, face = self._tree.query(shapes, predicate="dwithin", distance=distance)
        kept = ~self._stale[face]
        other, place = self._recent_tree.query(shapes, predicate="dwithin", distance=distance)
        shape = np.concatenate([shape[kept], other])
        face = np.concatenate([face[kept], self._recent[place]])
        order = np.lexsort((face, shape))
        return shape[order], face[order]

    def updated(self, faces: NDArray[np.object_], changed: NDArray[np.int64]) -> FaceIndex:
        """Return the index of faces of which only some have changed.

        Parameters
        ----------
        faces
            All faces, shape (n,): at least as many as there were.
        changed
            Indices of those that are not what they were, or are new.
        """
        index = FaceIndex(faces)
        recent = np.union1d(self._recent, changed)
        if self._tree is not None and FRESH * len(recent) <= len(faces):
            index._tree = self._tree  # of its own kind
            index._stale = self._stale.copy()  # likewise
            index._stale[changed[changed < len(self._stale)]] = True  # likewise
            index._recent = recent  # likewise
            index._recent_tree = shapely.STRtree(faces[recent])  # likewise
        return index
