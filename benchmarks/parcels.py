"""Survey parcels for the benchmarks: fields, villages, roads, rivers, reservoirs, all fitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.bent_cells import Bend, Cells, bent_cells
from benchmarks.ground import AREA, CENTRE, FARTHEST, REACH, anywhere, field, within
from planloop.geometry.neighbours import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASSES = 16
"""Number of land use classes."""

EXTRA = 1.09
"""Seeds for each parcel wanted: some cells become part of a road or a reservoir."""

VILLAGES = 260
BLOCK = 2_000.0
"""Parcels are listed village block by village block, as surveys deliver them: its size, m."""


@dataclass(frozen=True, slots=True, eq=False)
class Parcels:
    """Parcels that cover a county without gap or overlap, with a land use class each."""

    polygons: NDArray[np.object_]
    classes: NDArray[np.int64]


def parcels(count: int, seed: int = 1) -> Parcels:
    """Return about `count` parcels on 1,200 km², of about 45 vertices each."""
    random = np.random.default_rng([seed, count])
    seeds = _seeds(count, random)
    keep = within(seeds)
    length = 0.62 * np.sqrt(AREA / keep.sum())
    cells = bent_cells(seeds, keep, Bend(length / 6.2, 0.75, octaves=4, most=40), random)
    group = _groups(cells, random)
    polygons, centres = _merged(cells, group)
    broad, fine = field(centres, 9_000.0, random), field(centres, 2_500.0, random)
    mixed = 0.9 * broad + 0.6 * fine + random.normal(0.0, 0.8, len(centres))
    classes = np.clip((mixed + 3.0) / 6.0 * CLASSES, 0, CLASSES - 1).astype(np.int64)
    order = np.lexsort((centres[:, 0], np.floor((centres[:, 1] - CENTRE[1]) / BLOCK)))
    return Parcels(polygons[order], classes[order])


def _seeds(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Return the points that parcels grow from: fields in rows, dense villages, and the rest."""
    # The county widened by some parcels, so that its cells have neighbours all around.
    margin = 1.0 + 4.0 * np.sqrt(AREA / count) / REACH
    total = EXTRA * count * margin**2
    farmed = round(0.55 * total)
    side = round(np.sqrt(1.9 * 4.0 * FARTHEST**2 * margin**2 / AREA * 0.55 * EXTRA * count))
    step = 2.0 * FARTHEST * margin / side
    axis = np.linspace(-FARTHEST * margin, FARTHEST * margin, side)
    rows = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    rows += random.uniform(-0.33, 0.33, rows.shape) * step
    turn = 0.3
    rows @= np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    rows = (rows + CENTRE)[within(rows + CENTRE, margin)]
    fertile = field(rows, 14_000.0, random)
    rows = rows[np.argsort(-fertile, kind="stable")[:farmed]]

    weight = random.pareto(1.5, VILLAGES) + 0.3
    weight /= weight.sum()
    village = random.choice(VILLAGES, round(0.2 * total), p=weight)
    spread = 250.0 + 3_600.0 * np.sqrt(weight[village])
    places = anywhere(VILLAGES, random, margin)[village]
    homes = places + random.normal(size=places.shape) * spread[:, None]
    rest = anywhere(round(0.25 * total), random, margin)
    seeds = np.concatenate([rows, homes[within(homes, margin)], rest])
    return np.unique(np.round(seeds, 2), axis=0)


def _groups(cells: Cells, random: np.random.Generator) -> NDArray[np.int64]:
    """Return which cells become one parcel: those along a road, and those around a middle."""
    count = len(cells.seeds)
    apart = np.sqrt(AREA / count)
    group = np.arange(count)
    free = np.ones(count, dtype=bool)
    tree = shapely.STRtree(shapely.points(cells.seeds))

    def take(members: NDArray[np.int64]) -> None:
        members = members[free[members]]
        if len(members):
            group[members] = members[0]
            free[members] = False

    for _ in range(round(min(0.003 * count, max(30, 0.0012 * count)))):
        steps = int(random.uniform(1_000.0, 10_000.0) * np.sqrt(apart / 110.0) / (0.35 * apart))
        bearing = random.uniform(0.0, 2.0 * np.pi) + np.cumsum(random.normal(0.0, 0.05, steps))
        stride = 0.35 * apart * np.column_stack([np.cos(bearing), np.sin(bearing)])
        path = cells.seeds[random.integers(count)] + np.cumsum(stride, axis=0)
        points: Any = shapely.points(path[within(path)])
        take(np.unique(tree.nearest(points)))
    for _ in range(round(min(0.002 * count, max(20, 0.0008 * count)))):
        middle: Any = cells.seeds[random.integers(count)]
        reach = apart * random.uniform(1.4, 4.0)
        near = tree.query(shapely.points(middle), predicate="dwithin", distance=reach)
        distance = np.hypot(*(cells.seeds[near] - middle).T)
        take(np.sort(near[distance > 0.6 * apart]))
    link = group[cells.left] == group[cells.right]
    return components(count, cells.left[link], cells.right[link]).astype(np.int64)


def _merged(
    cells: Cells, group: NDArray[np.int64]
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Return one polygon for each group of cells, and a point near it."""
    order = np.argsort(group, kind="stable")
    _, first, size = np.unique(group[order], return_index=True, return_counts=True)
    polygons = cells.polygons[order[first]]
    for number in np.flatnonzero(size > 1):
        members = order[first[number] : first[number] + size[number]]
        polygons[number] = shapely.coverage_union_all(cells.polygons[members])
    return polygons, cells.seeds[order[first]]
