"""The maintenance geodatabase by the standard's rules, and as GDAL's own programs see it."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely

from planloop.plan.change_set import ChangeSet, LayerDelta
from planloop.plan.formats.maintenance_gdb import (
    maintained,
    read_maintenance_gdb,
    write_maintenance_gdb,
)
from planloop.plan.written import geodatabase_name
from tests.publishing.toy_scheme import toy_scheme

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.scheme import Scheme

CLASSES = ["WHCCZKFBJ", "WHCGHFQ", "WHHCZKFBJ", "WHHGHFQ", "WHQCZKFBJ", "WHQGHFQ"]
TO_GRID = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4537", always_xy=True)


@pytest.fixture(scope="module")
def geodatabase(folder: Path, scheme: Scheme) -> Path:
    return folder / geodatabase_name(scheme.settings)


def read(path: Path, name: str) -> gpd.GeoDataFrame:
    """Read a class with geopandas, onto the grid with pyproj."""
    frame = gpd.read_file(path, layer=name)
    assert frame.crs.to_epsg() == 4490

    def project(xy: np.ndarray) -> np.ndarray:
        plane = np.column_stack(TO_GRID.transform(xy[:, 0], xy[:, 1]))
        grid: np.ndarray = np.rint(plane * 1e4) / 1e4
        return grid

    parts = shapely.get_geometry(np.asarray(frame.geometry.array, dtype=object), 0)
    shapes = shapely.normalize(shapely.transform(parts, project))
    return frame.set_geometry(shapes, crs=4537).set_index("BSM").sort_index()


def test_names_and_classes(geodatabase: Path) -> None:
    assert geodatabase.name == "652702玩具市2026年度县级国土空间总体规划动态维护.gdb"
    assert sorted(pyogrio.list_layers(geodatabase)[:, 0]) == CLASSES


@pytest.mark.parametrize("layer", ["CZKFBJ", "GHFQ"])
def test_before_and_after_are_the_plans_records(
    geodatabase: Path, scheme: Scheme, layer: str
) -> None:
    """(before without WHQ) with WHH is after: every record, every vertex, to the bit."""
    old, new = (read(geodatabase, f"{name}{layer}") for name in ("WHQ", "WHH"))
    before, after = (plan.layer(layer).frame for plan in (scheme.before, scheme.after))
    for mine, whole in ((old, before), (new, after)):
        held = whole.loc[mine.index]
        assert shapely.to_wkb(mine.geometry.array).tolist() == (
            shapely.to_wkb(held.geometry.array).tolist()
        )
        for column in held.columns.drop(["BSM", "geometry"]):
            theirs = held[column].astype(object).where(held[column].notna(), None)
            assert mine[column].tolist() == theirs.tolist()
    assert set(before.index) - set(old.index) == set(after.index) - set(new.index)


def test_full_coverage_layers(geodatabase: Path) -> None:
    """WHC holds the pieces of WHQ ∩ WHH whose code differs, as type 2."""
    old, new, change = (read(geodatabase, f"{name}GHFQ") for name in ("WHQ", "WHH", "WHC"))
    assert set(change["WHLX"]) == {"2"}
    expected = [
        shapely.intersection(a, b)
        for a, code in zip(old.geometry, old["GHFQDM"], strict=True)
        for b, other in zip(new.geometry, new["GHFQDM"], strict=True)
        if code != other
    ]
    found = shapely.union_all(change.geometry.to_numpy())
    assert shapely.symmetric_difference(shapely.union_all(expected), found).area < 1e-2


def test_in_and_out_layers(geodatabase: Path, scheme: Scheme) -> None:
    """WHC holds A - B as type 3 and B - A as type 1, in single parts."""
    a, b = (
        shapely.union_all(plan.layer("CZKFBJ").geometry) for plan in (scheme.before, scheme.after)
    )
    change = read(geodatabase, "WHCCZKFBJ")
    for kind, expected in (("3", a.difference(b)), ("1", b.difference(a))):
        found = change[change["WHLX"] == kind]
        assert shapely.symmetric_difference(expected, found.union_all()).area < 1e-2
    raw = gpd.read_file(geodatabase, layer="WHCCZKFBJ")
    assert set(shapely.get_num_geometries(raw.geometry.to_numpy())) == {1}
    touched = read(geodatabase, "WHQCZKFBJ")
    assert set(touched.index) == set(
        scheme.before.layer("CZKFBJ").ids[
            shapely.area(
                shapely.intersection(scheme.before.layer("CZKFBJ").geometry, a.difference(b))
            )
            > 1.0
        ]
    )


def test_fields_of_the_change(geodatabase: Path) -> None:
    frame = gpd.read_file(geodatabase, layer="WHCCZKFBJ")
    fields = ["BSM", "YSDM", "XZQDM", "XZQMC", "WHLX", "WHLY", "JDZBLY", "WHBH", "KZBSHSLX", "BZ"]
    assert list(frame.columns) == [*fields, "geometry"]
    assert list(frame["BSM"]) == ["652702000000000001", "652702000000000002"]
    assert list(frame["WHBH"]) == ["20260601000001", "20260601000002"]
    assert list(frame["WHLX"]) == ["1", "3"]
    assert list(frame["BZ"]) == [
        "调入：保障项目 P-1 用地。",
        "调出：体检评估认定为闲置或零散用地（T-1），无权属、审批和建成项目。",
    ]
    assert frame[["WHLY", "JDZBLY", "KZBSHSLX"]].isna().all().all(), "code lists nobody has seen"


def test_read_back_as_written(geodatabase: Path, scheme: Scheme) -> None:
    expected = maintained(scheme.before, scheme.after, scheme.changes, scheme.settings)
    found = read_maintenance_gdb(geodatabase, 4537)
    assert list(found) == sorted(expected)
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(pd.DataFrame(found[name]), pd.DataFrame(frame))


def test_fields_that_a_geodatabase_has_by_itself(tmp_path: Path, scheme: Scheme) -> None:
    """As of a shapefile that ArcGIS wrote: GDAL refuses such names, so they get a number behind."""
    zones = scheme.changes.deltas["GHFQ"]
    named = {"OBJECTID": 7.0, "shape": "圆", "OBJECTID_1": 8.0}
    old, new = (frame.assign(**named) for frame in (zones.old, zones.new))
    deltas = {**scheme.changes.deltas, "GHFQ": LayerDelta("GHFQ", old, new)}
    changes = ChangeSet(scheme.changes.pieces, deltas)
    classes = maintained(scheme.before, scheme.after, changes, scheme.settings)
    write_maintenance_gdb(tmp_path / "a.gdb", classes)
    found = gpd.read_file(tmp_path / "a.gdb", layer="WHHGHFQ")
    for name, value in (("OBJECTID_2", 7.0), ("shape_1", "圆"), ("OBJECTID_1", 8.0)):
        assert set(found[name]) == {value}


def test_aliases_are_chinese(geodatabase: Path) -> None:
    """In the geodatabase's own catalogue, not by our reader."""
    items = pyogrio.read_dataframe(geodatabase, layer="GDB_Items", LIST_ALL_TABLES="YES")
    found = {}
    for text in items["Definition"].dropna():
        root = ET.fromstring(text)  # noqa: S314  # written by GDAL a moment ago
        fields = {
            str(item.findtext("Name")): item.findtext("AliasName")
            for item in root.iter("GPFieldInfoEx")
        }
        found[root.findtext("Name")] = (root.findtext("AliasName"), fields)
    assert found["WHCCZKFBJ"][0] == "城镇开发边界（维护变化）"
    assert found["WHQGHFQ"][0] == "规划分区（维护前）"
    assert found["WHCCZKFBJ"][1]["WHLX"] == "维护类型"
    assert found["WHHGHFQ"][1]["GHFQMC"] == "规划分区名称"
    assert set(found) >= set(CLASSES)


