"""The official ellipsoidal area against published numbers, closed forms and another tool."""

from __future__ import annotations

from itertools import pairwise

import mpmath as mp
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry import area as module
from planloop.geometry.area import area, area_dm2, ring_areas
from planloop.geometry.gauss import FIRST_EPSG, FIRST_PREFIXED, FIRST_ZONE, LAST_ZONE
from tests.examples import examples
from tests.geometry.exact_ellipsoid import cell_area, ring_area
from tests.geometry.random_layers import CORNER, EPSG, stars, voronoi

RADIUS = 6.36e6
ROUNDING = np.hypot(0.5e-6, 0.5e-6) / 206264.8062471 * RADIUS
"""Latitude and longitude keep 6 decimals of a second: a vertex moves by at most this, metres."""

CHORD = 70.0**2 / 12.0 / RADIUS
"""Between points 70 m apart the rule goes straight in latitude and longitude: on average this far,
in metres, from the line that is straight in the plane (at 45°, where a parallel's curvature is that
of the ellipsoid)."""

OFFICIAL = ROUNDING + CHORD
"""Most that the official area differs from the exact one, m² for each metre of outline."""


def one(polygon: shapely.Geometry, epsg: int = EPSG) -> float:
    return float(area(np.array([polygon], dtype=object), epsg=epsg)[0])


def cell(south: float, north: float, width: float, **ellipsoid: float) -> float:
    """Return the area between two parallels; degrees."""
    latitude = np.radians([south, south, north, north, south])
    longitude = np.radians([0.0, width, width, 0.0, 0.0])
    return float(ring_areas(latitude, longitude, np.array([0, 5]), **ellipsoid)[0])


def square(side: float, east: float = 387_500.0, north: float = 5_004_800.0) -> shapely.Polygon:
    return shapely.box(east, north, east + side, north + side)


# Check values that were computed from the circular's formula (国土调查办发〔2008〕32号) with the
# constants of CGCS2000, independently of this code; no table of sheet areas was found in print.
# South edge, height and width of the sheet in degrees; area in m².
SHEETS = {
    "1 degree at the equator": (0, 1, 1, "12308463893.57"),
    "1:500000 at 45": (45, 2, 3, "51658189549.18"),
    "1:250000 at 45": (45, 1, 1.5, "13029742434.98"),
    "1:100000 at 45": (45, 1 / 3, 0.5, "1456198650.26"),
    "1:50000 at 30": (30, 1 / 6, 0.25, "445288499.51"),
    "1:50000 at 40": (40, 1 / 6, 0.25, "394594693.26"),
    "1:50000 at 45": (45, 1 / 6, 0.25, "364575128.17"),
    "1:50000 at 45 10'": (45 + 1 / 6, 1 / 6, 0.25, "363524196.96"),
    "1:25000 at 45": (45, 1 / 12, 0.125, "91209366.36"),
    "1:10000 at 30": (30, 1 / 24, 0.0625, "27847757.03"),
    "1:10000 at 40": (40, 1 / 24, 0.0625, "24684446.24"),
    "1:10000 at 45": (45, 1 / 24, 0.0625, "22810533.44"),
    "1:10000 at 45 10'": (45 + 1 / 6, 1 / 24, 0.0625, "22744924.40"),
    "1:5000 at 40": (40, 1 / 48, 1 / 32, "6172038.84"),
    "1:5000 at 45": (45, 1 / 48, 1 / 32, "5703656.95"),
    "0.01 degrees at 45.17": (45.17, 0.01, 0.01, "873594.33"),
}


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_have_their_known_area(name: str) -> None:
    south, height, width, known = SHEETS[name]
    assert f"{cell(south, south + height, width):.2f}" == known


def test_the_whole_ellipsoid_differs_from_the_exact_one_as_the_series_does() -> None:
    assert cell(-90, 90, 360) == pytest.approx(510_065_621_714_700, abs=50)
    assert float(cell_area("-90", "90", "360")) == pytest.approx(510_065_621_718_500, abs=50)


def test_the_series_with_other_constants_gives_the_sheet_of_xian_80() -> None:
    sheet = cell(40, 40 + 1 / 24, 0.0625, semi_minor=6356755.29, e2=6.69438499958795e-3)
    assert f"{sheet:.2f}" == "24684469.46"


