"""What random bytes and the XML suites have found, each mistake with its smallest input."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planloop.errors import InputError
from planloop.geometry.fabric import Fabric, dissolve
from planloop.geometry.grid import snap_geometry
from planloop.geometry.overlay import overlay
from planloop.geometry.repair import repair
from planloop.geometry.tabulate import tabulate
from planloop.geometry.topology import topology

COLLAPSED = "MULTIPOLYGON (((1 1, 1 1, 1 1, 1 1)), ((2 2, 2 2, 2 2, 2 2)))"
HOLE_IN_A_POINT = "POLYGON ((0 0, 0 0, 0 0, 0 0), (1 1, 2 1, 1 2, 1 1))"
TO_AND_FRO = "POLYGON ((0 0, 4 0, 4 0, 0 0, 2 2, 0 0))"


@pytest.mark.parametrize("text", [COLLAPSED, HOLE_IN_A_POINT, TO_AND_FRO])
def test_rings_that_collapse_are_told_and_not_stumbled_over(text: str) -> None:
    layer = np.array([shapely.from_wkt(text)], dtype=object)
    assert topology(layer)
    done = repair(layer, self_crossings=True, spike_width=1e-3)
    assert shapely.is_valid(done.polygons).all()


def test_a_part_has_its_spike_told_as_a_polygon_has() -> None:
    tooth = [(0, 0), (10, 0), (10, 5), (20, 5), (10, 5.0005), (10, 10), (0, 10)]
    alone = np.array([shapely.Polygon(tooth)], dtype=object)
    part = np.array([shapely.MultiPolygon([alone[0]])], dtype=object)
    assert [defect.kind for defect in topology(alone)] == ["spike"]
    assert [defect.kind for defect in topology(part)] == ["spike"]


def test_a_hole_without_a_vertex_is_none() -> None:
    """GEOS 3.14 would end the process."""
    triangle = "POLYGON ((60 280, 260 180, 60 80, 60 280), EMPTY)"
    layer = np.array([shapely.from_wkt(triangle)], dtype=object)
    assert topology(layer) == ()
    square = np.array([shapely.box(100, 150, 110, 160)], dtype=object)
    assert tabulate(layer, square).planar_area.tolist() == [100.0]
    assert overlay(square, layer).geometry[0] is square[0]
    point = np.array([shapely.from_wkt("POLYGON ((0 0, 0 0, 0 0, 0 0), EMPTY)")], dtype=object)
    assert [entry.kind for entry in repair(point, self_crossings=True).ledger] == ["self-crossing"]


@pytest.mark.parametrize("far", [1e300, float("inf")])
def test_what_is_off_every_map_is_refused(far: float) -> None:
    layer = np.array([shapely.Polygon([(0, 0), (far, 0), (far, far)])], dtype=object)
    for function in (lambda: topology(layer), lambda: tabulate(layer, layer)):
        with pytest.raises(InputError) as caught:
            function()
        assert caught.value.key == "geometry.off-the-map"


def test_a_hole_off_every_map_is_refused() -> None:
    shell = [(0, 0), (10, 0), (10, 10)]
    layer = np.array([shapely.Polygon(shell, [[(1, 1), (2, 1), (2, -7e227)]])], dtype=object)
    for function in (topology, repair):
        with pytest.raises(InputError) as caught:
            function(layer)
        assert caught.value.key == "geometry.off-the-map"


def test_a_vertex_beside_a_crossing_stays_where_it_is() -> None:
    """Some 4e-7 m apart, and 300 km from the next vertex: GEOS cuts where tracing cannot."""
    corner = np.array([400_000.0, 4_000_000.0])
    big = [(201171.8749, 301171.8749), (201171.8749, 401171.8749), (401171.8749, 401171.8749)]
    big += [(401171.8749, 1171.8749), (301171.8749, 1171.8749), (301171.8749, 301171.8749)]
    spike = [(100000.0001, 400000.0002), (400000.0002, 200000.0002), (400000.0002, 400000.0002)]
    spike += [(700000.0001, 700000.0)]
    one, other = (
        snap_geometry(np.array([shapely.Polygon(corner + np.array(ring))], dtype=object))
        for ring in (big, spike)
    )
    piece = overlay(one, other).geometry[0]
    vertex = shapely.get_coordinates(one[0])[2]
    assert (shapely.get_coordinates(piece) == vertex).all(axis=1).any()
    assert shapely.symmetric_difference(piece, shapely.intersection(one, other)[0]).area < 1e-3


def test_a_coordinate_that_is_no_number_is_refused() -> None:
    with np.errstate(invalid="ignore"):
        triangle = shapely.Polygon([(0, 0), (10, 0), (10, float("nan"))])
    layer = np.array([triangle], dtype=object)
    for function in (lambda: topology(layer), lambda: tabulate(layer, layer)):
        with pytest.raises(InputError) as caught:
            function()
        assert caught.value.key == "geometry.invalid"


def test_no_group_dissolves_to_nothing() -> None:
    squares = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    assert dissolve(squares, np.array([-1])) == {}
    assert dissolve(squares[:0], np.array([], dtype=np.int64)) == {}


def test_coordinates_next_to_nothing_are_nothing() -> None:
    """GEOS squares distances, and these squares are 0, or divide by it."""
    tiny, less = 1.313869426571343e-265, 5.926101303e-315
    rings = (
        [(0, 0), (tiny, less), (less, 0)],
        [(0, 0), (tiny, less), (less, 0), (0, 0), (tiny, less), (0, 1e-7), (0, 0), (1e-7, tiny)],
    )
    layer = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    assert topology(layer)


def test_a_polygon_of_a_few_steps_that_goes_whole_has_the_rest_of_its_area_told() -> None:
    """Noding alone took half a square of the grid of it, where no edge was led through a vertex."""
    steps = [(7, 3), (6, 8), (8, -1), (-1, 2), (5, 7), (3, 3), (3, 3)]
    ring = [(400_000.0 + x / 1e4, 4_000_000.0 + y / 1e4) for x, y in steps]
    layer = np.array([shapely.Polygon(ring)], dtype=object)
    done = repair(
        layer, self_crossings=True, spike_width=1e-3, sliver_width=1e-2, overlap_width=1e-2
    )
    told = sum(size for entry in done.ledger for _, size in entry.change)
    left = sum(shape.area for shape in done.polygons if shape is not None)
    assert told == pytest.approx(left - abs(layer[0].area), abs=1e-8)


def test_a_part_that_noding_makes_a_line_of_parts_no_face() -> None:
    """Faces on both sides of it lie in the same features: building again would merge them."""
    corner = np.array([400_000.0, 4_000_000.0])
    parcel = [(919, 5016), (5016, 5016), (5016, 919), (-743, -943)]
    needle = [(4098, 4098), (28680, 28677), (-2, -2), (0, 4097), (4097, 4097)]
    layers = {
        name: (["1"], np.array([shapely.Polygon(corner + np.array(ring) / 1e4)], dtype=object))
        for name, ring in (("parcels", parcel), ("sites", needle))
    }
    fabric = Fabric.build(layers, epsg=4526)
    members = list(zip(fabric.label("parcels"), fabric.label("sites"), strict=True))
    near = fabric.neighbours
    assert all(
        members[one] != members[other] for one, other in zip(near.left, near.right, strict=True)
    )
