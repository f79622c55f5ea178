"""Faces of noded rings are those of GEOS; what they lie in, by windings about points."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planloop.geometry.arranging import planar_graph
from planloop.geometry.arranging.arrangement import Arrangement
from planloop.geometry.arranging.noding import node
from planloop.geometry.grid import snap
from planloop.geometry.loops.rings import Rings
from planloop.geometry.neighbours import Neighbours, components, neighbours_of
from planloop.geometry.ordering import in_canonical_order
from tests.examples import examples
from tests.geometry.plain import printed_by_plain_loops
from tests.geometry.random_layers import jittered, merged, rectangles, stars, voronoi
from tests.geometry.random_walks import Walks, random_walks

if TYPE_CHECKING:
    from planloop.geometry.arranging.planar_graph import PlanarGraph

ROOT = Path(__file__).parents[2]

FAR = 6_000_000_000
"""600 km in grid steps."""


def polygonized(lines: np.ndarray[tuple[int], np.dtype[np.object_]]) -> list[bytes]:
    """Return the faces by GEOS, as well-known binary, in canonical order."""
    faces: Any = shapely.get_parts(shapely.polygonize(lines))
    texts: list[bytes] = shapely.to_wkb(in_canonical_order(shapely.normalize(faces))).tolist()
    return texts


def segments(graph: PlanarGraph) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return all segments as lines."""
    xy = np.column_stack([graph.x, graph.y]) / 1e4
    lines: Any = shapely.linestrings(xy[graph.tail].reshape(-1, 2, 2))
    return np.asarray(lines, dtype=object)


def arranged(polygons: list[shapely.Geometry]) -> Arrangement:
    """Return the faces of polygons that are noded."""
    return Arrangement.of(Rings.of(np.array(polygons, dtype=object)))


def faces(polygons: list[shapely.Geometry]) -> list[shapely.Polygon]:
    """Return the faces of polygons that are noded, once GEOS has found the same."""
    found = arranged(polygons)
    shapes = found.polygons()
    assert shapely.to_wkb(shapes).tolist() == polygonized(segments(found.graph))
    return list(shapes)


def pairs(found: Arrangement) -> list[tuple[int, int]]:
    return list(zip(*(item.tolist() for item in found.within()), strict=True))


def check_windings(case: Walks, found: Arrangement) -> None:
    """Compare with the windings about the centroid of each triangle of the lattice."""
    triangles = case.lattice.triangles()
    corners = [case.lattice.steps(list(triangle)) for triangle in triangles]
    centroids: Any = shapely.points(np.array([points.mean(axis=0) for points in corners]) / 1e4)
    triangle, face = shapely.STRtree(found.polygons()).query(centroids, predicate="within")
    # No triangle lies in two faces, and every face has some.
    assert len(set(triangle.tolist())) == len(triangle)
    assert set(face.tolist()) == set(range(len(found)))
    inside = set(pairs(found))
    for t in range(len(triangles)):
        at = face[triangle == t]
        for polygon in range(len(case.polygons)):
            winding = case.winding(polygon, triangles[t])
            if len(at):
                assert ((int(at[0]), polygon) in inside) == (winding > 0)
            else:
                assert winding == 0


@settings(max_examples=examples(300))
@given(seed=st.integers(0, 2**31), shear=st.sampled_from([0, 3333]))
# Holes of three and of four corners: the longer comes first.
@example(seed=43431, shear=0)
def test_faces_of_any_walks_are_those_of_geos(seed: int, shear: int) -> None:
    case = random_walks(seed, shear=shear)
    found = Arrangement.of(case.rings)
    assert shapely.to_wkb(found.polygons()).tolist() == polygonized(case.lines())


@settings(max_examples=examples(100))
@given(seed=st.integers(0, 2**31))
def test_a_face_lies_in_what_winds_round_it(seed: int) -> None:
    case = random_walks(seed, shear=3333)
    check_windings(case, Arrangement.of(case.rings))


