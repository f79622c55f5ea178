"""Random layers in canonical form, and the comparison of frames to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st

from planloop.plan.layer import Layer, canonical

if TYPE_CHECKING:
    from collections.abc import Callable

EPSG = 4537
TEXT = st.one_of(
    st.none(), st.text(max_size=6), st.sampled_from(["城镇集中建设区", "", " ", "0", "\x1f", "\n"])
)
WHOLE = st.integers(-(2**63), 2**63 - 1)
NUMBER = st.floats(allow_nan=True, allow_infinity=True, width=64)


@st.composite
def polygons(draw: Callable[..., int]) -> shapely.Polygon:
    """Draw a quadrangle on the grid, with a hole or without."""
    x = draw(st.integers(0, 10**9)) / 1e4 + 400_000.0
    y = draw(st.integers(0, 10**9)) / 1e4 + 5_000_000.0
    width, height = draw(st.integers(100, 10**6)) / 1e4, draw(st.integers(100, 10**6)) / 1e4
    shape = shapely.box(x, y, x + width, y + height)
    if draw(st.booleans()):
        inner = shapely.box(x + width / 4, y + height / 4, x + width / 2, y + height / 2)
        shape = shapely.Polygon(shape.exterior, [inner.exterior])
    return shape


@st.composite
def records(draw: Callable[..., list[object]], ids: list[str]) -> gpd.GeoDataFrame:
    """Draw features with the given identifiers, in canonical form."""
    count = len(ids)

    def column(values: st.SearchStrategy[object]) -> list[object]:
        return draw(st.lists(values, min_size=count, max_size=count))

    table = gpd.GeoDataFrame(
        {
            "BZ": pd.Series(column(TEXT), dtype="str"),
            "N": pd.Series(column(WHOLE), dtype="int64"),
            "MJ": pd.Series(column(NUMBER), dtype="float64"),
        },
        geometry=np.array(column(polygons()), dtype=object),
        crs=f"EPSG:{EPSG}",
    )
    return canonical(table.set_index(pd.Index(ids, name="fid", dtype="str")))


IDS = st.lists(st.sampled_from([f"F{n:02d}" for n in range(20)]), unique=True, max_size=10)


def same_to_the_bit(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> None:
    """Check that two frames are the same: columns, types, rows, every bit of every cell."""
    assert list(one.columns) == list(other.columns)
    assert one.dtypes.tolist() == other.dtypes.tolist()
    assert one.index.tolist() == other.index.tolist()
    assert (one.index.name, one.index.dtype) == (other.index.name, other.index.dtype)
    assert one.crs == other.crs
    for name in one.columns:
        left, right = one[name], other[name]
        if name == one.geometry.name:
            assert shapely.to_wkb(left.array).tolist() == shapely.to_wkb(right.array).tolist()
        elif left.dtype.kind in "if":
            assert left.to_numpy().tobytes() == right.to_numpy().tobytes()
        else:
            assert left.isna().tolist() == right.isna().tolist()
            assert left.dropna().tolist() == right.dropna().tolist()


def layer(frame: gpd.GeoDataFrame) -> Layer:
    return Layer("GHFQ", frame)
