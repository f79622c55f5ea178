"""The official inversion and the table of zones against PROJ and its EPSG registry."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pyproj
import pytest

from planloop.geometry import gauss
from tests.geometry.exact_ellipsoid import inverse as exact_inverse

SECOND = np.pi / 180.0 / 3600.0


Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def inverse(points: Numbers, epsg: int) -> tuple[Numbers, Numbers]:
    """Return latitudes and longitudes from the central meridian, radians."""
    east = points[:, 0] - gauss.false_easting(epsg)
    found = [gauss.inverse_point(*place) for place in zip(east, points[:, 1], strict=True)]
    latitude, longitude = np.array(found).T
    return latitude, longitude


def grid_of_points(reach: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return eastings within `reach` of the central meridian, over the latitudes of China."""
    east, north = np.meshgrid(np.linspace(-reach, reach, 25), np.linspace(4.4e5, 5.95e6, 45))
    return np.column_stack([east.ravel() + 500_000.0, north.ravel()])


@pytest.mark.parametrize("epsg", [4534, 4537, 4554, 4513, 4516, 4533])
def test_inversion_agrees_with_proj(epsg: int) -> None:
    points = grid_of_points(130_000.0)
    points[:, 0] += gauss.false_easting(epsg) - gauss.FALSE_EASTING
    latitude, longitude = inverse(points, epsg)
    to_degrees = pyproj.Transformer.from_crs(epsg, 4490, always_xy=True)
    east, north = to_degrees.transform(*points.T)
    meridian = gauss.central_meridian(gauss.zone_of_epsg(epsg))
    assert np.abs(latitude - np.radians(north)).max() < 5e-6 * SECOND
    # Longitude by its length on the ground, as its seconds shrink to the north.
    assert (
        np.abs(longitude - np.radians(east - meridian)) * np.cos(latitude)
    ).max() < 5e-6 * SECOND


def test_inversion_of_the_worked_point() -> None:
    """82.57E 45.17N lies at 387582.9912, 5004832.0792 in zone 28 (by PROJ, to 0.1 mm)."""
    latitude, longitude = inverse(np.array([[387_582.9912, 5_004_832.0792]]), 4537)
    assert np.degrees(latitude[0]) == pytest.approx(45.17, abs=2e-9)
    assert np.degrees(longitude[0]) + 84.0 == pytest.approx(82.57, abs=2e-9)


def test_proj_agrees_with_the_analytic_continuation() -> None:
    """The 50-digit inversion that the area tests rest on is itself right."""
    to_degrees = pyproj.Transformer.from_crs(4537, 4490, always_xy=True)
    for east, north in ((387_582.9912, 5_004_832.0792), (612_345.0, 2_000_000.0)):
        latitude, longitude, _ = exact_inverse(mp.mpf(east) - 500_000, mp.mpf(north))
        lon, lat = to_degrees.transform(east, north)
        assert float(mp.degrees(latitude)) == pytest.approx(lat, abs=1e-11)
        assert float(mp.degrees(longitude)) + 84.0 == pytest.approx(lon, abs=1e-11)


@pytest.mark.parametrize("zone", range(25, 46))
def test_zones_are_those_of_the_registry(zone: int) -> None:
    plain, numbered = (
        pyproj.CRS(gauss.epsg_of_zone(zone)),
        pyproj.CRS(gauss.FIRST_PREFIXED + zone - 25),
    )
    for crs in (plain, numbered):
        epsg = crs.to_epsg()
        assert epsg is not None
        assert "CGCS2000 / 3-degree Gauss-Kruger" in crs.name
        assert gauss.zone_of_epsg(epsg) == zone
        values = {
            item["name"]: item["value"] for item in crs.to_json_dict()["conversion"]["parameters"]
        }
        assert values["Longitude of natural origin"] == gauss.central_meridian(zone)
        assert values["False easting"] == gauss.false_easting(epsg)
        assert values["False northing"] == 0.0


@pytest.mark.parametrize(
    ("longitude", "zone"), [(82.5, 28), (82.499, 27), (84.0, 28), (73.5, 25), (135.09, 45)]
)
def test_zone_of_a_longitude(longitude: float, zone: int) -> None:
    assert gauss.zone_of(longitude) == zone


@pytest.mark.parametrize("epsg", [4512, 4555, 4490, 0])
def test_other_codes_are_refused(epsg: int) -> None:
    with pytest.raises(ValueError, match=str(epsg)):
        gauss.zone_of_epsg(epsg)


@pytest.mark.parametrize("zone", [24, 46])
def test_other_zones_are_refused(zone: int) -> None:
    with pytest.raises(ValueError, match=str(zone)):
        gauss.epsg_of_zone(zone)