@settings(max_examples=examples(30))
@given(seed=st.integers(0, 2**31))
def test_regions_600_km_across(seed: int) -> None:
    """Cross products of such segments do not fit into 64 bits."""
    case = random_walks(seed, scale=FAR // 8, shear=-FAR // 27)
    found = Arrangement.of(case.rings)
    assert shapely.to_wkb(found.polygons()).tolist() == polygonized(case.lines())
    check_windings(case, found)


@settings(max_examples=examples(50))
@given(seed=st.integers(0, 2**31))
def test_the_order_of_rings_does_not_matter(seed: int) -> None:
    case = random_walks(seed)
    random = np.random.default_rng(seed)
    order = random.permutation(len(case.polygons))
    # The other way round and counted the other way, from another vertex on.
    turned = [
        [(walk[::-1], -sign) for walk, sign in reversed(case.polygons[index])] for index in order
    ]
    other = Arrangement.of(Walks(case.lattice, turned).rings)
    found = Arrangement.of(case.rings)
    assert shapely.to_wkb(other.polygons()).tolist() == shapely.to_wkb(found.polygons()).tolist()
    assert sorted((face, int(order[polygon])) for face, polygon in pairs(other)) == pairs(found)


@settings(max_examples=examples(100))
@given(seed=st.integers(0, 2**31))
def test_eulers_formula_and_the_sum_of_areas(seed: int) -> None:
    """Vertices − edges + faces = 1 + components, on the segments that bound something."""
    found = Arrangement.of(random_walks(seed, shear=77).rings)
    alive = found.right[::2] != found.right[1::2]
    tail, head = found.graph.tail[::2][alive], found.graph.tail[1::2][alive]
    vertices, ends = np.unique(np.append(tail, head), return_inverse=True)
    one, other = ends.reshape(2, -1)
    parts = len(np.unique(components(len(vertices), one, other)))
    assert len(vertices) - len(tail) + len(found) == parts
    # The unbounded face's own rings run round all the rest.
    area = 0
    for h in np.flatnonzero(found.right == len(found)):
        if alive[h >> 1]:
            a, b = found.graph.tail[h], found.graph.tail[h ^ 1]
            x, y = found.graph.x.astype(object), found.graph.y.astype(object)
            area += int(x[a] * y[b] - x[b] * y[a])
    assert area / 2e8 == pytest.approx(shapely.area(found.polygons()).sum())


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 2**31), groups=st.integers(1, 6))
def test_faces_of_a_coverage_are_its_polygons(seed: int, groups: int) -> None:
    cells = voronoi(seed, 30)
    zones = merged(cells, groups, seed)
    found = Arrangement.of(Rings.of(np.concatenate([cells, zones])))
    order = in_canonical_order(cells)
    assert shapely.to_wkb(found.polygons()).tolist() == shapely.to_wkb(order).tolist()
    inside = shapely.contains_properly(
        np.concatenate([cells, zones])[None, :], shapely.point_on_surface(order)[:, None]
    )
    assert pairs(found) == list(zip(*(k.tolist() for k in np.nonzero(inside)), strict=True))
    same(found.neighbours(np.arange(len(found))), neighbours_of(order))
    # Among some of them, too, numbered anew.
    keep = np.flatnonzero(np.random.default_rng(seed).random(len(found)) < 0.5)
    same(found.neighbours(keep), neighbours_of(order[keep]))


def winding(rings: Rings, polygon: int, x: Fraction, y: Fraction) -> int:
    """Return how often the rings of a polygon wind round a point, exactly."""
    total = 0
    for ring in range(rings.ring[polygon], rings.ring[polygon + 1]):
        vertices = slice(rings.first[ring], rings.first[ring + 1])
        points = zip(rings.x[vertices].tolist(), rings.y[vertices].tolist(), strict=True)
        for (x1, y1), (x2, y2) in pairwise(points):
            if (y1 <= y) != (y2 <= y) and (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)):
                total += int(rings.turn[ring]) * (1 if y2 > y1 else -1)
    return total