def series_to_50_digits(ring: list[tuple[float, float]]) -> mp.mpf:
    """Return the area of a ring of latitudes and longitudes, radians, by the circular's formula."""
    b, e2 = mp.mpf("6356752.31414036"), mp.mpf("6.69438002290e-3")
    # The factors A to E of the circular.
    factors = [
        1 + e2 * 3 / 6 + e2**2 * 30 / 80 + e2**3 * 35 / 112 + e2**4 * 630 / 2304,
        e2 / 6 + e2**2 * 15 / 80 + e2**3 * 21 / 112 + e2**4 * 420 / 2304,
        e2**2 * 3 / 80 + e2**3 * 7 / 112 + e2**4 * 180 / 2304,
        e2**3 / 112 + e2**4 * 45 / 2304,
        e2**4 * 5 / 2304,
    ]
    total = mp.mpf(0)
    for (b1, l1), (b2, l2) in pairwise(ring):
        half, middle = (mp.mpf(b2) - mp.mpf(b1)) / 2, (mp.mpf(b1) + mp.mpf(b2)) / 2
        bracket = sum(
            (-1) ** k * factor * mp.sin((2 * k + 1) * half) * mp.cos((2 * k + 1) * middle)
            for k, factor in enumerate(factors)
        )
        total += 2 * b**2 * (mp.mpf(l1) + mp.mpf(l2)) / 2 * bracket
    return total


