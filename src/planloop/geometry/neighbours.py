"""Which faces share an edge, and for what length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.grid import to_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def neighbours_of(faces: NDArray[np.object_]) -> Neighbours:
    """Return the neighbours in a valid coverage.

    Parameters
    ----------
    faces
        Polygons on the grid that form a valid coverage, shape (n,): shared edges have the same
        vertices on both sides.
    """
    face, start, end = edges_of(faces)
    length = np.hypot(*(end - start).T)
    vertices, number = np.unique(
        to_steps(np.concatenate([start, end])), axis=0, return_inverse=True
    )
    tail, head = number.reshape(2, -1)
    edge = np.minimum(tail, head) * len(vertices) + np.maximum(tail, head)
    order = np.argsort(edge, kind="stable")
    shared = np.flatnonzero(edge[order][1:] == edge[order][:-1])
    one, other = order[shared], order[shared + 1]
    left, right = np.sort([face[one], face[other]], axis=0)
    pair, index = np.unique(left * len(faces) + right, return_inverse=True)
    outer = np.bincount(face, weights=length, minlength=len(faces))
    outer -= np.bincount(face[one], weights=length[one], minlength=len(faces))
    outer -= np.bincount(face[other], weights=length[other], minlength=len(faces))
    return Neighbours(
        left=pair // len(faces),
        right=pair % len(faces),
        length=np.bincount(index, weights=length[one], minlength=len(pair)).astype(np.float64),
        outer=np.maximum(outer, 0.0),
    )


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