@settings(max_examples=examples(40))
@given(seed=st.integers(0, 2**31), fine=st.booleans())
def test_polygons_that_overlap_once_they_are_noded(seed: int, fine: bool) -> None:  # noqa: FBT001  # drawn
    """By fractions, about a point in each face."""
    coarse = [voronoi(seed, 6), stars(seed, 3), rectangles(seed, 2)]
    layers = [*coarse, jittered(coarse[0], seed, 3e-4)] if fine else coarse
    rings = node(Rings.of(np.concatenate(layers)))
    found = Arrangement.of(rings)
    shapes = found.polygons()
    assert shapely.to_wkb(shapes).tolist() == polygonized(segments(found.graph))
    inside = set(pairs(found))
    outlines = Rings.of(shapes)
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    for face in range(len(found)):
        x, y = (Fraction(place) * 10_000 for place in points[face].tolist())
        if winding(outlines, face, x, y) != 1:
            # A sliver without a floating point in it.
            continue
        for polygon in range(rings.polygons):
            assert ((face, polygon) in inside) == (winding(rings, polygon, x, y) > 0)


def test_thousands_of_faces_are_those_of_geos() -> None:
    cells = voronoi(1, 3000, 5000.0)
    far = [shapely.transform(stars(k, 4), lambda xy, k=k: snap(xy + 90.0 * k)) for k in range(50)]
    found = Arrangement.of(node(Rings.of(np.concatenate([cells, *far]))))
    assert len(found) > 4000
    assert shapely.to_wkb(found.polygons()).tolist() == polygonized(segments(found.graph))
    same(found.neighbours(np.arange(len(found))), neighbours_of(found.polygons()))


def same(one: Neighbours, other: Neighbours) -> None:
    assert one.left.tolist() == other.left.tolist()
    assert one.right.tolist() == other.right.tolist()
    assert one.length.tolist() == other.length.tolist()
    assert one.outer.tolist() == other.outer.tolist()


def frame(low: float, high: float, width: float = 1.0) -> shapely.Polygon:
    """Return a square ring of land."""
    outer = shapely.box(low, low, high, high)
    return shapely.difference(
        outer, shapely.box(low + width, low + width, high - width, high - width)
    )


def moved(shape: shapely.Polygon, east: float, north: float) -> shapely.Polygon:
    return shapely.transform(shape, lambda xy: snap(xy + np.array([east, north])))


def test_a_donut_is_a_face_with_a_hole_and_a_face_in_it() -> None:
    found = arranged([frame(0, 10)])
    assert [len(face.interiors) for face in faces([frame(0, 10)])] == [1, 0]
    # Only the ring lies in the polygon.
    assert pairs(found) == [(0, 0)]


def test_islands_in_donuts_in_donuts() -> None:
    """Five rings one in the other, no two of which touch, and two islands side by side at last."""
    rings = [frame(low, 100 - low) for low in range(0, 40, 8)]
    islands = [shapely.box(48, 48, 49, 49), shapely.box(50, 48, 51, 52)]
    shapes = faces([*rings, *islands])
    assert len(shapes) == 12
    assert sorted(len(face.interiors) for face in shapes) == [0] * 2 + [1] * 9 + [2]
    found = arranged([*rings, *islands])
    assert [polygon for _, polygon in pairs(found)] == [0, 1, 2, 3, 4, 5, 6]


def test_many_islands_each_in_the_right_hole() -> None:
    """A row of frames with an island in each; to the west of an island other islands lie."""
    frames = [moved(frame(0, 10), 11.0 * k, 0.3 * k) for k in range(40)]
    islands = [moved(shapely.box(3, 3, 6, 6), 11.0 * k, 0.3 * k) for k in range(40)]
    shapes = faces([*frames, *islands])
    assert len(shapes) == 120
    assert sorted(polygon for _, polygon in pairs(arranged([*frames, *islands]))) == list(range(80))


def test_faces_that_touch_in_points() -> None:
    """A hole that touches its shell, holes that touch each other, faces that touch at a corner."""
    square = shapely.Polygon([(0, 0), (2, 0), (4, 0), (4, 4), (0, 4)])
    low = shapely.Polygon([(2, 0), (3, 1), (2, 2), (1, 1)])
    high = shapely.Polygon([(2, 2), (3, 3), (2, 3.5), (1, 3)])
    shapes = faces([square, low, high])
    assert [len(face.interiors) for face in shapes] == [2, 0, 0]
    corner = shapely.Polygon([(4, 4), (6, 4), (6, 6), (4, 6)])
    assert len(faces([square, low, high, corner])) == 4
    # From outside, too: the common vertex is the lowest one of both.
    assert len(faces([frame(-9, 9), corner, shapely.Polygon([(4, 4), (5, 3), (6, 3)])])) == 4


