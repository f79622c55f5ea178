"""Areas of intersections without geometry: against GEOS, overlay, closed forms and themselves."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.area import area
from planloop.geometry.crossing import intersections
from planloop.geometry.loops.rings import Rings
from planloop.geometry.overlay import overlay
from planloop.geometry.polygons import polygonal
from planloop.geometry.tabulate import Table, tabulate
from tests.examples import examples
from tests.geometry.lattices import lattice
from tests.geometry.plain import printed_by_plain_loops
from tests.geometry.random_layers import (
    EPSG,
    box,
    jittered,
    merged,
    rectangles,
    region,
    stars,
    voronoi,
)

SEEDS = st.integers(0, 2**32 - 1)


def matrix(table: Table, rows: int, columns: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    shared = np.zeros((rows, columns))
    shared[table.a, table.b] = table.planar_area
    return shared


@settings(max_examples=examples(150), deadline=None)
@given(seed=SEEDS)
def test_lattices_that_coincide_share_what_geos_says(seed: int) -> None:
    """Every degenerate case there is, many at once; GEOS (in shapely) is exact enough here."""
    random = np.random.default_rng(seed)
    a, b = lattice(random), lattice(random)
    table, pieces = tabulate(a, b, epsg=EPSG), overlay(a, b)
    known: Any = shapely.intersection(a[:, None], b[None, :])
    np.testing.assert_allclose(matrix(table, len(a), len(b)), shapely.area(known), atol=1e-6)
    assert (table.planar_area > 0.0).all()
    assert table.a.tolist() == pieces.a.tolist()
    assert table.b.tolist() == pieces.b.tolist()
    assert shapely.is_valid(pieces.geometry).all()
    np.testing.assert_allclose(shapely.area(pieces.geometry), table.planar_area, atol=1e-6)
    assert table.area is not None
    np.testing.assert_allclose(area(pieces.geometry, epsg=EPSG), table.area, atol=1e-6, rtol=0.0)
    for i, j, piece in zip(pieces.a, pieces.b, pieces.geometry, strict=True):
        rest = shapely.symmetric_difference(piece, polygonal(known[[i], j])[0])
        assert rest.area < 1e-6


@settings(max_examples=examples(60), deadline=None)
@given(seed=SEEDS)
def test_the_layers_may_change_places(seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b = lattice(random), stars(seed % 1000, 6)
    there, back = tabulate(a, b, epsg=EPSG), tabulate(b, a, epsg=EPSG)
    np.testing.assert_allclose(
        matrix(there, len(a), len(b)), matrix(back, len(b), len(a)).T, atol=1e-9
    )


@settings(max_examples=examples(60), deadline=None)
@given(seed=SEEDS, kind=st.sampled_from(["crossing", "coinciding", "nested"]))
def test_pieces_add_up_to_each_polygon(seed: int, kind: str) -> None:
    cells = voronoi(seed % 10_000, 3 + seed % 20)
    if kind == "crossing":
        other = voronoi(seed % 10_000 + 1, 7)
    elif kind == "coinciding":
        other = merged(cells, 3, seed)
    else:
        inner = region(190.0)
        other = np.array([inner, shapely.difference(region(), inner)], dtype=object)
    table = tabulate(cells, other, epsg=EPSG)
    sums = np.bincount(table.a, weights=table.planar_area, minlength=len(cells))
    np.testing.assert_allclose(sums, shapely.area(cells), rtol=1e-14, atol=1e-6)
    assert table.area is not None
    sums = np.bincount(table.a, weights=table.area, minlength=len(cells))
    # What the official rule rounds: 1e-5 m² a metre of cut, and less than that of outline.
    cut = shapely.length(cells) + shapely.length(shapely.union_all(shapely.boundary(other)))
    assert (np.abs(sums - area(cells, epsg=EPSG)) < 4e-5 * cut).all()
    wholly = np.bincount(table.a, minlength=len(cells)) == 1
    assert (sums[wholly] == area(cells[wholly], epsg=EPSG)).all()


def test_layers_that_agree_share_nothing_across_their_lines() -> None:
    """Thousands of lines fall together; not one pair of zero area, and no negative zero."""
    cells = voronoi(3, 400)
    zones = merged(cells, 12, 3)
    table = tabulate(cells, zones, epsg=EPSG)
    assert len(table) == len(cells)
    np.testing.assert_array_equal(
        table.planar_area, [float(value) for value in matrix(table, len(cells), 12).max(axis=1)]
    )
    assert table.area is not None
    assert (table.area == area(cells, epsg=EPSG)).all()
    nearly = tabulate(cells, jittered(cells, 3, 3e-4), epsg=EPSG)
    assert (nearly.planar_area > 0.0).all()
    assert nearly.area is not None
    assert not np.signbit(nearly.area).any()


def test_three_layers_share_what_they_share_pair_by_pair() -> None:
    a, b, c = voronoi(1, 12), voronoi(2, 5), rectangles(3, 6)
    table = tabulate(a, b, c, epsg=EPSG)
    assert table.c is not None
    known: Any = shapely.intersection(
        shapely.intersection(a[:, None, None], b[None, :, None]), c[None, None, :]
    )
    shared = np.zeros(known.shape)
    shared[table.a, table.b, table.c] = table.planar_area
    # Cut vertices are rounded to the grid: half a step along each metre of a cut.
    np.testing.assert_allclose(shared, shapely.area(known), atol=0.02)
    order = np.lexsort((table.c, table.b, table.a))
    assert (np.diff(order) == 1).all()
    classes = [np.arange(len(layer)) % 2 for layer in (a, b, c)]
    summed = table.by_class(*classes)
    assert summed.c is not None
    assert set(zip(summed.a, summed.b, summed.c, strict=True)) <= set(np.ndindex(2, 2, 2))
    assert summed.planar_area.sum() == pytest.approx(table.planar_area.sum())


def test_a_region_of_600_kilometres_is_as_exact_as_a_small_one() -> None:
    """Squares of 100 km by strips of 600 km: closed forms, and edges that fill no grid of cells."""
    corners = [(x, y) for x in range(6) for y in range(6)]
    squares = np.array(
        [box(1e5 * x, 1e5 * y, 1e5 * (x + 1), 1e5 * (y + 1)) for x, y in corners], dtype=object
    )
    strips = np.array(
        [box(-1.0, 6e4 * k, 6e5 + 1.0, 6e4 * (k + 1)) for k in range(10)], dtype=object
    )
    table = tabulate(squares, strips)
    low = np.maximum(1e5 * np.array(corners)[table.a, 1], 6e4 * table.b)
    high = np.minimum(1e5 * np.array(corners)[table.a, 1] + 1e5, 6e4 * (table.b + 1))
    np.testing.assert_allclose(table.planar_area, 1e5 * (high - low), rtol=1e-13)
    wedge = shapely.Polygon(
        [box(0, 0, 1, 1).exterior.coords[2], *box(0, 0, 6e5, 6e5).exterior.coords[:2]]
    )
    table = tabulate(squares, np.array([wedge], dtype=object))
    known = shapely.area(shapely.intersection(squares, wedge))
    np.testing.assert_allclose(table.planar_area, known[table.a], rtol=1e-12, atol=1e-3)
    assert known[np.setdiff1d(np.arange(36), table.a)].max(initial=0.0) < 1e-3


def test_rings_and_polygons_give_the_same_table() -> None:
    a, b = voronoi(5, 40), stars(5, 9)
    one, two = tabulate(a, b, epsg=EPSG), tabulate(Rings.of(a), Rings.of(b), epsg=EPSG)
    for name in ("a", "b", "planar_area", "area"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_pieces_of_the_work_do_not_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = voronoi(6, 60), stars(6, 9)
    whole = tabulate(a, b, epsg=EPSG)
    monkeypatch.setattr(intersections, "CHUNK", 40)
    parts = tabulate(a, b, epsg=EPSG)
    for name in ("a", "b", "planar_area", "area"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def digest() -> str:
    a, b = voronoi(7, 30), stars(7, 8)
    table, pieces = tabulate(a, b, epsg=EPSG), overlay(a, b)
    assert table.area is not None
    parts = [table.a, table.b, table.planar_area, table.area, area(b, epsg=EPSG)]
    found = hashlib.sha256(b"".join(part.tobytes() for part in parts))
    found.update(b"".join(shapely.to_wkb(pieces.geometry)))
    return found.hexdigest()


def test_compiled_and_plain_loops_give_the_same_bits() -> None:
    code = "from tests.geometry.test_tabulate import digest; print(digest())"
    assert printed_by_plain_loops(code) == digest()
