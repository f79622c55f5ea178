"""One fixture per kind of defect, none on clean and on noisy data, every planted one found."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.geometry.defect import KINDS, Defect
from planloop.geometry.finding.weld import NOISE, weld
from planloop.geometry.grid import STEP
from planloop.geometry.topology import topology
from tests.examples import examples
from tests.geometry.random_layers import CORNER, EPSG, at, box, merged, region, voronoi

if TYPE_CHECKING:
    from numpy.typing import NDArray


def array(*geometries: shapely.Geometry | None) -> NDArray[np.object_]:
    return np.array(geometries, dtype=object)


def polygon(*points: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([at(*point) for point in points])


def found(defects: tuple[Defect, ...]) -> list[tuple[str, tuple[int, ...]]]:
    return [(defect.kind, defect.polygons) for defect in defects]


WEST, EAST = box(0, 0, 10, 10), box(10, 0, 20, 10)
BOTH = array(box(0, 0, 20, 10))
BOW = polygon((0, 0), (10, 10), (10, 0), (0, 10))
SPIKE = polygon((0, 0), (10, 0), (10, 5), (12, 5), (10, 5), (10, 10), (0, 10))
NOTCHED = polygon((10, 0), (20, 0), (20, 10), (10, 10), (10, 5))
FRAME = shapely.difference(box(0, 0, 10, 10), box(3, 3, 6, 6))


Expected: TypeAlias = (
    "tuple[str, tuple[int, ...], shapely.Geometry | None, float | None, float | None]"
)
"""Kind, polygons, place, area and length of a defect; None for what is not foreseen exactly."""

# What is given, within which boundary, and the defects.
FIXTURES: dict[str, tuple[NDArray[np.object_], NDArray[np.object_] | None, list[Expected]]] = {
    "self-crossing": (
        array(BOW, EAST),
        None,
        [("self-crossing", (0,), shapely.Point(at(5, 5)), 0.0, 0.0)],
    ),
    "self-touching": (
        array(polygon((0, 0), (10, 0), (10, 10), (5, 0), (0, 10))),
        None,
        [("self-crossing", (0,), shapely.Point(at(5, 0)), 0.0, 0.0)],
    ),
    "two crossings": (
        array(polygon((0, 0), (4, 4), (8, 0), (12, 4), (12, 0), (8, 4), (4, 0), (0, 4))),
        None,
        [
            ("self-crossing", (0,), shapely.Point(at(2, 2)), 0.0, 0.0),
            ("self-crossing", (0,), shapely.Point(at(6, 2)), 0.0, 0.0),
            ("self-crossing", (0,), shapely.Point(at(10, 2)), 0.0, 0.0),
        ],
    ),
    "hole outside": (
        array(shapely.Polygon(WEST.exterior, [box(20, 20, 21, 21).exterior])),
        None,
        # Which corner of the hole is told is GEOS's choice.
        [("self-crossing", (0,), None, 0.0, 0.0)],
    ),
    "spike": (
        array(SPIKE, NOTCHED),
        None,
        [("spike", (0,), shapely.LineString([at(10, 5), at(12, 5)]), 0.0, 2.0)],
    ),
    "spike inward": (
        array(polygon((0, 0), (10, 0), (10, 5), (7, 5), (10, 5), (10, 10), (0, 10)), NOTCHED),
        None,
        [("spike", (0,), shapely.LineString([at(7, 5), at(10, 5)]), 0.0, 3.0)],
    ),
    "spike with an area": (
        array(
            polygon((0, 0), (10, 0), (10, 5), (12, 5), (10, 5.0002), (10, 10), (0, 10)),
        ),
        None,
        [("spike", (0,), shapely.LineString([at(10, 5), at(12, 5)]), 2e-4, 2.0)],
    ),
    "spike of two pieces with a blunt tip": (
        array(
            polygon(
                (0, 0),
                (10, 0),
                (10, 5),
                (11, 5),
                (12, 5),
                (12, 5.0002),
                (11, 5.0002),
                (10, 5.0002),
                (10, 10),
                (0, 10),
            ),
        ),
        None,
        [("spike", (0,), shapely.LineString([at(10, 5), at(12, 5)]), None, 2.0)],
    ),
    "spike that two share": (
        array(
            SPIKE,
            polygon((10, 0), (20, 0), (20, 10), (10, 10), (10, 5), (12, 5), (10, 5)),
        ),
        None,
        [("spike", (0, 1), shapely.LineString([at(10, 5), at(12, 5)]), 0.0, 2.0)],
    ),
    "sliver": (
        array(WEST, box(10, 0, 10.005, 10), box(10.005, 0, 20, 10)),
        BOTH,
        [("sliver", (1,), box(10, 0, 10.005, 10), 0.05, 20.01)],
    ),
    "duplicate": (
        array(WEST, EAST, shapely.reverse(WEST)),
        BOTH,
        [("duplicate", (0, 2), WEST, 100.0, 40.0)],
    ),
    "overlap": (
        array(box(0, 0, 11, 10), EAST),
        BOTH,
        [("overlap", (0, 1), box(10, 0, 11, 10), 10.0, 22.0)],
    ),
    "overlap wholly inside": (
        array(WEST, EAST, box(3, 3, 5, 5)),
        BOTH,
        [("overlap", (0, 2), box(3, 3, 5, 5), 4.0, 8.0)],
    ),
    "overlap of three": (
        array(box(0, 0, 10, 10), box(4, 0, 20, 10), box(8, 0, 9, 10)),
        BOTH,
        [
            ("overlap", (0, 1), box(4, 0, 10, 10), 60.0, 32.0),
            ("overlap", (0, 2), box(8, 0, 9, 10), 10.0, 22.0),
            ("overlap", (1, 2), box(8, 0, 9, 10), 10.0, 22.0),
        ],
    ),
    "gap": (array(FRAME), None, [("gap", (0,), box(3, 3, 6, 6), 9.0, 12.0)]),
    "gap partly filled": (
        array(FRAME, box(3, 3, 6, 5)),
        None,
        [("gap", (0, 1), box(3, 5, 6, 6), 3.0, 8.0)],
    ),
    "gap round an island": (
        array(FRAME, box(4, 4, 5, 5)),
        None,
        [("gap", (0, 1), shapely.difference(box(3, 3, 6, 6), box(4, 4, 5, 5)), 8.0, 16.0)],
    ),
    "gap at the boundary": (
        array(WEST, box(10, 0, 20, 6)),
        BOTH,
        [("gap", (0, 1), box(10, 6, 20, 10), 40.0, 28.0)],
    ),
    "gap where all is missing": (array(), BOTH, [("gap", (), BOTH[0], 200.0, 60.0)]),
    "outside": (
        array(WEST, box(10, 0, 21, 10)),
        BOTH,
        [("outside", (1,), box(20, 0, 21, 10), 10.0, 22.0)],
    ),
    "edge: a vertex missing on one side": (
        array(WEST, box(10, 0, 20, 4), box(10, 4, 20, 10)),
        BOTH,
        [("edge", (0, 1, 2), shapely.LineString([at(10, 0), at(10, 4), at(10, 10)]), 0.0, 10.0)],
    ),
    "edge: a vertex half a grid step off the line": (
        array(
            polygon((0, 0), (10, 0), (10.00005, 5), (10, 10), (0, 10)),
            EAST,
        ),
        None,
        [("edge", (0, 1), None, 0.0, None)],
    ),
    "edge: off the boundary": (
        array(box(0, 0, 9.99995, 10)),
        array(WEST),
        [("edge", (0,), None, 0.0, None)],
    ),
}


@pytest.mark.parametrize("name", FIXTURES)
def test_each_kind(name: str) -> None:
    polygons, boundary, expected = FIXTURES[name]
    defects = topology(polygons, boundary)
    assert found(defects) == [(kind, who) for kind, who, *_ in expected]
    for defect, (_, _, place, planar_area, length) in zip(defects, expected, strict=True):
        if place is not None:
            assert shapely.equals(defect.place, place)
        if planar_area is not None:
            assert defect.planar_area == pytest.approx(planar_area, abs=1e-7)
        if length is not None:
            assert defect.length == pytest.approx(length, abs=1e-6)


def test_every_kind_has_its_fixture() -> None:
    told = {kind for _, _, expected in FIXTURES.values() for kind, *_ in expected}
    assert told == set(KINDS)


@pytest.mark.parametrize(
    "polygons",
    [
        array(),
        array(WEST),
        array(WEST, EAST),
        # They touch in a point, or not at all; a hole is filled; parts of one polygon.
        array(WEST, box(10, 10, 20, 20)),
        array(WEST, box(30, 0, 40, 10)),
        array(FRAME, box(3, 3, 6, 6)),
        array(shapely.MultiPolygon([WEST, box(30, 0, 40, 10)])),
        # A corner of 3 degrees is no spike, a triangle of 1 cm no sliver of land.
        array(polygon((0, 0), (20, 0), (20, 1))),
        array(box(0, 0, 0.02, 50)),
    ],
)
def test_nothing_is_wrong(polygons: NDArray[np.object_]) -> None:
    assert topology(polygons) == ()


def test_missing_and_empty_ones_take_no_part_but_keep_their_numbers() -> None:
    polygons = array(None, box(0, 0, 11, 10), shapely.Polygon(), EAST)
    assert found(topology(polygons, BOTH)) == [("overlap", (1, 3))]


def test_limits_of_area_work_in_both_directions() -> None:
    """Gaps of 1, 9 and 25 m²."""
    land = shapely.difference(
        box(0, 0, 40, 10),
        shapely.union_all([box(2, 2, 3, 3), box(10, 2, 13, 5), box(20, 2, 25, 7)]),
    )

    def gaps(least: float = 0.0, most: float = np.inf) -> list[int]:
        defects = topology(array(land), ignore_below=least, ignore_above=most)
        return sorted(round(gap.planar_area) for gap in defects)

    assert gaps() == [1, 9, 25]
    assert gaps(least=2.0) == [9, 25]
    assert gaps(most=10.0) == [1, 9]
    assert gaps(least=9.0, most=9.0) == [9]


def test_what_is_ignored_leaves_no_edge_behind() -> None:
    assert topology(array(box(0, 0, 11, 10), EAST), ignore_below=20.0) == ()


def test_widths_are_settings() -> None:
    """A spike 4 mm wide and a sliver 5 cm wide, which by default are neither."""
    spike = array(polygon((0, 0), (10, 0), (10, 5), (12, 5), (10, 5.004), (10, 10), (0, 10)))
    assert topology(spike) == ()
    assert found(topology(spike, spike_width=0.005)) == [("spike", (0,))]
    sliver = array(box(0, 0, 0.05, 10))
    assert topology(sliver) == ()
    assert found(topology(sliver, sliver_width=0.06)) == [("sliver", (0,))]


def test_a_boundary_may_have_parts_and_holes() -> None:
    lake = box(3, 3, 6, 6)
    boundary = array(shapely.difference(WEST, lake), box(30, 0, 40, 10))
    polygons = array(FRAME, box(30, 0, 40, 10))
    assert topology(polygons, boundary) == ()
    assert found(topology(array(WEST, polygons[1]), boundary)) == [("outside", (0,))]


def test_a_long_crack_does_not_hide_a_narrow_strip() -> None:
    """A strip of 1 mm by 6 m that reaches out, and on another side 0.05 mm by 300 m."""
    west = [(0.0, 8.0), (-0.001, 8.0), (-0.001, 2.0), (0.0, 2.0)]
    wider = polygon((0, 0), (300, 0), (300, 10.00005), (0, 10.00005), *west)
    told = topology(array(wider), array(box(0, 0, 300, 10)))
    assert [defect.kind for defect in told] == ["outside", "edge"]
    assert told[0].planar_area == pytest.approx(0.006, rel=1e-3)


def test_an_invalid_boundary_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        topology(array(WEST), array(BOW))
    assert caught.value.key == "geometry.invalid"


def test_what_is_no_polygon_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        topology(array(WEST, shapely.Point(at(0, 0))))
    assert caught.value.key == "geometry.no-polygon"
    assert caught.value.where["feature"] == "1"


# ------------------------------------------------------------------------------- clean and noisy


def clean(seed: int) -> NDArray[np.object_]:
    cells = voronoi(seed, 6 + seed % 20)
    return merged(cells, 5, seed) if seed % 3 == 0 else cells


def noisy(polygons: NDArray[np.object_], seed: int, reach: float) -> NDArray[np.object_]:
    """Move every vertex of every polygon for itself; rings stay closed."""
    random = np.random.default_rng(seed)

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        shifted = xy + random.uniform(-reach, reach, xy.shape)
        closing = np.flatnonzero((xy[1:] == xy[:-1]).all(axis=1))
        return np.delete(shifted, closing, axis=0)

    result = []
    for shape in polygons:
        parts = []
        for part in shapely.get_parts(shape):
            rings = [moved(shapely.get_coordinates(ring)[:-1]) for ring in shapely.get_rings(part)]
            parts.append(shapely.Polygon(rings[0], rings[1:]))
        result.append(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
    return np.array(result, dtype=object)


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 2**31), bounded=st.booleans(), reach=st.sampled_from([0.0, 1e-9, 1e-7]))
def test_clean_data_and_noise_have_no_defect(seed: int, bounded: bool, reach: float) -> None:  # noqa: FBT001  # a parameter
    """On the grid, and off it: the same cells a fraction of a step beside."""
    polygons = clean(seed)
    assert shapely.coverage_is_valid(polygons)
    offset = np.random.default_rng(seed).uniform(0.0, 1e-4, 2)
    beside = shapely.transform(polygons, lambda xy: xy + offset)
    boundary = noisy(array(shapely.coverage_union_all(beside)), seed, reach) if bounded else None
    assert topology(noisy(beside, seed + 1, reach), boundary) == ()


def test_a_projection_there_and_back_has_no_defect() -> None:
    """By PROJ, to degrees and back, half of the polygons only."""
    polygons = clean(1)
    there = pyproj.Transformer.from_crs(EPSG, 4490, always_xy=True)
    back = pyproj.Transformer.from_crs(4490, EPSG, always_xy=True)
    moved = polygons.copy()
    moved[::2] = shapely.transform(
        polygons[::2],
        lambda x, y: back.transform(*there.transform(x, y)),
        interleaved=False,
    )
    assert not np.array_equal(moved, polygons)
    assert topology(moved, array(region())) == ()


@settings(max_examples=examples(100))
@given(
    points=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12),
    seed=st.integers(0, 2**31),
)
def test_welding_joins_all_that_are_close_and_moves_nothing_far(
    points: list[tuple[int, int]], seed: int
) -> None:
    """Points 1e-7 m apart on a lattice, and copies 1 m away that are never joined."""
    xy = np.array(points) * 1e-7 + CORNER + np.random.default_rng(seed).uniform(0.0, 1.0, 2)
    lines = np.array([shapely.Point(p) for p in (*xy, *(xy + 1.0))], dtype=object)
    welded = shapely.get_coordinates(weld(lines))
    near = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1)) <= NOISE * 0.99
    same = (welded[: len(xy), None] == welded[None, : len(xy)]).all(axis=-1)
    assert same[near].all()
    assert np.abs(welded - shapely.get_coordinates(lines)).max() < 5e-6
    assert welded[len(xy) :].min() > welded[: len(xy)].min()


def test_welding_keeps_the_grid() -> None:
    cells = voronoi(3, 20)
    assert shapely.to_wkb(weld(cells)).tolist() == shapely.to_wkb(cells).tolist()


# --------------------------------------------------------------------------------------- planted

TOLD = {
    "overlap": "overlap",
    "gap": "gap",
    "missing": "gap",
    "duplicate": "duplicate",
    "spike": "spike",
    "crossing": "self-crossing",
    "vertex": "edge",
}
"""What is planted, and the kind of defect that it is."""


def changed(cell: shapely.Polygon, edge: int, kind: str, size: float) -> shapely.Polygon:
    """Return a cell whose outline is changed at the middle of an edge, by `size` metres."""
    ring = shapely.get_coordinates(cell.exterior)
    start, end = ring[edge], ring[edge + 1]
    middle = np.rint((start + end) / 2.0 * 1e4) / 1e4
    # A normalised shell runs clockwise: this points outward.
    normal = np.array([start[1] - end[1], end[0] - start[0]]) / np.hypot(*(end - start))
    between = {
        "overlap": [middle + normal * size],
        "gap": [middle - normal * size],
        "spike": [middle, middle + normal * 50.0 * size, middle],
        "vertex": [middle],
    }
    if kind in between:
        ring = np.insert(ring, edge + 1, between[kind], axis=0)
    if kind == "crossing":
        ring = ring[:-1]
        after = (edge + 1) % len(ring)
        ring[[edge, after]] = ring[[after, edge]]
    return shapely.Polygon(ring)


@settings(max_examples=examples(150))
@given(
    seed=st.integers(0, 2**31),
    number=st.integers(0, 100),
    kind=st.sampled_from(list(TOLD)),
    size=st.floats(-3.0, 0.0).map(lambda power: 10.0**power),
)
def test_a_planted_defect_is_found_where_it_is(
    seed: int, number: int, kind: str, size: float
) -> None:
    """`size`: how far, from 1 mm to 1 m, the middle of an edge is moved."""
    cells = voronoi(seed, 12)
    which = number % len(cells)
    cell = cells[which]
    ring = shapely.get_coordinates(cell.exterior)
    edge = number % (len(ring) - 1)
    side = shapely.LineString(ring[[edge, edge + 1]])
    assume(side.length > 2.0)
    other = changed(cell, edge, kind, size)
    assume(other.is_valid == (kind not in {"crossing", "spike"}))
    planted = cells.copy()
    planted[which] = other
    if kind == "duplicate":
        planted = np.append(cells, [other])
    elif kind == "missing":
        planted = np.delete(cells, which)
    defects = topology(planted, array(region()))

    wanted = TOLD[kind]
    if region().exterior.covers(side) and kind == "vertex":
        # One vertex more on the outer line is no defect.
        assert defects == ()
        return
    if region().exterior.covers(side) and kind == "overlap":
        wanted = "outside"
    told = [defect for defect in defects if defect.kind == wanted]
    assert told
    where = cell if kind == "crossing" else side
    for defect in told:
        assert defect.place.distance(where) < STEP
    if kind not in {"crossing", "spike", "vertex"}:
        less = (
            cell if kind in {"missing", "duplicate"} else shapely.symmetric_difference(cell, other)
        )
        total = sum(defect.planar_area for defect in told)
        assert total == pytest.approx(less.area, rel=1e-6, abs=1e-6)
    # Nothing is told away from it.
    for defect in defects:
        assert defect.place.distance(cell) < STEP
