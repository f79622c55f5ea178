"""The benchmarks' survey: its layers fit together, lie on the grid and come out the same again."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from benchmarks.ground import AREA, anywhere, within
from benchmarks.parcels import CLASSES, parcels
from benchmarks.subdivide import MOST, subdivide
from benchmarks.zones import SITES, boundary, sites
from planloop.geometry.grid import snap_geometry

COUNT = 2_000


def test_parcels_are_a_valid_coverage_on_the_grid() -> None:
    survey = parcels(COUNT)
    polygons = survey.polygons
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    assert shapely.equals_exact(polygons, snap_geometry(polygons)).all()
    assert np.isin(survey.classes, np.arange(CLASSES)).all()


def test_parcels_are_as_many_as_asked_for_and_cover_the_county() -> None:
    polygons = parcels(COUNT).polygons
    assert 0.8 * COUNT < len(polygons) < 1.2 * COUNT
    assert 0.97 * AREA < shapely.area(polygons).sum() < 1.03 * AREA
    vertices = shapely.get_num_coordinates(polygons)
    assert 35 < np.median(vertices) < 55
    assert vertices.max() > 8 * np.median(vertices)
    assert shapely.get_num_interior_rings(polygons).sum() > 0


def test_a_seed_gives_the_same_parcels_and_another_others() -> None:
    one, same, other = parcels(500), parcels(500), parcels(500, seed=9)
    assert shapely.to_wkb(one.polygons).tolist() == shapely.to_wkb(same.polygons).tolist()
    assert one.classes.tolist() == same.classes.tolist()
    assert shapely.to_wkb(one.polygons[0]) != shapely.to_wkb(other.polygons[0])


def test_the_boundary_and_the_sites_are_valid_and_on_the_grid() -> None:
    parts, places = boundary(), sites()
    for layer in (parts, places):
        assert shapely.is_valid(layer).all()
        assert shapely.equals_exact(layer, snap_geometry(layer)).all()
    assert shapely.area(shapely.union_all(parts)) == pytest.approx(shapely.area(parts).sum())
    assert len(places) > SITES


def test_points_of_the_county_are_spread_over_its_area() -> None:
    points = anywhere(2_000, np.random.default_rng(1))
    assert within(points).all()
    outline = shapely.concave_hull(shapely.multipoints(points), ratio=0.1)
    assert shapely.area(outline) == pytest.approx(AREA, rel=0.05)


def test_pieces_are_small_and_make_up_the_whole() -> None:
    parts = boundary()
    pieces, owner = subdivide(parts)
    assert shapely.get_num_coordinates(pieces).max() <= MOST
    sums = np.bincount(owner, weights=shapely.area(pieces), minlength=len(parts))
    np.testing.assert_allclose(sums, shapely.area(parts), rtol=1e-12)
