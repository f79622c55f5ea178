"""What is written comes back to the bit; what a format would lose is refused."""

from __future__ import annotations

import json
import math
import random
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.errors import InputError, OutputError
from planloop.geometry.gauss import central_meridian, epsg_of_zone
from planloop.geometry.grid import snap, snap_geometry
from planloop.plan.crs import transform
from planloop.plan.digest import digest_layer, digest_table
from planloop.plan.formats.filegdb import GdbLayer, read_gdb_layer, write_gdb
from planloop.plan.formats.geojson import write_geojson
from planloop.plan.formats.geopackage import (
    canonical_table,
    read_layers,
    read_tables,
    write_layers,
)
from planloop.plan.formats.geopackage_check import check_stored
from planloop.plan.formats.shapefile import write_shapefile
from planloop.plan.formats.vector import read_layer
from planloop.plan.layer import Layer, canonical
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ZONES = range(25, 46)


def polygons(zone: int, count: int, *, seed: int) -> np.ndarray:
    """Return random polygons with holes on the grid, to 150 km from the zone's meridian."""
    assert zone in ZONES
    source = random.Random(seed)  # noqa: S311  # shapes, not secrets
    shapes = []
    for _ in range(count):
        x = 500_000 + source.uniform(-150_000, 150_000)
        y = source.uniform(2_000_000, 5_900_000)
        size, corners = source.uniform(1.0, 900.0), source.randint(5, 40)
        star = []
        for corner in range(corners):
            angle = 2 * math.pi * (corner + source.uniform(0, 0.5)) / corners
            radius = size * source.uniform(0.5, 1.0)
            star.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
        hole = shapely.Point(x, y).buffer(size / 10, quad_segs=3)
        shapes.append(shapely.Polygon(star, [hole.exterior.coords]))
    found = snap_geometry(np.array(shapes, dtype=object))
    assert shapely.is_valid(found).all()
    normal: np.ndarray = shapely.normalize(found)
    return normal


def layer_of(shapes: np.ndarray, epsg: int = 4537, **fields: object) -> Layer:
    index = pd.Index([f"F{n:05d}" for n in range(len(shapes))])
    frame = gpd.GeoDataFrame(fields, geometry=shapes, crs=f"EPSG:{epsg}", index=index)
    return Layer("GHFQ", canonical(frame))


TEXT = st.one_of(
    st.none(),
    st.sampled_from(["", "城镇集中建设区", "NULL", "None", "nan", " ", "a'b\"c;--", "😀龘"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
)
WHOLE = st.integers(-(2**63), 2**63 - 1)
REAL = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


@settings(max_examples=examples(25))
@given(rows=st.lists(st.tuples(TEXT, WHOLE, REAL), max_size=6), seed=st.integers(0, 10**6))
def test_geopackage_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str | None, int, float | None]],
    seed: int,
) -> None:
    shapes = np.resize(polygons(28, 6, seed=seed), len(rows))
    layer = layer_of(
        shapes,
        MC=pd.Series([row[0] for row in rows], dtype="str").to_numpy(dtype=object),
        序号=np.array([row[1] for row in rows], dtype=np.int64),
        MJ=np.array([np.nan if row[2] is None else row[2] for row in rows], dtype=np.float64),
    )
    path = tmp_path_factory.mktemp("gpkg") / "plan.gpkg"
    write_layers(path, [layer])
    check_stored(path, [layer], {})
    back = read_layers(path)["GHFQ"]
    assert digest_layer(back) == digest_layer(layer)
    pd.testing.assert_frame_equal(pd.DataFrame(back.frame), pd.DataFrame(layer.frame))
    assert shapely.equals_exact(back.geometry, layer.geometry, tolerance=0.0).all()


