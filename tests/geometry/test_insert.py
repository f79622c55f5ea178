"""A further layer cut into a Fabric: what must hold after any insertion, and what stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.geometry.fabric import Fabric
from planloop.geometry.face_index import FaceIndex
from planloop.geometry.grid import STEP, snap_geometry
from planloop.geometry.insert import REACH, insert
from planloop.geometry.neighbours import NONE, neighbours_of
from planloop.geometry.split import split
from tests.examples import examples
from tests.geometry.random_fabrics import (
    Inputs,
    given_back,
    inputs,
    membership,
    named,
    nearly_agreeing,
)
from tests.geometry.random_layers import EPSG, at, box, rectangles, stars, voronoi

Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]


def shapes(*polygons: shapely.Geometry | None) -> Shapes:
    return np.array(polygons, dtype=object)


def put(fabric: Fabric, polygons: Shapes, name: str = "new", *, overlapping: bool = True) -> Fabric:
    """Insert a layer, and check everything that holds after any insertion."""
    before = shapely.to_wkb(fabric.faces).tolist()
    after = insert(fabric, name, named("n", polygons)[0], polygons, overlapping=overlapping)
    assert shapely.to_wkb(fabric.faces).tolist() == before
    check_faces(fabric, after, polygons)
    check_labels(fabric, after, name, polygons)
    near = neighbours_of(after.faces)
    assert after.neighbours.left.tolist() == near.left.tolist()
    assert after.neighbours.right.tolist() == near.right.tolist()
    assert after.neighbours.length.tolist() == near.length.tolist()
    assert after.neighbours.outer.tolist() == near.outer.tolist()
    return after


def parents(before: Fabric, after: Fabric) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return which face each face may be a piece of, by areas of all intersections.

    The first column is for what was no face. A face that is wider than noding moves lines is a
    piece of the one that most of it was; a thinner one may be of any that it meets.
    """
    size, reach = shapely.area(after.faces)[:, None], STEP * shapely.length(after.faces)[:, None]
    shared = shapely.area(shapely.intersection(after.faces[:, None], before.faces[None, :]))
    shared = np.column_stack([size[:, 0] - shared.sum(axis=1), shared])
    most = shared > size / 2.0
    met = shapely.intersects(after.faces[:, None], before.faces[None, :])
    any_of = np.column_stack([np.ones(len(after), dtype=bool), met])
    may: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = np.where(size > reach, most, any_of)
    return may


def check_faces(before: Fabric, after: Fabric, polygons: Shapes) -> None:
    assert shapely.coverage_is_valid(after.faces)
    assert shapely.is_valid(after.faces).all()
    assert np.array_equal(snap_geometry(after.faces), after.faces)
    # All ground that was covered is, and no more than the new layer's is besides.
    whole = shapely.union_all(before.faces)
    with_layer = shapely.union_all([whole, *polygons[~shapely.is_missing(polygons)]])
    moved = STEP * (with_layer.length + np.nansum(shapely.length(polygons)))
    covered = shapely.union_all(after.faces)
    assert shapely.difference(whole, covered).area <= moved
    assert shapely.symmetric_difference(with_layer, covered).area <= moved
    # What no outline comes near is the very same.
    outlines = shapely.boundary(polygons[~shapely.is_missing(polygons)])
    far = shapely.distance(before.faces[:, None], outlines[None, :]).min(axis=1, initial=9) > REACH
    for index in np.flatnonzero(far):
        assert after.faces[index] is before.faces[index]
        assert after.area[index] == before.area[index]
    may = parents(before, after)
    sure = may.sum(axis=1) == 1
    for number in range(len(before)):
        pieces = may[:, number + 1]
        assert pieces[number]
        least, most = (after.area[chosen].sum() for chosen in (pieces & sure, pieces))
        assert least <= before.area[number] <= most
    alone = may[:, 0] & sure
    exact = area(after.faces, epsg=EPSG) * 100.0
    assert (np.abs(after.area - exact)[alone] <= 0.5).all()
    assert (np.abs(after.area - exact) <= 2.0 + 100.0 * STEP * shapely.length(after.faces)).all()


