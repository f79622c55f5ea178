"""Layers whose outlines coincide, touch and end on each other wherever they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.grid import snap_geometry
from tests.geometry.random_layers import CORNER

if TYPE_CHECKING:
    from numpy.typing import NDArray

OFFSETS = ((0.0, 0.0), (5.0, 5.0), (1e-4, 0.0))
STEPS = (10.0, 5.0, 20.0 / 3.0)


def lattice(random: np.random.Generator, *, plain: bool = False) -> NDArray[np.object_]:
    """Return unions of random squares and triangles of a lattice: MultiPolygons with holes.

    They do not overlap each other. Some leave gaps. Lattices of several steps and offsets fall
    together in many of their lines and points.

    Parameters
    ----------
    random
        Where chance comes from.
    plain
        Whether the lattice has 10 m, no offset and no gaps.
    """
    step = STEPS[0] if plain else float(random.choice(STEPS))
    offset = np.zeros(2) if plain else np.array(OFFSETS[random.integers(len(OFFSETS))])
    count = int(random.integers(2, 7))
    shapes = []
    for east in range(count):
        for north in range(count):
            corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) + np.array([east, north])
            square = corners * step + offset + CORNER
            cut = int(random.integers(3))
            parts = ([[0, 1, 2, 3]], [[0, 1, 2], [0, 2, 3]], [[0, 1, 3], [1, 2, 3]])[cut]
            shapes += [shapely.Polygon(square[part]) for part in parts]
    cells = np.array(shapes, dtype=object)
    groups = int(random.integers(1, 6))
    group = random.integers(0, groups, len(cells))
    if not plain:
        group[random.random(len(cells)) < random.choice([0.0, 0.2])] = -1
    unions = [shapely.union_all(cells[group == number]) for number in np.unique(group[group >= 0])]
    layer = snap_geometry(np.array(unions, dtype=object))
    sound: NDArray[np.object_] = layer[shapely.is_valid(layer) & ~shapely.is_empty(layer)]
    return sound
