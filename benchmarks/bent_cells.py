"""Voronoi cells whose shared edges are drawn out to bent lines: a seeded, valid coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.ground import CENTRE
from planloop.geometry.grid import snap

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORTEST = 0.02
"""Edges shorter than this, in metres, stay straight."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells that fit together, on the grid.

    Parameters
    ----------
    polygons
        Shape (n,).
    seeds
        The point that each cell grew from, shape (n, 2).
    left, right
        Pairs of cells that share an edge, shape (k,).
    """

    polygons: NDArray[np.object_]
    seeds: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """How an edge is drawn out.

    Parameters
    ----------
    spacing
        Mean distance between its vertices, m.
    depth
        How far it may swing, as a part of the room between the two seeds; below 1.
    octaves
        Number of waves laid over each other, each twice as short as the one before.
    most
        Largest number of inner vertices.
    """

    spacing: float
    depth: float
    octaves: int
    most: int


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """Half-edges of the kept cells in ring order, and the edges they lie on.

    `cell`, `edge` and `forward` are by half-edge; `ends`, `seed` (one of the two) by edge.
    """

    cell: NDArray[np.int64]
    edge: NDArray[np.int64]
    forward: NDArray[np.bool_]
    ends: NDArray[np.float64]
    seed: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]


def bent_cells(
    seeds: NDArray[np.float64], keep: NDArray[np.bool_], bend: Bend, random: np.random.Generator
) -> Cells:
    """Return the bent Voronoi cells of some of the seeds.

    Every edge stays within the kite between its ends and the two seeds beside it. Kites do not
    overlap, so neither do bent edges; and as each is bent and put on the grid once, before the
    cells are made of it, the cells are a valid coverage.

    Parameters
    ----------
    seeds
        Distinct points, shape (n, 2).
    keep
        Whose cells are wanted, shape (n,). Cells at the rim, which have no neighbour all around,
        are left out.
    bend
        How edges are drawn out.
    random
        Draws the bends.
    """
    centred = seeds - CENTRE
    edges, kept = _edges(centred, keep)
    inner, count = _bent(edges, bend, random)
    polygons = _rings(edges, inner, count)
    return Cells(polygons, seeds[kept], edges.left, edges.right)


def _edges(seeds: NDArray[np.float64], keep: NDArray[np.bool_]) -> tuple[_Edges, NDArray[np.int64]]:
    """Return the edges of the cells of the kept seeds, and which seeds have a cell."""
    diagram: Any = shapely.voronoi_polygons(shapely.multipoints(seeds), ordered=True)
    cells: Any = shapely.orient_polygons(shapely.get_parts(diagram))
    points, owner = shapely.get_coordinates(cells, return_index=True)
    _, first, number = np.unique(
        points @ np.array([1.0, 1.0j]), return_index=True, return_inverse=True
    )
    inside = np.flatnonzero(owner[1:] == owner[:-1])
    cell, start, end = owner[inside], number[inside], number[inside + 1]
    key = np.minimum(start, end) * len(first) + np.maximum(start, end)
    order = np.argsort(key, kind="stable")
    twin = np.full(len(key), -1)
    pair = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    twin[order[pair]], twin[order[pair + 1]] = order[pair + 1], order[pair]
    keep = keep.copy()
    keep[cell[twin < 0]] = False
    kept = np.flatnonzero(keep)
    index = np.full(len(seeds), -1)
    index[kept] = np.arange(len(kept))

    used = np.flatnonzero(keep[cell])
    edge_key, one, edge = np.unique(key[used], return_index=True, return_inverse=True)
    low, high = edge_key // len(first), edge_key % len(first)
    half = used[one]
    left, right = index[cell[half]], index[cell[twin[half]]]
    both = right >= 0
    edges = _Edges(
        cell=index[cell[used]],
        edge=edge,
        forward=start[used] < end[used],
        ends=np.stack([points[first[low]], points[first[high]]], axis=1),
        seed=seeds[cell[half]],
        left=left[both],
        right=right[both],
    )
    return edges, kept


def _bent(
    edges: _Edges, bend: Bend, random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the inner vertices of all edges, one edge after the other, and how many each has."""
    start, end = edges.ends[:, 0], edges.ends[:, 1]
    along = end - start
    length = np.maximum(np.hypot(*along.T), 1e-9)
    unit = along / length[:, None]
    normal = np.column_stack([-unit[:, 1], unit[:, 0]])
    # Of the seed: its distance from the edge's line, and where it stands along it (0 to 1).
    height = np.abs(((edges.seed - start) * normal).sum(axis=1))
    foot = ((edges.seed - start) * unit).sum(axis=1) / length
    count = np.clip(np.rint(length / bend.spacing), 1, bend.most).astype(np.int64)
    count[length < SHORTEST] = 0

    edge = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    t = (place + 1 + random.uniform(-0.3, 0.3, len(edge))) / (count[edge] + 1)
    swing = np.zeros(len(edge))
    weight = 0.0
    for octave in range(bend.octaves):
        phase = random.uniform(0.0, 2.0 * np.pi, len(count))
        waves = random.uniform(0.7, 1.3, len(count)) * 2.0**octave * 0.5
        swing += 0.62**octave * np.sin(2.0 * np.pi * waves[edge] * t + phase[edge])
        weight += 0.62**octave
    at = foot[edge]
    rising = np.where(at > 1e-6, t / np.maximum(at, 1e-6), np.inf)  # noqa: PLR2004  # no division by 0
    falling = np.where(at < 1 - 1e-6, (1 - t) / np.maximum(1 - at, 1e-6), np.inf)
    room = np.minimum(height[edge] * np.minimum(rising, falling), 0.35 * length[edge])
    moved = normal[edge] * (bend.depth * room * swing / weight)[:, None]
    return start[edge] + along[edge] * t[:, None] + moved, count


def _rings(
    edges: _Edges, inner: NDArray[np.float64], count: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Return the polygons whose rings run along the half-edges."""
    inner = snap(inner + CENTRE)
    ends = snap(edges.ends + CENTRE)
    first = np.cumsum(count) - count
    size = count[edges.edge] + 1
    half = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(half)) - np.repeat(np.cumsum(size) - size, size)
    edge, forward = edges.edge[half], edges.forward[half]
    vertex = first[edge] + np.where(forward, place - 1, count[edge] - place)
    corner = np.where(forward[:, None], ends[edge, 0], ends[edge, 1])
    if len(inner):
        vertex = np.clip(vertex, 0, len(inner) - 1)
        corner = np.where((place == 0)[:, None], corner, inner[vertex])
    cell = edges.cell[half]
    # Ends of a tiny edge may fall on one grid point.
    same = (corner[1:] == corner[:-1]).all(axis=1) & (cell[1:] == cell[:-1])
    fresh = np.append([True], ~same)
    corner, cell = corner[fresh], cell[fresh]
    begins = np.flatnonzero(np.append([True], cell[1:] != cell[:-1]))
    stops = np.append(begins[1:], len(cell))
    closed = (corner[begins] == corner[stops - 1]).all(axis=1)
    length = stops - begins + ~closed
    ring = np.repeat(np.arange(len(begins)), length)
    step = np.arange(len(ring)) - np.repeat(np.cumsum(length) - length, length)
    step[step == (stops - begins)[ring]] = 0
    offsets = np.concatenate([[0], np.cumsum(length)])
    polygons: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON,
        corner[begins[ring] + step],
        (offsets, np.arange(len(offsets))),
    )
    return polygons