def check_labels(before: Fabric, after: Fabric, name: str, polygons: Shapes) -> None:
    may = parents(before, after)
    for layer in (*before.labels, *before.relations):
        old = membership(before, layer)
        old = np.vstack([np.zeros((1, old.shape[1]), dtype=bool), old])
        alike = (membership(after, layer)[:, None, :] == old[None, :, :]).all(axis=2)
        assert (alike & may).any(axis=1).all()
    size = shapely.area(after.faces)[:, None]
    reach = shapely.length(after.faces)[:, None] * STEP
    shared = shapely.area(shapely.intersection(after.faces[:, None], polygons[None, :]))
    shared = np.nan_to_num(shared)
    within, without = shared > reach, size - shared > reach
    assert not (within & without).any()
    sure = within | without
    assert np.array_equal(membership(after, name)[sure], within[sure])
    relations = after.relations.values()
    for relation in relations:
        order = np.lexsort((relation.feature, relation.face))
        assert order.tolist() == list(range(len(order)))


@settings(max_examples=examples(60))
@given(case=inputs(), seed=st.integers(0, 2**31), sharp=st.booleans(), overlapping=st.booleans())
def test_any_layer_is_cut_in(case: Inputs, seed: int, sharp: bool, overlapping: bool) -> None:  # noqa: FBT001  # drawn
    fabric = case.build()
    polygons = stars(seed, 3) if sharp else rectangles(seed, 3)
    after = put(fabric, polygons, overlapping=overlapping)
    # And another one after it.
    put(after, stars(seed + 1, 2), "further")


@settings(max_examples=examples(40))
@given(case=inputs(), seed=st.integers(0, 2**31))
def test_building_from_the_layers_gives_the_same_faces(case: Inputs, seed: int) -> None:
    after = put(case.build(), stars(seed, 3))
    again = given_back(after).build()
    assert sorted(shapely.to_wkb(again.faces)) == sorted(shapely.to_wkb(after.faces))


@settings(max_examples=examples(25))
@given(seed=st.integers(0, 2**31))
def test_rows_of_edits_keep_sums_and_find_what_edits_before_have_changed(seed: int) -> None:
    parcels = voronoi(seed, 40)
    fabric = Fabric.build({"parcels": named("p", parcels)}, epsg=EPSG, host="parcels")
    total = int(fabric.area.sum())
    for step in range(6):
        polygons = stars(seed + step, 2)
        ids = named("n", polygons)[0]
        after = insert(fabric, f"new{step}", ids, polygons, overlapping=True)
        afresh = replace(fabric, index=FaceIndex(fabric.faces))
        other = insert(afresh, f"new{step}", ids, polygons, overlapping=True)
        assert shapely.to_wkb(after.faces).tolist() == shapely.to_wkb(other.faces).tolist()
        assert after.area.tolist() == other.area.tolist()
        fabric = after
    within = fabric.labels["parcels"].of_face != NONE
    assert int(fabric.area[within].sum()) == total
    assert shapely.coverage_is_valid(fabric.faces)


def nine() -> Fabric:
    """Return nine squares of 10 m, west column first, and two layers that overlap themselves."""
    squares = [box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10, 20)]
    return Fabric.build(
        {
            "parcels": named("p", shapes(*squares)),
            "zones": named("z", shapes(box(0, 0, 20, 30), box(10, 0, 30, 30))),
        },
        {"sites": named("s", shapes(box(10, 10, 20, 20), box(0, 0, 30, 30)))},
        epsg=EPSG,
        host="parcels",
    )


