"""What a Fabric is made of: a valid coverage that knows in which features its faces lie."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.geometry.fabric import Fabric, dissolve
from planloop.geometry.grid import STEP, snap_geometry
from planloop.geometry.neighbours import NONE, components, neighbours_of
from tests.examples import examples
from tests.geometry.random_fabrics import (
    Inputs,
    given_back,
    inputs,
    membership,
    named,
    nearly_agreeing,
)
from tests.geometry.random_layers import CORNER, EPSG, box, region, stars, voronoi


def check_places(case: Inputs, fabric: Fabric) -> None:
    """Compare with the areas of all intersections of faces and features, by GEOS."""
    size = shapely.area(fabric.faces)
    moved = shapely.length(fabric.faces) * STEP
    for name, (_, polygons) in case.layers.items():
        shared = shapely.area(shapely.intersection(fabric.faces[:, None], polygons[None, :]))
        # A face lies in a feature or out of it, but for what noding moved ...
        within, without = shared > moved[:, None], size[:, None] - shared > moved[:, None]
        assert not (within & without).any()
        # ... and the Fabric knows which. Of a face finer than that, only the noded outlines tell.
        sure = within | without
        assert np.array_equal(membership(fabric, name)[sure], within[sure])


def same_faces(one: Fabric, other: Fabric) -> bool:
    """Return whether two have the same faces, to the byte."""
    return bool(np.array_equal(shapely.to_wkb(one.faces), shapely.to_wkb(other.faces)))


def check_coverage(fabric: Fabric) -> None:
    assert shapely.coverage_is_valid(fabric.faces)
    assert shapely.is_valid(fabric.faces).all()
    assert np.array_equal(snap_geometry(fabric.faces), fabric.faces)


@settings(max_examples=examples(200))
@given(case=inputs())
def test_faces_are_a_coverage_and_lie_where_geometry_says(case: Inputs) -> None:
    fabric = case.build()
    check_coverage(fabric)
    check_places(case, fabric)
    for labels in fabric.labels.values():
        assert len(labels.overlaps) == 0


@settings(max_examples=examples(100))
@given(case=inputs())
def test_dissolving_gives_the_layers_back(case: Inputs) -> None:
    fabric = case.build()
    back = given_back(fabric)
    for name, (ids, polygons) in case.layers.items():
        assert back.layers[name][0] == ids
        for before, after in zip(polygons, back.layers[name][1], strict=True):
            # Snap rounding moves a line by at most half the diagonal of a grid cell.
            assert shapely.hausdorff_distance(before.boundary, after.boundary, 0.1) < STEP
            assert shapely.symmetric_difference(before, after).area <= before.length * STEP
    labels = fabric.labels["region"]
    whole = dissolve(fabric.faces, labels.of_face.astype(np.int64))
    assert list(whole) == [0]
    assert shapely.equals(whole[0], region())


@settings(max_examples=examples(50))
@given(seed=st.integers(0, 2**31))
def test_features_that_no_line_crosses_come_back_as_they_were(seed: int) -> None:
    parcels = voronoi(seed, 10)
    site = stars(seed, 1)
    fabric = Fabric.build({"parcels": named("p", parcels)}, {"sites": named("s", site)}, epsg=EPSG)
    labels = fabric.labels["parcels"]
    alone = np.flatnonzero(shapely.disjoint(parcels, site[0]))
    for index in alone:
        faces = labels.faces(int(index))
        assert len(faces) == 1
        assert shapely.to_wkb(fabric.faces[faces[0]]) == shapely.to_wkb(parcels[index])


@settings(max_examples=examples(100))
@given(case=inputs())
def test_building_again_yields_the_same_faces(case: Inputs) -> None:
    fabric = case.build()
    again = given_back(fabric).build()
    assert same_faces(again, fabric)
    assert np.array_equal(again.area, fabric.area)
    for name in case.partition:
        assert again.label(name).tolist() == fabric.label(name).tolist()


@settings(max_examples=examples(100))
@given(case=inputs(), seed=st.integers(0, 2**31))
def test_the_order_of_layers_features_and_vertices_does_not_matter(case: Inputs, seed: int) -> None:
    random = np.random.default_rng(seed)

    def shuffled(
        layers: dict[str, tuple[list[str], np.ndarray]],
    ) -> dict[str, tuple[list[str], np.ndarray]]:
        mixed = {}
        for name in random.permutation(list(layers)):
            ids, polygons = layers[str(name)]
            order = random.permutation(len(ids))
            mixed[str(name)] = ([ids[k] for k in order], shapely.reverse(polygons[order]))
        return mixed

    fabric = case.build()
    other = Inputs(shuffled(case.partition), shuffled(case.overlapping)).build()
    assert same_faces(other, fabric)
    assert np.array_equal(other.area, fabric.area)
    for name in case.partition:
        assert other.label(name).tolist() == fabric.label(name).tolist()
    for name, relation in case.overlapping.items():
        assert other.relations[name].face.tolist() == fabric.relations[name].face.tolist()
        theirs = membership(other, name)[
            :, [list(other.relations[name].ids).index(fid) for fid in relation[0]]
        ]
        assert np.array_equal(theirs, membership(fabric, name))


@settings(max_examples=examples(50))
@given(case=inputs())
def test_areas_are_whole_and_add_up_to_each_parcel(case: Inputs) -> None:
    fabric = case.build()
    exact = area(fabric.faces, epsg=EPSG) * 100.0
    assert fabric.area.dtype == np.int64
    assert (np.abs(fabric.area - exact) <= 1.0).all()
    labels = fabric.labels["parcels"]
    for index in range(len(labels.ids)):
        faces = labels.faces(index)
        assert fabric.area[faces].sum() == int(np.floor(exact[faces].sum() + 0.5))
    assert np.array_equal(fabric.neighbours.length, neighbours_of(fabric.faces).length)


@pytest.mark.parametrize("seed", range(12))
def test_layers_that_nearly_agree(seed: int) -> None:
    """Copies up to 0.3 mm beside the original: most faces are slivers, some finer than the grid."""
    case = nearly_agreeing(seed)
    fabric = case.build()
    check_coverage(fabric)
    check_places(case, fabric)


def test_building_again_from_layers_that_nearly_agree() -> None:
    """Neighbours that lie in the very same features come back as one: no feature ends there."""
    for seed in range(12):
        case = nearly_agreeing(seed)
        fabric = case.build()
        inside = np.hstack([membership(fabric, name) for name in case.layers])
        near = fabric.neighbours
        alike = (inside[near.left] == inside[near.right]).all(axis=1)
        group = components(len(fabric), near.left[alike], near.right[alike])
        merged = np.array(list(dissolve(fabric.faces, group).values()), dtype=object)
        again = given_back(fabric).build()
        assert sorted(shapely.to_wkb(again.faces)) == sorted(shapely.to_wkb(merged))


def small() -> Fabric:
    """Two parcels side by side, two that overlap in a third layer, a site across all."""
    parcels = named("p", np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)], dtype=object))
    zones = named("z", np.array([box(0, 0, 12, 10), box(8, 0, 20, 10)], dtype=object))
    sites = named("s", np.array([box(5, 0, 15, 10), box(5, 0, 10, 10)], dtype=object))
    return Fabric.build({"parcels": parcels, "zones": zones}, {"sites": sites}, epsg=EPSG)


def test_a_small_one_worked_out_by_hand() -> None:
    fabric = small()
    west = shapely.bounds(fabric.faces)[:, 0] - CORNER[0]
    assert west.tolist() == [0.0, 5.0, 8.0, 10.0, 12.0, 15.0]
    assert fabric.label("parcels").tolist() == ["p0", "p0", "p0", "p1", "p1", "p1"]
    # The zones overlap from 8 to 12; there the first one holds the face, and the other is told.
    assert fabric.label("zones").tolist() == ["z0", "z0", "z0", "z0", "z1", "z1"]
    assert fabric.labels["zones"].overlaps.tolist() == [[2, 1], [3, 1]]
    sites = fabric.relations["sites"]
    assert list(zip(sites.face.tolist(), sites.feature.tolist(), strict=True)) == [
        (1, 0),
        (1, 1),
        (2, 0),
        (2, 1),
        (3, 0),
        (4, 0),
    ]
    assert sites.covers(6).tolist() == [False, True, True, True, True, False]
    near = fabric.neighbours
    assert list(zip(near.left.tolist(), near.right.tolist(), strict=True)) == [
        (n, n + 1) for n in range(5)
    ]
    assert near.length.tolist() == [10.0] * 5


def test_land_of_no_feature_is_no_face() -> None:
    """A ring of land with a hole in it that no layer covers."""
    ring = shapely.difference(box(0, 0, 10, 10), box(3, 3, 6, 6))
    fabric = Fabric.build({"parcels": named("p", np.array([ring], dtype=object))}, epsg=EPSG)
    assert len(fabric) == 1
    assert fabric.faces[0].equals(ring)
    other = named("z", np.array([box(2, 2, 7, 7)], dtype=object))
    fabric = Fabric.build(
        {"parcels": named("p", np.array([ring], dtype=object)), "zones": other}, epsg=EPSG
    )
    assert len(fabric) == 3
    hole = np.flatnonzero(fabric.labels["parcels"].of_face == NONE)
    assert fabric.faces[hole[0]].equals(box(3, 3, 6, 6))
    assert fabric.label("zones")[hole].tolist() == ["z0"]


def test_taking_faces_keeps_what_they_are() -> None:
    fabric = small()
    kept = np.array([0, 2, 3, 5])
    part = fabric.take(kept)
    assert part.faces.tolist() == fabric.faces[kept].tolist()
    assert part.area.tolist() == fabric.area[kept].tolist()
    assert part.label("zones").tolist() == fabric.label("zones")[kept].tolist()
    assert part.labels["zones"].overlaps.tolist() == [[1, 1], [2, 1]]
    sites = part.relations["sites"]
    assert list(zip(sites.face.tolist(), sites.feature.tolist(), strict=True)) == [
        (1, 0),
        (1, 1),
        (2, 0),
    ]
    assert part.neighbours.left.tolist() == [1]


@pytest.mark.parametrize("shapes", [[], [None], [shapely.Polygon()]])
def test_a_layer_without_polygons_has_no_faces(shapes: list[shapely.Geometry | None]) -> None:
    parcels = named("p", np.array([box(0, 0, 10, 10)], dtype=object))
    nothing = named("z", np.array(shapes, dtype=object))
    fabric = Fabric.build({"parcels": parcels, "zones": nothing}, {"sites": nothing}, epsg=EPSG)
    assert fabric.label("zones").tolist() == [None]
    assert len(fabric.relations["sites"].face) == 0


def test_only_polygons_make_a_fabric() -> None:
    lines = named("z", np.array([region().boundary], dtype=object))
    with pytest.raises(InputError) as caught:
        Fabric.build({"zones": lines}, epsg=EPSG)
    assert caught.value.key == "geometry.no-polygon"
