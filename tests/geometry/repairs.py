"""Small layers for the tests of repairs, and what repairs all there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from tests.geometry.random_layers import at, box

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planloop.geometry.ledger import Entry

ALL: dict[str, Any] = {
    "self_crossings": True,
    "duplicates": True,
    "spike_width": 1e-3,
    "sliver_width": 1e-2,
    "overlap_width": 1e3,
    "gap_width": 1e3,
    "outside_width": 1e3,
}
"""Repairs all there is."""

WEST, EAST = box(0, 0, 10, 10), box(10, 0, 20, 10)


def array(*geometries: shapely.Geometry | None) -> NDArray[np.object_]:
    return np.array(geometries, dtype=object)


def polygon(*points: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([at(*point) for point in points])


def minus(one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    return shapely.difference(one, other)


def short(ledger: Iterable[Entry]) -> list[tuple[str, tuple[int, ...], int | None]]:
    return [(entry.kind, entry.polygons, entry.to) for entry in ledger]


BOTH = array(box(0, 0, 20, 10))
BOW = polygon((0, 0), (10, 10), (10, 0), (0, 10))
