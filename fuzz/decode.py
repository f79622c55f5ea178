"""Layers of polygons out of bytes: any bytes give some, and nearby bytes give similar ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from planloop.geometry.grid import SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CORNER = np.array([4_000_000_000, 40_000_000_000])
"""South-west corner of everything, grid steps: inside any Gauss-Krüger zone."""

PITCHES = (1, 2, 3, 5, 16, 100, 4097, 1_000_000, 123_456_789, 1_000_000_000)
"""Distances of a lattice's points, grid steps: from one step to 100 km."""

MOST_CELLS = 4
"""A lattice has at most so many squares each way."""

MOST_RINGS, MOST_VERTICES = 4, 12
"""A free layer has at most so many rings, and a ring so many vertices."""


class Source:
    """Numbers out of bytes; after the last byte they are all 0."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def below(self, limit: int) -> int:
        """Return a number from 0 up to `limit`, which is at most 256."""
        if self._at >= len(self._data):
            return 0
        self._at += 1
        return self._data[self._at - 1] % limit

    def within(self, reach: int) -> int:
        """Return a number from `-reach` to `reach`: near 0 and near both ends, where mistakes are.

        A reach that one byte does not hold takes a second byte.
        """
        value = self.below(256) - 128
        if reach <= 127:  # noqa: PLR2004  # half a byte
            return (abs(value) % (reach + 1)) * (1 if value >= 0 else -1)
        kind = self.below(4)
        if kind == 0:
            return value
        if kind == 1:
            return (reach - abs(value)) * (1 if value >= 0 else -1)
        return value * reach // 128 + kind - 2

    def rest(self) -> bytes:
        """Return the bytes that have not been used."""
        return self._data[self._at :]


class Layers(NamedTuple):
    """Two layers of valid polygons.

    Parameters
    ----------
    a
        A coverage, shape (n,): its polygons share edges and do not overlap.
    b
        Polygons, shape (m,), which may overlap.
    covered
        Whether `b` is a coverage, too, and covers all of `a`.
    """

    a: NDArray[np.object_]
    b: NDArray[np.object_]
    covered: bool


def layers(source: Source, pitches: Sequence[int] = PITCHES) -> Layers:
    """Return two layers that cross, coincide, nearly coincide, touch or lie far apart."""
    cells = 1 + source.below(MOST_CELLS)
    pitch = pitches[source.below(len(pitches))]
    kind = source.below(5)
    points = lattice(source, cells, pitch)
    a = patches(source, points)
    if kind == 0:
        # All edges coincide.
        return Layers(a, patches(source, points), covered=True)
    if kind == 1:
        # The outline coincides, and some points do.
        other = lattice(source, cells, pitch)
        edge = np.ones(points.shape[:2], dtype=bool)
        edge[1:-1, 1:-1] = False
        other[edge] = points[edge]
        sound = _is_sound(other)
        return Layers(a, patches(source, other if sound else points), covered=True)
    if kind == 2:  # noqa: PLR2004  # the third kind
        # Another lattice beside, across or around.
        shift = np.array([source.within(2 * pitch), source.within(2 * pitch)])
        other = lattice(source, 1 + source.below(MOST_CELLS), pitch) + shift
        return Layers(a, patches(source, other), covered=False)
    if kind == 3:  # noqa: PLR2004  # the fourth kind
        around = np.array([[-1, -1], [cells + 1, -1], [cells + 1, cells + 1], [-1, cells + 1]])
        return Layers(a, _placed([[around * pitch]]), covered=True)
    free = rings(source, pitch)
    return Layers(a, free[shapely.is_valid(free)], covered=False)


def lattice(source: Source, cells: int, pitch: int) -> NDArray[np.int64]:
    """Return a square lattice with every point moved by less than a quarter of its pitch.

    Returns
    -------
    ndarray of int64, shape (cells + 1, cells + 1, 2)
        Grid steps. Moved so little, every square stays convex.
    """
    line = np.arange(cells + 1, dtype=np.int64) * pitch
    points = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1)
    reach = (pitch - 1) // 4
    if reach and source.below(4):
        moves = [source.within(reach) for _ in range(points.size)]
        points += np.array(moves, dtype=np.int64).reshape(points.shape)
    return points


def patches(source: Source, points: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return unions of a lattice's squares: with holes, with several parts, touching at corners."""
    cells = len(points) - 1
    corners = np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], axis=2)
    squares = _placed([[square] for square in corners.reshape(-1, 4, 2)])
    most = 1 + source.below(6)
    label = np.array([source.below(most) for _ in range(cells * cells)])
    if cells >= 3 and source.below(3) == 0:  # noqa: PLR2004  # three rows have a middle
        # One patch around all the others: with holes.
        label.reshape(cells, cells)[[0, -1]] = label.reshape(cells, cells)[:, [0, -1]] = most
    unions = [shapely.coverage_union_all(squares[label == number]) for number in np.unique(label)]
    return np.array(unions, dtype=object)


