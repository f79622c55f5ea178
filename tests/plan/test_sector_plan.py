"""Sector plans as files: what is read of them, and what is refused."""

from __future__ import annotations

import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from planloop.errors import InputError
from planloop.messages import LANGUAGES
from planloop.plan.region import Region
from planloop.plan.sector_plan import MOST_SITES, Reading, SectorPlan, read_sector_plan
from planloop.plan.site import Form, Project
from tests.plan.county import EPSG, SOUTH, WEST, box
from tests.plan.test_coordinate_txt import HEADER, SQUARE, parcel, ring

if TYPE_CHECKING:
    from pathlib import Path

REGION = Region("652702", "合成县", EPSG)
AROUND = np.array([box(0, 0, 40, 20)], dtype=object)
LISTED = {"P-1": Project("P-1", "仓储", "物流仓储", "市", "批次用地", 2026, 2028, "第5页", 10**6)}


def sites_of(path: Path, **reading: Any) -> SectorPlan:  # noqa: ANN401  # fields of Reading
    return read_sector_plan(path, REGION, AROUND, LISTED, Reading(**reading))


def write(path: Path, shapes: list[Any], *, crs: Any = f"EPSG:{EPSG}", **fields: Any) -> Path:  # noqa: ANN401
    frame = gpd.GeoDataFrame(fields or {"n": [1] * len(shapes)}, geometry=shapes, crs=crs)
    driver = {"driver": "OpenFileGDB"} if path.suffix == ".gdb" else {}
    layer = {} if path.suffix == ".shp" else {"layer": path.stem}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        pyogrio.write_dataframe(frame, path, **layer, **driver)
    return path


def refused(path: Path, key: str, **reading: Any) -> InputError:  # noqa: ANN401  # fields of Reading
    with pytest.raises(InputError) as caught:
        sites_of(path, **reading)
    assert caught.value.key == key, caught.value.text("en")
    assert all(caught.value.text(lang) for lang in LANGUAGES)
    return caught.value


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.gdb"])
def test_any_vector_file(tmp_path: Path, name: str) -> None:
    shape = box(1, 1, 2, 2)
    crs = f"EPSG:{EPSG}"
    path = tmp_path / name
    if name.endswith("geojson"):
        degrees = gpd.GeoSeries([shape], crs=crs).to_crs(4490)
        write(path, list(degrees), crs="EPSG:4490", XMBH=["P-1"])
        # pyogrio writes the CRS of GeoJSON only where it is asked to.
        made = sites_of(path, crs="EPSG:4490")
    else:
        made = sites_of(write(path, [shape], XMBH=["P-1"]))
    (site,) = made.sites
    assert site.form is Form.AREA
    assert site.project == LISTED["P-1"], "what the file does not say comes from the list"
    assert site.shape is not None
    assert site.shape.symmetric_difference(shape).area < 0.05
    assert "EPSG:" in made.crs


def test_what_the_file_says_goes_before_the_list(tmp_path: Path) -> None:
    fields = {
        "XMMC": ["新名"],
        "XMLX": ["交通"],
        "JSQX": ["2027—2031年"],
        "YDGM": [2.5],
        "GHYJ": ["交通规划第9页"],
        "YDYHFLDM": ["1202"],
        "GHFQDM": ["520"],
    }
    path = write(tmp_path / "a.gpkg", [box(1, 1, 2, 2)], XMBH=["P-1"], **fields)
    (site,) = sites_of(path).sites
    said = site.project
    assert (said.name, said.sector, said.start, said.end) == ("新名", "交通", 2027, 2031)
    assert (said.declared, said.basis, said.level) == (2_500_000, "交通规划第9页", "市")
    assert (site.land_classes, site.zones) == (("1202",), ("520",))


def test_features_of_one_project_make_one_site(tmp_path: Path) -> None:
    line = shapely.LineString([box(0, 0, 0, 0).centroid, box(3, 0, 3, 0).centroid])
    shapes = [box(1, 1, 2, 2), box(2, 1, 3, 2), box(5, 5, 6, 6)]
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"XMBH": ["A", "A", "B"]}, geometry=shapes, crs=f"EPSG:{EPSG}")
    pyogrio.write_dataframe(frame, path, layer="areas")
    lines = gpd.GeoDataFrame(
        {"XMBH": ["C", None], "KD": [20.0, None]}, geometry=[line, line], crs=f"EPSG:{EPSG}"
    )
    pyogrio.write_dataframe(lines, path, layer="lines", append=True)
    plan = sites_of(path)
    forms = {site.project.number: (str(site.form), site.flaw) for site in plan.sites}
    assert forms == {
        "A": ("area", ""),
        "B": ("area", ""),
        "C": ("corridor", ""),
        "lines#2": ("none", "no-width"),
    }
    assert plan.sites[0].shape is not None
    assert plan.sites[0].shape.area == 20_000.0
    assert plan.sites[2].shape is not None
    assert plan.sites[2].shape.area == pytest.approx(300 * 20)
    widened = sites_of(path, width=8.0, layer="lines")
    assert [site.width for site in widened.sites] == [20.0, 8.0]


def test_a_sector_that_nobody_knows_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", [box(1, 1, 2, 2)], XMLX=["航天"], YDGM=["许多"])
    plan = sites_of(path)
    assert [finding.code for finding in plan.findings] == [
        "sector-plan-sector",
        "sector-plan-number",
    ]
    assert all(finding.text(lang) for finding in plan.findings for lang in LANGUAGES)
    assert plan.sites[0].project.sector is None
    assert sites_of(path, sector="交通").sites[0].project.sector == "交通"
    refused(path, "sector.unknown", sector="航天")


