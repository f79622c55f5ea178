"""The faces that noded rings divide the plane into, and what lies where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.arranging.contours import NOWHERE, Contours, contours
from planloop.geometry.arranging.nesting import shells
from planloop.geometry.arranging.planar_graph import PlanarGraph
from planloop.geometry.arranging.winding import windings
from planloop.geometry.grid import SCALE
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.neighbours import shared_edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.loops.rings import Rings
    from planloop.geometry.neighbours import Neighbours

CHUNK = 2**16
"""Polygons made at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """The bounded faces of noded rings, in canonical order: by their bounds, then their outlines.

    The same segments give the same faces in the same order, whatever the order of the rings.
    Segments with the same face on both sides bound nothing: collapsed rings have such.

    Parameters
    ----------
    graph
        The segments.
    right
        Face to the right of each half-edge, shape (2 s,); `n` is the unbounded face.
    walk, first
        Half-edges ring by ring, and where each ring begins, shape (r + 1,). The rings run and begin
        as those of normalised polygons do.
    ring_of, rings
        Where the rings of each face begin in `rings`, and the end, shape (n + 2,); the rings of
        each face, its shell first, and those around the unbounded face at last, shape (r,).
    """

    graph: PlanarGraph
    right: NDArray[np.int32]
    walk: NDArray[np.int32]
    first: NDArray[np.int32]
    ring_of: NDArray[np.int64]
    rings: NDArray[np.int32]

    @classmethod
    def of(cls, rings: Rings) -> Arrangement:
        """Return the faces of rings that are noded: segments are equal or meet at common ends."""
        return cls.among(PlanarGraph.of(rings))

    @classmethod
    def among(cls, graph: PlanarGraph) -> Arrangement:
        """Return the faces that some segments bound."""
        found = contours(graph)
        shell = shells(graph, found)
        shown = found.shell[found.shell != NOWHERE]
        bounds = found.bounds[shown]
        order = np.lexsort(bounds.T[::-1])
        result = cls._numbered(graph, found, shell, shown[order])
        ranked = bounds[order]
        tied = np.append(False, (ranked[1:] == ranked[:-1]).all(axis=1))
        if not tied.any():
            return result
        index = np.flatnonzero(tied | np.append(tied[1:], False))
        texts = shapely.to_wkb(result.polygons(index))
        keys = list(zip(np.cumsum(~tied)[index].tolist(), texts, strict=True))
        order[index] = order[index[sorted(range(len(index)), key=keys.__getitem__)]]
        return cls._numbered(graph, found, shell, shown[order])

    @classmethod
    def _numbered(
        cls,
        graph: PlanarGraph,
        found: Contours,
        shell: NDArray[np.int32],
        shown: NDArray[np.int32],
    ) -> Arrangement:
        """Return the faces in the order of their shells `shown`."""
        faces = len(shown)
        face = np.full(len(found.part_of) + 1, faces, np.int32)
        face[shown] = np.arange(faces, dtype=np.int32)
        # The last one is for half-edges without a contour.
        of_contour = np.append(face[shell], np.int32(faces))
        hole = face[:-1] == faces
        holes = _descending(graph, found, np.flatnonzero(hole), of_contour)
        count = np.bincount(of_contour[found.part_of[holes]], minlength=faces + 1)
        count[:faces] += 1
        ring_of = np.concatenate([[0], np.cumsum(count)])
        rings = np.empty(len(found.part_of), np.int32)
        inner = np.ones(len(rings), dtype=bool)
        inner[ring_of[:faces]] = False
        rings[ring_of[:faces]] = shown
        rings[inner] = holes
        return cls(graph, of_contour[found.contour], found.walk, found.first, ring_of, rings)

    def __len__(self) -> int:
        """Return the number of bounded faces."""
        return len(self.ring_of) - 2

    def polygons(self, keep: NDArray[np.int64] | None = None) -> NDArray[np.object_]:
        """Return the faces, or those at the indices `keep`, as normalised polygons on the grid."""
        keep = np.arange(len(self)) if keep is None else keep
        found = np.empty(len(keep), dtype=object)
        for start in range(0, len(keep), CHUNK):
            chosen = keep[start : start + CHUNK]
            count = self.ring_of[chosen + 1] - self.ring_of[chosen]
            shift = np.concatenate([[0], np.cumsum(count)])
            place = np.repeat(self.ring_of[chosen] - shift[:-1], count) + np.arange(shift[-1])
            rings = self.rings[place]
            size = self.first[rings + 1] - self.first[rings] + 1
            offset = np.concatenate([[0], np.cumsum(size, dtype=np.int64)])
            points = _points(self.graph, self.walk, self.first, rings, offset)
            made: Any = shapely.from_ragged_array(
                shapely.GeometryType.POLYGON, points, (offset, shift)
            )
            found[start : start + CHUNK] = made
        return found

    def within(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs (face, polygon) of faces that lie in polygons.

        Returns
        -------
        face, polygon
            Indices, shape (k,), ordered by face, then polygon. A face lies in a polygon if its
            rings wind round it more often forwards than backwards.
        """
        first, polygon = windings(
            self.graph, self.right, self.walk, self.first, self.ring_of, self.rings
        )
        return np.repeat(np.arange(len(first) - 1), np.diff(first)), polygon.astype(np.int64)

    def neighbours(self, keep: NDArray[np.int64]) -> Neighbours:
        """Return the neighbours among the faces `keep`, numbered by their places in it."""
        number = np.full(len(self) + 1, -1, np.int32)
        number[keep] = np.arange(len(keep), dtype=np.int32)
        right = number[self.right]
        return shared_edges(self.graph, right[::2], right[1::2], len(keep))


def _descending(
    graph: PlanarGraph,
    found: Contours,
    holes: NDArray[np.int64],
    of_contour: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Return holes by face, and those of one face in the order that normalised polygons have.

    GEOS puts the hole of more vertices first; of as many, that which begins farther east, then
    north. Two that begin at the same vertex differ in their second one.
    """
    start, size = found.first[holes], found.first[holes + 1] - found.first[holes]
    one, two = graph.tail[found.walk[start]], graph.tail[found.walk[start + 1]]
    keys = (-graph.y[two], -graph.x[two], -graph.y[one], -graph.x[one], -size)
    return holes[np.lexsort((*keys, of_contour[found.part_of[holes]]))]


@compiled
def _points(
    graph: PlanarGraph,
    walk: NDArray[np.int32],
    first: NDArray[np.int32],
    rings: NDArray[np.int32],
    offset: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the vertices of rings in metres, the first of each repeated at its end."""
    points = np.empty((offset[-1], 2))
    for k in range(len(rings)):
        at = offset[k]
        for h in walk[first[rings[k]] : first[rings[k] + 1]]:
            vertex = graph.tail[h]
            points[at, 0] = graph.x[vertex] / SCALE
            points[at, 1] = graph.y[vertex] / SCALE
            at += 1
        points[at] = points[offset[k]]
    return points