def test_one_worked_out_by_hand() -> None:
    """A rectangle over the corner of four squares, in the middle of the south."""
    fabric = nine()
    after = put(fabric, shapes(box(7, 8, 12, 13)))
    assert len(after) == 13
    # The pieces that come first keep the index: of the first square that is what is left of it.
    bounds = (shapely.bounds(after.faces[[0, 9]]) - np.tile(at(0, 0), 2)).round(4)
    assert bounds.tolist() == [[0, 0, 10, 10], [7, 8, 10, 10]]
    assert [after.faces[k] is fabric.faces[k] for k in range(9)] == [
        k not in {0, 1, 3, 4} for k in range(9)
    ]
    relation = after.relations["new"]
    planar = shapely.area(after.faces[relation.face]).round(3)
    assert sorted(planar.tolist()) == [4.0, 6.0, 6.0, 9.0]
    assert after.label("parcels")[9:].tolist() == ["p0", "p1", "p3", "p4"]


def test_a_polygon_inside_a_face_leaves_a_ring() -> None:
    after = put(nine(), shapes(box(12, 12, 15, 15)), overlapping=False)
    assert len(after) == 10
    assert len(after.faces[4].interiors) == 1
    assert after.label("new").tolist() == [None] * 9 + ["n0"]


def test_polygons_that_follow_the_faces_cut_nothing() -> None:
    fabric = nine()
    polygons = shapes(box(0, 0, 20, 10), box(10, 0, 20, 30), box(0, 0, 30, 30))
    after = put(fabric, polygons, overlapping=False)
    assert after.faces.tolist() == fabric.faces.tolist()
    assert all(one is other for one, other in zip(after.faces, fabric.faces, strict=True))
    assert after.label("new")[[0, 3, 4, 8]].tolist() == ["n0", "n0", "n1", "n2"]
    overlaps = after.labels["new"].overlaps.tolist()
    assert overlaps == [[0, 2], [3, 1], [3, 2], [4, 2], [5, 2]]


def test_a_face_beside_a_cut_gets_the_vertex_and_keeps_index_and_area() -> None:
    fabric = nine()
    after = put(fabric, shapes(box(13, 10, 17, 20)))
    for index in (3, 5):
        assert shapely.get_num_coordinates(after.faces[index]) == 7
        assert after.area[index] == fabric.area[index]
    assert len(after) == 11


def test_land_outside_is_added() -> None:
    fabric = nine()
    after = put(fabric, shapes(box(-5, -5, 5, 5), box(100, 100, 110, 110)), overlapping=False)
    assert len(after) == 12
    assert after.label("parcels").tolist() == [*fabric.label("parcels"), "p0", None, None]
    assert after.label("new")[[0, 9, 10, 11]].tolist() == ["n0", None, "n0", "n1"]
    assert after.area[-1] == np.floor(area(after.faces[-1:], epsg=EPSG)[0] * 100 + 0.5)


def test_land_in_a_gap_is_added_between_faces_that_stay() -> None:
    fabric = nine().take(np.array([0, 1, 2, 3, 5, 6, 7, 8]))
    after = put(fabric, shapes(box(-1, -1, 31, 31)))
    assert len(after) == 10
    assert after.faces[:8].tolist() == fabric.faces.tolist()
    assert shapely.area(after.faces[8:]).round(3).tolist() == [32.0**2 - 30.0**2, 100.0]


@pytest.mark.parametrize("polygons", [shapes(), shapes(None), shapes(shapely.Polygon())])
def test_a_layer_without_polygons_changes_nothing(polygons: Shapes) -> None:
    fabric = nine()
    after = insert(fabric, "new", ["n"] * len(polygons), polygons, overlapping=False)
    assert all(one is other for one, other in zip(after.faces, fabric.faces, strict=True))
    assert after.label("new").tolist() == [None] * 9


def test_a_fabric_without_faces_takes_the_layer() -> None:
    nothing = Fabric.build({"parcels": named("p", shapes())}, epsg=EPSG)
    after = put(nothing, shapes(box(0, 0, 10, 10), box(5, 5, 15, 15)))
    assert len(after) == 3


def test_a_layer_is_not_inserted_twice() -> None:
    for name in ("zones", "sites"):
        with pytest.raises(ValueError, match=name):
            insert(nine(), name, [], shapes(), overlapping=False)


