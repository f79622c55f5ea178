"""Sizes and counts of the demo city, by geopandas and pyproj's ellipsoid from the written files."""

from __future__ import annotations

import collections
from importlib import resources
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.plan.scheme import Scheme
    from tests.demo.built_city import Built

ELLIPSOID = pyproj.Geod(ellps="GRS80")
"""CGCS2000 differs from it by less than 0.1 mm in its axes."""


def hectares(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    shapes = frame.to_crs(4490).geometry
    return np.array([abs(ELLIPSOID.geometry_area_perimeter(item)[0]) for item in shapes]) / 1e4


def read(built: Built, layer: str) -> gpd.GeoDataFrame:
    (geodatabase,) = built.folder.glob("*.gdb")
    return gpd.read_file(geodatabase, layer=layer)


def test_survey_parcels(built: Built) -> None:
    parcels = gpd.read_file(built.folder / "现状用地用海.gpkg")
    assert 8_000 <= len(parcels) <= 10_000
    assert shapely.coverage_is_valid(parcels.geometry.to_numpy())
    # Whole parcels, none of them a splinter.
    assert shapely.area(parcels.geometry.to_numpy()).min() > 450.0
    assert parcels["YDYHFLDM"].str.fullmatch(r"\d{6}").all()


def test_area_of_the_city(built: Built) -> None:
    """The geometry has the 1,251 km² of its source; the notice declares 1,226.47 km²."""
    data = resources.files("planloop.demo") / "data" / "boundary.geojson"
    with data.open("rb") as file:
        source = hectares(gpd.read_file(file)).sum()
    assert source / 100 == pytest.approx(1_251, abs=0.5)
    # The source has long edges, which are straight on the ellipsoid; here they are in the plane.
    assert hectares(read(built, "XZQX")).sum() == pytest.approx(source, rel=1e-5)
    assert "declared_area_km2 = 1226.47" in (built.folder / "scheme.toml").read_text("utf-8")


def test_boundary(built: Built) -> None:
    boundary = read(built, "CZKFBJ")
    size = hectares(boundary)
    assert 2_554.0 < size.sum() < 2_556.0
    assert size[boundary["GHFQDM"] == "430"].sum() == pytest.approx(157, abs=1)
    patches = shapely.get_parts(boundary.to_crs(4537).union_all())
    assert 40 <= len(patches) <= 60
    # One main body; the others are scattered: most are small.
    small = np.sort(shapely.area(patches))[:-1]
    assert (small < 5e4).sum() > 25
    assert shapely.area(patches).max() > 2_300e4


@pytest.mark.parametrize(("code", "wanted"), [("100", 310), ("700", 45), ("500", 60)])
def test_zones(built: Built, code: str, wanted: float) -> None:
    zones = read(built, "GHFQ")
    size = hectares(zones[zones["GHFQDM"] == code]).sum() / 100
    assert size == pytest.approx(wanted, abs=1.0)


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [("ZXCQCSLVX", 250, 330), ("ZXCQCSHX", 80, 110), ("ZXCQCSLX", 20, 45)],
)
def test_city_lines(built: Built, code: str, low: float, high: float) -> None:
    assert low < hectares(read(built, code)).sum() < high


def test_projects(scheme: Scheme) -> None:
    table = scheme.before.tables["projects"]
    assert len(table) == 165
    assert table["name"].is_unique
    group = {"口岸": "口岸/物流", "物流仓储": "口岸/物流", "进出口加工": "口岸/物流"}
    found = collections.Counter(group.get(sector, sector) for sector in table["sector"])
    assert found == {
        "口岸/物流": 48,
        "交通": 31,
        "能源": 27,
        "电网": 16,
        "水利": 14,
        "民生": 20,
        "其他": 9,
    }


def test_swap(scheme: Scheme) -> None:
    """A real county's swap: some hundred hectares, some dozens of pieces, and a choice in it."""
    for kind in ("1", "3"):
        pieces = scheme.changes.of("CZKFBJ", kind)
        assert 20 <= len(pieces) <= 40
        assert 100e6 < pieces["area_dm2"].sum() < 150e6
    spare = [item for item in scheme.decisions if item.reason == "kept-not-needed"]
    assert sum(item.area for item in spare) > 30e6
    unserved = [
        item
        for item in scheme.decisions
        if item.subject == "project" and item.reason == "project-outweighed"
    ]
    # Each of them wants more than what is left: demand above supply.
    assert len(unserved) == 3
    assert all(item.area > sum(other.area for other in spare) for item in unserved)


def test_nothing_is_odd_in_its_swap(scheme: Scheme) -> None:
    assert [item.code for item in scheme.findings if item.code.startswith("swap-")] == []
