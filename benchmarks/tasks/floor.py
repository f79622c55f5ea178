"""The floor: what no method can do without. Reading the bytes, and cutting what must be cut."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
import shapely

from benchmarks.tasks.files import read

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock

MARGIN = 1.0
"""Metres around a parcel within which a zone is handed to the cut."""


def reading(clock: Clock, paths: list[str]) -> dict[str, NDArray[Any]]:
    """Read the geometries of layers and look at each byte once."""
    with clock.phase("floor"):
        for path in paths:
            column = pq.read_table(path, columns=["geometry"]).column(0)
            for chunk in column.chunks:
                data = np.frombuffer(chunk.buffers()[2], dtype=np.uint8)
                data[: len(data) // 8 * 8].view(np.uint64).sum()
    return {}


def passing(clock: Clock, a: str, b: str) -> dict[str, NDArray[Any]]:
    """Sum over all vertices in memory once: the area of every ring by the shoelace formula."""
    vertices = [shapely.get_coordinates(read(Path(path)).polygons) for path in (a, b)]
    xy = np.concatenate(vertices)
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    with clock.phase("floor"):
        # Two scalar products; nothing is copied.
        float(x[:-1] @ y[1:]) - float(x[1:] @ y[:-1])
    return {}


def cutting(clock: Clock, a: str, b: str, pairs: str) -> dict[str, NDArray[Any]]:
    """Cut with GEOS the pairs that cross, each zone clipped beforehand to near its parcel.

    Parameters
    ----------
    clock
        Its phase ``floor`` holds the cuts only.
    a, b
        Files of the layers.
    pairs
        An .npy file of the pairs that cross, ids of shape (k, 2).
    """
    one, other = read(Path(a)), read(Path(b))
    crossing = np.load(pairs)
    parcels, zones = one.polygons[crossing[:, 0]], other.polygons[crossing[:, 1]]
    left, bottom, right, top = shapely.bounds(parcels).T
    near = [
        shapely.clip_by_rect(zone, *(corner - MARGIN), *(far + MARGIN))
        for zone, corner, far in zip(
            zones, np.column_stack([left, bottom]), np.column_stack([right, top]), strict=True
        )
    ]
    clipped = np.array(near, dtype=object)
    with clock.phase("floor"):
        shapely.intersection(parcels, clipped)
    return {}