def test_the_digest_sees_a_grid_step_and_a_letter(tmp_path: Path) -> None:
    """The equality above means something."""
    layer = layer_of(polygons(28, 4, seed=1), MC=["甲", "乙", "", None])
    write_layers(tmp_path / "a.gpkg", [layer])
    back = read_layers(tmp_path / "a.gpkg")["GHFQ"]
    corner = shapely.get_coordinates(back.geometry)[7]
    moved = back.frame.set_geometry(
        shapely.transform(
            back.geometry, lambda xy: xy + np.all(xy == corner, axis=1)[:, None] * [1e-4, 0.0]
        ),
        crs=back.frame.crs,
    )
    assert digest_layer(Layer("GHFQ", canonical(moved))) != digest_layer(layer)
    named = back.frame.copy()
    named.loc[named.index[2], "MC"] = None
    assert digest_layer(Layer("GHFQ", canonical(named))) != digest_layer(layer)


def test_lines_and_points_and_an_empty_layer(tmp_path: Path) -> None:
    line, point = shapely.LineString([(0, 0), (1.5, 2.25)]), shapely.Point(3.25, 4.5)
    layers = [
        Layer(code, layer_of(np.array(shapes, dtype=object), MC=["甲"] * len(shapes)).frame)
        for code, shapes in {
            "JQZDXMX": [line],
            "JQZDXMD": [point],
            "STBHHX": [],
            "ZRBHD": [line, point],
        }.items()
    ]
    write_layers(tmp_path / "a.gpkg", layers)
    back = read_layers(tmp_path / "a.gpkg")
    for layer in layers:
        assert digest_layer(back[layer.code]) == digest_layer(layer), layer.code


def test_geopackage_as_others_see_it(tmp_path: Path) -> None:
    """Read with the sqlite3 module against OGC 12-128r17, not with our reader."""
    path = tmp_path / "plan.gpkg"
    layer = layer_of(polygons(28, 3, seed=2))
    write_layers(path, [layer], {"projects": pd.DataFrame({"number": ["P-1"]})})
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert base.execute("PRAGMA user_version").fetchone() == (10300,)
        rows = base.execute(
            "SELECT table_name, data_type, identifier, description, srs_id FROM gpkg_contents"
        ).fetchall()
        contents = {row[0]: row[1:] for row in rows}
        assert contents["GHFQ"] == ("features", "规划分区", "规划分区", contents["GHFQ"][3])
        assert contents["table_projects"][0] == "attributes"
        srs = "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys"
        assert ("EPSG", 4537) in base.execute(srs).fetchall()
        kinds = base.execute("SELECT geometry_type_name, z, m FROM gpkg_geometry_columns")
        assert kinds.fetchall() == [("POLYGON", 0, 0)]
        ids = base.execute("SELECT planloop_id FROM GHFQ ORDER BY 1").fetchall()
        assert [row[0] for row in ids] == list(layer.ids)


def test_tables_to_the_bit(tmp_path: Path) -> None:
    table = canonical_table(
        pd.DataFrame(
            {
                "number": ["P-1", "P-2", "P-3"],
                "name": ["口岸", None, ""],
                "area_ha": [20.0, None, 0.1],
                "start_year": [2026, 2027, 2028],
            }
        )
    )
    write_layers(tmp_path / "a.gpkg", [layer_of(polygons(28, 3, seed=2))], {"projects": table})
    back = read_tables(tmp_path / "a.gpkg")
    assert set(back) == {"projects"}
    assert digest_table(back["projects"]) == digest_table(table)


def test_a_geopackage_that_is_not_ours(tmp_path: Path, refused: Callable[..., None]) -> None:
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs="EPSG:4537")
    pyogrio.write_dataframe(frame, path, layer="GHFQ")
    with pytest.raises(InputError) as caught:
        read_layers(path)
    refused(caught.value, "read.not-ours", path=path, layer="GHFQ")


def test_an_identifier_that_stands_twice(tmp_path: Path, refused: Callable[..., None]) -> None:
    path = tmp_path / "a.gpkg"
    write_layers(path, [layer_of(polygons(28, 3, seed=2))])
    with closing(sqlite3.connect(path)) as base:
        for name in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name[0]}"')
        base.execute("UPDATE GHFQ SET planloop_id = 'F00000' WHERE fid = 2")
        base.commit()
    with pytest.raises(InputError) as caught:
        read_layers(path)
    refused(caught.value, "read.duplicate-id", path=path, layer="GHFQ", row=2)


