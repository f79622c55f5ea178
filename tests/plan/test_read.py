"""Reading a county's files: what comes out is projected, on the grid, single, identified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from planloop.geometry.grid import snap
from planloop.plan.digest import digest_layer
from planloop.plan.read import read_sources

if TYPE_CHECKING:
    from tests.plan.county import Bureau


def test_reads_the_county(bureau: Bureau) -> None:
    sources = bureau.read()
    assert sources.region.epsg == 4537
    assert sources.region.code == "652702"
    assert set(sources.layers) == set(bureau.layers)
    assert sources.zone_shares == pytest.approx({28: 1.0})
    assert [finding.code for finding in sources.findings] == []
    zones = sources.layers["GHFQ"].layer
    assert list(zones.ids) == ["GHFQ1", "GHFQ2", "GHFQ3"]
    assert list(zones.values("GHFQDM")) == ["410", "520", "100"]
    assert list(sources.tables["projects"]["number"]) == ["P-1"]


def test_the_same_files_give_the_same_digests(bureau: Bureau) -> None:
    settings = bureau.write()
    first, second = (read_sources(settings, lambda *_: None) for _ in range(2))
    for code in bureau.layers:
        assert digest_layer(first.layers[code].layer) == digest_layer(second.layers[code].layer)


def test_the_order_of_the_file_does_not_matter(bureau: Bureau) -> None:
    before = bureau.read()
    bureau.layers["XZYDYH"] = bureau.layers["XZYDYH"].iloc[::-1]
    bureau.path("XZYDYH").unlink()
    after = bureau.read()
    assert digest_layer(before.layers["XZYDYH"].layer) == digest_layer(after.layers["XZYDYH"].layer)


def test_degrees_and_metres_give_the_same_layer(bureau: Bureau) -> None:
    """A layer in EPSG:4490, by pyproj through geopandas, comes back onto the very grid points."""
    plain = bureau.read().layers["XZYDYH"].layer
    bureau.layers["XZYDYH"] = bureau.layers["XZYDYH"].to_crs(4490)
    bureau.path("XZYDYH").unlink()
    assert digest_layer(bureau.read().layers["XZYDYH"].layer) == digest_layer(plain)


def test_neighbouring_and_prefixed_zones_come_together(bureau: Bureau) -> None:
    """Sources in zones 27 and 28, with and without prefix, are fine when they say so."""
    plain = bureau.read()
    for code, epsg in {"XZYDYH": 4536, "GHFQ": 4516, "CZKFBJ": 4515, "STBHHX": 4490}.items():
        bureau.layers[code] = bureau.layers[code].to_crs(epsg)
        bureau.path(code).unlink()
    mixed = bureau.read()
    assert mixed.region.epsg == 4537
    assert mixed.layers["XZYDYH"].crs == "EPSG:4536"
    for code in bureau.layers:
        assert digest_layer(mixed.layers[code].layer) == digest_layer(plain.layers[code].layer)


def test_a_geographic_crs_with_heights_is_cgcs2000(bureau: Bureau) -> None:
    """County databases come as CGCS2000 with the 1985 height system, EPSG:4490 + 5737."""
    plain = bureau.read().layers["GHFQ"].layer
    bureau.layers["GHFQ"] = bureau.layers["GHFQ"].to_crs(4490)
    bureau.path("GHFQ").unlink()
    bureau.entries["GHFQ"] = 'crs = "EPSG:4490+5737"'
    assert digest_layer(bureau.read().layers["GHFQ"].layer) == digest_layer(plain)


def test_everything_is_on_the_grid(bureau: Bureau) -> None:
    rough = shapely.transform(
        np.asarray(bureau.layers["CZKFBJ"].geometry.array, dtype=object),
        lambda xy: xy + 0.000_034_5,
    )
    bureau.layers["CZKFBJ"] = bureau.layers["CZKFBJ"].set_geometry(rough, crs="EPSG:4537")
    item = bureau.read().layers["CZKFBJ"]
    held = shapely.get_coordinates(item.layer.geometry)
    assert np.array_equal(held, snap(held))
    assert np.abs(shapely.get_coordinates(rough).min(axis=0) - held.min(axis=0)).max() < 5.1e-5
    assert shapely.equals_exact(shapely.from_wkb(item.wkb[0]), rough[0]), "the source is kept"


def test_multi_parts_are_taken_apart_and_counted(bureau: Bureau) -> None:
    frame = bureau.layers["STBHHX"]
    halves = shapely.MultiPolygon(
        [
            shapely.box(390_000, 5_004_000, 390_400, 5_006_000),
            shapely.box(390_600, 5_004_000, 391_000, 5_006_000),
        ]
    )
    bureau.layers["STBHHX"] = frame.set_geometry([halves], crs=frame.crs)
    sources = bureau.read()
    item = sources.layers["STBHHX"]
    assert item.exploded == 1
    assert {shape.geom_type for shape in item.layer.geometry} == {"Polygon"}
    assert list(item.layer.ids) == ["652702000000000001", "652702000000000002"]
    assert list(item.layer.values("BSM")) == list(item.layer.ids)
    assert [shapely.from_wkb(wkb).geom_type for wkb in item.wkb] == ["MultiPolygon"] * 2
    codes = {(finding.code, finding.layer) for finding in sources.findings}
    assert codes == {("exploded", "STBHHX"), ("identifiers-assigned", "STBHHX")}
    for finding in sources.findings:
        assert "STBHHX" in finding.text("zh")
        assert "STBHHX" in finding.text("en")


@pytest.mark.parametrize("ids", [["A", "A", "B"], ["A", None, "B"], ["A", "", "B"]])
def test_identifiers_that_are_not_unique_or_whole_are_replaced(
    bureau: Bureau, ids: list[str | None]
) -> None:
    bureau.layers["GHFQ"]["BSM"] = pd.Series(ids, dtype="str")
    sources = bureau.read()
    assert list(sources.layers["GHFQ"].layer.ids) == [f"65270200000000000{n}" for n in (1, 2, 3)]
    assert [finding.code for finding in sources.findings] == ["identifiers-assigned"]
    # new identifiers follow the order of the source
    assert list(sources.layers["GHFQ"].layer.values("GHFQDM")) == ["410", "520", "100"]


def test_sources_of_one_layer_are_joined(bureau: Bureau) -> None:
    frame = bureau.layers["GHFQ"]
    bureau.layers["GHFQ"] = frame.iloc[:2]
    pyogrio.write_dataframe(frame.iloc[2:].to_crs(4490), bureau.folder / "rest.geojson")
    bureau.extra = '[[source]]\npath = "rest.geojson"\nto = "GHFQ"\n'
    item = bureau.read().layers["GHFQ"]
    assert list(item.layer.ids) == ["GHFQ1", "GHFQ2", "GHFQ3"]
    assert item.source == "GHFQ.gpkg; rest.geojson"
    assert item.crs == "EPSG:4537; EPSG:4490"


def test_codes_that_a_source_holds_as_numbers_become_text(bureau: Bureau) -> None:
    bureau.layers["GHFQ"]["GHFQDM"] = np.array([410, 520, 100])
    zones = bureau.read().layers["GHFQ"].layer
    assert list(zones.values("GHFQDM")) == ["410", "520", "100"]


def test_areas_that_a_source_holds_as_text_become_numbers(bureau: Bureau) -> None:
    bureau.layers["GHFQ"]["MJ"] = ["2000000.00", None, " 2e6 "]
    zones = bureau.read().layers["GHFQ"].layer
    assert list(zones.values("MJ")) == [2e6, None, 2e6]
    assert zones.frame["MJ"].dtype == "float64"


def test_numbers_of_sites_typed_as_numbers(bureau: Bureau) -> None:
    bureau.layers["JQZDXMM"]["XMBH"] = np.array([652702001])
    bureau.projects[0]["number"] = 652702001
    sources = bureau.read()
    assert list(sources.layers["JQZDXMM"].layer.values("XMBH")) == ["652702001"]
    assert list(sources.tables["projects"]["number"]) == ["652702001"]


def test_optional_layers_may_be_absent(bureau: Bureau) -> None:
    del bureau.layers["STBHHX"]
    sources = bureau.read()
    assert "STBHHX" not in sources.layers
    assert "QSZD" not in sources.layers


def test_the_working_crs_may_be_set(bureau: Bureau) -> None:
    named = 'name = "合成县"'
    bureau.settings = bureau.settings.replace(named, f"{named}\nworking_crs = 4536")
    sources = bureau.read()
    assert sources.region.epsg == 4536
    frame = sources.layers["XZQX"].layer.frame
    assert frame.crs.to_epsg() == 4536
    expected = gpd.GeoSeries(bureau.layers["XZQX"].geometry).to_crs(4536)
    np.testing.assert_allclose(
        frame.geometry.total_bounds, expected.total_bounds, atol=1e-4, rtol=0
    )


def test_a_site_that_differs_from_the_list_is_a_finding(bureau: Bureau) -> None:
    bureau.projects[0]["area_ha"] = 60.0
    findings = bureau.read().findings
    assert [finding.code for finding in findings] == ["project-area"]
    assert findings[0].numbers["declared"] == 60.0
    assert "P-1" in findings[0].text("zh")
