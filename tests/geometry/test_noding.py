"""Noding: what definition says, nothing else moved, in any order, and the same once more."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.geometry.arranging import snapping
from planloop.geometry.arranging.nearby import edges_near
from planloop.geometry.arranging.noding import node
from planloop.geometry.arranging.pixels import REACH, crosses, crossing, meets
from planloop.geometry.arranging.walks import Walks
from planloop.geometry.loops.cells import Cells
from planloop.geometry.loops.rings import Rings
from planloop.geometry.loops.segments import distinct
from tests.examples import examples
from tests.geometry import exact_noding as exact
from tests.geometry.county import county
from tests.geometry.exact_noding import Point, Segment
from tests.geometry.plain import printed_by_plain_loops
from tests.geometry.random_layers import jittered, merged, rectangles, stars, voronoi

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Walk = list[Point]

FAR = 2**33
"""As far apart as two vertices may be, grid steps."""


def rings_of(walks: list[Walk]) -> Rings:
    """Return closed walks as the rings of as many polygons."""
    vertices = np.array([point for walk in walks for point in walk], dtype=np.int64)
    vertices = vertices.reshape(-1, 2)
    first = np.cumsum([0, *map(len, walks)], dtype=np.int64)
    ones = np.ones(len(walks), dtype=np.int64)
    x, y = vertices[:, 0].copy(), vertices[:, 1].copy()
    return Rings(x, y, first, np.arange(len(walks) + 1, dtype=np.int64), ones)


def walks_of(rings: Rings) -> list[Walk]:
    points = list(zip(rings.x.tolist(), rings.y.tolist(), strict=True))
    return [points[start:stop] for start, stop in pairwise(rings.first.tolist())]


def closed(walks: list[Walk]) -> list[Walk]:
    return [[*walk, walk[0]] for walk in walks]


def same(one: Rings, other: Rings) -> bool:
    return all(np.array_equal(*arrays) for arrays in zip(one, other, strict=True))


def along(segment: Segment, part: int, whole: int) -> Point:
    """Return the grid point next to a place on a segment."""
    x, y = (low + Fraction(part, whole) * (high - low) for low, high in zip(*segment, strict=True))
    return exact.rounded((x, y))


def small(size: int) -> st.SearchStrategy[list[Walk]]:
    """Return walks on a small grid: repeated vertices, spikes, overlaps, points and all."""
    point = st.tuples(st.integers(0, size), st.integers(0, size))
    return st.lists(st.lists(point, min_size=1, max_size=6), min_size=1, max_size=5).map(closed)


@st.composite
def huge(draw: st.DrawFn) -> list[Walk]:
    """Return walks as wide as may be, with vertices next to where their segments run and cross."""
    number = st.integers(0, FAR)
    point = st.tuples(number, number)
    walks = [draw(st.lists(point, min_size=2, max_size=3)) for _ in range(draw(st.integers(1, 3)))]
    segments = sorted(exact.segments_of(closed(walks)))
    near = st.integers(-2, 2)
    for _ in range(draw(st.integers(0, 3)) if segments else 0):
        near_by = []
        for _ in range(draw(st.integers(1, 3))):
            x, y = along(draw(st.sampled_from(segments)), draw(st.integers(0, 10**6)), 10**6)
            east, north = x + draw(near), y + draw(near)
            near_by.append((min(max(east, 0), FAR), min(max(north, 0), FAR)))
        walks.append(near_by)
    return closed(walks)


walks_everywhere = st.one_of(small(4), small(9), small(30), huge())


# ---------------------------------------------------------------------------- pixels, crossings


@st.composite
def beside(draw: st.DrawFn, span: int) -> tuple[Segment, Point]:
    """Return a segment, and a point that it passes near by."""
    number = st.integers(0, span)
    a, b = sorted(draw(st.tuples(st.tuples(number, number), st.tuples(number, number))))
    x, y = along((a, b), draw(st.integers(0, 100)), 100)
    aside = st.integers(-1, 1)
    return (a, b), (x + draw(aside), y + draw(aside))


@settings(max_examples=examples(500))
@given(case=st.one_of(beside(6), beside(FAR)))
def test_a_segment_meets_a_pixel_as_fractions_say(case: tuple[Segment, Point]) -> None:
    (a, b), point = case
    expected = point not in {a, b} and exact.entry((a, b), point) is not None
    assert meets(*a, *b, *point) == expected


@pytest.mark.parametrize(
    ("segment", "point", "expected"),
    [
        # Of the corners only the south-west one belongs to the pixel.
        (((0, 1), (1, 0)), (1, 1), True),
        (((0, 1), (1, 0)), (0, 0), False),
        (((0, 0), (1, 1)), (1, 0), False),
        (((0, 0), (1, 1)), (0, 1), False),
        # The same with products of 67 bits, and one step of cross product aside.
        (((0, FAR), (FAR, 0)), (FAR // 2 + 1, FAR // 2), True),
        (((0, FAR), (FAR, 0)), (FAR // 2 - 1, FAR // 2), False),
        (((0, 0), (FAR, FAR)), (FAR // 2, FAR // 2 - 1), False),
        (((0, 0), (FAR, FAR - 1)), (FAR // 2, FAR // 2), True),
        (((0, 0), (FAR, FAR - 1)), (0, 1), False),
        (((0, 0), (FAR, FAR - 1)), (1, 0), True),
    ],
)
def test_corners_of_a_pixel(segment: Segment, point: Point, *, expected: bool) -> None:
    assert (exact.entry(segment, point) is not None) == expected
    assert meets(*segment[0], *segment[1], *point) == expected


@st.composite
def crossed(draw: st.DrawFn, span: int) -> tuple[Segment, Segment]:
    """Return two segments, often nearly parallel."""
    number = st.integers(0, span)
    a, b, c, d = (draw(st.tuples(number, number)) for _ in range(4))
    if draw(st.booleans()):
        near = st.integers(-3, 3)
        c, d = (
            (min(max(x + draw(near), 0), span), min(max(y + draw(near), 0), span))
            for x, y in (a, b)
        )
    return (a, b), (c, d)


@settings(max_examples=examples(1000))
@given(case=st.one_of(crossed(5), crossed(1000), crossed(FAR)))
def test_a_crossing_is_rounded_as_fractions_say(case: tuple[Segment, Segment]) -> None:
    (a, b), (c, d) = case
    place = exact.crossing(*case)
    assert crosses(*a, *b, *c, *d) == (place is not None)
    if place is not None:
        assert crossing(*a, *b, *c, *d) == exact.rounded(place)
        assert crossing(*d, *c, *a, *b) == exact.rounded(place)


def test_a_crossing_half_way_between_grid_points_moves_up() -> None:
    assert crossing(0, 0, 1, 1, 0, 1, 1, 0) == (1, 1)
    assert crossing(-1, -1, 0, 0, -1, 0, 0, -1) == (0, 0)


@pytest.mark.parametrize("height", [FAR // 2 - 1, 10**6, 1])
@pytest.mark.parametrize("east", [0, FAR // 2, FAR - 1])
def test_a_crossing_next_to_half_way_moves_to_its_own_side(east: int, height: int) -> None:
    """Closer to half way than floating point can tell."""
    level = (0, 0, FAR, 0)
    assert crossing(*level, east, -height, east + 1, height + 1) == (east, 0)
    assert crossing(*level, east, -height - 1, east + 1, height) == (east + 1, 0)


# ---------------------------------------------------------------------------------- whole walks


@settings(max_examples=examples(100))
@given(walks=walks_everywhere)
def test_segments_are_counted_once(walks: list[Walk]) -> None:
    rings = rings_of(walks)
    segments = distinct(rings.x, rings.y, rings.first)
    ends = list(zip(rings.x.tolist(), rings.y.tolist(), strict=True))
    found = [tuple(sorted(ends[edge : edge + 2])) for edge in segments.edges.tolist()]
    assert len(set(found)) == len(found)
    lines = [sorted(pair) for walk in walks for pair in pairwise(walk)]
    assert set(found) == {(low, high) for low, high in lines}
    assert segments.points == sum(low == high for low, high in lines)


@settings(max_examples=examples(200))
@given(walks=walks_everywhere, reach=st.sampled_from([1, 2, 5, 20]), data=st.data())
def test_no_edge_near_a_point_is_left_out(
    walks: list[Walk], reach: int, data: st.DataObject
) -> None:
    """What comes within some steps is found, though the point shares no cell with it."""
    rings = rings_of(walks)
    edges = distinct(rings.x, rings.y, rings.first).edges
    vertex = data.draw(st.integers(0, len(rings.x) - 1))
    aside = st.integers(-reach, reach)
    x = np.clip(rings.x[vertex] + data.draw(aside), rings.x.min(), rings.x.max())
    y = np.clip(rings.y[vertex] + data.draw(aside), rings.y.min(), rings.y.max())
    point = Walks(np.array([x, x]), np.array([y, y]), np.array([0, 2]))
    found = edges_near(*rings[:2], Cells.over(*rings[:2], edges), point, reach)
    ends = list(zip(rings.x.tolist(), rings.y.tolist(), strict=True))
    for edge in edges[~found[edges]].tolist():
        assert exact.distance((ends[edge], ends[edge + 1]), (int(x), int(y))) > reach


@settings(max_examples=examples(300))
@given(walks=walks_everywhere)
def test_noding_is_what_its_definition_says(walks: list[Walk]) -> None:
    assert walks_of(node(rings_of(walks))) == exact.noded(walks)[0]


@settings(max_examples=examples(200))
@given(walks=walks_everywhere)
def test_old_vertices_stay_and_new_ones_lie_near_by(walks: list[Walk]) -> None:
    """Inserted points lie within half a step for each round, and in the old segment's box."""
    result = node(rings_of(walks))
    rounds = exact.noded(walks)[1]
    for before, after in zip(walks, walks_of(result), strict=True):
        assert after[0] == before[0]
        assert after[-1] == before[-1]
        rest = iter(after[1:])
        for segment in pairwise(before):
            if segment[0] == segment[1]:
                continue
            for point in rest:
                if point == segment[1]:
                    break
                assert exact.distance(segment, point) * 2 <= rounds
                for low, high, at in zip(*segment, point, strict=True):
                    assert min(low, high) <= at <= max(low, high)
            else:
                pytest.fail(f"the walk lost {segment[1]}")