@pytest.mark.parametrize("zone", ZONES)
def test_geodatabase_in_degrees_recovers_the_grid(tmp_path: Path, zone: int) -> None:
    epsg = epsg_of_zone(zone)
    shapes = polygons(zone, 60, seed=zone)
    far = np.abs(shapely.get_coordinates(shapes)[:, 0] - 500_000)
    assert far.max() > 100_000
    frame = gpd.GeoDataFrame(
        {"MC": ["城镇集中建设区"] * len(shapes), "MJ": np.arange(len(shapes)) + 0.01},
        geometry=shapes,
        crs=f"EPSG:{epsg}",
    )
    write_gdb(tmp_path / "a.gdb", [GdbLayer("WHQGHFQ", "维护前", frame, {"MC": "名称"})])
    back = read_gdb_layer(tmp_path / "a.gdb", "WHQGHFQ", epsg)
    assert back.crs.to_epsg() == epsg
    assert list(back["MC"]) == list(frame["MC"])
    assert list(back["MJ"]) == list(frame["MJ"])
    mine, theirs = shapely.get_coordinates(shapes), shapely.get_coordinates(back.geometry)
    assert np.array_equal(mine, theirs), "every coordinate is the same number"
    assert shapely.equals_exact(shapes, back.geometry.to_numpy(), tolerance=0.0).all()


def test_geodatabase_as_gdal_sees_it(tmp_path: Path) -> None:
    shapes = polygons(28, 5, seed=3)
    frame = gpd.GeoDataFrame({"MC": ["口岸"] * len(shapes)}, geometry=shapes, crs="EPSG:4537")
    path = tmp_path / "652702阿拉山口市2026年度.gdb"
    write_gdb(
        path,
        [GdbLayer(name, "规划分区", frame, {}) for name in ("WHQGHFQ", "WHHGHFQ")],
    )
    assert {name for name, _ in pyogrio.list_layers(path)} == {"WHQGHFQ", "WHHGHFQ"}
    info = pyogrio.read_info(path, layer="WHQGHFQ")
    assert info["crs"] == "EPSG:4490"
    assert info["features"] == len(shapes)
    west, south, east, north = info["total_bounds"]
    meridian = central_meridian(28)
    assert meridian - 2.5 < west < east < meridian + 2.5, "longitude first"
    assert 15 < south < north < 55


def test_geodatabase_keeps_widths_aliases_and_types(tmp_path: Path, ogrinfo: str) -> None:
    """As GDAL's own program sees it, of another version than the one that wrote."""
    shapes = polygons(28, 3, seed=3)
    fields = {"MC": ["口岸", None, ""], "BZ": ["备注"] * 3, "N": [1, -(2**31), 2**31 - 1]}
    frame = gpd.GeoDataFrame(fields | {"MJ": 0.01}, geometry=shapes, crs="EPSG:4537")
    widths = {"MC": 100, "N": 5}
    layer = GdbLayer("WHQGHFQ", "规划分区", frame, {"MC": "名称", "MJ": "面积"}, widths)
    write_gdb(tmp_path / "a.gdb", [layer])
    told = subprocess.run(  # noqa: S603  # GDAL's own program
        [ogrinfo, "-so", str(tmp_path / "a.gdb"), "WHQGHFQ"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert 'MC: String (100.0), alternative name="名称"' in told
    assert "BZ: String (0.0)" in told
    assert "N: Integer (0.0)" in told, "a width is for texts"
    assert 'MJ: Real (0.0), alternative name="面积"' in told
    back = read_gdb_layer(tmp_path / "a.gdb", "WHQGHFQ", 4537)
    assert list(back["N"]) == fields["N"]
    assert back["N"].dtype.kind == "i"


@pytest.mark.parametrize("number", [2**31, 2**53 + 1, -(2**63), 2**63 - 1])
def test_geodatabase_keeps_every_digit_of_a_whole_number(tmp_path: Path, number: int) -> None:
    shapes = polygons(28, 2, seed=3)
    frame = gpd.GeoDataFrame({"N": [0, number]}, geometry=shapes, crs="EPSG:4537")
    small = gpd.GeoDataFrame({"N": [0, 1]}, geometry=shapes, crs="EPSG:4537")
    layers = [GdbLayer(name, "x", held, {}) for name, held in {"A": frame, "B": small}.items()]
    write_gdb(tmp_path / "a.gdb", layers)
    back = read_gdb_layer(tmp_path / "a.gdb", "A", 4537)
    assert back["N"].dtype == "int64"
    assert list(back["N"]) == [0, number]
    assert pyogrio.read_info(tmp_path / "a.gdb", layer="B")["dtypes"].tolist() == ["int32"]


@pytest.mark.parametrize("zone", [25, 28, 45])
def test_any_degrees_of_full_precision_recover_the_grid(tmp_path: Path, zone: int) -> None:
    epsg = epsg_of_zone(zone)
    shapes = polygons(zone, 60, seed=zone + 100)
    degrees = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=epsg).to_crs(4490))
    pyogrio.write_dataframe(degrees, tmp_path / "a.gpkg")
    frame, _ = read_layer(tmp_path / "a.gpkg")
    back = snap_geometry(transform(frame.geometry.to_numpy(), 4490, epsg))
    assert np.array_equal(shapely.get_coordinates(back), shapely.get_coordinates(shapes))


