"""The extent of the panels: what must be in it, in which scale."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.publishing.map_extent import ENOUGH, MARGIN, Extent, choose_extent, main_body
from planloop.publishing.map_furniture import bar_step
from tests.examples import examples

WIDE, HIGH = 200.0, 180.0
BODY = shapely.box(0, 0, 5_000, 4_000)


def pieces(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


def test_the_body_alone_fills_the_panel() -> None:
    """5 km × 1.12 on 200 mm is 1:28,000; 4 km × 1.12 on 180 mm less; so 1:30,000."""
    extent = choose_extent(BODY, pieces(), WIDE, HIGH)
    assert extent.scale == 30_000
    assert (extent.x, extent.y) == (2_500, 2_000)
    assert extent.bounds == (-500, -700, 5_500, 4_700)


def test_a_far_piece_stays_outside_and_a_near_one_comes_in() -> None:
    near, far = shapely.box(6_000, 0, 6_200, 200), shapely.box(90_000, 0, 90_100, 100)
    extent = choose_extent(BODY, pieces(far, near), WIDE, HIGH)
    assert extent.box.contains(near)
    assert extent.box.disjoint(far)
    assert extent.scale == 40_000  # 6.2 km × 1.12 on 200 mm


def test_where_most_of_the_change_lies_far_the_scale_gives_way() -> None:
    near, far = shapely.box(6_000, 0, 6_200, 200), shapely.box(90_000, 0, 91_000, 1_000)
    extent = choose_extent(BODY, pieces(near, far), WIDE, HIGH)
    assert extent.box.contains(far)
    assert extent.scale == 600_000


@given(
    places=st.lists(
        st.tuples(st.integers(-60_000, 60_000), st.integers(-60_000, 60_000), st.integers(10, 900)),
        max_size=12,
    ),
    wide=st.floats(60, 390),
    high=st.floats(60, 250),
)
@settings(max_examples=examples(60))
def test_always(places: list[tuple[int, int, int]], wide: float, high: float) -> None:
    """Body and enough of the change lie inside, with a margin; the scale is one people know."""
    changed = pieces(*(shapely.box(x, y, x + size, y + size) for x, y, size in places))
    extent = choose_extent(BODY, changed, wide, high)
    inside = shapely.contains(extent.box, changed)
    assert extent.box.contains(BODY)
    assert shapely.area(changed[inside]).sum() >= ENOUGH * shapely.area(changed).sum() - 1e-6
    lean = np.array(extent.box.bounds[2:]) - np.array(extent.box.bounds[:2])
    body = np.array(BODY.bounds[2:]) - np.array(BODY.bounds[:2])
    assert (lean >= MARGIN * body - 1e-6).all()
    assert str(extent.scale).rstrip("0") in {
        "1",
        "125",
        "15",
        "2",
        "25",
        "3",
        "4",
        "5",
        "6",
        "75",
        "8",
    }
    again = choose_extent(BODY, changed[::-1], wide, high)
    assert again == extent, "the order of the pieces does not matter"


def test_patches_nearby_belong_to_the_body_and_far_ones_do_not() -> None:
    street, away = shapely.box(5_050, 0, 6_000, 4_000), shapely.box(20_000, 0, 25_000, 5_000 - 1)
    boundary = pieces(away, BODY, street)
    found = main_body(boundary, reach=200.0)
    assert found.equals(shapely.union_all([away]))  # 24.995 km² against 20 + 3.8
    larger = main_body(pieces(shapely.box(20_000, 0, 24_000, 5_000), BODY, street), reach=200.0)
    assert larger.equals(shapely.union_all([BODY, street]))


def test_a_tiny_body_still_has_a_usual_scale() -> None:
    extent = choose_extent(shapely.box(0, 0, 3, 2), pieces(), WIDE, HIGH)
    assert extent.scale == 100
    assert isinstance(extent, Extent)


@pytest.mark.parametrize(
    ("scale", "step"), [(75_000, 500.0), (30_000, 200.0), (100, 0.5), (1_000_000, 5_000.0)]
)
def test_the_scale_bar_is_as_long_as_it_fits(scale: int, step: float) -> None:
    """52 mm less 20 for the last number, in four parts: at most 8 mm each."""
    found = bar_step(scale, 52.0)
    assert found == pytest.approx(step)
    assert 4 * found / scale * 1000 <= 32.0
