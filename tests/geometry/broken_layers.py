"""Seeded layers with much that is wrong, and what is wrong with their areas by unions alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import affinity

from planloop.geometry.grid import STEP, snap
from tests.geometry.random_layers import CORNER, cleaned, merged, rectangles, voronoi

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planloop.geometry.defect import Defect

BREAKS = (
    "none",
    "dropped",
    "doubled",
    "shifted",
    "grown",
    "turned",
    "coarse",
    "covered",
    "nested",
    "lattice",
    "board",
)
"""Ways to break a layer."""


def broken_layer(seed: int, how: str) -> NDArray[np.object_]:
    """Return valid polygons, broken in one of the :data:`BREAKS`."""
    random = np.random.default_rng(seed)
    if how in {"lattice", "board", "nested"}:
        return _drawn(random, how, seed)
    cells = voronoi(seed, int(random.integers(4, 30)))
    few = random.random(len(cells)) < 0.2
    some = cells[few]
    if how == "coarse":
        # Vertices, shared or not, go to the next of a few places: edges cross, fold and meet.
        return cleaned(shapely.transform(cells, lambda xy: np.rint(xy / 12.0) * 12.0))
    added: NDArray[np.object_] = np.empty(0, dtype=object)
    if how == "doubled":
        added = shapely.reverse(some)
    elif how == "covered":
        added = merged(cells, 3, seed)
    elif how != "none":
        cells = cells[~few]
    if how == "shifted":
        move = snap(random.uniform(-5.0, 5.0, (len(some), 2)))
        added = _each(some, lambda k, one: affinity.translate(one, *move[k]))
    elif how == "grown":
        by = random.uniform(0.5, 1.5, len(some))
        added = _each(some, lambda k, one: affinity.scale(one, by[k], by[k]))
    elif how == "turned":
        by = random.uniform(-30.0, 30.0, len(some))
        added = _each(some, lambda k, one: affinity.rotate(one, by[k]))
    layer = np.concatenate([cells, cleaned(np.asarray(added, dtype=object))])
    return np.asarray(layer[random.permutation(len(layer))], dtype=object)


def _drawn(random: np.random.Generator, how: str, seed: int) -> NDArray[np.object_]:
    """Return a layer that is not made of cells."""
    if how == "lattice":
        return rectangles(seed, int(random.integers(2, 30)), step=float(random.choice([5.0, 20.0])))
    return _board(random) if how == "board" else _nested(random)


def _each(
    polygons: NDArray[np.object_], change: Callable[[int, shapely.Geometry], shapely.Geometry]
) -> NDArray[np.object_]:
    return np.array([change(k, one) for k, one in enumerate(polygons)], dtype=object)


def _board(random: np.random.Generator) -> NDArray[np.object_]:
    """Return squares of a board: where some are missing, others touch in a corner."""
    west, south = np.divmod(np.flatnonzero(random.random(49) < random.uniform(0.4, 0.9)), 7)
    corner = np.stack([west, south]) * 20.0 + CORNER[:, None]
    return np.asarray(shapely.box(*corner, *(corner + 20.0)), dtype=object)


def _nested(random: np.random.Generator) -> NDArray[np.object_]:
    """Return discs and rings round one centre, between a few radii, with matching outlines."""
    angle = np.arange(12) * np.pi / 6.0
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    rings = [snap(CORNER + 100.0 + 10.0 * radius * circle) for radius in range(7)]
    layer = []
    for _ in range(int(random.integers(1, 7))):
        inner, outer = np.sort(random.choice(7, 2, replace=False))
        layer.append(shapely.Polygon(rings[outer], [rings[inner]] if inner else None))
    return np.array(layer, dtype=object)


def wrong_areas(
    polygons: NDArray[np.object_], limit: shapely.Geometry | None
) -> dict[tuple[str, tuple[int, ...]], float]:
    """Return the areas of overlaps by pair, of gaps together and of what is outside, in m².

    Independent of any index, of any edge and of any neighbour: each pair is intersected, and all
    are united. Areas thinner than a grid step are left out.
    """
    found: dict[tuple[str, tuple[int, ...]], float] = {}

    def add(kind: str, who: tuple[int, ...], area: shapely.Geometry) -> None:
        parts = shapely.get_parts(area)
        size = sum(part.area for part in parts if part.area > STEP * part.length / 2.0)
        if size:
            found[kind, who] = size

    for one in range(len(polygons)):
        for other in range(one + 1, len(polygons)):
            add("overlap", (one, other), shapely.intersection(polygons[one], polygons[other]))
    union = shapely.union_all(polygons)
    if limit is None:
        shells = shapely.get_parts(union)
        within = shapely.union_all([shapely.Polygon(shell.exterior) for shell in shells])
    else:
        within = limit
        for one, polygon in enumerate(polygons):
            add("outside", (one,), shapely.difference(polygon, limit))
    add("gap", (), shapely.difference(within, union))
    return found


def told_areas(defects: tuple[Defect, ...]) -> dict[tuple[str, tuple[int, ...]], float]:
    """Return the same of defects."""
    found: dict[tuple[str, tuple[int, ...]], float] = {}
    for defect in defects:
        if defect.kind in {"overlap", "duplicate", "outside", "gap"}:
            kind = "overlap" if defect.kind == "duplicate" else defect.kind
            key = (kind, () if kind == "gap" else defect.polygons)
            found[key] = found.get(key, 0.0) + defect.planar_area
    return found