@pytest.mark.parametrize("zone", [25, 28, 45])
def test_geojson_recovers_the_grid(tmp_path: Path, zone: int) -> None:
    epsg = epsg_of_zone(zone)
    shapes = polygons(zone, 60, seed=zone)
    texts = ["城镇集中建设区", "", None, "😀"] * len(shapes)
    layer = layer_of(shapes, epsg, MC=texts[: len(shapes)], N=np.arange(len(shapes)))
    path = tmp_path / "规划分区.geojson"
    write_geojson(path, layer)
    frame, notes = read_layer(path)
    assert notes == ()
    assert frame.crs.to_epsg() == 4490
    back = snap_geometry(transform(frame.geometry.to_numpy(), 4490, epsg))
    again = frame.set_geometry(back, crs=f"EPSG:{epsg}").set_index("BSM")
    assert digest_layer(Layer("GHFQ", canonical(again))) == digest_layer(layer)


def test_geojson_as_others_see_it(tmp_path: Path) -> None:
    """Read with the json module against the GeoJSON specification of 2008, which has CRS names."""
    layer = layer_of(polygons(28, 2, seed=5), MC=["甲", None])
    write_geojson(tmp_path / "a.geojson", layer)
    data = json.loads((tmp_path / "a.geojson").read_text("utf-8"))
    assert data["type"] == "FeatureCollection"
    assert data["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"
    first = data["features"][0]
    assert first["properties"] == {"BSM": "F00000", "MC": "甲"}
    longitude, latitude = first["geometry"]["coordinates"][0][0]
    assert 81 < longitude < 87
    assert 15 < latitude < 55
    assert [item.name for item in tmp_path.iterdir()] == ["a.geojson"]


def test_shapefile_in_gbk(tmp_path: Path) -> None:
    shapes = polygons(28, 5, seed=4)
    names = ["阿拉山口市", None, "口岸", "龘", "、。《》"]
    layer = layer_of(shapes, MC=names, 名称甲=names, MJ=[1226470000.12] * len(shapes))
    path = tmp_path / "规划分区.shp"
    write_shapefile(path, layer)
    assert path.with_suffix(".cpg").read_text() == "GBK"
    assert "阿拉山口市".encode("gbk") in path.with_suffix(".dbf").read_bytes()
    assert {item.stem for item in tmp_path.iterdir()} == {"规划分区"}
    frame, notes = read_layer(path)
    assert notes == ()
    assert frame.crs.to_epsg() == 4537
    again = Layer("GHFQ", canonical(frame.set_index("BSM")))
    assert digest_layer(again) == digest_layer(layer)


def test_an_identifier_of_its_own_is_kept(tmp_path: Path) -> None:
    shapes = polygons(28, 2, seed=4)
    layer = layer_of(shapes, BSM=["F00000", "F00001"])
    write_shapefile(tmp_path / "a.shp", layer)
    assert list(read_layer(tmp_path / "a.shp")[0].columns) == ["BSM", "geometry"]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"MC": ["乙", "😀"]}, "write.not-in-encoding"),
        ({"MC": ["乙", "长" * 128]}, "write.text-too-long"),
        ({"六个汉字字段": ["乙", "丙"]}, "write.field-name"),
        ({"mc": ["乙", "丙"], "MC": ["乙", "丙"]}, "write.field-name"),
        ({"😀": ["乙", "丙"]}, "write.field-name"),
        ({"N": [1, 10**18]}, "write.number-too-large"),
        ({"MJ": [1.0, 1e300]}, "write.number-too-large"),
        ({"MJ": [1.0, np.inf]}, "write.number-too-large"),
    ],
)
def test_what_a_shapefile_would_spoil_is_refused(
    tmp_path: Path, fields: dict[str, Any], key: str, refused: Callable[..., None]
) -> None:
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], dtype=object)
    path = tmp_path / "a.shp"
    with pytest.raises(OutputError) as caught:
        write_shapefile(path, layer_of(shapes, **fields))
    where = {} if key == "write.field-name" else {"feature": "F00001"}
    refused(caught.value, key, path=path, layer="GHFQ", **where)
    assert list(tmp_path.iterdir()) == []