@pytest.mark.parametrize("size", [1e-7, 1e-6, 1e-5, 1e-3, 0.015, 0.2, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_rings_are_within_1e_12_of_50_digits(size: float, seed: int) -> None:
    """From rings of half a metre to continents: near the polynomial, far the closed series."""
    random = np.random.default_rng(seed)
    angle = np.sort(random.uniform(0.0, 2.0 * np.pi, 30))
    reach = size * random.uniform(0.5, 1.0, 30)
    latitude = 0.3 + 0.4 * random.random() + reach * np.sin(angle) / 2
    longitude = 1.4 + reach * np.cos(angle)
    latitude, longitude = np.append(latitude, latitude[0]), np.append(longitude, longitude[0])
    known = series_to_50_digits(list(zip(latitude.tolist(), longitude.tolist(), strict=True)))
    (found,) = ring_areas(latitude, longitude, np.array([0, 31]))
    assert abs(mp.mpf(float(found)) / known - 1) < 1e-12


@pytest.mark.parametrize(
    ("polygon", "known"),
    [
        (square(100), "9996.89"),
        (square(1000), "999691.72"),
    ],
)
def test_squares_have_their_known_area(polygon: shapely.Polygon, known: str) -> None:
    assert f"{one(polygon):.2f}" == known
    assert area_dm2(np.array([polygon], dtype=object), epsg=EPSG)[0] == round(float(known) * 100)


def test_the_large_square_has_its_known_area_but_for_the_noise_of_rounding() -> None:
    """The check value, 99971622.67, is of 142 parts an edge, which 70 m do not divide.

    The circular may also be read as 142 points, 143 parts, as here: no part is longer than 70 m.
    Rounding latitude and longitude makes 0.02 m² of difference between the two; the exact area lies
    between them.
    """
    polygon = square(10_000, 387_582.99, 5_004_832.08)
    exact = float(ring_area(shapely.get_coordinates(polygon).tolist()))
    assert f"{exact:.4f}" == "99971622.6524"
    assert one(polygon) == pytest.approx(99_971_622.67, abs=0.025)
    assert one(polygon) == pytest.approx(exact, abs=0.005)


@pytest.mark.parametrize("south", ["0", "15", "30", "40", "45", "53.5"])
def test_the_series_is_the_closed_form(south: str) -> None:
    """Cells of 1/16 of a degree, as the sheets 1:10000; the series ends after five terms."""
    north = str(mp.mpf(south) + mp.mpf("0.0625"))
    exact = float(cell_area(south, north, "0.0625"))
    assert cell(float(south), float(north), 0.0625) == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize("seed", range(4))
def test_polygons_have_the_exact_area_but_for_what_the_rule_rounds(seed: int) -> None:
    polygon = stars(seed, 1, vertices=6)[0]
    exact = float(ring_area(shapely.get_coordinates(polygon).tolist()))
    assert abs(one(polygon) - exact) < OFFICIAL * polygon.length
    # ... and the plane is not it.
    assert abs(polygon.area - exact) > 2e-4 * exact


@pytest.mark.parametrize("epsg", [4534, 4537, 4554])
def test_a_kilometre_far_from_the_meridian_has_the_exact_area(epsg: int) -> None:
    polygon = square(1000, 620_000.0, 4_000_000.0)
    exact = float(ring_area(shapely.get_coordinates(polygon).tolist()))
    assert one(polygon, epsg) == pytest.approx(exact, abs=0.02)


def test_the_difference_to_geodesic_edges_is_the_documented_one() -> None:
    """By pyproj.Geod, an independent tool.

    With edges densified in the plane it agrees to the official rounding; joining the vertices of a
    large square by geodesics instead gives another area, some 40 m² off on 10 km.
    """
    geod = pyproj.CRS(4490).get_geod()
    assert geod is not None
    to_degrees = pyproj.Transformer.from_crs(EPSG, 4490, always_xy=True).transform
    polygon = square(10_000, 387_582.99, 5_004_832.08)
    dense, _ = geod.geometry_area_perimeter(
        shapely.transform(shapely.segmentize(polygon, 10.0), to_degrees, interleaved=False)
    )
    assert abs(dense) == pytest.approx(99_971_622.65, abs=0.005)
    assert one(polygon) == pytest.approx(abs(dense), abs=0.03)
    sparse, _ = geod.geometry_area_perimeter(
        shapely.transform(polygon, to_degrees, interleaved=False)
    )
    assert 10.0 < abs(one(polygon) - abs(sparse)) < 100.0


@settings(max_examples=examples(50))
@given(seed=st.integers(0, 2**32 - 1))
def test_random_polygons_agree_with_geodesics_on_a_dense_outline(seed: int) -> None:
    polygon = stars(seed, 1)[0]
    geod = pyproj.CRS(4490).get_geod()
    assert geod is not None
    to_degrees = pyproj.Transformer.from_crs(EPSG, 4490, always_xy=True).transform
    dense = shapely.transform(shapely.segmentize(polygon, 5.0), to_degrees, interleaved=False)
    known, _ = geod.geometry_area_perimeter(dense)
    assert abs(one(polygon) - abs(known)) < OFFICIAL * polygon.length


def test_edges_up_to_70_metres_are_not_densified() -> None:
    """A straight edge cut in two by a vertex on the grid: same plane, other densification."""
    short = shapely.box(*CORNER, *(CORNER + 70.0))
    assert one(short) == pytest.approx(one(shapely.segmentize(short, 35.0)), abs=2e-3)
    long = shapely.box(*CORNER, *(CORNER + 5000.0))
    # 5000 m get 71 inner points: those of a densification into 72 parts.
    parts = shapely.segmentize(long, 5000.0 / 72 + 1e-6)
    assert one(long) == pytest.approx(one(parts), abs=1e-4)


@settings(max_examples=examples(50))
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(2, 12))
def test_areas_add_up_over_shared_edges(seed: int, count: int) -> None:
    """The union keeps all vertices, so every edge is measured alike from both sides."""
    cells = voronoi(seed, count)
    assert shapely.coverage_is_valid(cells)
    union = shapely.coverage_union_all(cells)
    assert area(cells, epsg=EPSG).sum() == pytest.approx(one(union), abs=1e-6)


def test_holes_count_negative() -> None:
    shell, hole = square(100), shapely.box(387_520.0, 5_004_820.0, 387_550.0, 5_004_860.0)
    ring = shapely.difference(shell, hole)
    assert one(ring) == pytest.approx(one(shell) - one(hole), abs=1e-8)


def test_orientation_start_and_parts_do_not_matter() -> None:
    polygon = stars(3, 1)[0]
    ring = shapely.get_coordinates(polygon)[:-1]
    turned = shapely.Polygon(np.roll(ring, 3, axis=0)[::-1])
    assert one(turned) == pytest.approx(one(polygon), abs=1e-8)
    away = shapely.transform(polygon, lambda xy: xy + np.array([1000.0, 0.0]))
    both = shapely.MultiPolygon([polygon, away])
    assert one(both) == pytest.approx(one(polygon) + one(away), abs=1e-8)


def test_each_zone_gives_the_same_area_with_and_without_its_number() -> None:
    polygon = stars(5, 1)[0]
    expected = one(polygon)
    for zone in range(FIRST_ZONE, LAST_ZONE + 1):
        assert one(polygon, FIRST_EPSG + zone - FIRST_ZONE) == expected
        numbered = shapely.transform(
            polygon, lambda xy, zone=zone: xy + np.array([zone * 1e6, 0.0])
        )
        of_numbered = one(numbered, FIRST_PREFIXED + zone - FIRST_ZONE)
        assert of_numbered == pytest.approx(expected, abs=ROUNDING * polygon.length)
    assert (FIRST_EPSG, FIRST_PREFIXED, FIRST_ZONE, LAST_ZONE) == (4534, 4513, 25, 45)


def test_what_has_no_area_has_area_0() -> None:
    nothing = np.array(
        [
            shapely.Point(CORNER),
            shapely.LineString([CORNER, CORNER + 10.0]),
            shapely.Polygon(),
            None,
        ],
        dtype=object,
    )
    assert area(nothing, epsg=EPSG).tolist() == [0.0] * 4
    assert area(np.array([], dtype=object), epsg=EPSG).shape == (0,)


def test_a_crs_that_is_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="EPSG:4490 is not a 3° Gauss-Krüger zone"):
        one(square(1), epsg=4490)


def test_chunks_do_not_change_the_area(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = voronoi(1, 20)
    whole = area(cells, epsg=EPSG)
    monkeypatch.setattr(module, "CHUNK", 7)
    np.testing.assert_allclose(area(cells, epsg=EPSG), whole, rtol=0.0, atol=1e-8)
