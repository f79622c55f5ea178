"""Write the demo city's layers as a bureau has them: gdb, gpkg, shapefiles in GBK."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from planloop import standard
from planloop.demo.central_layers import central_layers
from planloop.demo.city import CODE, NAME
from planloop.demo.frame import EPSG
from planloop.demo.input_layers import limit_layers, rights_layers, site_layers, survey_layer
from planloop.demo.plan_layers import plan_layers
from planloop.plan.formats.filegdb import GdbLayer, write_gdb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from planloop.demo.city import City

GEODATABASE = f"{CODE}{NAME}国土空间总体规划(2021-2035年).gdb"
SURVEY, LIMITS, SITES = "现状用地用海.gpkg", "限制要素.gpkg", "项目选址.gpkg"


@dataclass(frozen=True, slots=True)
class Shapefile:
    """A shapefile to write: its name, CRS, and whether a ``.cpg`` says that its texts are GBK."""

    name: str
    epsg: int
    says_encoding: bool


SHAPEFILES = {
    "QSZD": Shapefile("权属宗地.shp", 4516, says_encoding=True),
    "YPXM": Shapefile("已批项目.shp", EPSG, says_encoding=False),
    "YJXM": Shapefile("已建项目.shp", EPSG, says_encoding=True),
}
"""EPSG 4516 is the demo's zone with its number, 28, before the easting."""

PREFIX = {4516: np.array([28e6, 0.0])}

SETTINGS = ("scheme.toml", "说明.txt")
"""Files that are the same for every seed, copied from the package's data."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the mapping: file, layer in it where it has several, and layer code."""

    path: str
    layer: str | None
    code: str


def write_layers(city: City, directory: Path) -> list[Entry]:
    """Write every layer, and return where each lies."""
    plan = plan_layers(city) | central_layers(city)
    table = standard.load()
    write_gdb(
        directory / GEODATABASE,
        [
            GdbLayer(
                code,
                table.layer(code).name_zh,
                layer,
                {item.field: item.alias_zh for item in table.fields(code)},
            )
            for code, layer in plan.items()
        ],
    )
    entries = [Entry(GEODATABASE, code, code) for code in plan]
    entries += _geopackage(directory / SURVEY, {"XZYDYH": survey_layer(city)})
    entries += _geopackage(directory / LIMITS, limit_layers(city))
    entries += _geopackage(directory / SITES, site_layers(city))
    for code, layer in rights_layers(city).items():
        _shapefile(directory, SHAPEFILES[code], layer)
        entries.append(Entry(SHAPEFILES[code].name, None, code))
    return entries


def write_settings(entries: Sequence[Entry], directory: Path) -> None:
    """Write the mapping, and copy the scheme's settings and the note on the data."""
    texts = ["edition = 1", 'description = "演示城市的数据来源（合成数据）"', ""]
    for entry in entries:
        layer = [f'layer = "{entry.layer}"'] if entry.layer else []
        texts += ["[[source]]", f'path = "{entry.path}"', *layer, f'to = "{entry.code}"', ""]
    (directory / "mapping.toml").write_text("\n".join(texts), encoding="utf-8")
    for name in SETTINGS:
        source = resources.files("planloop.demo").joinpath("data").joinpath(name)
        (directory / name).write_bytes(source.read_bytes())


def _geopackage(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> list[Entry]:
    for code, layer in layers.items():
        pyogrio.write_dataframe(
            layer, path, layer=code, append=path.exists(), dataset_options={"VERSION": "1.3"}
        )
    return [Entry(path.name, code, code) for code in layers]


def _shapefile(directory: Path, file: Shapefile, layer: gpd.GeoDataFrame) -> None:
    shapes = np.asarray(layer.geometry.array, dtype=object)
    prefix = PREFIX.get(file.epsg, np.zeros(2))
    shapes = shapely.transform(shapes, lambda points: points + prefix)
    table = layer.drop(columns=layer.geometry.name)
    path = directory / file.name
    pyogrio.write_dataframe(
        gpd.GeoDataFrame(table, geometry=shapes, crs=f"EPSG:{file.epsg}"),
        path,
        driver="ESRI Shapefile",
        encoding="GBK",
    )
    if not file.says_encoding:
        path.with_suffix(".cpg").unlink()
