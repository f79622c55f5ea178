"""The canonical form of a layer: three types of column, one drawing of a shape."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planloop.plan.layer import Layer, canonical, canonical_column
from tests.examples import examples
from tests.plan.frames import EPSG, IDS, records, same_to_the_bit

DAY = "2026-06-01"


@pytest.mark.parametrize(
    ("values", "dtype", "kind", "expected"),
    [
        ([1, 2], "int8", "int64", [1, 2]),
        ([1, 2], "uint32", "int64", [1, 2]),
        ([True, False], "bool", "int64", [1, 0]),
        ([1, None], "Int64", "float64", [1.0, None]),
        ([1, 2], "Int64", "int64", [1, 2]),
        ([1.5, None], "float32", "float64", [1.5, None]),
        (["甲", None], "object", "str", ["甲", None]),
        (["甲", None], "category", "str", ["甲", None]),
        ([dt.date(2026, 6, 1), None], "datetime64[ns]", "str", [DAY, None]),
        ([None, None], "object", "str", [None, None]),
        ([2**53 + 1], "int64", "int64", [2**53 + 1]),
    ],
)
def test_columns(values: list[object], dtype: str, kind: str, expected: list[object]) -> None:
    found = canonical_column(pd.Series(values, dtype=dtype))
    assert str(found.dtype) == kind
    cells = [None if pd.isna(cell) else cell for cell in found]
    assert cells == expected
    again = canonical_column(found)
    pd.testing.assert_series_equal(again, found)


def test_frames() -> None:
    """Rows by identifier, identifiers as text, geometry on the grid and normalised."""
    ring = [(0.00004, 0), (10, 0), (10, 10.00006), (0, 10)]
    shapes = [shapely.Polygon(ring), shapely.Polygon(ring[::-1])]
    frame = gpd.GeoDataFrame(
        {"A": [1, 2]}, geometry=shapes, crs=f"EPSG:{EPSG}", index=pd.Index([10, 9])
    )
    found = canonical(frame)
    assert found.index.tolist() == ["10", "9"], "in the order of the text"
    assert found.index.name == "fid"
    expected = shapely.normalize(shapely.Polygon([(0, 0), (10, 0), (10, 10.0001), (0, 10)]))
    for shape in found.geometry:
        assert shapely.to_wkb(shape) == shapely.to_wkb(expected)
    assert frame.index.tolist() == [10, 9], "what was given is not changed"


@given(data=st.data(), ids=IDS)
@hypothesis.settings(max_examples=examples(60))
def test_canonical_twice_is_canonical_once(data: st.DataObject, ids: list[str]) -> None:
    frame = data.draw(records(ids))
    rows = data.draw(st.permutations(list(frame.index)))
    same_to_the_bit(canonical(frame), frame)
    same_to_the_bit(canonical(frame.loc[rows]), frame)


def test_values() -> None:
    """Missing and null are None, everything else is itself."""
    table = {"S": ["甲", None], "F": [1.5, np.nan], "N": [1, 2]}
    shapes = shapely.points([0.0, 1.0], [0.0, 1.0])
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=f"EPSG:{EPSG}", index=["a", "b"])
    layer = Layer("X", canonical(frame))
    assert layer.values("S").tolist() == ["甲", None]
    assert layer.values("F").tolist() == [1.5, None]
    assert layer.values("N").tolist() == [1, 2]
    assert layer.values("NONE").tolist() == [None, None]
    assert layer.ids.tolist() == ["a", "b"]
    assert len(layer) == 2
    layer.values("S")[0] = "乙"
    assert layer.values("S")[0] == "甲", "what is returned is not the layer's own"