def test_a_shapefile_holds_one_kind(tmp_path: Path, refused: Callable[..., None]) -> None:
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.Point(0, 0)], dtype=object)
    with pytest.raises(OutputError) as caught:
        write_shapefile(tmp_path / "a.shp", layer_of(shapes))
    refused(caught.value, "write.mixed-geometry", path=tmp_path / "a.shp")
    assert "Point, Polygon" in caught.value.text("zh")


WRITERS = {"a.shp": write_shapefile, "a.geojson": write_geojson}


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_is_overwritten(tmp_path: Path, name: str, refused: Callable[..., None]) -> None:
    path = tmp_path / name
    path.write_text("mine")
    with pytest.raises(OutputError) as caught:
        WRITERS[name](path, layer_of(polygons(28, 3, seed=2)))
    refused(caught.value, "write.exists", path=path)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_the_companions_of_a_shapefile_are_not_overwritten_either(
    tmp_path: Path, refused: Callable[..., None]
) -> None:
    (tmp_path / "a.dbf").write_text("mine")
    with pytest.raises(OutputError) as caught:
        write_shapefile(tmp_path / "a.shp", layer_of(polygons(28, 3, seed=2)))
    refused(caught.value, "write.exists", path=tmp_path / "a.dbf")
    assert [item.name for item in tmp_path.iterdir()] == ["a.dbf"]


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_is_not_there(
    tmp_path: Path, name: str, refused: Callable[..., None]
) -> None:
    path = tmp_path / "nowhere" / name
    with pytest.raises(OutputError) as caught:
        WRITERS[name](path, layer_of(polygons(28, 3, seed=2)))
    refused(caught.value, "write.failed", path=path)


FULL_DISK = """
import sys
from pathlib import Path
import numpy as np, geopandas as gpd, shapely
from planloop.errors import OutputError
from planloop.plan.formats.geojson import write_geojson
from planloop.plan.formats.shapefile import write_shapefile
from planloop.plan.layer import Layer, canonical
shapes = [shapely.Point(n * 10, 5e6).buffer(4) for n in range(900)]
ids = [str(n) for n in range(900)]
frame = gpd.GeoDataFrame({"MC": "x"}, geometry=shapes, crs=4537, index=ids)
path = Path(sys.argv[1])
write = {".shp": write_shapefile, ".geojson": write_geojson}[path.suffix]
try:
    write(path, Layer("GHFQ", canonical(frame)))
except OutputError as error:
    print(error.key)
"""


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_leaves_nothing(tmp_path: Path, name: str) -> None:
    """A limit on the size of files makes writing fail as a full disk does."""
    run = subprocess.run(  # noqa: S603  # our own interpreter, our own program
        [sys.executable, "-W", "ignore", "-c", FULL_DISK, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536)),
    )
    assert run.stdout.strip() in {"write.failed", "write.not-whole"}
    assert list(tmp_path.iterdir()) == []


def test_the_test_polygons_are_on_the_grid() -> None:
    coordinates = shapely.get_coordinates(polygons(28, 40, seed=9))
    assert np.array_equal(snap(coordinates), coordinates)
