"""The benchmarks' layers, read as planloop's users have them: shapely polygons in a GeoParquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class Layer(NamedTuple):
    """Polygons with their ids and classes, each of shape (n,)."""

    polygons: NDArray[np.object_]
    ids: NDArray[np.int64]
    classes: NDArray[np.int64]


def read(path: Path) -> Layer:
    """Return a layer."""
    frame = gpd.read_parquet(path)
    return Layer(
        np.asarray(frame.geometry.array, dtype=object),
        frame["id"].to_numpy(dtype=np.int64),
        frame["class"].to_numpy(dtype=np.int64),
    )
