"""The planted conflicts of the city lines, looked up in the written files."""

from __future__ import annotations

import collections
import re
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from planloop.demo.city import identifier
from planloop.demo.tables import ASSESSMENT
from planloop.plan.formats.workbook import read_table

if TYPE_CHECKING:
    from planloop.plan.scheme import Scheme
    from tests.demo.built_city import Built


def test_each_conflict_is_in_the_files(built: Built) -> None:
    """Each conflict of the assessment table names a line feature that lies on what it says."""
    (geodatabase,) = built.folder.glob("*.gdb")
    files = {"QSZD": "权属宗地.shp", "YJXM": "已建项目.shp"}
    others = {
        code: gpd.read_file(built.folder / name, encoding="GBK").to_crs(4537)
        for code, name in files.items()
    }
    streets = gpd.read_file(geodatabase, layer="ZXCQDLZXX").to_crs(4537)
    rows = read_table(built.folder / ASSESSMENT, "assessment").to_dict("records")
    rows = [row for row in rows if row["kind"] == "冲突"]
    found: collections.Counter[tuple[str, str]] = collections.Counter()
    for row in rows:
        lines = gpd.read_file(geodatabase, layer=row["layer"]).to_crs(4537)
        line = lines[lines["BSM"] == row["feature"]].union_all()
        named = re.search(r"(QSZD|YJXM):(\d{18})", row["description"])
        if named:
            other = others[named[1]]
            held = other[other["BSM"] == named[2]].union_all()
            assert shapely.intersection(line, held).area > 0.99 * held.area
            found[row["layer"], named[1]] += 1
        else:
            road = streets[streets["BZ"].str.contains("改线")]
            assert road["MC"].iloc[0] in row["description"]
            assert shapely.intersection(line, road.union_all()).length > 50.0
            found[row["layer"], "road"] += 1
    assert found == {
        ("ZXCQCSLVX", "QSZD"): 2,
        ("ZXCQCSLVX", "YJXM"): 1,
        ("ZXCQCSLVX", "road"): 1,
        ("ZXCQCSHX", "QSZD"): 2,
        ("ZXCQCSHX", "YJXM"): 1,
        ("ZXCQCSHX", "road"): 1,
    }
    assert len(built.city.lines.conflicts) == len(rows)


def test_the_scheme_clears_exactly_these(built: Built, scheme: Scheme) -> None:
    """A feature is cut where a conflict was planted, and nowhere else; none stays uncut."""
    planted = {f"{item.line}:{identifier(item.feature + 1)}" for item in built.city.lines.conflicts}
    told = {item.id: item.outcome for item in scheme.decisions if item.subject == "line"}
    assert set(told) == planted
    assert set(told.values()) == {"cut", "replaced"}
    assert {level.status for level in scheme.solver.tasks["lines"]} == {"optimal"}


def test_facilities_stand_on_built_land_of_their_kind(built: Built) -> None:
    (geodatabase,) = built.folder.glob("*.gdb")
    points = gpd.read_file(geodatabase, layer="ZXCQGGFWSSD").to_crs(4537)
    parcels = gpd.read_file(built.folder / "现状用地用海.gpkg")
    joined = gpd.sjoin(points, parcels[["YDYHFLDM", "geometry"]], predicate="within")
    assert len(joined) == len(points)
    kinds = dict(zip(joined["LX"], joined["YDYHFLDM"].str[:4], strict=True))
    assert kinds["小学"] == "0804"
    assert kinds["综合医院"] == "0806"
    assert kinds["公园"] == "1401"
    assert set(kinds) >= {"幼儿园", "初中", "社区卫生服务站", "老年人日间照料中心", "文化活动中心"}
    assert set(kinds) >= {"体育场馆", "菜市场"}
    assert (points["FWBJ"] > 0).all()
