"""What stands in a GeoPackage is what was to be written, or it is refused."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from planloop.errors import OutputError
from planloop.plan.digest import digest_layer
from planloop.plan.formats.geopackage import (
    canonical_table,
    read_layers,
    replace_layers,
    write_layers,
)
from planloop.plan.formats.geopackage_check import check_stored
from planloop.plan.layer import Layer, canonical

if TYPE_CHECKING:
    from pathlib import Path


def layer(code: str, shapes: list[shapely.Geometry | None], **fields: list[object]) -> Layer:
    index = pd.Index([f"F{number}" for number in range(len(shapes))])
    frame = gpd.GeoDataFrame(fields, geometry=shapes, crs="EPSG:4537", index=index)
    return Layer(code, canonical(frame))


SQUARES = [shapely.box(x, 5e6, x + 1.5, 5e6 + 2.25) for x in (5e5, 5.1e5, 5.2e5)]
ZONES = layer("GHFQ", SQUARES, MC=["甲", "", None], N=[1, -(2**63), 3], MJ=[0.1, None, 0.0])
SITES = layer("JQZDXMD", [shapely.Point(5e5, 5e6), shapely.Point(5.1e5, 5e6)], MC=["a", "b"])
PARTS = layer("STBHHX", [SQUARES[0], shapely.MultiPolygon(SQUARES[1:])])
NOTHING = layer("ZRBHD", [])
LAYERS = [ZONES, SITES, PARTS, NOTHING]
TABLES = {
    "projects": canonical_table(
        pd.DataFrame({"number": ["P-1", "P-2"], "name": [None, ""], "ha": [20.0, None]})
    ),
    "clauses": canonical_table(pd.DataFrame({"text": pd.Series([], dtype="str")})),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that is as it should be."""
    path = tmp_path_factory.mktemp("whole") / "规划 #1.gpkg"
    write_layers(path, LAYERS, TABLES)
    return path


