"""Sites made of drawings: corridors, unions, points; always valid, on the grid, or with a flaw."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.grid import snap
from planloop.geometry.tabulate import tabulate
from planloop.plan.site import Form, Project, Site, corridors, site_of
from tests.examples import examples

PLACE = st.tuples(st.integers(0, 60), st.integers(0, 60))


def site(shapes: list[shapely.Geometry], widths: list[float], declared: int | None = None) -> Site:
    project = Project("P-1", declared=declared)
    return site_of(project, np.array(shapes, dtype=object), np.array(widths))


def test_a_straight_corridor_ends_where_the_line_ends() -> None:
    (shape,) = corridors(np.array([shapely.LineString([(0, 0), (100, 0)])]), np.array([10.0]))
    assert shape.equals(shapely.box(0, -5, 100, 5))


def test_a_corner_is_mitred() -> None:
    line = shapely.LineString([(0, 0), (100, 0), (100, 100)])
    (shape,) = corridors(np.array([line]), np.array([10.0]))
    corner = shapely.Polygon([(0, -5), (105, -5), (105, 100), (95, 100), (95, 5), (0, 5)])
    assert shape.equals(corner)


def test_widths_of_their_own() -> None:
    lines = np.array([shapely.LineString([(0, y), (10, y)]) for y in (0, 50)])
    assert shapely.area(corridors(lines, np.array([2.0, 4.0]))).tolist() == [20.0, 40.0]


@pytest.mark.parametrize("declared", [None, 0, 10_001 * 100])
def test_a_line_that_nothing_makes_a_corridor(declared: int | None) -> None:
    """100 m of line and more than 1 ha would be wider than long."""
    made = site([shapely.LineString([(0, 0), (100, 0)])], [np.nan], declared)
    assert (made.form, made.flaw, made.shape) == (Form.NONE, "no-width", None)


def test_a_line_without_length() -> None:
    dot = shapely.LineString([(0, 0), (0, 0)])
    assert site([dot], [np.nan], 10**6).flaw == "no-width"
    assert site([dot], [5.0]).flaw == "no-area"


def test_points() -> None:
    one = site([shapely.Point(1, 2)], [np.nan])
    assert (one.form, one.shape) == (Form.INDICATIVE, shapely.Point(1, 2))
    two = site([shapely.Point(1, 2), shapely.MultiPoint([(3, 4), (5, 6)])], [np.nan, np.nan])
    assert two.shape == shapely.MultiPoint([(1, 2), (3, 4), (5, 6)])


@given(
    st.lists(st.tuples(st.lists(PLACE, min_size=2, max_size=7), st.integers(1, 300)), max_size=4),
    st.lists(st.tuples(PLACE, st.integers(1, 40)), max_size=3),
    st.floats(0.0, 90.0),
)
@settings(max_examples=examples(150))
def test_any_drawings_make_a_valid_site_of_their_union(
    lines: list[tuple[list[tuple[int, int]], int]],
    boxes: list[tuple[tuple[int, int], int]],
    angle: float,
) -> None:
    shapes: list[shapely.Geometry] = [shapely.LineString(points) for points, _ in lines]
    widths = [width / 10 for _, width in lines]
    shapes += [shapely.box(x, y, x + size, y + size) for (x, y), size in boxes]
    turned = shapely.affinity.rotate(shapely.GeometryCollection(shapes), angle, origin=(0, 0))
    drawn = list(shapely.transform(turned, lambda xy: snap(xy + np.array([4e5, 5e6]))).geoms)
    drawn = [shape for shape in drawn if shape.length > 0 and shape.is_valid]
    if not drawn:
        return
    widths += [np.nan] * len(boxes)
    kept = [width for shape, width in zip(shapes, widths, strict=True) if shape.length > 0]
    if len(kept) != len(drawn):
        return
    made = site(drawn, kept)
    assert made.shape is not None
    assert made.shape.is_valid
    coordinates = shapely.get_coordinates(made.shape)
    assert (coordinates == snap(coordinates)).all()
    plain = shapely.union_all(
        [
            shape
            if shape.geom_type == "Polygon"
            else shape.buffer(width / 2, cap_style="flat", join_style="mitre")
            for shape, width in zip(drawn, kept, strict=True)
        ]
    )
    around = made.shape.length + plain.length
    assert made.shape.symmetric_difference(plain).area <= 1e-4 * around + 1e-6
    shared = tabulate(np.array([made.shape]), np.array([made.shape]))
    assert shared.planar_area[0] == pytest.approx(made.shape.area)