@settings(max_examples=examples(100))
@given(walks=walks_everywhere, random=st.randoms(use_true_random=False))
def test_neither_order_nor_direction_counts(walks: list[Walk], random) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # hypothesis' own
    segments = exact.segments_of(walks_of(node(rings_of(walks))))
    others = [walk[::-1] if random.random() < 0.5 else walk for walk in walks]
    random.shuffle(others)
    assert exact.segments_of(walks_of(node(rings_of(others)))) == segments


@settings(max_examples=examples(100))
@given(walks=walks_everywhere, dx=st.integers(-(10**12), 10**12), dy=st.integers(-(10**12), 10**12))
def test_noding_is_the_same_everywhere(walks: list[Walk], dx: int, dy: int) -> None:
    rings = rings_of(walks)
    moved = node(rings._replace(x=rings.x + dx, y=rings.y + dy))
    assert same(moved._replace(x=moved.x - dx, y=moved.y - dy), node(rings))


@settings(max_examples=examples(200))
@given(walks=walks_everywhere)
def test_noding_again_changes_nothing(walks: list[Walk]) -> None:
    once = node(rings_of(walks))
    assert same(node(once), once)


def test_a_bent_segment_is_led_through_what_it_then_meets() -> None:
    """The smallest walks that need several rounds, by brute force: the search is seeded."""
    random = np.random.default_rng(5)
    most = 0
    for _ in range(400):
        walks = closed([[tuple(p) for p in random.integers(0, 13, (3, 2)).tolist()] for _ in "abc"])
        expected, rounds = exact.noded(walks)
        most = max(most, rounds)
        assert walks_of(node(rings_of(walks))) == expected
    assert most >= 3