def test_a_vertex_that_noding_puts_elsewhere_is_put_on_both_sides() -> None:
    """A split leaves a corner a third of a step below an edge; noding leads the edge through it.

    The layer meets the faces below the edge; the one above gets the vertex, too.
    """
    below = shapely.Polygon([at(0, 0), at(30, 0), at(30, 7)])
    above = shapely.Polygon([at(0, 0), at(30, 7), at(30, 90), at(0, 90)])
    fabric = Fabric.build({"parcels": named("p", shapes(below, above))}, epsg=EPSG)
    beyond = int(np.flatnonzero(fabric.label("parcels") == "p1")[0])
    wedge = shapely.LineString([at(12, 0), at(13, 3.0333), at(14, 0)])
    fabric, _ = split(fabric, 1 - beyond, wedge)
    polygons = shapes(box(11, 0, 15, 0.5))
    after = insert(fabric, "new", ["n"], polygons, overlapping=False)
    assert shapely.distance(fabric.faces[beyond], polygons[0]) > 2.0
    assert shapely.coverage_is_valid(after.faces)
    corner = shapely.Point(at(13, 3.0333))
    for face in (beyond, 1 - beyond):
        corners = shapely.extract_unique_points(after.faces[face])
        assert shapely.distance(corners, corner) == 0.0
        assert (
            after.area[after.label("parcels") == f"p{face}"].sum()
            == fabric.area[fabric.label("parcels") == f"p{face}"].sum()
        )
    near = neighbours_of(after.faces)
    assert after.neighbours.outer.tolist() == near.outer.tolist()


def tiny() -> tuple[Shapes, Shapes]:
    """Return a triangle of some steps, and a layer to a corner of which its edges are led."""
    corner = at(50, 50)
    inner = shapely.Polygon(corner + STEP * np.array([(-3, -1), (1, 0), (3, 2)]))
    layer = shapely.Polygon(corner + STEP * np.array([(0, 0), (40, -3), (40, 9)]))
    return snap_geometry(shapes(inner)), snap_geometry(shapes(layer))


def test_a_face_of_which_nothing_is_left_is_left_out() -> None:
    parcel, layer = tiny()
    fabric = Fabric.build({"parcels": named("p", parcel)}, epsg=EPSG)
    after = insert(fabric, "new", ["n"], layer, overlapping=False)
    assert after.label("parcels").tolist() == [None]
    assert after.label("new").tolist() == ["n"]


def test_the_last_face_of_a_feature_of_the_host_does_not_vanish() -> None:
    parcel, layer = tiny()
    fabric = Fabric.build({"parcels": named("p", parcel)}, epsg=EPSG, host="parcels")
    with pytest.raises(InputError) as caught:
        insert(fabric, "new", ["n"], layer, overlapping=False)
    assert caught.value.key == "geometry.insert-narrow"
    assert caught.value.where["feature"] == "0"
    # A face that is not in the host and has an area that no other can take does neither.
    alone = replace(fabric, host=None, area=np.array([1]))
    with pytest.raises(InputError):
        insert(alone, "new", ["n"], layer, overlapping=False)


# In all but the first some face comes to nothing, in 308 one with an area.
@pytest.mark.parametrize("seed", [0, 29, 38, 86, 87, 91, 287, 308])
def test_layers_that_nearly_agree(seed: int) -> None:
    """Slivers finer than the grid come to nothing; no parcel loses or gains by it."""
    fabric = nearly_agreeing(seed).build()
    polygons = stars(seed, 3)
    after = insert(fabric, "new", named("n", polygons)[0], polygons, overlapping=True)
    assert shapely.coverage_is_valid(after.faces)
    assert shapely.is_valid(after.faces).all()
    near = neighbours_of(after.faces)
    assert after.neighbours.left.tolist() == near.left.tolist()
    assert after.neighbours.length.tolist() == near.length.tolist()
    assert after.neighbours.outer.tolist() == near.outer.tolist()
    for feature in range(len(fabric.labels["parcels"].ids)):
        areas = [item.area[item.labels["parcels"].faces(feature)].sum() for item in (fabric, after)]
        assert areas[0] == areas[1]