def polygon(*places: tuple[float, float]) -> shapely.Polygon:
    """Return a polygon of places in metres from the county's corner."""
    return shapely.Polygon([(WEST + x, SOUTH + y) for x, y in places])


def test_flawed_features_stand_with_their_flaw(tmp_path: Path) -> None:
    """The last one crosses itself within a tenth of a millimetre: the grid would hide that."""
    bow = polygon((100, 100), (200, 200), (200, 100), (100, 200))
    flat = polygon((100, 100), (200, 100), (150, 100))
    tiny = [(1e-5, 50.00002), (-1e-5, 50.0), (1e-5, 50.0), (-1e-5, 50.00002)]
    knot = polygon((0, 0), (100, 0), (100, 100), (0, 100), *tiny)
    path = write(
        tmp_path / "a.gpkg",
        [box(1, 1, 2, 2), bow, None, flat, knot],
        XMBH=["A", "B", "C", "D", "E"],
    )
    sites = {site.project.number: site for site in sites_of(path).sites}
    flaws = {number: site.flaw for number, site in sites.items()}
    assert flaws == {"A": "", "B": "invalid", "C": "empty", "D": "invalid", "E": "invalid"}
    assert sites["B"].reason.startswith("a:2 Self-intersection")
    assert sites["B"].shape is None


def test_a_table_beside_the_layers_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", [box(1, 1, 2, 2)], XMBH=["A"])
    table = gpd.pd.DataFrame({"n": [1]})
    pyogrio.write_dataframe(table, path, layer="notes", append=True)
    plan = sites_of(path)
    assert len(plan.sites) == 1
    assert [finding.code for finding in plan.findings] == ["sector-plan-table"]
    refused(path, "read.no-geometry", layer="notes")
    refused(path, "read.missing-layer", layer="nothing")


def test_coordinate_systems(tmp_path: Path) -> None:
    shape = box(1, 1, 2, 2)
    bare = write(tmp_path / "bare.shp", [shape], crs=None)
    refused(bare, "sector.no-crs")
    assert len(sites_of(bare, crs=f"EPSG:{EPSG}").sites) == 1
    refused(bare, "sector.crs", crs="nonsense")
    degrees = list(gpd.GeoSeries([shape], crs=EPSG).to_crs(4490))
    wgs = write(tmp_path / "wgs.gpkg", degrees, crs="EPSG:4326")
    refused(wgs, "sector.datum-unstated")
    plan = sites_of(wgs, datum="WGS 84 视同 CGCS2000")
    assert "视同" in plan.crs
    xian = write(tmp_path / "xian.gpkg", [shape], crs="EPSG:2334")
    refused(xian, "read.datum-refused")
    refused(write(tmp_path / "swapped.gpkg", degrees, crs=f"EPSG:{EPSG}"), "read.wrong-place")
    refused(bare, "read.far-away", crs=f"EPSG:{EPSG - 1}")


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    empty = gpd.GeoDataFrame({"n": []}, geometry=[], crs=f"EPSG:{EPSG}")
    pyogrio.write_dataframe(empty, path, geometry_type="Polygon")
    refused(path, "sector.empty")


def test_too_many_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_SITES >= 10_000
    monkeypatch.setattr("planloop.plan.sector_plan.MOST_SITES", 1)
    refused(write(tmp_path / "a.gpkg", [box(1, 1, 2, 2)] * 2, n=[1, 2]), "sector.too-many")


def test_a_coordinate_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(HEADER + parcel(ring(SQUARE)), encoding="gbk")
    plan = sites_of(path)
    (site,) = plan.sites
    assert site.shape is not None
    assert (site.shape.area, site.project.declared) == (1e4, 10**6)
    assert site.shape.bounds[:2] == (387_000.0, 5_004_000.0), "without the zone number"


def zipped(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def test_archives_of_strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.shp", [box(1, 1, 2, 2)])
    parts = [(item.name, item.read_bytes()) for item in sorted(tmp_path.glob("a.*"))]
    good = zipped(tmp_path / "good.zip", *parts)
    assert len(sites_of(good).sites) == 1
    text = (HEADER + parcel(ring(SQUARE))).encode()
    refused(zipped(tmp_path / "txt.zip", ("a.txt", text)), "read.which-source")
    refused(zipped(tmp_path / "out.zip", ("../../a.shp", b"x")), "read.bad-archive")
    refused(zipped(tmp_path / "root.zip", ("/etc/a.shp", b"x")), "read.bad-archive")
    refused(zipped(tmp_path / "none.zip"), "read.which-source")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(good.read_bytes()[:-30])
    refused(cut, "read.unreadable")
    fake = tmp_path / "fake.zip"
    fake.write_bytes(b"PK\x03\x04 but no archive")
    refused(fake, "read.unreadable")
    monkeypatch.setattr("planloop.plan.formats.archive.MOST_BYTES", 10_000)
    refused(zipped(tmp_path / "bomb.zip", *parts, ("a.sbn", b"\0" * 20_000)), "read.bad-archive")


@pytest.mark.parametrize("name", ["none.gpkg", "none.txt", "none.zip", "none.shp"])
def test_no_file(tmp_path: Path, name: str) -> None:
    refused(tmp_path / name, "read.missing-file")
