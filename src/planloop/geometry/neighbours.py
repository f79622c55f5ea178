"""Which faces share an edge, and for what length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.arranging.planar_graph import PlanarGraph
from planloop.geometry.grid import SCALE
from planloop.geometry.loops.compiled import compiled
from planloop.geometry.loops.rings import Rings
from planloop.geometry.loops.sorting import sort_stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE = -1
"""Where there is no face, and the label of a face that lies in no feature of a layer."""

FINE = 2.0**-30
"""Lengths of edges are multiples of this many metres, a nanometre: their sums, up to 8,000 km, then
do not depend on the order in which they are taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Pairs of faces that share an edge (a point is not enough).

    Parameters
    ----------
    left, right
        Face indices, shape (m,), ``left < right``, each pair once, in ascending order.
    length
        Length of the shared edge in the plane, metres, shape (m,).
    outer
        Length of each face's edge that no other face shares, metres, shape (n,).
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    length: NDArray[np.float64]
    outer: NDArray[np.float64]

    def of(self, face: int) -> NDArray[np.int64]:
        """Return the faces that share an edge with one face, ascending."""
        return np.sort(np.append(self.right[self.left == face], self.left[self.right == face]))

    def beside(self, faces: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the faces that share an edge with some of `faces` and are none of them."""
        among = np.zeros(len(self.outer), dtype=bool)
        among[faces] = True
        link = among[self.left] != among[self.right]
        left, right = self.left[link], self.right[link]
        return np.unique(np.where(among[left], right, left))

    def renewed(self, around: NDArray[np.int64], count: int, near: Neighbours) -> Neighbours:
        """Return the neighbours after some faces have changed.

        Parameters
        ----------
        around
            Faces: first the `count` ones that have changed or are new, then all that share an edge
            with them, shape (k,). New faces come after those there were.
        count
            How many have changed or are new.
        near
            The neighbours among `around`, numbered by their places in it.
        """
        total = max(len(self.outer), int(around.max(initial=NONE)) + 1)
        changed = np.zeros(total, dtype=bool)
        changed[around[:count]] = True
        kept = ~(changed[self.left] | changed[self.right])
        left, right = self.left[kept], self.right[kept]
        fresh = near.left < count
        pairs = np.sort([around[near.left[fresh]], around[near.right[fresh]]], axis=0)
        order = np.lexsort(pairs[::-1])
        low, high = pairs[:, order]
        place = np.searchsorted(left * total + right, low * total + high)
        outer = np.append(self.outer, np.zeros(total - len(self.outer)))
        outer[around[:count]] = near.outer[:count]
        return Neighbours(
            left=np.insert(left, place, low),
            right=np.insert(right, place, high),
            length=np.insert(self.length[kept], place, near.length[fresh][order]),
            outer=outer,
        )

    def take(self, keep: NDArray[np.int64]) -> Neighbours:
        """Return the neighbours among the faces `keep`, numbered by their places in it."""
        number = np.full(len(self.outer), NONE, dtype=np.int64)
        number[keep] = np.arange(len(keep))
        left, right = number[self.left], number[self.right]
        outer = self.outer[keep]
        for one, other in ((left, right), (right, left)):
            alone = (one != NONE) & (other == NONE)
            outer += np.bincount(one[alone], weights=self.length[alone], minlength=len(keep))
        both = (left != NONE) & (right != NONE)
        return Neighbours(left[both], right[both], self.length[both], outer)


def neighbours_of(faces: NDArray[np.object_]) -> Neighbours:
    """Return the neighbours in a valid coverage.

    Parameters
    ----------
    faces
        Polygons on the grid that form a valid coverage, shape (n,): shared edges have the same
        vertices on both sides.
    """
    graph = PlanarGraph.of(Rings.of(faces))
    segment = np.repeat(np.arange(len(graph.first) - 1), np.diff(graph.first))
    sides = np.full((2, len(graph.first) - 1), NONE, dtype=np.int32)
    sides[graph.along & 1, segment] = graph.along >> 1
    return shared_edges(graph, sides[0], sides[1], len(faces))


def shared_edges(
    graph: PlanarGraph, right: NDArray[np.int32], left: NDArray[np.int32], count: int
) -> Neighbours:
    """Return the neighbours, given the faces beside each segment.

    Parameters
    ----------
    graph
        The segments.
    right, left
        Face to the right and to the left of each segment, shape (s,), or -1.
    count
        Number of faces.
    """
    return Neighbours(
        *_shared(graph, np.ascontiguousarray(right), np.ascontiguousarray(left), count)
    )


@compiled
def _shared(
    graph: PlanarGraph, right: NDArray[np.int32], left: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return what :class:`Neighbours` holds."""
    first, keys, outer = _by_face(graph, right, left, count)
    pairs = 0
    for face in range(count):
        sort_stretch(keys, first[face], first[face + 1])
        for k in range(first[face], first[face + 1]):
            pairs += _is_new(keys, first[face], k)
    one, other, length = np.empty(pairs, np.int64), np.empty(pairs, np.int64), np.zeros(pairs)
    at = -1
    for face in range(count):
        for k in range(first[face], first[face + 1]):
            if _is_new(keys, first[face], k):
                at += 1
                one[at], other[at] = face, keys[k] >> 32
            length[at] += _length(graph, keys[k] & 0xFFFFFFFF)
    return one, other, length, outer


@compiled
def _by_face(
    graph: PlanarGraph, right: NDArray[np.int32], left: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the shared segments by the lower of their faces, and the length of the others.

    Returns
    -------
    first
        Where the segments of each face begin, and the end, shape (count + 1,).
    keys
        The higher face in the upper 32 bits, the segment in the lower ones.
    outer
        Length of each face's segments that no other face shares, shape (count,).
    """
    outer = np.zeros(count)
    first = np.zeros(count + 1, np.int64)
    for s in range(len(right)):
        low, high = min(right[s], left[s]), max(right[s], left[s])
        if 0 <= low < high:
            first[low] += 1
        elif low < high:
            outer[high] += _length(graph, s)
    for face in range(count):
        first[face + 1] += first[face]
    keys = np.empty(first[count], np.int64)
    for s in range(len(right) - 1, -1, -1):
        low, high = min(right[s], left[s]), max(right[s], left[s])
        if 0 <= low < high:
            first[low] -= 1
            keys[first[low]] = np.int64(high) << 32 | s
    return first, keys, outer


@compiled
def _is_new(keys: NDArray[np.int64], start: int, place: int) -> bool:
    """Return whether the face at a place differs from the one before."""
    return place == start or keys[place] >> 32 != keys[place - 1] >> 32


@compiled
def _length(graph: PlanarGraph, segment: int) -> float:
    """Return the length of a segment in metres, a multiple of :data:`FINE`."""
    tail, head = graph.tail[2 * segment], graph.tail[2 * segment + 1]
    x, y = float(graph.x[head] - graph.x[tail]), float(graph.y[head] - graph.y[tail])
    return float(np.rint(np.sqrt(x * x + y * y) / SCALE / FINE)) * FINE


def edges_of(
    polygons: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return every ring edge: polygon index (m,), start (m, 2) and end (m, 2)."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    return owner[ring[:-1][inside]], coordinates[:-1][inside], coordinates[1:][inside]


def components(count: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the connected component of each node, numbered by its smallest node, shape (count,).

    Parameters
    ----------
    count
        Number of nodes.
    left, right
        Ends of the links, shape (m,).
    """
    label = np.arange(count)
    while True:
        lowest = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, label[left], lowest)
        np.minimum.at(label, label[right], lowest)
        np.minimum.at(label, left, lowest)
        np.minimum.at(label, right, lowest)
        label = label[label]
        if np.array_equal(label, before):
            return label