def rings(source: Source, pitch: int) -> NDArray[np.object_]:
    """Return polygons of any rings, valid or not, shape (n,): shells, holes, parts."""
    polygons = []
    for _ in range(1 + source.below(MOST_RINGS)):
        found = []
        for _ in range(2):
            count = 3 + source.below(MOST_VERTICES - 2)
            ring = np.array(
                [
                    [source.below(8) * pitch + source.within(2) for _ in range(2)]
                    for _ in range(count)
                ]
            )
            if source.below(2) == 0:
                # By angle around the middle: valid, more often than not.
                ring = np.unique(ring, axis=0)
                away = ring - ring.mean(axis=0)
                ring = ring[np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")]
                ring = np.resize(ring, (max(len(ring), 3), 2))
            found.append(ring)
            if source.below(3):
                break
        polygons.append(found)
    free = _placed(polygons)
    if source.below(3) == 0:
        return np.array([shapely.multipolygons(free)], dtype=object)
    return free


def anything(source: Source) -> NDArray[np.object_]:
    """Return what a file may hold: any geometries, with numbers that are none, or nothing."""
    kind = source.below(4)
    if kind == 0:
        try:
            with np.errstate(all="ignore"):
                geometry = shapely.from_wkb(source.rest(), on_invalid="ignore")
        except NotImplementedError:
            # Curves: no reader of ours lets them through.
            geometry = None
        return np.array([geometry], dtype=object)
    free = rings(source, PITCHES[source.below(len(PITCHES))])
    if kind == 1:
        return free
    numbers = source.rest()
    moves = np.append(np.frombuffer(numbers[: len(numbers) // 8 * 8], dtype=np.float64), 1e-7)

    def moved(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        points, index = np.unique(coordinates, axis=0, return_inverse=True)
        other = np.resize(moves, points.shape)
        # Off the grid by any number, or anywhere at all.
        return (points + other if kind == 2 else other)[index]  # noqa: PLR2004  # the third kind

    try:
        with np.errstate(all="ignore"):
            return np.asarray(shapely.transform(free, moved), dtype=object)
    except shapely.errors.GEOSException:
        # A ring that begins with no number is not closed: no reader would return it.
        return free


def _placed(polygons: list[list[Any]]) -> NDArray[np.object_]:
    """Return polygons of rings in grid steps from the corner, shells first."""
    return np.array(
        [
            shapely.Polygon(*_shell_and_holes([(ring + CORNER) / SCALE for ring in found]))
            for found in polygons
        ],
        dtype=object,
    )


def _shell_and_holes(found: list[NDArray[np.float64]]) -> tuple[Any, list[Any]]:
    return found[0], found[1:]


def _is_sound(points: NDArray[np.int64]) -> bool:
    """Return whether every square of a lattice is convex."""
    corners = [points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]]
    for k in range(4):
        one, two = corners[k] - corners[k - 1], corners[(k + 1) % 4] - corners[k]
        if (one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0] <= 0).any():
            return False
    return True
