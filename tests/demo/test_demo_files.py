"""The demo city's files, read with geopandas and calamine: a bureau's, and marked synthetic."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import python_calamine

from planloop import standard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.demo.built_city import Built

LAYERS = {
    "XZQX XZQXZ GHFQ CZKFBJ STBHHX HHSX CZTXD ZDJTJCSSX ZDJTJCSSD",
    "ZXCQFW ZXCQGHYDYH ZXCQCSLVX ZXCQCSHX ZXCQCSLX ZXCQDLZXX ZXCQDLHX ZXCQGGFWSSD",
    "XZYDYH QSZD YPXM YJXM XZZRZHFXFBM BJGKD SYDYJBHQ KQAQQ JQZDXMM JQZDXMX JQZDXMD",
}
REAL = {"XZQX": "天地图", "HHSX": "OpenStreetMap", "CZTXD": "GeoNames"}
"""Layers with real things in them, and the source that their remarks name."""


def sources(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(
        (folder / "mapping.toml").read_text(encoding="utf-8")
    )["source"]
    return found


@pytest.fixture(scope="module")
def layers(built: Built) -> dict[str, gpd.GeoDataFrame]:
    # The shapefile without .cpg is read as the office's programs do: told that it is GBK.
    return {
        item["to"]: gpd.read_file(
            built.folder / item["path"],
            layer=item.get("layer"),
            encoding="GBK" if item["path"].endswith(".shp") else None,
        )
        for item in sources(built.folder)
    }


def test_every_layer_is_there(layers: dict[str, gpd.GeoDataFrame]) -> None:
    assert set(layers) == set(" ".join(LAYERS).split())
    assert all(len(layer) for layer in layers.values())


def test_fields_are_those_of_the_standard(layers: dict[str, gpd.GeoDataFrame]) -> None:
    for code, layer in layers.items():
        specs = {item.field: item for item in standard.load().fields(code)}
        assert set(layer.columns) - {"geometry"} <= set(specs), code
        for name, spec in specs.items():
            known = name != "YSDM" or standard.load().layer(code).ysdm
            if spec.required == "M" and known:
                assert name in layer.columns, (code, name)
                assert layer[name].notna().all(), (code, name)


def test_what_is_invented_says_so(layers: dict[str, gpd.GeoDataFrame]) -> None:
    for code, layer in layers.items():
        if "BZ" not in {item.field for item in standard.load().fields(code)}:
            assert code == "STBHHX"
            continue
        real = layer["BZ"].str.contains(REAL.get(code, "合成数据"), regex=False)
        synthetic = layer["BZ"].str.contains("合成数据", regex=False)
        assert (real | synthetic).all(), code
        assert real.any(), code


def test_forms_of_the_files(built: Built, layers: dict[str, gpd.GeoDataFrame]) -> None:
    folder = built.folder
    assert layers["CZKFBJ"].crs.to_epsg() == 4490
    assert layers["XZYDYH"].crs.to_epsg() == 4537
    titles = layers["QSZD"]
    assert titles.crs.to_epsg() == 4516
    assert titles.total_bounds[0] > 28_000_000
    assert (folder / "权属宗地.cpg").read_text().strip() == "GBK"
    assert not (folder / "已批项目.cpg").exists()
    assert "合成数据".encode("GBK") in (folder / "已批项目.dbf").read_bytes()


def test_tables_have_the_standard_columns(built: Built) -> None:
    for name, table in (
        ("重点建设项目清单.xlsx", "projects"),
        ("体检评估问题清单.xlsx", "assessment"),
    ):
        book = python_calamine.CalamineWorkbook.from_path(built.folder / name)
        title, header, *rows = book.get_sheet_by_index(0).to_python()
        assert "合成数据" in str(title[0])
        assert header == [column.header for column in standard.load().columns(table)]
        required = [
            number
            for number, column in enumerate(standard.load().columns(table))
            if column.required == "M"
        ]
        assert all(row[number] != "" for row in rows for number in required)


def test_the_note_tells_what_is_real_and_what_is_left_out(built: Built) -> None:
    note = (built.folder / "说明.txt").read_text(encoding="utf-8")
    for word in ("合成数据", "天地图", "OpenStreetMap", "GeoNames", "永久基本农田", "城市紫线"):
        assert word in note


def test_population(built: Built) -> None:
    text = (built.folder / "人口.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = [line.split(",") for line in text]
    assert rows[0][:2] == ["乡镇（街道）", "2020年常住人口"]
    # Census 2020.
    assert sum(int(row[1]) for row in rows[1:]) == 11_097
