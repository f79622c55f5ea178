"""A county with two hundred defects, without any, with noise; and layers broken at random."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.geometry import topology as topology_module
from planloop.geometry.finding.outlines import Widths
from planloop.geometry.finding.survey import Survey
from planloop.geometry.topology import topology
from tests.examples import examples
from tests.geometry.broken_layers import BREAKS, broken_layer, told_areas, wrong_areas
from tests.geometry.county import County, county
from tests.geometry.planted import NEAR, TOLD, plant
from tests.geometry.random_layers import at, box, region, voronoi
from tests.geometry.test_topology import found, noisy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.defect import Defect


@pytest.fixture(scope="module")
def parcels() -> County:
    return county(5000, seed=11)


# --------------------------------------------------------------------------------------- planted


@pytest.mark.parametrize(("seed", "noise"), [(0, 0.0), (1, 0.0), (2, 1e-7)])
def test_all_of_two_hundred_planted_defects_are_told_and_nothing_else(
    parcels: County, seed: int, noise: float
) -> None:
    layer, planted = plant(parcels.parcels, seed)
    assert len(planted) == 200
    assert {item.kind for item in planted} == set(TOLD)
    defects = topology(noisy(layer, seed, noise) if noise else layer)
    assert [item for item in planted if not item.is_told(defects)] == []
    # Wherever something is told, something was planted: there, or somewhere on that outline.
    places = np.array([defect.place for defect in defects], dtype=object)
    tree = shapely.STRtree(places)
    near = [
        tree.query(getattr(item, what), predicate="dwithin", distance=NEAR + item.size % 1.0)
        for item in planted
        for what in ("host", "place")
    ]
    assert set(range(len(places))) == set(np.concatenate(near).tolist())


def test_defects_below_a_millimetre_are_told_down_to_a_tenth(parcels: County) -> None:
    """Not promised, but what makes an area wider than a grid step is there."""
    layer, planted = plant(parcels.parcels, 5, each=8, sizes=(4e-4, 1e-3))
    defects = topology(layer)
    moved = [item for item in planted if item.kind in {"overlap", "gap", "vertex"}]
    assert [item for item in moved if not item.is_told(defects)] == []


@pytest.mark.parametrize("noise", [0.0, 1e-7])
@pytest.mark.parametrize("bounded", [False, True])
def test_a_clean_county_has_no_defect(parcels: County, noise: float, bounded: bool) -> None:  # noqa: FBT001  # a parameter
    layer = noisy(parcels.parcels, 3, noise) if noise else parcels.parcels
    boundary = np.array([parcels.boundary], dtype=object) if bounded else None
    assert topology(layer, boundary) == ()


def test_a_parcel_missing_at_the_outer_line_is_told_only_with_a_boundary(parcels: County) -> None:
    rim = shapely.intersects(parcels.parcels, parcels.boundary.exterior)
    which = int(np.flatnonzero(rim & (shapely.area(parcels.parcels) < 2e5))[0])
    layer = np.delete(parcels.parcels, which)
    assert [defect for defect in topology(layer) if defect.kind != "gap"] == []
    defects = topology(layer, np.array([parcels.boundary], dtype=object))
    assert [defect.kind for defect in defects] == ["gap"]
    assert shapely.equals(defects[0].place, parcels.parcels[which])


def test_the_order_of_polygons_and_the_way_of_rings_tell_nothing_new(parcels: County) -> None:
    layer, _ = plant(parcels.parcels, 4, each=3)
    order = np.random.default_rng(4).permutation(len(layer))
    other = layer[order].copy()
    other[::2] = shapely.reverse(other[::2])

    def told(defects: tuple[Defect, ...], number: NDArray[np.int64]) -> set[Any]:
        return {
            (defect.kind, frozenset(number[list(defect.polygons)].tolist())) for defect in defects
        }

    assert told(topology(other), order) == told(topology(layer), np.arange(len(layer)))


# --------------------------------------------------------------------------- broken in many ways


def close(told: dict[Any, float], wanted: dict[Any, float]) -> bool:
    return all(
        told.get(key, 0.0) == pytest.approx(wanted.get(key, 0.0), rel=1e-6, abs=1e-3)
        for key in told.keys() | wanted.keys()
    )


@settings(max_examples=examples(100))
@given(
    seed=st.integers(0, 2**31),
    how=st.sampled_from(BREAKS),
    bounded=st.booleans(),
    noise=st.sampled_from([0.0, 1e-7]),
)
def test_areas_are_those_of_unions_and_no_look_is_too_quick(
    seed: int,
    how: str,
    bounded: bool,  # noqa: FBT001  # a parameter
    noise: float,
) -> None:
    """Against pairwise intersections and one union; and against a close look at everything."""
    polygons = broken_layer(seed, how)
    layer = noisy(polygons, seed, noise) if noise else polygons
    limit = region() if bounded else None
    boundary = None if limit is None else np.array([limit], dtype=object)
    quick = topology(layer, boundary)
    assert close(told_areas(quick), wrong_areas(polygons, limit))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topology_module, "Survey", Thorough)
        thorough = topology(layer, boundary)
    assert found(quick) == found(thorough)


class Thorough:
    """A survey that finds every polygon suspect."""

    @staticmethod
    def of(polygons: NDArray[np.object_], *rest: Any) -> Survey:  # noqa: ANN401  # passed on
        everyone = np.ones(len(polygons), dtype=bool)
        return replace(Survey.of(polygons, *rest), suspect=everyone)


def test_overlaps_that_only_others_lead_to() -> None:
    """Discs and rings whose outlines match: only the outermost rim lies within another polygon."""
    angle = np.arange(24) * np.pi / 12.0
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    ring = [at(50, 50) + 10.0 * radius * circle for radius in range(5)]
    polygons = np.array(
        [
            shapely.Polygon(ring[1]),
            shapely.Polygon(ring[4], [ring[1]]),
            shapely.Polygon(ring[2]),
            shapely.Polygon(ring[3], [ring[2]]),
        ],
        dtype=object,
    )
    assert found(topology(polygons)) == [
        ("overlap", (0, 2)),
        ("overlap", (1, 2)),
        ("overlap", (1, 3)),
    ]


# ------------------------------------------------------------------------------------ odd layers


def test_a_vertex_gone_astray_does_not_slow_the_rest(parcels: County) -> None:
    """One at the origin, thousands of kilometres away: cells do not grow with the extent."""
    layer = parcels.parcels.copy()
    ring = shapely.get_coordinates(layer[100])[:-1]
    ring[3] = 0.0
    layer[100] = shapely.Polygon(ring)
    survey = Survey.of(layer, None, Widths())
    assert survey.suspect[100]
    assert survey.edges.length < 100.0


def test_coordinates_that_are_no_number_are_refused() -> None:
    with np.errstate(invalid="ignore"):
        endless = shapely.Polygon([at(0, 0), at(1, 0), at(np.nan, 1), at(0, 1)])
    with pytest.raises(InputError) as caught:
        topology(np.array([box(0, 0, 1, 1), endless], dtype=object))
    assert caught.value.key == "geometry.invalid"
    assert caught.value.where["feature"] == "1"


def test_what_is_smaller_than_noise_is_a_sliver_or_nothing() -> None:
    speck = [at(3, 3), at(3 + 1e-7, 3), at(3, 3 + 1e-7)]
    land = shapely.Polygon(box(0, 0, 10, 10).exterior, [speck])
    assert topology(np.array([land], dtype=object)) == ()
    polygons = np.array([box(4, 4, 10, 10), shapely.Polygon(speck)], dtype=object)
    assert found(topology(polygons)) == [("sliver", (1,))]


def test_layers_without_boundary_or_polygons() -> None:
    none: NDArray[np.object_] = np.array([None, shapely.Polygon()], dtype=object)
    assert topology(none) == ()
    polygons = np.array([box(0, 0, 10, 10)], dtype=object)
    assert found(topology(polygons, none)) == [("outside", (0,))]


def test_a_boundary_in_parts_with_other_vertices() -> None:
    """Nothing is suspect, and yet the rim is not the boundary's, vertex by vertex."""
    halves = np.array([box(0, 0, 10, 5), box(0, 5, 10, 10), box(30, 0, 40, 9)], dtype=object)
    boundary = np.array([box(0, 0, 10, 10), box(30, 0, 40, 10)], dtype=object)
    for limits in (boundary, np.array([shapely.MultiPolygon(list(boundary))], dtype=object)):
        assert found(topology(halves, limits)) == [("gap", (2,))]


def test_crowds_are_sorted_and_told_alike() -> None:
    """Thirty copies of a few cells: many edges in one place."""
    cells = voronoi(7, 4)
    layer = np.tile(cells, 12)
    pairs = {(one, two) for one in range(len(layer)) for two in range(one + 1, len(layer))}
    same = {(one, two) for one, two in pairs if (two - one) % len(cells) == 0}
    assert set(found(topology(layer))) == {("duplicate", pair) for pair in same}
