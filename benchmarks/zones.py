"""Plan layers for the benchmarks: zones of six kinds, a boundary in 60 parts, sites, corridors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from benchmarks.bent_cells import Bend, Cells, bent_cells
from benchmarks.ground import anywhere, field, within
from planloop.geometry.grid import STEP, snap, snap_geometry
from planloop.geometry.neighbours import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASSES = 6
SEEDS = 6_500
"""Seeds on the county's area that zones are put together from."""

REACH = 1.12
"""Zones reach beyond the county by this factor: they are not cut to it."""

SMALLEST = 5
"""A zone of fewer cells joins a neighbour."""

PARTS = 60
SITES, CORRIDORS = 350, 150


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """Zones that fit together and cover more than the county, with a class each."""

    polygons: NDArray[np.object_]
    classes: NDArray[np.int64]


def zones(seed: int = 2) -> Zones:
    """Return about 300 zones of 2 million vertices."""
    random = np.random.default_rng(seed)
    wide = REACH * 1.06
    seeds = np.unique(anywhere(round(SEEDS * wide**2), random, wide), axis=0)
    cells = bent_cells(seeds, within(seeds, REACH), Bend(2.0, 0.85, octaves=7, most=600), random)
    classes = _classes(cells, random)
    link = classes[cells.left] == classes[cells.right]
    group = components(len(classes), cells.left[link], cells.right[link])
    order = np.argsort(group, kind="stable")
    _, first = np.unique(group[order], return_index=True)
    merged = [
        shapely.coverage_union_all(cells.polygons[members])
        for members in np.split(order, first[1:])
    ]
    return Zones(np.array(merged, dtype=object), classes[order[first]])


def _classes(cells: Cells, random: np.random.Generator) -> NDArray[np.int64]:
    """Return the class of each cell: that of the strongest field, small patches smoothed away."""
    lift = (0.5, 0.4, 0.0, -0.5, 0.2, -0.1)
    strength = [
        field(cells.seeds, 5_200.0, random) + random.normal(0.0, 0.22, len(cells.seeds)) + base
        for base in lift
    ]
    classes = np.asarray(np.argmax(strength, axis=0), dtype=np.int64)
    for _ in range(3):
        link = classes[cells.left] == classes[cells.right]
        group = components(len(classes), cells.left[link], cells.right[link])
        small = np.bincount(group, minlength=len(classes))[group] < SMALLEST
        for one, other in ((cells.left, cells.right), (cells.right, cells.left)):
            joins = small[one] & ~small[other]
            classes[one[joins]] = classes[other[joins]]
    return classes


def boundary(seed: int = 3) -> NDArray[np.object_]:
    """Return the 60 disjoint parts of a boundary, 800 to 9,000 vertices each."""
    random = np.random.default_rng(seed)
    centres, radii = np.empty((0, 2)), np.empty(0)
    first = [2_600.0, 1_800.0, 1_500.0]
    while len(radii) < PARTS:
        number = len(radii)
        drawn = float(np.clip(random.lognormal(6.3, 0.6), 200.0, 2_600.0))
        radius = first[number] if number < len(first) else drawn
        centre = anywhere(1, random)
        if (np.hypot(*(centre - centres).T) > 1.75 * (radii + radius)).all():
            centres, radii = np.concatenate([centres, centre]), np.append(radii, radius)
    sizes = np.clip(3.5 * radii, 800, 9_000).astype(int)
    parts = [
        _blob(centre, radius, size, 0.35, random)
        for centre, radius, size in zip(centres, radii, sizes, strict=True)
    ]
    return np.array(parts, dtype=object)


def sites(seed: int = 4) -> NDArray[np.object_]:
    """Return 350 building sites and 150 corridors, mixed; they may overlap each other."""
    random = np.random.default_rng(seed)
    found = []
    for centre in anywhere(SITES, random):
        radius = float(np.clip(random.lognormal(4.6, 0.8), 30.0, 900.0))
        found.append(_blob(centre, radius, int(random.integers(8, 120)), 0.2, random))
    for start in anywhere(CORRIDORS, random):
        steps = int(random.integers(20, 200))
        bearing = random.uniform(0.0, 2.0 * np.pi) + np.cumsum(random.normal(0.0, 0.12, steps))
        stride = random.uniform(40.0, 160.0) * np.column_stack([np.cos(bearing), np.sin(bearing)])
        line = shapely.linestrings(start + np.cumsum(stride, axis=0))
        found.append(shapely.buffer(line, random.uniform(10.0, 35.0), quad_segs=6))
    layer = snap_geometry(shapely.set_precision(np.array(found, dtype=object), STEP))
    return np.asarray(layer[random.permutation(len(layer))], dtype=object)


def _blob(
    centre: NDArray[np.float64],
    radius: float,
    size: int,
    rough: float,
    random: np.random.Generator,
) -> shapely.Polygon:
    """Return a rounded patch whose outline runs once around its centre."""
    angle = (np.arange(size) + random.uniform(0.1, 0.9, size)) * 2.0 * np.pi / size
    reach = np.ones(size)
    for octave in range(8):
        phase = random.uniform(0.0, 2.0 * np.pi)
        reach += rough * 0.6 ** (octave + 1) * np.sin((2**octave + octave + 1) * angle + phase)
    outline = np.column_stack([np.cos(angle), np.sin(angle)]) * (radius * reach)[:, None]
    return shapely.Polygon(snap(centre + outline))