def test_crowded_cells_are_swept() -> None:
    """A far vertex makes one cell of all the rest; what is found does not depend on it."""
    random = np.random.default_rng(7)
    walks = [[tuple(p) for p in random.integers(0, 400, (3, 2)).tolist()] for _ in range(40)]
    near = node(rings_of(closed(walks)))
    far = node(rings_of([*closed(walks), [(FAR, FAR), (FAR, FAR)]]))
    cells = Cells.over(far.x, far.y, distinct(far.x, far.y, far.first).edges)
    assert np.diff(cells.first).max() > snapping.CROWDED
    assert walks_of(far)[:-1] == walks_of(near)


@pytest.mark.parametrize(
    ("walk", "expected"),
    [
        ([(3, 3), (3, 3)], [(3, 3), (3, 3)]),
        ([(3, 3), (3, 3), (3, 3), (3, 3)], [(3, 3), (3, 3)]),
        ([(0, 0), (0, 0), (5, 0), (5, 0), (0, 0), (0, 0)], [(0, 0), (5, 0), (0, 0)]),
        ([(0, 0), (9, 0), (4, 0), (0, 0)], [(0, 0), (4, 0), (9, 0), (4, 0), (0, 0)]),
    ],
)
def test_collapsed_rings_stay(walk: Walk, expected: Walk) -> None:
    assert walks_of(node(rings_of([walk]))) == [expected]


