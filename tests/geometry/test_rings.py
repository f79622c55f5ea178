"""Layers as arrays of grid steps, and back."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.grid import snap_geometry
from planloop.geometry.loops.rings import Rings, polygons_of
from tests.examples import examples
from tests.geometry.lattices import lattice
from tests.geometry.random_layers import stars

SQUARE = shapely.box(0.0, 0.0, 1.0, 1.0)
HOLED = shapely.Polygon(
    [(0, 0), (0, 4), (4, 4), (4, 0)], [[(1, 1), (1, 2), (2, 2)], [(3, 3), (2.5, 3), (3, 2.5)]]
)


def test_shells_count_positive_and_holes_negative_however_they_run() -> None:
    layer = np.array([None, shapely.Polygon(), HOLED, shapely.MultiPolygon([SQUARE, HOLED])])
    rings = Rings.of(layer)
    assert rings.polygons == 4
    assert rings.ring.tolist() == [0, 0, 0, 3, 7]
    assert rings.polygon.tolist() == [2, 2, 2, 3, 3, 3, 3]
    assert rings.first.tolist() == [0, 5, 9, 13, 18, 23, 27, 31]
    signed = []
    for start, stop, turn in zip(rings.first, rings.first[1:], rings.turn, strict=False):
        x, y = rings.x[start:stop], rings.y[start:stop]
        assert (x[0], y[0]) == (x[-1], y[-1])
        signed.append(float(turn * (x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2e8)
    expected = [16.0, -0.5, -0.125, 1.0, 16.0, -0.5, -0.125]
    np.testing.assert_allclose(signed, expected)


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 2**32 - 1))
def test_the_way_there_and_back_changes_nothing(seed: int) -> None:
    layer = np.concatenate([lattice(np.random.default_rng(seed)), stars(seed % 999, 3)])
    rings = Rings.of(layer)
    assert (polygons_of(rings, np.arange(len(layer))) == layer).all()
    cut = len(layer) // 2
    parts = [*polygons_of(rings.take(0, cut), np.arange(cut))]
    parts += [*polygons_of(rings.take(cut, len(layer)), np.arange(len(layer) - cut))]
    assert parts == layer.tolist()


def test_vertices_are_rounded_to_the_grid_and_height_is_left_out() -> None:
    rough = shapely.Polygon([(0.00004, 0, 7), (1.00006, 0, 7), (1, 1, 7)])
    rings = Rings.of(np.array([rough]))
    assert rings.x.tolist() == [0, 10001, 10000, 0]
    flat = shapely.force_2d(snap_geometry(np.array([rough])))
    assert (polygons_of(rings, np.array([0, 0])) == flat).all()


def test_an_empty_layer_has_no_rings() -> None:
    rings = Rings.of(np.array([], dtype=object))
    assert rings.polygons == len(rings.turn) == len(rings.x) == 0
