"""Which polygons a face lies in: those that their rings wind round it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.loops.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.arranging.planar_graph import PlanarGraph


@compiled
def windings(  # segments; rings of faces; faces  # noqa: PLR0913, PLR0917
    graph: PlanarGraph,
    right: NDArray[np.int32],
    walk: NDArray[np.int32],
    first: NDArray[np.int32],
    ring_of: NDArray[np.int64],
    rings: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the polygons that wind round each face a positive number of times.

    The rings of a polygon wind round all points of a face equally often, shells counted positive
    and holes negative. Across a segment that number changes by how often they run along it. So all
    numbers follow, exactly, from the unbounded face's, which are 0, on a walk from face to face.

    Parameters
    ----------
    graph
        Segments, and whose rings run along them.
    right
        Face to the right of each half-edge, shape (2 s,); the last one is the unbounded face.
    walk, first
        Half-edges ring by ring, shape (k,), and where each ring begins, shape (r + 1,).
    ring_of, rings
        Where the rings of each face begin in `rings`, and the end, shape (n + 1,), and the rings of
        each face, shape (r,).

    Returns
    -------
    first_of, polygon
        Where the polygons of each face begin, and the end, shape (n + 1,); the polygons, ascending,
        shape (p,).
    """
    faces = len(ring_of) - 1
    # What winds round a face is a stretch of two growing arrays; faces share it where it is equal.
    start = np.full(faces, -1, np.int64)
    stop = np.zeros(faces, np.int64)
    polygon = np.empty(2 * faces + 16, np.int32)
    number = np.empty(2 * faces + 16, np.int32)
    used = 0
    queue = np.empty(faces, np.int32)
    queue[0] = faces - 1
    start[faces - 1] = 0
    waiting, length = 0, 1
    while waiting < length:
        face = queue[waiting]
        waiting += 1
        for ring in rings[ring_of[face] : ring_of[face + 1]]:
            for h in walk[first[ring] : first[ring + 1]]:
                other = right[h ^ 1]
                if start[other] >= 0:
                    continue
                queue[length] = other
                length += 1
                along = graph.along[graph.first[h >> 1] : graph.first[(h >> 1) + 1]]
                most = used + stop[face] - start[face] + len(along)
                if most > len(polygon):
                    polygon = _grown(polygon, most)
                    number = _grown(number, most)
                end = _cross(polygon, number, start[face], stop[face], along, 1 - 2 * (h & 1), used)
                same = end - used == stop[face] - start[face]
                for k in range(end - used):
                    same = (
                        same
                        and polygon[used + k] == polygon[start[face] + k]
                        and number[used + k] == number[start[face] + k]
                    )
                if same:
                    start[other], stop[other] = start[face], stop[face]
                else:
                    start[other], stop[other] = used, end
                    used = end
    return _positive(start, stop, polygon, number)


@compiled
def _cross(  # what winds round a face; across what, and which way  # noqa: PLR0913, PLR0917
    polygon: NDArray[np.int32],
    number: NDArray[np.int32],
    start: int,
    stop: int,
    along: NDArray[np.int32],
    sign: int,
    at: int,
) -> int:
    """Write what winds round the face across a segment from place `at`, and return the end."""
    k = 0
    while start < stop or k < len(along):
        if k == len(along) or (start < stop and polygon[start] < along[k] >> 1):
            polygon[at], number[at] = polygon[start], number[start]
            start += 1
            at += 1
            continue
        found, total = along[k] >> 1, 0
        if start < stop and polygon[start] == found:
            total = number[start]
            start += 1
        while k < len(along) and along[k] >> 1 == found:
            # The inside lies to the left of the segment, or to its right.
            total += sign if along[k] & 1 else -sign
            k += 1
        if total != 0:
            polygon[at], number[at] = found, total
            at += 1
    return at


@compiled
def _grown(values: NDArray[np.int32], most: int) -> NDArray[np.int32]:
    wider = np.empty(max(most, len(values) + len(values) // 2), np.int32)
    wider[: len(values)] = values
    return wider


@compiled
def _positive(
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    polygon: NDArray[np.int32],
    number: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the polygons of each face with a positive number: count, then write."""
    first = np.zeros(len(start) + 1, np.int64)
    for face in range(len(start)):
        first[face + 1] = first[face]
        for k in range(start[face], stop[face]):
            if number[k] > 0:
                first[face + 1] += 1
    found = np.empty(first[-1], np.int32)
    at = 0
    for face in range(len(start)):
        for k in range(start[face], stop[face]):
            if number[k] > 0:
                found[at] = polygon[k]
                at += 1
    return first, found