def test_a_ring_that_is_a_point_bends_what_runs_through_its_pixel() -> None:
    noded = walks_of(node(rings_of([[(3, 1), (3, 1)], [(0, 0), (6, 1), (0, 0)]])))
    assert noded[1] == [(0, 0), (3, 1), (6, 1), (3, 1), (0, 0)]


def test_nothing_is_noded_to_nothing() -> None:
    for polygons in ([], [None, shapely.Polygon()]):
        rings = Rings.of(np.array(polygons, dtype=object))
        assert same(node(rings), rings)


def test_rings_of_one_polygon_keep_their_places() -> None:
    polygons = np.array(
        [
            shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 4, 4)),
            None,
            shapely.MultiPolygon([shapely.box(3, 3, 12, 5), shapely.box(20, 0, 21, 1)]),
        ]
    )
    rings = Rings.of(polygons)
    noded = node(rings)
    assert np.array_equal(noded.ring, rings.ring)
    assert np.array_equal(noded.turn, rings.turn)
    assert np.diff(noded.first).tolist() == [7, 7, 9, 5]


def test_what_lies_too_far_apart_is_an_error_with_its_place() -> None:
    walks = [[(0, 0), (5, 9), (5, 0), (0, 0)], [(FAR + 1, 7), (FAR + 1, 7)]]
    with pytest.raises(InputError, match=r"859 km .*858993\.4593, 0\.0007"):
        node(rings_of(walks))
    assert REACH == FAR


# -------------------------------------------------------------------------------- layers of size


def ends_of(rings: Rings) -> NDArray[np.int64]:
    """Return the distinct segments, the lesser end first, in order, shape (n, 4)."""
    edges = np.setdiff1d(np.arange(len(rings.x) - 1), rings.first[1:-1] - 1)
    ends = np.stack([rings.x[edges], rings.y[edges], rings.x[edges + 1], rings.y[edges + 1]], 1)
    return ordered(ends)


