"""The demo's written files, checked with geopandas and a 50-digit area, not with planloop.

The scheme says: after = (before − transferred out) ∪ transferred in; both balance to 0.01 m²;
frozen features are identical; the zones cover the city. Here only the files speak.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from mpmath import mpf

from tests.scheme.official import official_area

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WORKING = 4537
IN, ATTRIBUTE, OUT = "1", "2", "3"
FROZEN = ("100", "700")


def shapes_of(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return np.asarray(frame.geometry.array, dtype=object)


@pytest.fixture(scope="module")
def scheme(demo: Path) -> Path:
    return demo / "scheme"


@pytest.fixture(scope="module")
def geodatabase(scheme: Path) -> Path:
    (found,) = scheme.glob("652702阿拉山口市2026年度县级国土空间总体规划动态维护.gdb")
    return found


@pytest.fixture(scope="module")
def delivered(geodatabase: Path) -> gpd.GeoDataFrame:
    """Return the delivered change of the boundary in the working CRS, on the 0.1 mm grid."""
    frame = gpd.read_file(geodatabase, layer="WHCCZKFBJ").to_crs(WORKING)
    grid = shapely.transform(shapes_of(frame), lambda xy: np.rint(xy * 1e4) / 1e4)
    return frame.set_geometry(grid, crs=frame.crs)


@pytest.fixture(scope="module")
def boundary(scheme: Path) -> dict[str, gpd.GeoDataFrame]:
    return {
        when: gpd.read_file(scheme / f"{when}.gpkg", layer="CZKFBJ") for when in ("before", "after")
    }


def test_after_is_before_less_out_and_in(
    boundary: dict[str, gpd.GeoDataFrame], delivered: gpd.GeoDataFrame
) -> None:
    out = delivered[delivered["WHLX"] == OUT].union_all()
    entering = delivered[delivered["WHLX"] == IN].union_all()
    expected = boundary["before"].union_all().difference(out).union(entering)
    found = boundary["after"].union_all()
    assert shapely.area(out) > 1e5
    assert shapely.area(entering) > 1e5
    assert shapely.symmetric_difference(expected, found).area < 0.01
    assert shapely.intersection(entering, boundary["before"].union_all()).area < 0.01
    assert shapely.difference(out, boundary["before"].union_all()).area < 0.01


@pytest.mark.parametrize("layer", ["CZKFBJ", "GHFQ"])
def test_the_geodatabase_says_the_same(geodatabase: Path, scheme: Path, layer: str) -> None:
    """(before − WHQ) ∪ WHH = after, and WHC lies where WHQ and WHH lie."""
    read = {
        name: gpd.read_file(geodatabase, layer=f"{name}{layer}").to_crs(WORKING).union_all()
        for name in ("WHQ", "WHC", "WHH")
    }
    before = gpd.read_file(scheme / "before.gpkg", layer=layer).union_all()
    after = gpd.read_file(scheme / "after.gpkg", layer=layer).union_all()
    again = before.difference(read["WHQ"]).union(read["WHH"])
    assert shapely.symmetric_difference(again, after).area < 0.01
    assert shapely.difference(read["WHC"], read["WHQ"].union(read["WHH"])).area < 0.01


def test_balance_in_the_official_area(scheme: Path, delivered: gpd.GeoDataFrame) -> None:
    total = {IN: 0, OUT: 0}
    exact = {IN: mpf(0), OUT: mpf(0)}
    for kind, shape in zip(delivered["WHLX"], delivered.geometry, strict=True):
        area = official_area(shape)
        exact[kind] += area
        total[kind] += int(area * 100 + mpf("0.5"))
    told: dict[str, Any] = json.loads((scheme / "scheme.json").read_text(encoding="utf-8"))
    limit = round(told["settings"]["swap"]["balance_tolerance_m2"] * 100)
    assert 0 <= total[OUT] - total[IN] <= limit
    assert -0.5 <= (exact[OUT] - exact[IN]) * 100 <= limit + 0.5
    # The accounts of the written scheme say so, to 0.01 m².
    assert told["totals"]["transferred_in_features_dm2"] == total[IN]
    assert told["totals"]["transferred_out_features_dm2"] == total[OUT]


def test_the_quota_is_kept(scheme: Path, boundary: dict[str, gpd.GeoDataFrame]) -> None:
    told = json.loads((scheme / "scheme.json").read_text(encoding="utf-8"))
    issued = told["settings"]["quota"]["issued_area_ha"] * 1e4
    size = {
        when: sum(official_area(item) for item in frame.geometry)
        for when, frame in boundary.items()
    }
    assert size["after"] <= issued
    assert size["after"] <= size["before"] + 0.005


def same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> None:
    assert len(one) == len(other) > 0
    assert shapely.to_wkb(shapes_of(one)).tolist() == shapely.to_wkb(shapes_of(other)).tolist()
    assert one.drop(columns="geometry").equals(other.drop(columns="geometry"))


def test_frozen_features_are_identical(scheme: Path) -> None:
    before, after = (
        gpd.read_file(scheme / f"{when}.gpkg", layer="STBHHX") for when in ("before", "after")
    )
    same(before, after)
    zones = []
    for when in ("before", "after"):
        frame = gpd.read_file(scheme / f"{when}.gpkg", layer="GHFQ")
        frame = frame[frame["GHFQDM"].str.startswith(FROZEN)].sort_values("BSM")
        zones.append(frame.reset_index(drop=True))
    same(*zones)


def test_the_zones_cover_the_city(scheme: Path) -> None:
    for when in ("before", "after"):
        zones = shapes_of(gpd.read_file(scheme / f"{when}.gpkg", layer="GHFQ"))
        region = shapes_of(gpd.read_file(scheme / f"{when}.gpkg", layer="XZQX"))
        assert shapely.coverage_is_valid(zones)
        covered = shapely.coverage_union_all(zones)
        assert shapely.symmetric_difference(covered, shapely.union_all(region)).area == 0.0


def test_town_zones_are_the_boundary(scheme: Path, boundary: dict[str, gpd.GeoDataFrame]) -> None:
    for when, frame in boundary.items():
        zones = gpd.read_file(scheme / f"{when}.gpkg", layer="GHFQ")
        for part in ("410", "420", "430"):
            town = zones[zones["GHFQDM"].str.startswith(part)].union_all()
            inside = frame[frame["GHFQDM"].str.startswith(part)].union_all()
            assert shapely.symmetric_difference(town, inside).area == 0.0


def test_nothing_barred_went_in_and_no_right_went_out(
    scheme: Path, delivered: gpd.GeoDataFrame
) -> None:
    entering = delivered[delivered["WHLX"] == IN].union_all()
    out = delivered[delivered["WHLX"] == OUT].union_all()
    for layer in ("STBHHX", "XZZRZHFXFBM", "BJGKD"):
        barred = gpd.read_file(scheme / "before.gpkg", layer=layer).union_all()
        assert shapely.intersection(entering, barred).area < 0.01
    for layer in ("QSZD", "YPXM", "YJXM"):
        held = gpd.read_file(scheme / "before.gpkg", layer=layer).union_all()
        assert shapely.intersection(out, held).area < 0.01
