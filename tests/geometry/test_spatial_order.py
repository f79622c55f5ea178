"""An order in which near shapes mostly follow each other."""

from __future__ import annotations

import numpy as np
import shapely

from planloop.geometry.spatial_order import spatial_order
from tests.geometry.random_layers import voronoi


def test_it_runs_through_quarter_by_quarter() -> None:
    """A grid of 4 by 4 squares, shuffled: each quarter of it comes in one go, as a Z."""
    squares = [(x, y) for x in range(4) for y in range(4)]
    random = np.random.default_rng(1)
    mixed = [squares[k] for k in random.permutation(16)]
    shapes = np.array([shapely.box(x, y, x + 1, y + 1) for x, y in mixed], dtype=object)
    found = [mixed[k] for k in spatial_order(shapes)]
    assert found[:4] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    quarters = [(x // 2, y // 2) for x, y in found[::4]]
    assert quarters == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert [(x // 2, y // 2) for x, y in found] == [k for k in quarters for _ in range(4)]


def test_every_shape_is_in_it_once() -> None:
    shapes = np.append(voronoi(1, 50), [None, shapely.Polygon()])
    assert sorted(spatial_order(shapes).tolist()) == list(range(len(shapes)))
    assert spatial_order(np.array([None, shapely.Point(1, 1)], dtype=object)).tolist() == [0, 1]
    assert spatial_order(np.array([], dtype=object)).tolist() == []


def test_neighbours_in_it_are_near() -> None:
    shapes = voronoi(3, 2000)
    points = shapely.get_coordinates(shapely.centroid(shapes[spatial_order(shapes)]))
    steps = np.hypot(*np.diff(points, axis=0).T)
    # 200 m across: at random they would be some 100 m apart.
    assert np.median(steps) < 10.0