def test_a_whole_file(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_stored(whole, LAYERS, TABLES)
    monkeypatch.setattr("planloop.plan.formats.geopackage_check.ROWS", 2)
    check_stored(whole, LAYERS, TABLES)


DAMAGES = {
    "a letter": ("GHFQ", "UPDATE GHFQ SET MC = '乙' WHERE fid = 1"),
    "an identifier": ("GHFQ", "UPDATE GHFQ SET planloop_id = 'F9' WHERE fid = 3"),
    "a text that is missing": ("GHFQ", "UPDATE GHFQ SET MC = NULL WHERE fid = 2"),
    "a text that should be missing": ("GHFQ", "UPDATE GHFQ SET MC = '' WHERE fid = 3"),
    "a whole number": ("GHFQ", "UPDATE GHFQ SET N = N + 1 WHERE fid = 2"),
    "a last digit": ("GHFQ", "UPDATE GHFQ SET MJ = 0.10000000000000002 WHERE fid = 1"),
    "a number that should be missing": ("GHFQ", "UPDATE GHFQ SET MJ = 0.0 WHERE fid = 2"),
    "a row less": ("GHFQ", "DELETE FROM GHFQ WHERE fid = 3"),
    "a row more": ("GHFQ", "INSERT INTO GHFQ (planloop_id) VALUES ('F3')"),
    "a row more where none should be": ("ZRBHD", "INSERT INTO ZRBHD (planloop_id) VALUES ('F0')"),
    "no rows": ("JQZDXMD", "DELETE FROM JQZDXMD"),
    "the order of rows": ("GHFQ", "UPDATE GHFQ SET fid = 9 WHERE fid = 1"),
    "a column more": ("GHFQ", "ALTER TABLE GHFQ ADD COLUMN BZ TEXT"),
    "a column less": ("GHFQ", "ALTER TABLE GHFQ DROP COLUMN MC"),
    "the name of a column": ("GHFQ", "ALTER TABLE GHFQ RENAME COLUMN MC TO MD"),
    "the shape": ("GHFQ", "UPDATE GHFQ SET geom = (SELECT geom FROM GHFQ WHERE fid = 1)"),
    "no shape": ("JQZDXMD", "UPDATE JQZDXMD SET geom = NULL WHERE fid = 2"),
    "a part": ("STBHHX", "UPDATE STBHHX SET geom = (SELECT geom FROM GHFQ WHERE fid = 2)"),
    "the coordinate system": (
        "GHFQ",
        "UPDATE gpkg_geometry_columns SET srs_id = 4326 WHERE table_name = 'GHFQ'",
    ),
    "a layer less": ("JQZDXMD", "DROP TABLE JQZDXMD"),
    "a layer that is not listed": ("GHFQ", "DELETE FROM gpkg_contents WHERE table_name = 'GHFQ'"),
    "a cell of a table": ("projects", "UPDATE table_projects SET name = 'x' WHERE fid = 1"),
    "a row of a table": ("projects", "DELETE FROM table_projects WHERE fid = 2"),
    "a table less": ("projects", "DROP TABLE table_projects"),
    "a type": (
        "projects",
        "ALTER TABLE table_projects DROP COLUMN ha; ALTER TABLE table_projects ADD COLUMN ha TEXT",
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_what_differs_is_noticed_and_named(whole: Path, tmp_path: Path, what: str) -> None:
    name, damage = DAMAGES[what]
    path = tmp_path / "a.gpkg"
    shutil.copyfile(whole, path)
    with closing(sqlite3.connect(path)) as base:
        for (trigger,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.executescript(damage)
        base.commit()
    with pytest.raises(OutputError) as caught:
        check_stored(path, LAYERS, TABLES)
    assert caught.value.key == "write.differs"
    assert caught.value.where == {"path": str(path), "layer": name}


def test_a_bit_of_a_coordinate(whole: Path, tmp_path: Path) -> None:
    """The smallest change there is, far below the grid."""
    path = tmp_path / "a.gpkg"
    stored = whole.read_bytes()
    corner = np.array([5e5, 5e6 + 2.25]).tobytes()
    place = stored.index(corner)
    path.write_bytes(stored[:place] + bytes([stored[place] ^ 1]) + stored[place + 1 :])
    with pytest.raises(OutputError) as caught:
        check_stored(path, LAYERS, TABLES)
    assert caught.value.key == "write.differs"


def test_a_layer_too_many(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    shutil.copyfile(whole, path)
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs="EPSG:4537")
    pyogrio.write_dataframe(frame, path, layer="XZQ")
    with pytest.raises(OutputError) as caught:
        check_stored(path, LAYERS, TABLES)
    assert caught.value.where["layer"] == "XZQ"


@pytest.mark.parametrize("lost", ["the end", "a page", "everything", "the file"])
def test_a_file_that_is_damaged(whole: Path, tmp_path: Path, lost: str) -> None:
    path = tmp_path / "a.gpkg"
    stored = whole.read_bytes()
    page = 4096
    kept = {
        "the end": stored[: len(stored) // 2],
        "a page": stored[: 3 * page] + bytes(page) + stored[4 * page :],
        "everything": b"x" * len(stored),
    }
    if lost in kept:
        path.write_bytes(kept[lost])
    with pytest.raises(OutputError) as caught:
        check_stored(path, LAYERS, TABLES)
    assert caught.value.key == "write.failed"


def test_replaced_layers(whole: Path, tmp_path: Path) -> None:
    """Those given are as they are now or new, all others as they were; nothing old is left."""
    path = tmp_path / "a.gpkg"
    shutil.copyfile(whole, path)
    other = layer("GHFQ", SQUARES[1:], MC=["丙", "丁"])
    new = layer("CZKFBJ", SQUARES[:1], GHFQDM=["500"])
    replace_layers(path, [other, new])
    check_stored(path, [other, new, SITES, PARTS, NOTHING], TABLES)
    back = read_layers(path)
    assert {code: digest_layer(item) for code, item in back.items()} == {
        item.code: digest_layer(item) for item in (other, new, SITES, PARTS, NOTHING)
    }
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT count(*) FROM rtree_GHFQ_geom").fetchone() == (2,)
        assert base.execute(
            "SELECT identifier FROM gpkg_contents WHERE table_name IN ('GHFQ', 'CZKFBJ') "
            "ORDER BY table_name"
        ).fetchall() == [("城镇开发边界",), ("规划分区",)]