def test_the_boundary_can_be_left_out(scheme: Scheme) -> None:
    delivery = scheme.settings.delivery.model_copy(update={"boundary_layers": False})
    settings = scheme.settings.model_copy(update={"delivery": delivery})
    found = maintained(scheme.before, scheme.after, scheme.changes, settings)
    assert sorted(found) == ["WHCGHFQ", "WHHGHFQ", "WHQGHFQ"]


def test_a_long_reason_is_cut_to_the_field() -> None:
    made = toy_scheme()
    evidence = ", ".join(f"T-{number}" for number in range(200))
    made.changes.pieces["evidence"] = evidence
    found = maintained(made.before, made.after, made.changes, made.settings)
    longest = found["WHCCZKFBJ"]["BZ"].str.len().max()
    assert longest == 255
    assert found["WHCCZKFBJ"]["BZ"].iloc[1].endswith("…")


def gdal(ogrinfo: str, path: Path) -> dict[str, tuple[int, str]]:
    """Return what GDAL's own program says: layer → number of features, and everything of it."""
    result = subprocess.run(  # noqa: S603  # GDAL's own program on our file
        [ogrinfo, "-ro", "-al", str(path)], capture_output=True, check=True
    )
    assert not result.stderr
    found = {}
    for part in result.stdout.decode("utf-8").split("\nLayer name: ")[1:]:
        count = re.search(r"^Feature Count: (\d+)$", part, flags=re.MULTILINE)
        assert count
        found[part.partition("\n")[0]] = (int(count[1]), part)
    return found


def test_gdal_reads_the_geodatabase(ogrinfo: str, geodatabase: Path) -> None:
    told = gdal(ogrinfo, geodatabase)
    assert sorted(told) == CLASSES
    count, text = told["WHCCZKFBJ"]
    assert count == 2
    for word in ("调入：保障项目 P-1 用地。", "玩具市", "维护类型", "4490"):
        assert word in text
    assert told["WHHGHFQ"][0] == 3


@pytest.mark.parametrize("name", ["before.gpkg", "after.gpkg", "decisions.gpkg"])
def test_gdal_reads_the_geopackages(ogrinfo: str, folder: Path, scheme: Scheme, name: str) -> None:
    told = gdal(ogrinfo, folder / name)
    text = "".join(part for _, part in told.values())
    if name == "decisions.gpkg":
        assert set(told) == {"pieces", "parcels", "table_projects"}
        assert "保留：有合法权属（QSZD:652702000000000001），不得调出。" in text
        assert "Kept: a legal title holds here" in text
    else:
        assert set(told) == {*scheme.before.layers, "table_projects", "table_assessment"}
        assert told["XZYDYH"][0] == 96
        for word in ("西镇", "城镇集中建设区", "口岸查验", "零散"):
            assert word in text