def test_touching_holes_may_close_a_face_in() -> None:
    """Four squares in a ring touch at corners; inside is a face, and around them a hole."""
    squares = [shapely.box(x, y, x + 1, y + 1) for x, y in ((1, 0), (0, 1), (2, 1), (1, 2))]
    shapes = faces([shapely.box(-1, -1, 4, 4), *squares])
    assert len(shapes) == 6
    assert sum(len(face.interiors) for face in shapes) == 1


def walk(*points: tuple[int, int]) -> tuple[list[tuple[int, int]], int]:
    return list(points), 1


def test_collapsed_rings_bound_nothing() -> None:
    lattice = random_walks(0).lattice
    there_and_back = walk((0, 0), (1, 0), (2, 0), (1, 0), (0, 0))
    alone = Arrangement.of(Walks(lattice, [[there_and_back]]).rings)
    assert len(alone) == 0
    assert len(alone.polygons()) == 0
    assert pairs(alone) == []
    # A spike, a bridge between two squares, and a point.
    left = walk((0, 0), (1, 0), (2, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    right = walk((2, 0), (3, 0), (3, 1), (2, 1), (2, 0))
    point = walk((1, 1), (1, 1))
    case = Walks(lattice, [[left], [right], [point]])
    found = Arrangement.of(case.rings)
    assert len(found) == 2
    assert shapely.to_wkb(found.polygons()).tolist() == polygonized(case.lines())
    assert pairs(found) == [(0, 0), (1, 1)]


def test_rings_may_wind_twice_backwards_or_both() -> None:
    once = walk((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    back = once[0][::-1]
    lattice = random_walks(0).lattice
    case = Walks(lattice, [[once, once], [(back, 1)], [once, (back, 1)], [(back, -1)]])
    assert pairs(Arrangement.of(case.rings)) == [(0, 0), (0, 3)]


def test_faces_with_the_same_bounds_have_an_order() -> None:
    """Halves of squares along either diagonal."""
    halves = [
        shapely.Polygon(points)
        for k in range(0, 50, 5)
        for points in ([(k, 0), (k + 3, 0), (k + 3, 3)], [(k, 0), (k + 3, 3), (k, 3)])
    ]
    assert len(faces(halves)) == 20
    assert len(faces(halves[::-1])) == 20


@pytest.mark.parametrize("count", [3, 1000])
def test_a_vertex_of_high_degree(count: int) -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, count + 1)[:-1]
    rim = snap(100.0 * np.column_stack([np.cos(angle), np.sin(angle)]))
    fan = [shapely.Polygon([(0, 0), rim[k - 1], rim[k]]) for k in range(count)]
    random = np.random.default_rng(1)
    assert len(faces([fan[k] for k in random.permutation(count)])) == count


def test_no_rings_no_faces() -> None:
    found = arranged([])
    assert len(found) == 0
    assert pairs(found) == []
    assert len(found.neighbours(np.arange(0)).left) == 0


def test_more_vertices_than_can_be_numbered_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planar_graph, "MOST", 4)
    with pytest.raises(OverflowError, match="5 vertices"):
        arranged([shapely.box(0, 0, 1, 1)])


def digest() -> str:
    """Return a digest of everything that is found on a small case."""
    case = random_walks(3, shear=11)
    islands = Rings.of(np.array([frame(0, 9), frame(2, 7), frame(20, 29)], dtype=object))
    total = hashlib.sha256()
    for rings in (case.rings, islands):
        found = Arrangement.of(rings)
        near = found.neighbours(np.arange(len(found)))
        for text in shapely.to_wkb(found.polygons()):
            total.update(text)
        for values in (
            *found.graph,
            found.right,
            *found.within(),
            near.left,
            near.length,
            near.outer,
        ):
            total.update(np.ascontiguousarray(values).tobytes())
    return total.hexdigest()


def test_plain_loops_give_the_same_to_the_last_bit() -> None:
    code = "from tests.geometry.test_arrangement import digest; print(digest())"
    assert printed_by_plain_loops(code) == digest()
