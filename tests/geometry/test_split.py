"""Cutting one face in two: what must hold after any cut, and which cuts are refused."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.geometry.fabric import Fabric
from planloop.geometry.grid import STEP, snap_geometry
from planloop.geometry.neighbours import neighbours_of
from planloop.geometry.split import SplitLedger, split
from tests.examples import examples
from tests.geometry.random_layers import EPSG, at, box, merged, stars, voronoi


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([at(*point) for point in points])


def nine() -> Fabric:
    """Return nine squares of 10 m, west column first, and two layers that overlap themselves."""
    squares = [box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10, 20)]
    parcels = ([f"p{k}" for k in range(9)], np.array(squares, dtype=object))
    zones = (["z0", "z1"], np.array([box(0, 0, 20, 30), box(10, 0, 30, 30)], dtype=object))
    sites = (["s0", "s1"], np.array([box(10, 10, 20, 20), box(0, 0, 30, 30)], dtype=object))
    return Fabric.build(
        {"parcels": parcels, "zones": zones}, {"sites": sites}, epsg=EPSG, host="parcels"
    )


MIDDLE = 4
"""The face of :func:`nine` with neighbours on all sides."""


def refused(fabric: Fabric, cut: shapely.LineString, face: int = MIDDLE) -> str:
    with pytest.raises(InputError) as caught:
        split(fabric, face, cut)
    assert caught.value.where["feature"] == str(face)
    return caught.value.key


def check(before: Fabric, after: Fabric, ledger: SplitLedger) -> None:
    """Check everything that holds after any split."""
    face, new_face = ledger.face, ledger.new_face
    assert new_face == len(before) == len(after) - 1
    assert shapely.coverage_is_valid(after.faces)
    assert shapely.is_valid(after.faces).all()
    assert np.array_equal(snap_geometry(after.faces), after.faces)

    # Whole numbers: the halves add up, nobody else's area has changed.
    assert ledger.area == (after.area[face], after.area[new_face])
    assert sum(ledger.area) == before.area[face]
    assert min(ledger.area) >= 0
    others = np.delete(np.arange(len(before)), face)
    assert after.area[others].tolist() == before.area[others].tolist()

    # The ground is the same, but for at most one grid step beside the two ends.
    halves = after.faces[[face, new_face]]
    whole = shapely.union(*halves)
    moved = shapely.symmetric_difference(whole, before.faces[face]).area
    assert moved <= STEP * before.faces[face].length
    assert shapely.intersection(*halves).area == 0.0

    # Who got a vertex is told, and nobody else is touched.
    noded = {index for index, _ in ledger.noded}
    touched = {int(k) for k in others if after.faces[k] != before.faces[k]}
    assert noded == touched
    for index, lost in ledger.noded:
        both = area(np.array([before.faces[index], after.faces[index]], dtype=object), epsg=EPSG)
        assert lost == both[0] - both[1]
        grown = shapely.get_num_coordinates(after.faces[index])
        assert grown - shapely.get_num_coordinates(before.faces[index]) in {1, 2}

    # Both halves lie where the face did.
    for name in before.labels:
        assert after.label(name)[[face, new_face]].tolist() == [before.label(name)[face]] * 2
        assert after.label(name)[others].tolist() == before.label(name)[others].tolist()
    for old, new in (
        *((before.labels[n].overlaps, after.labels[n].overlaps) for n in before.labels),
        *((pairs(before, n), pairs(after, n)) for n in before.relations),
    ):
        of_face = old[old[:, 0] == face][:, 1].tolist()
        assert new[new[:, 0] == new_face][:, 1].tolist() == of_face
        assert new[new[:, 0] != new_face].tolist() == old.tolist()

    near = neighbours_of(after.faces)
    assert after.neighbours.left.tolist() == near.left.tolist()
    assert after.neighbours.right.tolist() == near.right.tolist()
    np.testing.assert_allclose(after.neighbours.length, near.length, atol=1e-3)
    np.testing.assert_allclose(after.neighbours.outer, near.outer, atol=1e-3)


def pairs(fabric: Fabric, name: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    relation = fabric.relations[name]
    return np.column_stack([relation.face, relation.feature])


@pytest.mark.parametrize(
    ("cut", "areas", "noded"),
    [
        # Between two inner points of edges, along a diagonal, with a bend, from corner to edge.
        (line((10, 13), (20, 18)), (55.0, 45.0), [1, 7]),
        (line((10, 10), (20, 20)), (50.0, 50.0), []),
        (line((10, 15), (15, 11), (20, 15)), (70.0, 30.0), [1, 7]),
        (line((10, 10), (20, 15)), (75.0, 25.0), [7]),
        # A corner cut off, and a pocket in one side.
        (line((10, 18), (12, 20)), (98.0, 2.0), [1, 5]),
        (line((10, 12), (14, 15), (10, 18)), (88.0, 12.0), [1]),
    ],
)
def test_cuts_worked_out_by_hand(
    cut: shapely.LineString, areas: tuple[float, float], noded: list[int]
) -> None:
    fabric = nine()
    after, ledger = split(fabric, MIDDLE, cut)
    check(fabric, after, ledger)
    planar = sorted(shapely.area(after.faces[[MIDDLE, 9]]), reverse=True)
    assert planar == pytest.approx(areas, abs=1e-6)
    # 311 ppm more in the plane than on the ellipsoid, here.
    assert sorted(ledger.area, reverse=True) == pytest.approx(
        [100 * (1 - 311e-6) * value for value in areas], abs=1.0
    )
    assert sorted(index for index, _ in ledger.noded) == noded
    back, again = split(fabric, MIDDLE, shapely.reverse(cut))
    assert again.area == ledger.area
    assert shapely.to_wkb(back.faces).tolist() == shapely.to_wkb(after.faces).tolist()


def test_a_feature_that_an_earlier_one_hides_follows_both_halves() -> None:
    fabric = nine()
    assert MIDDLE in fabric.labels["zones"].overlaps[:, 0]
    after, _ = split(fabric, MIDDLE, line((10, 13), (20, 18)))
    assert {MIDDLE, 9} <= set(after.labels["zones"].overlaps[:, 0].tolist())


def test_an_end_beside_the_edge_lands_on_the_grid() -> None:
    """The end lies on a sloped edge, where the grid has no point: both sides get the same one."""
    slope = shapely.Polygon([at(0, 0), at(30, 7), at(30, 20), at(0, 20)])
    below = shapely.Polygon([at(0, 0), at(30, 0), at(30, 7)])
    shapes = np.array([slope, below], dtype=object)
    fabric = Fabric.build({"parcels": (["a", "b"], shapes)}, epsg=EPSG, host="parcels")
    face = int(np.flatnonzero(fabric.label("parcels") == "a")[0])
    after, ledger = split(fabric, face, line((10, 7 / 3), (10, 20)))
    check(fabric, after, ledger)
    assert [index for index, _ in ledger.noded] == [1 - face]


def test_a_corner_where_four_faces_meet_takes_no_new_vertex() -> None:
    fabric = nine()
    after, ledger = split(fabric, MIDDLE, line((20, 10), (10, 20)))
    check(fabric, after, ledger)
    assert ledger.noded == ()


def test_both_ends_may_lie_on_one_sloped_edge() -> None:
    """The first vertex bends the edge, by less than a grid step; the second still is on it."""
    slope = shapely.Polygon([at(0, 0), at(30, 7), at(30, 20), at(0, 20)])
    fabric = Fabric.build({"parcels": (["a"], np.array([slope], dtype=object))}, epsg=EPSG)
    for east in np.linspace(8.0, 9.0, 50):
        pocket = line((east, east * 7 / 30), (9.0, 5.0), (9.1, 9.1 * 7 / 30))
        for cut in (pocket, shapely.reverse(pocket)):
            after, ledger = split(fabric, 0, cut)
            check(fabric, after, ledger)


@pytest.mark.parametrize("end", [(STEP, 0.0), (0.0, STEP)])
def test_an_end_may_lie_one_step_beside_a_corner_on_the_edge(end: tuple[float, float]) -> None:
    fabric = nine()
    after, ledger = split(fabric, MIDDLE, line((10 + end[0], 10 + end[1]), (20, 18)))
    check(fabric, after, ledger)
    assert len(ledger.noded) == 2


@pytest.mark.parametrize("end", [(-STEP, 0.0), (0.0, -STEP), (-STEP, -STEP), (STEP, STEP)])
def test_an_end_one_step_off_the_outline_is_off_it(end: tuple[float, float]) -> None:
    cut = line((10 + end[0], 10 + end[1]), (20, 18))
    assert refused(nine(), cut) == "geometry.split-outside"


@st.composite
def cut_of_a_face(draw: st.DrawFn) -> tuple[Fabric, int, shapely.LineString]:
    """Draw a face, convex or not, perhaps with a hole, and a line between two of its outline."""
    seed = draw(st.integers(0, 300))
    cells = voronoi(seed, 9)
    shapes = merged(cells, 4, seed) if draw(st.booleans()) else cells
    names = ([f"p{k}" for k in range(len(shapes))], shapes)
    site = (["s"], stars(seed, 1))
    fabric = Fabric.build({"parcels": names}, {"sites": site}, epsg=EPSG, host="parcels")
    face = draw(st.integers(0, len(fabric) - 1))
    outline = fabric.faces[face].exterior
    shares = draw(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2))
    ends = [outline.interpolate(share, normalized=True) for share in shares]
    assume(ends[0].distance(ends[1]) > 0.01)
    inner = [fabric.faces[face].representative_point()] if draw(st.booleans()) else []
    return fabric, face, shapely.LineString([ends[0], *inner, ends[1]])


@settings(max_examples=examples(300))
@given(case=cut_of_a_face())
def test_any_cut_halves_the_face_or_is_refused(
    case: tuple[Fabric, int, shapely.LineString],
) -> None:
    fabric, face, cut = case
    before = shapely.to_wkb(fabric.faces).tolist()
    whole = fabric.faces[face]
    inner = shapely.difference(cut, shapely.buffer(cut.boundary, 0.001))
    clear = whole.contains_properly(inner) and inner.distance(whole.boundary) > STEP
    leaves = not shapely.buffer(whole, 0.001).covers(cut)
    # Else it runs along the outline within some steps of the grid.
    assume(clear or leaves)
    if clear:
        after, ledger = split(fabric, face, cut)
        check(fabric, after, ledger)
    else:
        with pytest.raises(InputError, match="touches or leaves"):
            split(fabric, face, cut)
    assert shapely.to_wkb(fabric.faces).tolist() == before


def test_cutting_the_halves_again_and_again_keeps_the_sums() -> None:
    fabric = nine()
    total = int(fabric.area.sum())
    for step in range(1, 9):
        before = fabric
        fabric, ledger = split(fabric, MIDDLE, line((10, 10 + step), (20, 10 + step)))
        check(before, fabric, ledger)
        # The lower strip is first in order and keeps the index; go on with the rest.
        if fabric.faces[MIDDLE].bounds[1] < fabric.faces[-1].bounds[1]:
            break
    assert int(fabric.area.sum()) == total


def test_a_frozen_face_is_not_cut() -> None:
    frozen = np.zeros(9, dtype=bool)
    frozen[MIDDLE] = True
    with pytest.raises(InputError) as caught:
        split(nine(), MIDDLE, line((10, 13), (20, 18)), frozen=frozen)
    assert caught.value.key == "geometry.split-frozen"
    assert caught.value.where["feature"] == str(MIDDLE)


def test_a_frozen_neighbour_gets_no_vertex() -> None:
    fabric, frozen = nine(), np.zeros(9, dtype=bool)
    frozen[7] = True
    with pytest.raises(InputError) as caught:
        split(fabric, MIDDLE, line((10, 13), (20, 18)), frozen=frozen)
    assert caught.value.key == "geometry.split-frozen"
    assert caught.value.where["feature"] == "7"
    # From corner to corner no neighbour needs one.
    frozen[:] = True
    frozen[MIDDLE] = False
    after, ledger = split(fabric, MIDDLE, line((10, 10), (20, 20)), frozen=frozen)
    check(fabric, after, ledger)


@pytest.mark.parametrize(
    ("cut", "key"),
    [
        # An end inside, an end outside.
        (line((10, 13), (15, 15)), "geometry.split-outside"),
        (line((9, 13), (20, 13)), "geometry.split-outside"),
        # Out of the face on the way, along its outline, through a corner, outside altogether.
        (line((10, 13), (25, 15), (20, 18)), "geometry.split-leaves"),
        (line((10, 13), (10, 18)), "geometry.split-leaves"),
        (line((10, 13), (20, 20), (15, 10)), "geometry.split-leaves"),
        (line((10, 13), (5, 15), (10, 18)), "geometry.split-leaves"),
        # A loop has no ends.
        (line((10, 13), (15, 12), (15, 18), (10, 13)), "geometry.split-leaves"),
        # Three parts.
        (line((10, 12), (18, 18), (18, 12), (10, 18)), "geometry.split-halves"),
    ],
)
def test_other_lines_are_refused(cut: shapely.LineString, key: str) -> None:
    assert refused(nine(), cut) == key


def test_a_line_from_the_shell_to_a_hole_leaves_one_part_and_is_refused() -> None:
    ring = shapely.difference(box(0, 0, 10, 10), box(4, 4, 6, 6))
    shapes = np.array([ring, box(4, 4, 6, 6)], dtype=object)
    fabric = Fabric.build({"parcels": (["a", "b"], shapes)}, epsg=EPSG)
    face = int(np.flatnonzero(fabric.label("parcels") == "a")[0])
    assert refused(fabric, line((0, 5), (4, 5)), face) == "geometry.split-halves"


def test_an_empty_line_is_refused() -> None:
    assert refused(nine(), shapely.LineString()) == "geometry.split-halves"
