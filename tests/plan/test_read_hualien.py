"""A real foreign plan through the mapping of ``examples/hualien``."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from planloop import standard
from planloop.plan.digest import digest_layer
from planloop.plan.read import Sources, read_sources
from tests.plan.county import Bureau, quiet

EXAMPLE = Path(__file__).parents[2] / "examples" / "hualien" / "mapping.toml"
OUTSIDE = ["農業區", "保護區", "河川區", "風景區"]


@pytest.fixture(scope="module")
def hualien_bureau(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Bureau:
    bureau = Bureau(tmp_path_factory.mktemp("hualien"), layers={})
    bureau.projects[0]["sector"] = "交通"
    bureau.settings = bureau.settings.replace("652702", "100150").replace("合成县", "花蓮市")
    bureau.write()
    (bureau.folder / "mapping.toml").write_text(EXAMPLE.read_text("utf-8"), encoding="utf-8")
    (bureau.folder / "U0101.json").symlink_to(real_data / "urban" / "hualien" / "U0101.json")
    return bureau


@pytest.fixture(scope="module")
def hualien(hualien_bureau: Bureau) -> Sources:
    return read_sources(hualien_bureau.parse(), quiet)


@pytest.fixture(scope="module")
def raw(real_data: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(real_data / "urban" / "hualien" / "U0101.json")


def test_every_role_is_filled(hualien: Sources) -> None:
    counts = {code: len(item.layer) for code, item in hualien.layers.items()}
    assert counts["XZYDYH"] == 1388
    assert counts["CZKFBJ"] == 6
    assert counts["XZQX"] == 1
    assert set(counts) == {"XZQX", "XZYDYH", "CZKFBJ", "STBHHX", "GHFQ"}
    assert hualien.region.epsg == 4550, "121.6°E lies in zone 41, central meridian 123°E"
    assert hualien.zone_shares == pytest.approx({41: 1.0})


def test_the_boundary_is_the_development_land(hualien: Sources, raw: gpd.GeoDataFrame) -> None:
    boundary = hualien.layers["CZKFBJ"].layer
    geod = pyproj.CRS("EPSG:4490").get_geod()
    assert geod is not None
    degrees = gpd.GeoSeries(boundary.geometry, crs=boundary.frame.crs).to_crs(4490)
    size = sum(abs(geod.geometry_area_perimeter(item)[0]) for item in degrees)
    assert size / 1e6 == pytest.approx(18.89, abs=0.01)
    assert set(boundary.values("GHFQDM")) == {"410"}
    assert set(boundary.values("GHFQMC")) == {"城镇集中建设区"}
    # the same land in the file's own plane, whose scale at the edge of the map is 0.9999 to 1
    planar = raw[~raw["分區類"].isin(OUTSIDE)].area.sum()
    assert size / planar == pytest.approx(1.0, abs=2.5e-4)


def test_zones_repeat_boundary_and_redline(hualien: Sources) -> None:
    zones = hualien.layers["GHFQ"].layer
    codes = zones.values("GHFQDM")
    assert set(codes) == {"100", "210", "410", "520"}
    assert np.sum(codes == "410") == 6
    for code, layer in (("410", "CZKFBJ"), ("100", "STBHHX")):
        mine = set(shapely.to_wkb(zones.geometry[codes == code]))
        assert mine == set(shapely.to_wkb(hualien.layers[layer].layer.geometry))


def test_parcels_have_known_classes(hualien: Sources, raw: gpd.GeoDataFrame) -> None:
    parcels = hualien.layers["XZYDYH"].layer
    assert set(parcels.ids) == set(raw["OBJECTID"].astype(str)), "OBJECTID is the identifier"
    table = standard.load()
    for code, name in set(zip(parcels.values("YDYHFLDM"), parcels.values("YDYHFLMC"), strict=True)):
        assert len(str(code)) == 6
        assert table.land_class(str(code)).name_zh == name
    classes = dict(zip(parcels.values("BZ"), parcels.values("YDYHFLDM"), strict=True))
    assert classes["農業區"] == "010000"
    assert classes["港埠用地"] == "120400"


def test_the_datum_assumption_is_named(hualien: Sources) -> None:
    for item in hualien.layers.values():
        assert "EPSG:3826" in item.crs
        assert "TWD97 taken as CGCS2000" in item.crs


def test_the_mapping_replays(hualien: Sources, hualien_bureau: Bureau) -> None:
    again = read_sources(hualien_bureau.parse(), quiet)
    for code, item in hualien.layers.items():
        assert digest_layer(item.layer) == digest_layer(again.layers[code].layer)
