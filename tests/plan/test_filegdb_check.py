"""What stands in a File Geodatabase is what was to be written, or it is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planloop.errors import OutputError
from planloop.plan.formats.filegdb import GdbLayer, write_gdb
from planloop.plan.formats.filegdb_check import check_gdb
from planloop.plan.layer import canonical

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SQUARES = [shapely.box(x, 5e6, x + 1.5, 5e6 + 2.25) for x in (5e5, 5.1e5, 5.2e5)]
PARTED = shapely.MultiPolygon(SQUARES[1:])


def layer(name: str, shapes: list[shapely.Geometry]) -> GdbLayer:
    fields: dict[str, list[object]] = {
        "MC": ["甲", "", None],
        "N": [1, -(2**31), 3],
        "MJ": [0.1, None, 0.0],
    }
    held = {field: values[: len(shapes)] for field, values in fields.items()}
    index = [f"F{number}" for number in range(len(shapes))]
    frame = gpd.GeoDataFrame(held, geometry=shapes, crs="EPSG:4537", index=index)
    return GdbLayer(name, "x", canonical(frame), {"MC": "名称"}, {"MC": 9})


ZONES, PARTS = layer("WHQGHFQ", SQUARES), layer("WHHGHFQ", [SQUARES[0], PARTED])
NOTHING = layer("WHCGHFQ", [])
LAYERS = [ZONES, PARTS, NOTHING]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "维护.gdb"
    write_gdb(path, LAYERS)
    return path


def test_a_whole_geodatabase(whole: Path) -> None:
    check_gdb(whole, LAYERS)


def other(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> GdbLayer:
    return replace(ZONES, frame=change(ZONES.frame.copy()))


def with_cell(field: str, row: int, value: object) -> Callable[[gpd.GeoDataFrame], object]:
    def change(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        frame.loc[f"F{row}", field] = value
        return frame

    return change


def moved(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move one corner by a step of the grid."""
    corner = shapely.get_coordinates(frame.geometry)[2]
    step = np.array([1e-4, 0.0])
    shapes = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: xy + np.all(xy == corner, axis=1)[:, None] * step
    )
    return frame.set_geometry(shapely.normalize(shapes), crs=frame.crs)


DIFFERENT = {
    "a letter": with_cell("MC", 0, "乙"),
    "a text that is missing": with_cell("MC", 1, None),
    "a text that should be missing": with_cell("MC", 2, ""),
    "a whole number": with_cell("N", 0, 2),
    "a last digit": with_cell("MJ", 0, 0.10000000000000002),
    "a number that should be missing": with_cell("MJ", 1, 0.0),
    "a row less": lambda frame: frame.iloc[1:],
    "no rows": lambda frame: frame.iloc[:0],
    "the order of rows": lambda frame: frame.iloc[[1, 0, 2]],
    "a field less": lambda frame: frame.drop(columns="MC"),
    "a field more": lambda frame: frame.assign(BZ="x"),
    "the name of a field": lambda frame: frame.rename(columns={"MC": "MD"}),
    "a type": lambda frame: frame.assign(N=frame["N"].astype("float64")),
    "a step of the grid": moved,
    "the coordinate system": lambda frame: frame.set_crs("EPSG:4538", allow_override=True),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_what_differs_is_noticed_and_named(whole: Path, what: str) -> None:
    with pytest.raises(OutputError) as caught:
        check_gdb(whole, [other(DIFFERENT[what]), PARTS, NOTHING])
    assert caught.value.key == "write.differs"
    assert caught.value.where == {"path": str(whole), "layer": "WHQGHFQ"}


@pytest.mark.parametrize("held", [[ZONES, NOTHING], [*LAYERS, layer("WHHXZQX", SQUARES)]])
def test_a_feature_class_too_many_or_too_few(whole: Path, held: list[GdbLayer]) -> None:
    with pytest.raises(OutputError) as caught:
        check_gdb(whole, held)
    assert caught.value.key == "write.differs"


def test_another_coordinate_system_in_degrees(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planloop.plan.formats.filegdb_check.GEOGRAPHIC", 4326)
    with pytest.raises(OutputError) as caught:
        check_gdb(whole, LAYERS)
    assert caught.value.key == "write.differs"