def ordered(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    found: NDArray[np.int64] = np.unique(ends, axis=0)
    return found


def by_geos(ends: NDArray[np.int64], grid: float) -> NDArray[np.int64]:
    """Return the union of segments by GEOS, which nodes them; on a grid of so many steps."""
    corner = ends.reshape(-1, 2).min(axis=0)
    lines = shapely.linestrings((ends.reshape(-1, 2, 2) - corner).astype(float))
    union = shapely.get_parts(shapely.union_all(lines, grid_size=grid))
    points, line = shapely.get_coordinates(union, return_index=True)
    inner = line[1:] == line[:-1]
    pieces = np.concatenate([points[:-1][inner], points[1:][inner]], axis=1).astype(np.int64)
    return ordered(pieces + np.tile(corner, 2))


def county_layers(count: int) -> NDArray[np.object_]:
    land = county(count)
    return np.concatenate([land.parcels, land.zones, [land.boundary]])


LAYERS: dict[str, Callable[[], NDArray[np.object_]]] = {
    "coverage and stars": lambda: np.concatenate([voronoi(1, 200), stars(2, 30)]),
    "coverage and its unions": lambda: np.concatenate(
        [voronoi(3, 200), merged(voronoi(3, 200), 9, 3)]
    ),
    "rectangles": lambda: rectangles(4, 60),
    "copies a millimetre apart": lambda: np.concatenate(
        [voronoi(5, 100), *(jittered(voronoi(5, 100), seed, 1e-3) for seed in (6, 7))]
    ),
    "copies a step apart": lambda: np.concatenate(
        [voronoi(8, 100), *(jittered(voronoi(8, 100), seed, 1e-4) for seed in (9, 10))]
    ),
    "county": lambda: county_layers(200),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_meet_at_vertices_only(name: str) -> None:
    """The noded segments are their own union by GEOS, unrounded: they neither cross nor overlap."""
    rings = Rings.of(LAYERS[name]())
    noded = node(rings)
    ends = ends_of(noded)
    assert np.array_equal(by_geos(ends, grid=0.0), ends)
    assert same(node(noded), noded)


@pytest.mark.parametrize("name", ["coverage and stars", "rectangles", "county"])
def test_layers_are_noded_as_snap_rounding_of_geos_does(name: str) -> None:
    """GEOS 3.14, repeated until nothing changes. It also snaps crossings to vertices near by."""
    rings = Rings.of(LAYERS[name]())
    ends, before = ends_of(rings), np.empty((0, 4), np.int64)
    while not np.array_equal(ends, before):
        before, ends = ends, by_geos(ends, grid=1.0)
    assert np.array_equal(ends_of(node(rings)), ends)


@pytest.mark.parametrize("name", ["coverage and its unions", "a county's parcels"])
def test_layers_that_agree_come_back_as_they_are(name: str) -> None:
    polygons = LAYERS[name]() if name in LAYERS else county(200).parcels
    rings = Rings.of(polygons)
    assert same(node(rings), rings)


def test_only_what_disagrees_changes() -> None:
    """A rectangle laid over a coverage: rings that it does not meet keep their vertices."""
    cells = voronoi(11, 200)
    site = rectangles(12, 1)
    rings = Rings.of(np.concatenate([cells, site]))
    noded = node(rings)
    longer = np.diff(noded.first) > np.diff(rings.first)
    touched = shapely.intersects(cells, shapely.boundary(site[0]))
    assert 0 < touched.sum() < len(cells)
    assert longer.tolist() == [*touched.tolist(), True]


PLAIN = """
import json
from tests.geometry.test_noding import WALKS, node, rings_of
from planloop.geometry.loops.compiled import JIT
print(json.dumps([JIT, *(array.tolist() for array in node(rings_of(WALKS)))]))
"""

WALKS = closed(
    [
        [(0, 0), (FAR, FAR - 5), (3, FAR)],
        [(7, FAR), (FAR, 1), (FAR // 2, FAR // 2)],
        [(0, 0), (0, 0), (7, 3), (2, 5), (6, 1), (1, 4), (9, 9)],
        [(4, 4), (4, 4)],
    ]
)


def test_plain_loops_give_the_same_numbers() -> None:
    jit, *arrays = json.loads(printed_by_plain_loops(PLAIN))
    assert not jit
    assert arrays == [array.tolist() for array in node(rings_of(WALKS))]
