"""Intersections pair by pair, and their areas: against geopandas, GEOS pair by pair, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.geometry.overlay import Overlay, overlay
from planloop.geometry.polygons import polygonal
from planloop.geometry.tabulate import tabulate
from tests.examples import examples
from tests.geometry.exact_plane import shared_area
from tests.geometry.random_layers import (
    EPSG,
    at,
    box,
    jittered,
    merged,
    rectangles,
    region,
    stars,
    voronoi,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def array(*geometries: shapely.Geometry | None) -> NDArray[np.object_]:
    return np.array(geometries, dtype=object)


def pairs(result: Overlay) -> list[tuple[int, int]]:
    return list(zip(result.a.tolist(), result.b.tolist(), strict=True))


def layers(seed: int, kind: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return two layers that cross, coincide, nearly coincide or overlap themselves."""
    cells = voronoi(seed, 3 + seed % 10)
    if kind == "crossing":
        return cells, voronoi(seed + 1, 5)
    if kind == "coinciding":
        return cells, merged(cells, 3, seed)
    if kind == "near":
        return cells, jittered(cells, seed, 3e-4)
    return cells, np.concatenate([stars(seed, 3), rectangles(seed, 3)])


def moved(geometries: NDArray[np.object_], by: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.asarray(shapely.transform(geometries, lambda xy: xy - by), dtype=object)


def corner(a: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return where a layer lies, in whole metres.

    Where its first attempt fails, GEOS snaps by 1e-12 of the coordinates: 5 µm where northings
    are 5,000 km, which moves areas by more than 1e-6 m², and nothing to speak of near the origin.
    """
    west, south, *_ = shapely.total_bounds(a)
    return np.floor([west, south])


kinds = st.sampled_from(["crossing", "coinciding", "near", "overlapping"])


@settings(max_examples=examples(120))
@given(seed=st.integers(0, 2**31), kind=kinds)
def test_pairs_and_areas_are_those_of_all_pairs_intersected(seed: int, kind: str) -> None:
    a, b = layers(seed, kind)
    result = overlay(a, b)
    origin = corner(a)
    known: Any = shapely.intersection(moved(a, origin)[:, None], moved(b, origin)[None, :])
    size = shapely.area(known)
    # Which end an intersection is taken from moves it by the last bits: pairs of no area to speak
    # of may be there or not.
    found = np.zeros_like(size)
    found[result.a, result.b] = shapely.area(result.geometry)
    np.testing.assert_allclose(found, size, rtol=0.0, atol=1e-6)
    assert pairs(result) == sorted(set(pairs(result)))
    assert (shapely.area(result.geometry) > 0.0).all()
    assert set(shapely.get_type_id(result.geometry).tolist()) <= {3, 6}
    assert shapely.is_valid(result.geometry).all()
    cut = moved(result.geometry, origin)
    for one, other, shared, near in zip(result.a, result.b, result.geometry, cut, strict=True):
        if b[other].covers(a[one]):
            assert shared is a[one]
        difference = shapely.symmetric_difference(near, polygonal(known[[one], other])[0])
        assert difference.area < 1e-6


@settings(max_examples=examples(25))
@given(seed=st.integers(0, 2**31), kind=kinds)
def test_geopandas_gives_the_same_pairs_and_areas(seed: int, kind: str) -> None:
    a, b = layers(seed, kind)
    left = gpd.GeoDataFrame({"a": range(len(a))}, geometry=moved(a, corner(a)))
    right = gpd.GeoDataFrame({"b": range(len(b))}, geometry=moved(b, corner(a)))
    # Not theirs: pairs that only touch, of which geopandas would warn.
    pieces = gpd.overlay(left, right, keep_geom_type=True)
    known = pieces.area.groupby([pieces["a"], pieces["b"]]).sum()
    table = tabulate(a, b)
    found = dict(
        zip(zip(table.a.tolist(), table.b.tolist(), strict=True), table.planar_area, strict=True)
    )
    for pair in set(found) | set(known.index):
        assert found.get(pair, 0.0) == pytest.approx(known.get(pair, 0.0), abs=1e-6)


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 2**31), kind=kinds)
def test_table_and_pieces_agree_and_close(seed: int, kind: str) -> None:
    a, b = layers(seed, kind)
    pieces, table = overlay(a, b), tabulate(a, b, epsg=EPSG)
    assert table.area is not None
    assert (table.a.tolist(), table.b.tolist()) == (pieces.a.tolist(), pieces.b.tolist())
    np.testing.assert_allclose(table.planar_area, shapely.area(pieces.geometry), atol=1e-6)
    np.testing.assert_allclose(table.area, area(pieces.geometry, epsg=EPSG), atol=1e-6)
    assert not np.signbit(table.area).any()
    assert not np.signbit(table.planar_area).any()
    # Where the other layer covers everything, a polygon is the sum of its pairs.
    if kind in {"crossing", "coinciding"}:
        sums = np.bincount(table.a, weights=table.planar_area, minlength=len(a))
        np.testing.assert_allclose(sums, shapely.area(a), rtol=0.0, atol=1e-6)
        official = np.bincount(table.a, weights=table.area, minlength=len(a))
        # The official rounding: 1e-4 m² a metre of outline, cuts included.
        around = np.bincount(table.a, weights=shapely.length(pieces.geometry), minlength=len(a))
        assert (np.abs(official - area(a, epsg=EPSG)) <= 1e-4 * around).all()


def test_a_pair_that_geos_snaps_has_its_exact_area() -> None:
    """Far from the origin, GEOS is 8e-6 m² off for the first pair of these layers."""
    a, b = layers(796, "near")
    exact = shared_area(a[0], b[0])
    assert abs(shapely.intersection(a[0], b[0]).area - exact) > 8e-6
    assert tabulate(a, b).planar_area[0] == pytest.approx(exact, abs=1e-7)
    assert overlay(a, b).geometry[0].area == pytest.approx(exact, abs=1e-6)


def test_squares_worked_out_by_hand() -> None:
    a = array(box(0, 0, 10, 10), box(10, 0, 20, 10))
    b = array(box(5, 5, 15, 15), box(-5, -5, 30, 30), box(20, 0, 30, 10), box(1, 1, 2, 3))
    result = overlay(a, b)
    assert pairs(result) == [(0, 0), (0, 1), (0, 3), (1, 0), (1, 1)]
    assert shapely.equals(
        result.geometry, array(box(5, 5, 10, 10), a[0], b[3], box(10, 5, 15, 10), a[1])
    ).all()
    # The wholly inside are passed through: the very objects.
    assert result.geometry[1] is a[0]
    assert result.geometry[2] is b[3]
    assert result.geometry[4] is a[1]
    table = tabulate(a, b)
    assert table.planar_area.tolist() == [25.0, 100.0, 2.0, 25.0, 100.0]
    assert table.area is None


def test_lines_and_points_that_touch_are_no_pair() -> None:
    a = array(box(0, 0, 10, 10))
    b = array(box(10, 0, 20, 10), box(10, 10, 20, 20), box(50, 50, 60, 60))
    assert len(overlay(a, b)) == 0
    assert len(tabulate(a, b, epsg=EPSG)) == 0


def test_touching_parts_fall_out_of_a_pair_that_shares_an_area() -> None:
    """Two parts: one lies on the square, the other touches it along a line."""
    both = shapely.MultiPolygon([box(10, 0, 20, 10), box(-1, -1, 1, 1)])
    result = overlay(array(box(0, 0, 10, 10)), array(both))
    assert result.geometry[0].geom_type == "Polygon"
    assert result.geometry[0].equals(box(0, 0, 1, 1))


def test_several_pieces_of_one_pair_are_one_multipolygon() -> None:
    comb = shapely.union_all([box(0, 0, 20, 2), box(0, 0, 2, 10), box(18, 0, 20, 10)])
    result = overlay(array(comb), array(box(-5, 5, 30, 8)))
    assert result.geometry[0].geom_type == "MultiPolygon"
    assert tabulate(array(comb), array(box(-5, 5, 30, 8))).planar_area.tolist() == [12.0]


def test_a_sliver_finer_than_the_grid_has_an_area_not_below_0() -> None:
    """Two triangles of which one has a vertex off the other's line by less than the grid."""
    lower = shapely.Polygon([at(0, 0), at(100, 0), at(100, 33.3333)])
    upper = shapely.Polygon([at(0, 0), at(50, 16.6666), at(100, 33.3333), at(0, 40)])
    table = tabulate(array(lower), array(upper), epsg=EPSG)
    assert len(table) == 1
    assert 0.0 < table.planar_area[0] < 0.01
    assert table.area is not None
    assert table.area[0] >= 0.0
    assert not np.signbit(table.area[0])


def test_sums_by_class() -> None:
    a = array(box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 0, 30, 10))
    b = array(box(0, 0, 15, 10), box(15, 0, 30, 10))
    table = tabulate(a, b, epsg=EPSG)
    sums = table.by_class(np.array([7, 0, 7]), np.array([0, 3]))
    assert (sums.a.tolist(), sums.b.tolist()) == ([0, 0, 7, 7], [0, 3, 0, 3])
    assert sums.planar_area.tolist() == [50.0, 50.0, 100.0, 100.0]
    assert table.area is not None
    assert sums.area is not None
    np.testing.assert_allclose(sums.area.sum(), table.area.sum(), rtol=1e-12)
    # A polygon of no class is left out.
    some = table.by_class(np.array([-1, 0, 0]), np.array([0, 0]))
    assert (some.a.tolist(), some.b.tolist(), some.planar_area.tolist()) == ([0], [0], [200.0])
    none = table.by_class(np.array([-1, -1, -1]), np.array([0, 0]))
    assert len(none) == 0


@settings(max_examples=examples(50))
@given(seed=st.integers(0, 2**31))
def test_sums_by_class_are_those_of_the_dissolved_layers(seed: int) -> None:
    a, b = layers(seed, "crossing")
    random = np.random.default_rng(seed)
    class_a, class_b = random.integers(0, 3, len(a)), random.integers(0, 3, len(b))
    sums = tabulate(a, b).by_class(class_a, class_b)
    for one, other, size in zip(sums.a, sums.b, sums.planar_area, strict=True):
        left, right = shapely.union_all(a[class_a == one]), shapely.union_all(b[class_b == other])
        assert size == pytest.approx(shapely.intersection(left, right).area, abs=1e-6)


@pytest.mark.parametrize("nothing", [[], [None], [shapely.Polygon()], [None, shapely.Polygon()]])
def test_nothing_meets_nothing(nothing: list[shapely.Geometry | None]) -> None:
    empty = np.array(nothing, dtype=object)
    assert len(overlay(empty, array(region()))) == 0
    assert len(overlay(array(region()), empty)) == 0
    table = tabulate(array(region()), empty, epsg=EPSG)
    assert table.area is not None
    assert len(table.area) == 0


def test_a_missing_polygon_keeps_the_others_numbers() -> None:
    a = array(None, box(0, 0, 10, 10), shapely.Polygon(), box(10, 0, 20, 10))
    assert pairs(overlay(a, array(None, box(0, 0, 30, 30)))) == [(1, 1), (3, 1)]


@pytest.mark.parametrize("second", [False, True])
def test_an_invalid_polygon_is_refused_and_named(second: bool) -> None:  # noqa: FBT001  # a parameter
    bow = shapely.Polygon([at(0, 0), at(10, 10), at(10, 0), at(0, 10)])
    wrong, right = array(region(), bow), array(region())
    with pytest.raises(InputError, match="Self-intersection") as caught:
        overlay(*((right, wrong) if second else (wrong, right)))
    assert caught.value.key == "geometry.invalid"
    assert caught.value.where["feature"] == "1"


def test_what_is_no_polygon_is_refused_and_named() -> None:
    with pytest.raises(InputError, match="LineString") as caught:
        tabulate(array(region(), shapely.LineString([at(0, 0), at(1, 1)])), array(region()))
    assert caught.value.key == "geometry.no-polygon"
    assert caught.value.where["feature"] == "1"
