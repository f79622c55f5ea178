"""Zones, datums and places of coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from planloop.errors import InputError
from planloop.plan.crs import check_datum, check_place, transform, working_epsg, zone_shares

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHERE = {"path": "a.gpkg", "layer": "GHFQ"}


def shares_of(*shapes: shapely.Geometry) -> dict[int, float]:
    return zone_shares(np.array(shapes, dtype=object))


def test_a_region_in_one_zone() -> None:
    assert shares_of(shapely.box(82.51, 45, 82.8, 45.3)) == pytest.approx({28: 1.0})


@pytest.mark.parametrize("zone", range(25, 46))
def test_each_zone_reaches_one_and_a_half_degrees_to_both_sides(zone: int) -> None:
    middle = 3.0 * zone
    shares = shares_of(shapely.box(middle - 1.49, 30, middle + 1.49, 31))
    assert shares == pytest.approx({zone: 1.0})
    assert working_epsg(shares) == 4534 + zone - 25


def test_a_region_across_two_zones_is_cut_at_the_border_meridian() -> None:
    """Between parallels the area on the ellipsoid goes with the difference of longitude."""
    shares = shares_of(shapely.box(82.3, 45, 83.3, 45.5))
    assert shares == pytest.approx({28: 0.8, 27: 0.2})
    assert list(shares) == [28, 27], "the largest first"
    assert working_epsg(shares) == 4537


def test_area_counts_and_not_degrees() -> None:
    """A degree is shorter in the north: equal squares in degrees are not equal shares."""
    south = shapely.box(81.5, 20, 82.4, 21)
    north = shapely.box(82.6, 60, 83.5, 61)
    geod = pyproj.CRS("EPSG:4490").get_geod()
    assert geod is not None
    sizes = [abs(geod.geometry_area_perimeter(item)[0]) for item in (south, north)]
    shares = shares_of(south, north)
    assert shares[27] == pytest.approx(sizes[0] / sum(sizes), abs=0.005)
    assert working_epsg(shares) == 4536


def test_alashankou_works_in_zone_28(real_data: Path) -> None:
    """142 km² of 1,251.24 km² lie west of 82.5°E (measured by geodesic area)."""
    file = next((real_data / "alashankou").glob("tianditu_6527*.geojson"))
    frame = gpd.read_file(file)
    code = next(name for name in frame.columns if frame[name].astype(str).eq("652702").any())
    region = frame[frame[code].astype(str) == "652702"]
    shares = zone_shares(np.asarray(region.geometry.array, dtype=object))
    assert working_epsg(shares) == 4537
    assert shares[27] * 1251.24 == pytest.approx(142, abs=1.0)


@pytest.mark.parametrize(
    "epsg", [4490, 4513, 4516, 4533, 4534, 4537, 4554, 4491, 4495, 4502, 4503, 4480, 4479]
)
def test_cgcs2000_needs_no_word(epsg: int) -> None:
    assert check_datum(pyproj.CRS(epsg), None, WHERE) == f"EPSG:{epsg}"


def test_cgcs2000_with_heights_needs_no_word() -> None:
    """County databases: EPSG:4490 with the 1985 heights."""
    check_datum(pyproj.CRS("EPSG:4490+5737"), None, WHERE)


def test_cgcs2000_as_arcgis_writes_it_needs_no_word() -> None:
    esri = pyproj.CRS(4537).to_wkt("WKT1_ESRI")
    assert "D_China_2000" in esri
    assert check_datum(pyproj.CRS.from_wkt(esri), None, WHERE)


@pytest.mark.parametrize("epsg", [4610, 2349, 2370, 4214, 21413, 2422])
@pytest.mark.parametrize("assumption", [None, "taken as CGCS2000"])
def test_old_chinese_datums_are_refused_whatever_is_said(
    epsg: int, assumption: str | None, refused: Callable[..., None]
) -> None:
    """PROJ would take Xian 1980 and Beijing 1954 for CGCS2000 without a word: 100 m wrong."""
    with pytest.raises(InputError) as caught:
        check_datum(pyproj.CRS(epsg), assumption, WHERE)
    refused(caught.value, "read.datum-refused", path="a.gpkg", layer="GHFQ")
    assert f"EPSG:{epsg}" in caught.value.text("zh")


@pytest.mark.parametrize("epsg", [4610, 4214])
def test_why_they_are_refused(epsg: int) -> None:
    """The transformation that we refuse really moves nothing."""
    change = pyproj.Transformer.from_crs(epsg, 4490, always_xy=True)
    assert change.transform(82.5, 45.0) == (82.5, 45.0)


@pytest.mark.parametrize("epsg", [4326, 32644, 3826, 6668, 2056])
def test_other_datums_need_a_word(epsg: int, refused: Callable[..., None]) -> None:
    crs = pyproj.CRS(epsg)
    with pytest.raises(InputError) as caught:
        check_datum(crs, None, WHERE)
    refused(caught.value, "read.datum-unstated", path="a.gpkg", layer="GHFQ")
    assert check_datum(crs, "taken as it is", WHERE) == f"EPSG:{epsg} (taken as it is)"


def test_no_crs_is_refused(refused: Callable[..., None]) -> None:
    with pytest.raises(InputError) as caught:
        check_datum(None, "whatever", WHERE)
    refused(caught.value, "read.no-crs", path="a.gpkg")


def test_the_published_point_projects() -> None:
    """82.57°E 45.17°N in zones 28 and 27, from pyproj 3.7.2 on EPSG v11.022."""
    point = np.array([shapely.Point(82.57, 45.17)], dtype=object)
    expected = {4537: (387582.9912, 5004832.0792), 4536: (623422.8580, 5005036.4703)}
    for epsg, place in expected.items():
        assert shapely.get_coordinates(transform(point, 4490, epsg))[0] == pytest.approx(
            place, abs=1e-4
        )


def test_wgs84_is_taken_as_it_is() -> None:
    """CGCS2000 ≙ WGS 84 when the mapping says so: the numbers stay."""
    point = np.array([shapely.Point(82.57, 45.17)], dtype=object)
    assert shapely.equals_exact(transform(point, 4326, 4490)[0], point[0], tolerance=1e-12)


@pytest.mark.parametrize("epsg", [4490, 4516, 4537, 4492])
def test_the_right_place_is_accepted(epsg: int) -> None:
    place = np.array([shapely.box(82.5, 45.1, 82.7, 45.3)], dtype=object)
    check_place(transform(place, 4490, epsg), pyproj.CRS(epsg), WHERE)


METRES = (387_000.0, 5_004_000.0)


@pytest.mark.parametrize(
    ("epsg", "x", "y"),
    [
        (4537, 82.57, 45.17),  # degrees taken for metres
        (4537, METRES[1], METRES[0]),  # axes swapped
        (4537, 28e6 + METRES[0], METRES[1]),  # prefix where none belongs
        (4516, *METRES),  # prefix missing
        (4516, 27e6 + 623_000.0, METRES[1]),  # prefix of the neighbouring zone
        (4490, 45.17, 82.57),  # axes swapped
        (4490, *METRES),  # metres taken for degrees
    ],
)
def test_coordinates_that_cannot_be(
    epsg: int, x: float, y: float, refused: Callable[..., None]
) -> None:
    place = np.array([shapely.box(x, y, x + 0.1, y + 0.1)], dtype=object)
    with pytest.raises(InputError) as caught:
        check_place(place, pyproj.CRS(epsg), WHERE)
    refused(caught.value, "read.wrong-place", path="a.gpkg", layer="GHFQ", at=(x, y))


def test_coordinates_without_end(refused: Callable[..., None]) -> None:
    place = np.array([shapely.LineString([(387_000, 5e6), (np.inf, 5e6)])], dtype=object)
    with pytest.raises(InputError) as caught:
        check_place(place, pyproj.CRS(4537), WHERE)
    refused(caught.value, "read.not-finite", path="a.gpkg", layer="GHFQ")


@pytest.mark.parametrize("name", ["CGCS2000_3_Degree_GK_CM_84E", "某县坐标系"])
def test_places_are_checked_whatever_the_crs_is_called(
    name: str, refused: Callable[..., None]
) -> None:
    """A .prj of ArcGIS under a name of its own is in no registry and names no area of use."""
    text = pyproj.CRS(4537).to_wkt("WKT1_ESRI")
    crs = pyproj.CRS.from_wkt(text.replace("CGCS2000_3_Degree_GK_CM_84E", name))
    right = np.array([shapely.Point(387_582.99, 5_004_832.08)], dtype=object)
    check_place(right, crs, WHERE)
    degrees = np.array([shapely.Point(82.57, 45.17)], dtype=object)
    with pytest.raises(InputError) as caught:
        check_place(degrees, crs, WHERE)
    refused(caught.value, "read.wrong-place", at=(82.57, 45.17))
