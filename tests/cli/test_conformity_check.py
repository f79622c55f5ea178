"""``planloop conformity check``: what it prints, how it ends, what it writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
from click.testing import CliRunner

from planloop.api import check_conformity, make_scheme, write_scheme
from planloop.cli.main import main
from planloop.plan.formats.workbook import read_table
from tests.cli.conftest import Called, planloop, write
from tests.plan.county import EPSG, PROJECT, box, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plan.county import Bureau


def call(*arguments: object) -> Called:
    """Call the command line in this process: many calls, one start."""
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert isinstance(result.exception, SystemExit | None), result.exception
    return Called(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Return a sector plan: one site in the town, one in the redline."""
    path = tmp_path / "专项规划.gpkg"
    frame = gpd.GeoDataFrame(
        {"XMBH": ["A-1", "A-2"], "XMMC": ["学校", "仓库"], "XMLX": ["民生", "物流仓储"]},
        geometry=[box(2, 2, 3, 3), box(28, 2, 32, 4)],
        crs=f"EPSG:{EPSG}",
    )
    pyogrio.write_dataframe(frame, path)
    return path


def test_against_settings_and_against_a_written_scheme(
    whole: Bureau, tmp_path: Path, asked: Path
) -> None:
    settings = write(whole)
    scheme = write_scheme(make_scheme(settings), tmp_path / "scheme")
    told = []
    for plan in (settings, scheme):
        ended = planloop("conformity", "check", asked, "--plan", plan, "-q", "-o", "json")
        assert ended.code == 5, ended.err
        assert ended.err == ""
        told.append(json.loads(ended.out))
    for data in told:
        assert data["ok"] is False
        assert data["counts"]["does-not-conform"] == 1
        town, store = data["items"]
        assert (town["number"], town["verdict"]) == ("A-1", "conforms")
        assert store["verdict"] == "does-not-conform"
        redline = next(item for item in store["checks"] if item["check"] == "P2")
        (conflict,) = redline["conflicts"]
        # 200 m by 200 m in the redline; the ellipsoid differs from the plane by some 1e-4.
        assert conflict["area_dm2"] == pytest.approx(4_000_000, rel=5e-4)
    assert told[0]["items"] == told[1]["items"]


def test_the_report_for_people_and_the_conflicts(
    whole: Bureau, tmp_path: Path, asked: Path
) -> None:
    settings, out = write(whole), tmp_path / "冲突.gpkg"
    ended = call("conformity", "check", asked, "--plan", settings, "-q", "--out", out)
    assert ended.code == 5, ended.err
    assert "✓ A-1 学校：符合" in ended.out
    assert "✗ A-2 仓库：不符合" in ended.out
    assert "让出生态保护红线" in ended.out
    assert str(out) in ended.out
    sites = gpd.read_file(out, layer="sites")
    assert sites["verdict"].tolist() == ["conforms", "does-not-conform"]
    conflicts = gpd.read_file(out, layer="conflicts")
    redline = conflicts[conflicts["check"] == "P2"]
    assert redline.geometry.iloc[0].equals(box(30, 2, 32, 4))
    assert set(conflicts["number"]) == {"A-2"}
    outside = conflicts[conflicts["outside"] == 1]
    assert outside.geometry.iloc[0].equals(box(28, 2, 32, 4)), "none of it is in the boundary"
    ended = call("conformity", "check", asked, "--plan", settings, "-q", "--out", out)
    assert ended.code == 6, "a file is never replaced"
    assert "write.exists" in ended.err
    english = call("conformity", "check", asked, "--plan", settings, "-q", "--lang", "en")
    assert "✗ A-2 仓库: does not conform" in english.out


def test_one_polygon_may_be_built_on(whole: Bureau, tmp_path: Path) -> None:
    settings, path = write(whole), tmp_path / "one.gpkg"
    pyogrio.write_dataframe(
        gpd.GeoDataFrame({"n": [1]}, geometry=[box(2, 2, 3, 3)], crs=f"EPSG:{EPSG}"), path
    )
    out = tmp_path / "none.gpkg"
    ended = call(
        *("conformity", "check", path, "--plan", settings, "-q", "-o", "jsonl", "--out", out)
    )
    assert ended.code == 0, ended.err
    assert len(gpd.read_file(out, layer="conflicts")) == 0
    assert len(gpd.read_file(out, layer="sites")) == 1
    first, site = (json.loads(line) for line in ended.out.splitlines())
    assert first["ok"] is True
    assert site["verdict"] == "conforms"
    ended = call("conformity", "check", path, "--plan", settings, "--sector", "航天")
    assert ended.code == 3
    assert "sector.unknown" in ended.err


def test_what_cannot_be_used(whole: Bureau, tmp_path: Path, asked: Path) -> None:
    settings = write(whole)
    for arguments, key in (
        ((tmp_path / "none.gpkg", "--plan", settings), "read.missing-file"),
        ((asked, "--plan", tmp_path / "none.toml"), "settings.unreadable"),
        ((asked, "--plan", tmp_path), "read.missing-file"),
        ((asked, "--plan", settings, "--layer", "none"), "read.missing-layer"),
    ):
        ended = call("conformity", "check", *arguments, "-q")
        assert (ended.code, key in ended.err) == (3, True), ended.err


def test_the_same_from_python(whole: Bureau, asked: Path) -> None:
    checked = check_conformity(asked, write(whole))
    assert checked.conformity.counts() == {
        "conforms": 1,
        "conditional": 0,
        "does-not-conform": 1,
        "not-placed": 0,
    }


def test_the_project_list_of_the_plan(whole: Bureau, tmp_path: Path) -> None:
    settings = write(whole)
    approved = tmp_path / "approved.xlsx"
    old = [PROJECT | {"area_ha": 5.0}, PROJECT | {"number": "P-0", "name": "旧项目"}]
    write_table(approved, "projects", old)
    ended = call(
        *("conformity", "projects", "--plan", settings, "--approved", approved, "-q", "-o", "json")
    )
    assert ended.code == 5, ended.err
    told = json.loads(ended.out)
    (project,) = told["items"]
    assert (project["number"], project["verdict"]) == ("P-1", "does-not-conform")
    assert told["changes"]["dropped"] == ["P-0"]
    assert told["changes"]["changed"] == [
        {"number": "P-1", "column": "area_ha", "before": 5.0, "after": 6.0}
    ]
    sheets = tmp_path / "sheets"
    ended = call(
        *("conformity", "projects", "--plan", settings, "--approved", approved, "-q"),
        *("--sheets", sheets),
    )
    assert "删除 P-0" in ended.out
    assert "调整 P-1：用地规模（公顷），5.0 → 6.0" in ended.out
    (page,) = sheets.iterdir()
    assert page.name == "1-P-1.html"


def test_a_template_to_fill_in(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    ended = call("conformity", "template", path)
    assert (ended.code, ended.out.strip()) == (0, str(path))
    assert len(read_table(path, "projects")) == 0
    assert call("conformity", "template", path).code == 6
