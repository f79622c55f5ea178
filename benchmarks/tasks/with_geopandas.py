"""The peer geopandas: overlay and dissolve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from benchmarks.tasks.packed import packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock


def tabulated(clock: Clock, a: str, b: str, *, every: int = 1) -> dict[str, NDArray[Any]]:
    """Read two layers, overlay them, and sum by class; of `a` only every so manieth polygon."""
    pieces = _overlay(clock, a, b, every)
    with clock.phase("sum"):
        pieces["area"] = pieces.area
        sums = pieces.groupby(["class_1", "class_2"])["area"].sum()
    classes = np.array(sums.index.to_list(), dtype=np.int64).reshape(-1, 2)
    return {
        "a": pieces["id_1"].to_numpy(),
        "b": pieces["id_2"].to_numpy(),
        "area": pieces["area"].to_numpy(),
        "class_a": classes[:, 0],
        "class_b": classes[:, 1],
        "class_area": sums.to_numpy(),
    }


def overlaid(clock: Clock, a: str, b: str, *, every: int = 1) -> dict[str, NDArray[Any]]:
    """Read two layers and build the intersections."""
    pieces = _overlay(clock, a, b, every)
    geometries = np.asarray(pieces.geometry.array, dtype=object)
    return {"a": pieces["id_1"].to_numpy(), "b": pieces["id_2"].to_numpy(), **packed(geometries)}


def _overlay(clock: Clock, a: str, b: str, every: int) -> gpd.GeoDataFrame:
    with clock.phase("read"):
        one, other = gpd.read_parquet(a), gpd.read_parquet(b)
    one = one.iloc[::every]
    clock.facts["version"] = f"geopandas {gpd.__version__}"
    with clock.phase("overlay"):
        return gpd.overlay(one, other, how="intersection", keep_geom_type=True)
