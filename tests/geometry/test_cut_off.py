"""Parts of a wanted area are cut off polygons of every kind, from vertex to vertex."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.area import area
from planloop.geometry.cut_off import CLOSE, cut_off, least_part
from planloop.geometry.grid import snap_geometry
from tests.examples import examples
from tests.geometry.random_layers import CORNER, EPSG, at, box

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

GEOD = pyproj.Geod(a=6378137.0, rf=298.257222101)
TO_DEGREES = pyproj.Transformer.from_crs(f"EPSG:{EPSG}", "EPSG:4490", always_xy=True)
COUNT = 200


def official(shape: shapely.Polygon) -> float:
    return float(area(np.array([shape], dtype=object), epsg=EPSG)[0])


def geodesic(shape: shapely.Geometry) -> float:
    """Return the area by another program, m²."""
    dense = shapely.segmentize(shape, 20.0)
    degrees = shapely.transform(
        dense, lambda xy: np.column_stack(TO_DEGREES.transform(xy[:, 0], xy[:, 1]))
    )
    return abs(float(GEOD.geometry_area_perimeter(degrees)[0]))


def edges(shape: shapely.Polygon) -> int:
    return int(shapely.get_num_coordinates(shapely.get_exterior_ring(shape))) - 1


def on_grid(points: NDArray[np.float64], holes: Any = None) -> shapely.Polygon:  # noqa: ANN401
    shape = shapely.Polygon(points, holes)
    return shapely.normalize(snap_geometry(np.array([shape], dtype=object))[0])


def star(random: np.random.Generator, size: float, least: float, corners: int) -> Any:  # noqa: ANN401
    angle = np.sort(random.uniform(0.0, 2.0 * np.pi, corners))
    reach = random.uniform(least, 1.0, corners) * size
    return CORNER + 2.0 * size + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]


def slim(random: np.random.Generator) -> shapely.Polygon:
    length, width, turn = random.uniform([200, 1, 0], [800, 6, np.pi])
    corners = np.array([[0, 0], [length, 0], [length, width], [0, width]])
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return on_grid(CORNER + corners @ rotation)


def holed(random: np.random.Generator) -> shapely.Polygon:
    shell = star(random, 150.0, 0.85, 14)
    hole = star(random, random.uniform(5.0, 60.0), 0.9, 9)
    return on_grid(shell, [hole - hole.mean(axis=0) + shell.mean(axis=0)])


def axial(random: np.random.Generator) -> shapely.Polygon:
    """Return an L along the axes: V alone would change the area by whole steps."""
    width, height = random.uniform(60.0, 400.0, 2)
    x, y = random.uniform(0.3, 0.7, 2) * (width, height)
    corners = [[0, 0], [width, 0], [width, y], [x, y], [x, height], [0, height]]
    return on_grid(CORNER + np.array(corners))


KINDS: dict[str, tuple[Callable[[np.random.Generator], shapely.Polygon], int]] = {
    # Kind: how it is made, and how many of 200 may have no cut: there is no room for the area.
    "concave": (lambda r: on_grid(star(r, 150.0, 0.35, int(r.integers(4, 25)))), 2),
    "convex": (lambda r: shapely.convex_hull(on_grid(star(r, 150.0, 0.5, 9))), 0),
    "large": (lambda r: on_grid(star(r, 900.0, 0.4, int(r.integers(4, 40)))), 2),
    "tiny": (lambda r: on_grid(star(r, 2.0, 0.35, int(r.integers(4, 12)))), 2),
    "slim": (slim, 0),
    "holed": (holed, 5),
    "axial": (axial, 0),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_area_is_hit(kind: str) -> None:
    """Of 200 polygons of each kind all but a few are cut, each within 0.005 m², most far closer."""
    make, spared = KINDS[kind]
    random = np.random.default_rng(7)
    missed, off = 0, []
    for _ in range(COUNT):
        shape = make(random)
        while not (shape.is_valid and shape.geom_type == "Polygon"):
            shape = make(random)
        share = random.uniform(0.02, 0.5)
        wanted = official(shape) * share
        found = cut_off(shape, np.ones(edges(shape), bool), wanted, epsg=EPSG, clearance=0.0)
        if found is None:
            missed += 1
            continue
        off.append(abs(official(found.part) - wanted))
        check(shape, found.line, found.part)
        assert geodesic(found.part) == pytest.approx(wanted, rel=1e-5, abs=0.05)
    assert missed <= spared
    assert max(off) <= CLOSE
    assert np.median(off) < 5e-4


def check(shape: shapely.Polygon, line: shapely.LineString, part: shapely.Polygon) -> None:
    """Check by shapely that the line cuts off the part, between vertices that there are."""
    points = shapely.get_coordinates(line)
    ring = {tuple(point) for point in shapely.get_coordinates(shape.exterior).tolist()}
    assert tuple(points[0].tolist()) in ring
    assert tuple(points[-1].tolist()) in ring
    assert np.array_equal(snap_geometry(np.array([line], dtype=object))[0].wkb, line.wkb)
    assert len(points) == 5, "P, the vernier, Q and the ends"
    assert shapely.relate_pattern(line, shape, "TFF******")
    assert part.is_valid
    pieces = shapely.get_parts(shapely.polygonize([shapely.union(shape.boundary, line)]))
    assert any(shapely.equals(piece, part) for piece in pieces)


@given(st.integers(0, 2**31), st.floats(0.01, 0.9), st.floats(0.0, 3.0))
@settings(max_examples=examples(60), deadline=None)
def test_whatever_is_cut_off_keeps_its_promises(seed: int, share: float, clearance: float) -> None:
    random = np.random.default_rng(seed)
    shape = on_grid(star(random, 100.0, 0.3, int(random.integers(3, 20))))
    if not (shape.is_valid and shape.geom_type == "Polygon"):
        return
    along = random.uniform(size=edges(shape)) < 0.6
    wanted = official(shape) * share
    found = cut_off(shape, along, wanted, epsg=EPSG, clearance=clearance)
    if found is None:
        return
    assert abs(official(found.part) - wanted) <= CLOSE
    check(shape, found.line, found.part)
    parallel = shapely.LineString(shapely.get_coordinates(found.line)[1:-1])
    assert shapely.distance(parallel, shape.boundary) >= clearance - 0.0021
    ring = shapely.get_coordinates(shape.exterior)
    for edge, kept in enumerate(along):
        side = shapely.LineString(ring[edge : edge + 2])
        if not kept:
            shared = shapely.intersection(side, found.part.boundary)
            assert shapely.length(shared) == 0.0, "an edge that the part may not keep"


def test_a_square_by_hand() -> None:
    """Of one side of 100 m, with corners of 90°: d (100 - d) = 1600 m² at d = 20 m."""
    square = shapely.normalize(box(0, 0, 100, 100))
    ring = shapely.get_coordinates(square.exterior)
    south = (ring[:-1, 1] == CORNER[1]) & (ring[1:, 1] == CORNER[1])
    scale = official(square) / 1e4
    found = cut_off(square, south, 1600.0 * scale, epsg=EPSG, clearance=5.0)
    assert found is not None
    points = shapely.get_coordinates(found.line) - CORNER
    order = np.argsort(points[:, 0])
    assert points[order][[0, 1, 3, 4]] == pytest.approx(
        np.array([[0, 0], [20, 20], [80, 20], [100, 0]]), abs=0.01
    )
    assert least_part(square, south, 5.0) == pytest.approx(5 * 95)
    assert cut_off(square, south, 400.0, epsg=EPSG, clearance=5.0) is None, "too narrow"
    assert cut_off(square, south, 2500.0, epsg=EPSG, clearance=5.0) is None, "no room at the end"


def test_nothing_to_cut() -> None:
    square = shapely.normalize(box(0, 0, 100, 100))
    all_sides = np.ones(4, dtype=bool)
    for wanted in (-1.0, 0.0, 1e4, 2e4):
        assert cut_off(square, all_sides, wanted, epsg=EPSG, clearance=0.0) is None
    assert cut_off(square, ~all_sides, 10.0, epsg=EPSG, clearance=0.0) is None
    assert least_part(square, ~all_sides, 1.0) == np.inf


def test_what_lies_in_the_way_is_kept_clear_of() -> None:
    """A hole 12 m above the side leaves no room for a strip of 11 m with 5 m clearance."""
    shell, hole = box(0, 0, 100, 60), box(20, 12, 80, 50)
    shape = shapely.normalize(shapely.difference(shell, hole))
    ring = shapely.get_coordinates(shape.exterior)
    south = (ring[:-1, 1] == CORNER[1]) & (ring[1:, 1] == CORNER[1])
    assert cut_off(shape, south, 11.0 * 89.0, epsg=EPSG, clearance=5.0) is None
    found = cut_off(shape, south, 6.0 * 94.0, epsg=EPSG, clearance=5.0)
    assert found is not None
    assert not shapely.intersects(found.line, shapely.Point(at(50, 12)))
